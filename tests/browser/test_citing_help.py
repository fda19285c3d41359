"""Citing with fewer keys, in real Chromium: the last source, and the citations of another record."""

import pytest
from playwright.sync_api import expect

from relations.models import Agreement, Source, State
from tests.helpers.browser import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def editor(visit, staff):
    """An editor who is signed in."""
    staff("editor")
    with visit() as one:
        one.sign_in("editor")
        yield one


def draft(title):
    return Agreement.objects.create(title_ru=title, instrument_type="treaty", state=State.DRAFT)


def form_of(record):
    return f"admin/relations/agreement/{record.pk}/change/"


def test_the_last_source_is_cited_with_one_key(editor):
    first, second = draft("Договор о мостах"), draft("Договор о дорогах")
    source = Source.objects.create(key="yearbook", title="Ежегодник", type="book", language="ru")
    editor.open(form_of(first))
    editor.add_row("citations")
    editor.pick("citations-0-source", "Ежегодник", str(source))
    editor.press("[name=_save]")
    editor.open(form_of(second))
    editor.focus("#citing-help button[data-id]")
    editor.page.keyboard.press("Enter")
    assert editor.page.evaluate("document.activeElement.name") == "citations-0-locator_label"
    expect(editor.page.locator("#id_citations-0-source + .select2")).to_contain_text("Ежегодник")
    editor.press("[name=_save]")
    assert second.citations.get().source == source
    assert not editor.complaints, "\n".join(editor.complaints)


def test_citations_are_copied_from_another_record_and_kept_when_the_form_is_saved(editor):
    cited, other = draft("Договор о мостах через Амударью"), draft("Договор о дорогах")
    source = Source.objects.create(key="yearbook", title="Ежегодник", type="book", language="ru")
    cited.cite(source, field="date_signed", locator_label="page", locator="5")
    cited.cite(source, field="", locator_label="page", locator="9")
    other.cite(source, field="", locator_label="page", locator="9")
    editor.open(form_of(other))
    editor.focus("#copy-from + .select2 .select2-selection")
    editor.page.keyboard.press("Enter")
    editor.page.locator(".select2-search__field:focus").wait_for()
    editor.page.keyboard.type("Амударью")
    expect(editor.page.get_by_role("option", name="Договор о мостах через Амударью")).to_be_visible()
    editor.page.keyboard.press("Enter")
    editor.focus("#citing-help button[data-copy]")
    editor.page.keyboard.press("Enter")
    expect(editor.page.locator(".citing-status")).to_contain_text("Добавлено: 1. Уже есть в форме: 1.")
    assert other.citations.count() == 1  # nothing is stored yet
    editor.press("[name=_save]")
    found = {(one.field, one.where) for one in other.citations.all()}
    assert found == {("", "страница 9"), ("date_signed", "страница 5")}
    assert not editor.complaints, "\n".join(editor.complaints)


def test_the_help_is_accessible_and_fits_a_telephone(editor):
    editor.open("admin/relations/agreement/add/")
    assert editor.sees("#citing-help")
    assert not [one for one in editor.axe_violations() if "citing" in one or "copy-from" in one]
    assert editor.sideways(PHONE) <= 0
