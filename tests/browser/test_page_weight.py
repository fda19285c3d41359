"""What a page costs the reader: bytes, requests, and whether anything moves while it loads. In real Chromium,
nothing cached."""

import pytest

from tests.helpers.browser import AGREEMENT, DESKTOP, PHONE, PUBLIC_PAGES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KB = 1024
#: uncompressed, without pictures
RECORD, ANY_PAGE = 60 * KB, 150 * KB
#: all pictures of a page, as one look has them
PICTURES = 60 * KB
MOST_REQUESTS = 10
WATCH = """
window.moved = 0;
new PerformanceObserver(list => { for (const one of list.getEntries()) window.moved += one.value; })
  .observe({ type: "layout-shift", buffered: true });
"""


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_no_page_is_heavy_moves_or_asks_elsewhere(visit, width):
    too_much, requests = [], []
    with visit(width=width) as reader:
        reader.page.context.new_cdp_session(reader.page).send(
            "Network.setCacheDisabled", {"cacheDisabled": True}
        )
        reader.page.on("requestfinished", lambda request: requests.append(request))
        reader.page.add_init_script(WATCH)
        for path in PUBLIC_PAGES:
            requests.clear()
            reader.open(f"ru/{path}")
            too_much += [f"{path}: {excess}" for excess in excesses(reader, path, requests)]
    assert not too_much, "\n".join(too_much)


def excesses(reader, path, requests):
    """What is beyond the budget of this page, in words."""
    # not sizes(): of a style sheet that the browser remembers it says less than nothing
    weights = [(one.resource_type, int(one.response().headers["content-length"])) for one in requests]
    pictures = sum(size for kind, size in weights if kind == "image")
    rest = sum(size for kind, size in weights if kind != "image")
    most = RECORD if path in (AGREEMENT, "sources/suyunov-2024/") else ANY_PAGE
    found = {
        f"{rest // KB} KB without pictures": rest > most,
        f"{pictures // KB} KB of pictures": pictures > PICTURES,
        f"{len(weights)} requests": len(weights) > MOST_REQUESTS,
        "asks another server": any(not one.url.startswith(reader.site) for one in requests),
        "moves while it loads": reader.page.evaluate("window.moved") > 0,
    }
    return [words for words, is_excess in found.items() if is_excess]


def test_what_moves_is_seen(visit):
    """The watch itself: a page that does move is noticed."""
    with visit() as reader:
        reader.page.add_init_script(WATCH)
        reader.open("ru/")
        reader.page.evaluate("document.querySelector('main').style.marginTop = '200px'")
        reader.page.wait_for_function("window.moved > 0")
