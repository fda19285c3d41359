"""Ten tasks of readers, by keyboard alone, on a phone and on a desktop, each in at most four steps.

A step is a page: whatever is typed, ticked or unfolded on it belongs to the step that led there. The mouse is
never used.
"""

import csv
import re
from io import StringIO

import pytest

from tests.helpers.browser import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_STEPS = 4
SHOW = ".facets .apply button"


def agreements_of_regions_before_2010(reader):
    """How many agreements between Russian and Kazakh regions were signed before 2010, and what says so?"""
    reader.step('nav a[href$="/agreements/"]')
    reader.unfold_by_key(".filters")
    reader.write("#f-to", "2009")
    reader.tick("country", "RU")
    reader.tick("with", "KZ")
    reader.tick("level", "interregional")
    reader.step(SHOW)
    assert reader.total() == 0
    reader.step(".possible a")  # the one that is known has no date
    assert reader.total() == 1
    reader.step(".entry h3 a")
    assert reader.sees(".notes a[href*='/sources/']")


def place_of_a_forum(reader):
    """Where was the sixth forum of interregional co-operation with Kazakhstan held, and when?"""
    reader.search_by_key("форум межрегионального сотрудничества")
    reader.step('a[href$="/forums/forum-ru-kz-6-2009/"]')
    assert reader.sees('a[href$="/places/ru-orenburg/"]')
    assert reader.sees('time[datetime="2009-09"]')


def figure_with_its_source(reader):
    """How many enterprises with Russian capital worked in Uzbekistan in 2018, and which paragraph says so?"""
    reader.step('nav a[href$="/indicators/"]')
    reader.step('a[href$="/indicators/enterprises-russian-capital/"]')
    reader.step('a[href$="/statistics/enterprises-uz-2018/"]')
    assert reader.sees(".big-figure", "961")
    assert reader.sees(".notes .loc", "40")


def how_relations_developed(reader):
    """How did relations of Russia and Uzbekistan develop, year by year?"""
    reader.step('.six a[href$="/relations/ru-uz/"]')
    assert reader.page.locator(".chart img").first.get_attribute("alt")
    reader.step('.chart a[href*="/years/?"]')
    assert reader.sees(".numbers th", "1992")


def who_works_with_whom(reader):
    """Which Russian regions have records with Tajik ones, and which records are these?"""
    reader.step('a[href$="/matrix/"]')
    reader.step('.matrix a[href*="region=RU-ORE"][href*="with=TJ-SU"]')
    assert reader.total() >= 1
    reader.step(".entry h3 a")
    assert reader.sees('a[href$="/places/tj-khujand/"]')


def what_rests_on_a_source(reader):
    """What in the register rests on one source?"""
    reader.step('nav a[href$="/sources/"]')
    reader.step('a[href$="/sources/suyunov-2024/"]')
    (said,) = (int(number) for text in reader.texts("h2") for number in re.findall(r"\d+", text))
    assert 1 < reader.count(".entry") <= said  # the first of each type, and a link to the others
    assert reader.count(".entry") == said or reader.sees('a[href*="?source=suyunov-2024"]')


def places_of_forums(reader):
    """In which places were forums with Kazakhstan held? On the map and as a table."""
    reader.step('nav a[href$="/forums/"]')
    reader.unfold_by_key(".filters")
    reader.tick("country", "KZ")
    reader.step(SHOW)
    reader.step('.views a[href*="/map/forums/"]')
    assert reader.sees(".places th", "Оренбург")


def a_reference(reader):
    """A reference to a record for a reference manager, and one to be copied."""
    reader.search_by_key("визит Мирзиёева")
    reader.step('a[href$="/visits/visit-mirziyoyev-moscow-2023/"]')
    assert reader.sees(".cite dd", "дата обращения")
    assert reader.takes('.cite a[href$="/cite.ris"]').startswith("TY  - ")


def a_file(reader):
    """All visits since 2010 as a sheet."""
    reader.step('nav a[href$="/visits/"]')
    reader.unfold_by_key(".filters")
    reader.write("#f-from", "2010")
    reader.step(SHOW)
    sheet = list(csv.DictReader(StringIO(reader.takes('a[href*="/visits.csv?"]'))))
    assert len(sheet) == reader.total() > 0


def the_same_in_english(reader):
    """A filtered list in the other language, with its filters."""
    reader.step('nav a[href$="/agreements/"]')
    reader.unfold_by_key(".filters")
    reader.tick("country", "TJ")
    reader.step(SHOW)
    wanted = reader.total()
    reader.step("a.language")
    assert reader.page.locator("html").get_attribute("lang") == "en"
    assert reader.total() == wanted
    assert "country=TJ" in reader.address


TASKS = (
    agreements_of_regions_before_2010,
    place_of_a_forum,
    figure_with_its_source,
    how_relations_developed,
    who_works_with_whom,
    what_rests_on_a_source,
    places_of_forums,
    a_reference,
    a_file,
    the_same_in_english,
)


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_ten_tasks_are_done_by_keyboard_in_at_most_four_steps(visit, width):
    assert len(TASKS) == 10
    with visit(width=width) as reader:
        for task in TASKS:
            reader.open("ru/")
            task(reader)
            assert 0 < reader.steps <= MOST_STEPS, task.__name__
        assert not reader.complaints, "\n".join(reader.complaints)
