"""Where the focus is on a page that has been opened, in real Chromium: at what was refused, else at the first field."""

import pytest

from relations.models import Agreement
from tests.helpers.admin import url

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def editor(visit, staff):
    """An editor who is signed in."""
    staff("editor")
    with visit() as one:
        one.sign_in("editor")
        yield one


def draft():
    """A record that an editor may save without approval."""
    return Agreement.objects.create(
        title_ru="Соглашение о мостах", instrument_type="agreement", signed="2021"
    )


def open_form(editor, record):
    editor.open(url(Agreement, "change", record.pk).lstrip("/"))


def save_by_key(editor):
    """The link to saving, then the button after it."""
    editor.focus("a[href='#saving']")
    editor.page.keyboard.press("Enter")
    editor.page.keyboard.press("Tab")
    with editor.page.expect_navigation():
        editor.page.keyboard.press("Enter")


def focus(editor):
    """The id or the name of what has the focus."""
    return editor.page.evaluate("document.activeElement.id || document.activeElement.name")


def is_in_the_window(editor, selector):
    box = editor.page.locator(selector).bounding_box()
    return 0 <= box["y"] < editor.page.viewport_size["height"]


def test_a_form_that_comes_back_with_an_error_has_the_focus_on_it(editor):
    open_form(editor, draft())
    editor.page.locator("#id_signed").fill("вчера")
    save_by_key(editor)
    assert (focus(editor), "#" in editor.page.url) == ("form-message", False)
    assert is_in_the_window(editor, "#form-message")
    editor.page.keyboard.press("Tab")
    with editor.page.expect_event("framenavigated"):
        editor.page.keyboard.press("Enter")
    assert editor.page.url.endswith("#id_signed")


def test_a_conflict_has_the_focus_and_a_second_save_without_a_choice_overwrites_nothing(editor):
    record = draft()
    open_form(editor, record)
    editor.fill(title_ru="Соглашение о дорогах")
    record.title_ru = "Соглашение о портах"
    record.save()
    for _time in range(2):
        save_by_key(editor)
        assert focus(editor) == "form-message"
        assert is_in_the_window(editor, "#form-message table")
    record.refresh_from_db()
    assert record.title_ru == "Соглашение о портах"
    editor.focus("#form-message [value=theirs]")
    editor.page.keyboard.press("ArrowDown")
    save_by_key(editor)
    record.refresh_from_db()
    assert record.title_ru == "Соглашение о дорогах"


def test_a_form_that_comes_back_is_seen_from_its_message_on_without_scripts_too(visit, staff):
    staff("editor")
    with visit(javascript=False) as editor:
        editor.sign_in("editor")
        open_form(editor, draft())
        editor.page.locator("#id_signed").fill("вчера")
        editor.page.goto(f"{editor.page.url}#saving")
        editor.page.locator("#id_signed").fill("вчера")
        editor.press("[name=_save]")
        assert "#" not in editor.page.url
        assert is_in_the_window(editor, "#form-message")


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("agreement/add/", "id_title_ru"),
        ("place/add/", "id_code"),
        ("source/add/", "id_reference"),
        ("observation/grid/", "id_indicator"),
        ("agreement/", "searchbar"),
    ],
)
def test_the_first_useful_field_has_the_focus(editor, address, wanted):
    editor.open(f"admin/relations/{address}")
    assert focus(editor) == wanted


def test_in_a_review_the_first_mark_has_the_focus(editor):
    editor.open(url(Agreement, "review", draft().pk).lstrip("/"))
    assert focus(editor).startswith("mark-")


def test_the_error_of_the_grid_at_the_source_has_the_focus(editor):
    editor.open("admin/relations/observation/grid/")
    editor.page.locator("#id_indicator").select_option(index=1)
    editor.press("[name=_show]")
    editor.page.locator("tbody input").first.fill("5")
    editor.press("[name=_check]")
    assert focus(editor) == "id_source"


def test_an_empty_form_that_was_refused_keeps_no_text_that_nobody_typed(editor):
    editor.open("admin/relations/agreement/add/")
    editor.press("[name=_save]")
    assert focus(editor) == "form-message"
    editor.page.locator("#id_notes").focus()
    editor.page.keyboard.press("Tab")
    editor.open("admin/relations/agreement/add/")
    assert not editor.count("#unsaved .unsaved-text")
