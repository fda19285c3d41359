"""A table of figures, entered in real Chromium by keyboard alone, pasted from Excel, and without scripts."""

import pytest
from django.contrib.sessions.models import Session

from relations.models import Observation, Source
from tests.helpers.browser import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FIGURES = [str(100 + number) for number in range(10)]
SIDEWAYS = "Казахстан; Узбекистан"


@pytest.fixture
def indicator(content):
    """An indicator with figures, and one without a figure in the years of the test."""
    return Observation.objects.published().filter(indicator__unit__isnull=False).first().indicator


@pytest.fixture
def source(content):
    return Source.objects.create(key="yearbook", title="Ежегодник", type="book", language="ru")


def opened(editor, indicator, **more):
    given = {"indicator": indicator.key, "areas": SIDEWAYS, "first_year": 2001, "last_year": 2010, **more}
    editor.open(
        "admin/relations/observation/grid/?" + "&".join(f"{name}={one}" for name, one in given.items())
    )


def focused(editor):
    return editor.page.evaluate("document.activeElement.name")


class Keys:
    """A keyboard that counts."""

    def __init__(self, page):
        self.page, self.pressed = page, 0

    def type(self, text):
        self.page.keyboard.type(text)
        self.pressed += len(text)

    def press(self, key):
        self.page.keyboard.press(key)
        self.pressed += 1


def test_ten_figures_are_entered_checked_and_saved_by_keyboard(visit, staff, indicator, source):
    staff("editor")
    with visit() as editor:
        editor.sign_in("editor")
        opened(editor, indicator)
        assert focused(editor) == "cell-2001-KZ"
        while focused(editor) != "source":  # back to the block
            editor.page.keyboard.press("Shift+Tab")
        editor.page.keyboard.type("yearbook")
        editor.page.keyboard.press("Tab")
        editor.page.keyboard.type("с. 5")
        editor.focus("[name='cell-2001-KZ']")
        keys = Keys(editor.page)
        for figure in FIGURES:
            before = keys.pressed
            keys.type(figure)
            keys.press("Enter")
            beyond = keys.pressed - before - len(figure)
        assert beyond <= 2
        assert focused(editor) == "cell-2001-UZ"  # from the last year on to the next area
        editor.step("[name=_check]")
        assert focused(editor) == "_save"
        assert "100" in editor.texts(".grid-read p")[0]
        with editor.page.expect_navigation():
            editor.page.keyboard.press("Enter")
        assert "10" in editor.texts(".messagelist")[0]
        found = Observation.objects.filter(citations__source=source)
        assert {one.ref_area.code for one in found} == {"KZ"}
        assert sorted(int(one.obs_value) for one in found) == sorted(map(int, FIGURES))
        assert not editor.complaints, "\n".join(editor.complaints)


PASTE = """([name, text]) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    const cell = document.getElementsByName(name)[0];
    cell.focus();
    cell.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def test_a_block_from_excel_fills_the_cells_from_where_it_is_pasted(visit, staff, indicator):
    staff("editor")
    with visit() as editor:
        editor.sign_in("editor")
        opened(editor, indicator)
        editor.page.evaluate(PASTE, ["cell-2009-KZ", "1 234,5\tоколо 7\r\n\t8\r\n9\t10\r\n"])
        value = {
            name: editor.page.locator(f"[name='cell-{name}']").input_value()
            for name in ("2009-KZ", "2009-UZ", "2010-KZ", "2010-UZ")
        }
        assert value == {"2009-KZ": "1 234,5", "2009-UZ": "около 7", "2010-KZ": "", "2010-UZ": "8"}
        assert "9; 10" in editor.texts(".grid-status")[0]


def test_the_arrow_keys_move_between_cells_and_within_a_text(visit, staff, indicator):
    staff("editor")
    with visit() as editor:
        editor.sign_in("editor")
        opened(editor, indicator)
        for key, name in (
            ("ArrowDown", "cell-2002-KZ"), ("ArrowRight", "cell-2002-UZ"), ("ArrowUp", "cell-2001-UZ"),
            ("ArrowUp", "cell-2001-UZ"), ("ArrowLeft", "cell-2001-KZ"),
        ):  # fmt: skip
            editor.page.keyboard.press(key)
            assert focused(editor) == name
        editor.page.keyboard.type("12")
        editor.page.keyboard.press("ArrowLeft")
        assert focused(editor) == "cell-2001-KZ"


def test_the_table_works_without_scripts_and_a_mistake_is_at_its_cell(visit, staff, indicator, source):
    staff("editor")
    with visit(javascript=False) as editor:
        editor.sign_in("editor")
        opened(editor, indicator, source="yearbook")
        editor.page.locator("[name='cell-2001-KZ']").fill("много")
        editor.press("[name=_check]")
        assert "много" in editor.texts("#cell-2001-KZ-read .errorlist")[0]
        assert not editor.count("[name=_save]")
        editor.page.locator("[name='cell-2001-KZ']").fill("12")
        editor.press("[name=_check]")
        editor.press("[name=_save]")
        assert Observation.objects.filter(citations__source=source).get().obs_value == 12


def test_the_grid_is_accessible_and_fits_narrow_windows(visit, staff, indicator, source):
    staff("editor")
    with visit() as editor:
        editor.sign_in("editor")
        opened(editor, indicator, source="yearbook")
        editor.page.locator("[name='cell-2001-KZ']").fill("много")
        editor.press("[name=_check]")
        assert not editor.axe_violations()
        assert editor.sideways(PHONE) <= 0
        assert editor.sideways(1280) <= 0


def test_figures_that_were_typed_when_the_session_ended_are_restored(visit, staff, indicator):
    staff("editor")
    with visit() as editor:
        editor.sign_in("editor")
        opened(editor, indicator, first_year=1991, last_year=1992)
        editor.page.keyboard.type("470")
        editor.page.keyboard.press("Enter")
        Session.objects.all().delete()
        editor.press("[name=_check]")  # to the login page
        editor.sign_in("editor")
        editor.open("admin/relations/observation/grid/")
        editor.page.locator("#unsaved [data-do=restore]").click()
        editor.press("[name=_show]")
        assert editor.page.locator("[name='cell-1991-KZ']").input_value() == "470"
        assert editor.page.locator("[name=indicator]").input_value() == indicator.key
