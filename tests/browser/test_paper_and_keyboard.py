"""What a reader has by keyboard and on paper, in real Chromium."""

import pytest

from tests.helpers.browser import AGREEMENT, DESKTOP, FORUM, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
#: a page with results, and its first result
RESULTS = {
    "agreements/": ".entry:first-child",
    "forums/?country=UZ&year_from=2010": ".entry:first-child",
    "statistics/": ".entry:first-child",
    "timeline/": ".entry:first-child",
    "relations/ru-uz/": ".entry:first-child",
    "search/?q=форумы": "#results h2:first-child + .meta",
    "sources/": ".source-entries li:first-child",
    "indicators/": ".source-entries li:first-child",
    "map/": ".places th",
    "matrix/": "#results .scroll",
    "years/": "#results",
}


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_the_second_link_of_every_list_leads_to_its_first_result(visit, width):
    with visit(width=width) as reader:
        for path, first in RESULTS.items():
            reader.open(f"ru/{path}")
            reader.page.keyboard.press("Tab")
            reader.page.keyboard.press("Tab")
            assert reader.page.evaluate("document.activeElement.matches('.skip[href=\"#results\"]')"), path
            reader.page.keyboard.press("Enter")
            reader.page.locator("#results:target").wait_for(state="attached")
            if path != "years/":  # its table is itself what can be moved through
                reader.page.keyboard.press("Tab")
            found = reader.page.evaluate("first => !!document.activeElement.closest(first)", first)
            assert found, (path, reader.page.evaluate("document.activeElement.outerHTML"))
        assert not reader.complaints


def on_paper(reader, path):
    reader.open(path)
    reader.page.emulate_media(media="print")


def heights(reader, *selectors):
    """Where each begins, from above; all of them are in sight."""
    return [reader.page.locator(selector).first.bounding_box()["y"] for selector in selectors]


def test_a_printed_list_begins_with_its_filters_and_total(visit):
    with visit() as reader:
        on_paper(reader, "ru/forums/?country=UZ&year_from=2010")
        kicker, total, filters, entry = heights(
            reader, ".kicker", "#total", "p.on-paper:visible", ".entry:first-child"
        )
        assert kicker < total < filters < entry
        (words,) = reader.texts("section > p.on-paper")
        assert "страна – Узбекистан; с 2010 года" in words
        assert not reader.sees(".chips")
        on_paper(reader, "ru/sources/?type=report&q=банк")
        assert "банк" in reader.texts("p.on-paper")[0]
        on_paper(reader, "ru/statistics/")
        assert reader.sees(".pages span")
        assert not reader.sees(".pages a")
        reader.page.emulate_media(media="screen")
        assert not reader.sees("p.on-paper")


def test_a_record_shows_its_sources_before_how_to_cite_it(visit):
    with visit() as reader:
        for path in (AGREEMENT, FORUM):
            on_paper(reader, f"ru/{path}")
            facts, sources, cited = heights(reader, "#facts", ".notes", ".cite")
            assert facts < sources < cited, path
            after_facts = reader.page.evaluate(
                "document.querySelector('article').nextElementSibling.className"
            )
            assert after_facts == "notes"


def test_on_a_wide_screen_the_sources_stand_beside_the_facts_and_part_nothing(visit):
    with visit() as reader:
        reader.open(f"ru/{FORUM}")
        article, notes, more = (
            reader.page.locator(f".record > {one}").bounding_box() for one in ("article", ".notes", ".more")
        )
        assert notes["x"] > article["x"] + article["width"]
        assert abs(notes["y"] - article["y"]) < 2
        assert abs(more["y"] - article["y"] - article["height"]) < 2
