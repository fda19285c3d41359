"""Every public page in real Chromium: bytes and requests (nothing cached), layout, accessibility and the console."""

import pytest

from tests.helpers.browser import AGREEMENT, DESKTOP, HEIGHT, NARROWEST, PHONE, PUBLIC_PAGES

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


class Walk:
    """One visitor on every public page: what is found on them is gathered, so that one run tells of all pages."""

    def __init__(self, reader, width):
        self.reader, self.width = reader, width
        self.found, self.requests = [], []
        reader.page.context.new_cdp_session(reader.page).send(
            "Network.setCacheDisabled", {"cacheDisabled": True}
        )
        reader.page.on("requestfinished", lambda request: self.requests.append(request))
        reader.page.add_init_script(WATCH)

    def open(self, language, path):
        self.requests.clear()
        self.reader.open(f"{language}/{path}")

    def weigh(self, path):
        self.found += [f"{path}: {excess}" for excess in excesses(self.reader, path, self.requests)]

    def narrow_and_widen(self, path):
        for width in (NARROWEST, PHONE, DESKTOP):
            if (pixels := self.reader.sideways(width)) > 0:
                self.found.append(f"{path}: {pixels} pixels too wide for {width}")
        self.reader.page.set_viewport_size({"width": self.width, "height": HEIGHT})

    def look_for_violations(self):
        self.reader.unfold_filters()
        self.found += self.reader.axe_violations()


@pytest.mark.parametrize(("language", "theme", "width"), [("ru", "light", DESKTOP), ("en", "dark", PHONE)])
def test_no_page_scrolls_sideways_moves_is_heavy_breaks_a_rule_or_complains(visit, language, theme, width):
    """All checks on each page that is loaded; the Russian pages are the heavier ones."""
    with visit(theme=theme, width=width) as reader:
        walk = Walk(reader, width)
        for path in PUBLIC_PAGES:
            walk.open(language, path)
            walk.weigh(path)
            walk.narrow_and_widen(path)
            walk.look_for_violations()
        assert not walk.found, "\n".join(walk.found)
        assert not reader.complaints, "\n".join(reader.complaints)


def test_no_page_is_heavy_or_moves_on_a_phone(visit):
    with visit(width=PHONE) as reader:
        walk = Walk(reader, PHONE)
        for path in PUBLIC_PAGES:
            walk.open("ru", path)
            walk.weigh(path)
        assert not walk.found, "\n".join(walk.found)


def excesses(reader, path, requests):
    """What is beyond the budget of this page, in words."""
    # sizes() counts less than nothing for a style sheet that the browser has cached
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


def test_a_shift_of_the_page_is_detected(visit):
    """The watch itself: a page that does move is noticed."""
    with visit() as reader:
        reader.page.add_init_script(WATCH)
        reader.open("ru/")
        reader.page.evaluate("document.querySelector('main').style.marginTop = '200px'")
        # Not wait_for_function(): it evaluates text again and again, which the page's policy forbids.
        reader.page.evaluate(
            "new Promise(seen => { const look = () => window.moved > 0 ? seen() : setTimeout(look, 50); look(); })"
        )
