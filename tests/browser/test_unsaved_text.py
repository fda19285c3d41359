"""Nothing that an editor has typed is lost, in real Chromium: reloads, ended sessions, lost rights and connections."""

import json

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Error, expect

from relations.models import Agreement, Place, Revision, Source
from tests.helpers.browser import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OFFER = "#unsaved .unsaved-text"
NOTES = "Проверить дату по «Вестнику»"


@pytest.fixture
def editor(visit, staff):
    """An editor who is signed in."""
    staff("editor")
    with visit() as one:
        one.sign_in("editor")
        yield one


def form_of(record):
    return f"admin/relations/{record._meta.model_name}/{record.pk}/change/"


def draft():
    """A record that an editor may save without approval."""
    return Agreement.objects.create(
        title_ru="Соглашение о мостах", instrument_type="agreement", signed="2021"
    )


def type_notes(editor, text=NOTES):
    editor.page.locator("#id_notes").press_sequentially(text)
    is_kept(editor)


def is_kept(editor):
    expect(editor.page.locator("#id_notes")).to_have_value(NOTES)
    editor.page.wait_for_timeout(600)  # longer than the pause after which it is kept
    assert stored(editor)


def stored(editor):
    """What this browser keeps of unsaved text."""
    found = editor.page.evaluate(
        "Object.entries(localStorage).filter(([key]) => key.startsWith('unsaved:')).map(([, text]) => text)"
    )
    return [json.loads(one) for one in found]


def leave_to(editor, path):
    """Goes to another page although the browser warns."""
    editor.page.once("dialog", lambda dialog: dialog.accept())
    editor.open(path)


def do(editor, verb):
    editor.page.locator(f"{OFFER} [data-do={verb}]").click()


def has_no_complaints(editor, *expected):
    """The console is silent, apart from answers of the server that the test is about."""
    found = [one for one in editor.complaints if not one.startswith(expected or ("–",))]
    assert not found, "\n".join(found)


def test_what_was_typed_is_restored_after_a_reload_with_an_added_citation(editor):
    source, record = Source.objects.create(title="Вестник мостов", key="bridge-herald"), draft()
    editor.open(form_of(record))
    editor.add_row("citations")
    editor.pick("citations-0-source", "вестник мост", "Вестник мостов")
    editor.choose("citations-0-locator_label", "paragraph")
    editor.fill(**{"citations-0-locator": "4"})
    editor.page.locator("input[name=citations-0-facts][value=title_ru]").check()
    editor.add_party(0, "узбек", "Узбекистан")
    type_notes(editor)
    leave_to(editor, form_of(record))
    assert editor.page.locator("#id_notes").input_value() == ""
    assert "секунд" in editor.texts(f"{OFFER} .offer")[0]
    do(editor, "restore")
    assert editor.page.locator("#id_notes").input_value() == NOTES
    assert editor.page.locator("#id_citations-0-locator").input_value() == "4"
    assert editor.page.locator("input[name=citations-0-facts][value=title_ru]").is_checked()
    for field, words in (("citations-0-source", source.title), ("participations-0-place", "Узбекистан")):
        assert words in editor.page.locator(f"#id_{field} + .select2").inner_text()
    editor.press("[name=_continue]")
    record.refresh_from_db()
    assert (record.notes, record.citations.get().source) == (NOTES, source)
    assert record.participations.get().place.code == "UZ"
    assert not stored(editor)
    assert not editor.count(OFFER)
    has_no_complaints(editor)


def test_typed_text_survives_an_ended_session_and_is_offered_after_the_login(editor):
    record = draft()
    editor.open(form_of(record))
    type_notes(editor)
    Session.objects.all().delete()
    editor.press("[name=_save]")
    assert editor.sees("#unsaved-notice", "хранится на этом устройстве")
    editor.fill(username="editor", password="editor")
    editor.press("#login-form [type=submit]")
    do(editor, "restore")
    editor.press("[name=_save]")
    record.refresh_from_db()
    assert record.notes == NOTES
    editor.open(form_of(record))
    assert not editor.count(OFFER)
    has_no_complaints(editor)


def test_a_form_that_is_refused_keeps_its_text_until_it_is_saved(editor):
    record = draft()
    editor.open(form_of(record))
    editor.fill(signed="31.02.2000")
    type_notes(editor)
    editor.press("[name=_save]")
    assert editor.sees(".errorlist")
    assert not editor.count(OFFER)
    leave_to(editor, form_of(record))
    do(editor, "restore")
    assert editor.page.locator("#id_signed").input_value() == "31.02.2000"
    editor.fill(signed="2000")
    editor.press("[name=_save]")
    assert not stored(editor)
    has_no_complaints(editor)


def test_leaving_is_warned_of_only_where_something_differs(editor):
    warnings = []

    def answer(dialog):
        warnings.append(dialog.type)
        dialog.dismiss() if len(warnings) == 1 else dialog.accept()

    record = draft()
    editor.page.on("dialog", answer)
    editor.open(form_of(record))
    editor.page.locator("#id_notes").click()
    editor.open(form_of(record))
    assert not warnings
    type_notes(editor)
    editor.page.locator("#site-name a").click(no_wait_after=True)
    editor.page.wait_for_timeout(300)
    assert warnings == ["beforeunload"]
    assert editor.page.locator("#id_notes").input_value() == NOTES
    editor.page.locator("#id_notes").fill("")
    editor.open("admin/")
    assert warnings == ["beforeunload"]
    assert not stored(editor)
    has_no_complaints(editor)


def test_a_lost_right_leads_to_a_page_that_says_where_the_text_is(editor, django_user_model):
    record = draft()
    editor.open(form_of(record))
    type_notes(editor)
    django_user_model.objects.get(username="editor").groups.clear()
    editor.press("[name=_save]")
    assert editor.sees("#unsaved-notice", "хранится на этом устройстве")
    editor.press("#unsaved-notice a")
    assert editor.sees(".unsaved-text .offer", "Соглашение о мостах")
    editor.page.locator(".unsaved-text summary").click()
    assert editor.sees(".unsaved-text dd", NOTES)
    has_no_complaints(editor, "403 ")


def test_the_text_of_a_deleted_record_is_copied_to_a_new_form(editor):
    record = draft()
    record.cite(Source.objects.first(), locator_label="page", locator="7")
    editor.open(form_of(record))
    type_notes(editor)
    record.delete()
    editor.press("[name=_save]")
    editor.press("#unsaved-notice a")
    editor.press(".unsaved-text [data-do=copy]")
    expect(editor.page.locator("#id_title_ru")).to_have_value("Соглашение о мостах")
    assert editor.address == "/admin/relations/agreement/add/"
    editor.press("[name=_save]")
    copy = Agreement.objects.get(notes=NOTES)
    assert copy.citations.get().locator == "7"
    assert not stored(editor)
    has_no_complaints(editor)


def test_without_a_connection_the_form_stays_open_and_says_that_the_text_is_kept(editor):
    record = draft()
    editor.open(form_of(record))
    type_notes(editor)
    editor.page.context.set_offline(True)
    editor.page.locator("[name=_save]").first.click()
    expect(editor.page.locator("#unsaved .unsaved-status:visible")).to_contain_text("Нет соединения")
    editor.page.context.set_offline(False)
    editor.press("[name=_save]")
    record.refresh_from_db()
    assert record.notes == NOTES
    has_no_complaints(editor)


def test_a_server_that_cannot_be_reached_loses_nothing(editor):
    record = draft()
    editor.open(form_of(record))
    type_notes(editor)
    editor.page.route("**/change/", lambda route: route.abort("connectionrefused"))
    with pytest.raises(Error, match="ERR_CONNECTION_REFUSED"):
        editor.press("[name=_save]")
    editor.page.unroute_all()
    editor.open(form_of(record))
    do(editor, "restore")
    assert editor.page.locator("#id_notes").input_value() == NOTES


def test_a_form_opened_before_another_login_says_so_and_its_text_is_restored(editor):
    record = draft()
    editor.open(form_of(record))
    type_notes(editor)
    editor.page.context.clear_cookies(name="csrftoken")
    editor.press("[name=_save]")
    assert editor.sees("main", "браузер удалил файл cookie")
    assert editor.sees("#unsaved-notice", "хранится на этом устройстве")
    editor.open(form_of(record))
    do(editor, "restore")
    assert editor.page.locator("#id_notes").input_value() == NOTES
    has_no_complaints(editor, "403 ")


def test_a_text_that_began_from_an_older_version_takes_back_nothing_that_was_saved_since(editor):
    record = draft()
    editor.open(form_of(record))
    type_notes(editor)
    record.title_ru = "Соглашение о дорогах"
    record.save()
    leave_to(editor, form_of(record))
    assert "С тех пор запись изменилась" in editor.texts(f"{OFFER} .offer")[0]
    do(editor, "restore")
    editor.press("[name=_save]")
    record.refresh_from_db()
    assert (record.title_ru, record.notes) == ("Соглашение о дорогах", NOTES)
    has_no_complaints(editor)


def test_rows_are_restored_as_they_were_also_where_another_editor_has_added_and_removed_some(editor):
    """The row that was ticked to be deleted stays so; the citation that was added meanwhile is kept by the merge."""
    first, second, third = (Source.objects.create(title=f"Работа {n}", key=f"work-{n}") for n in (1, 2, 3))
    record = draft()
    record.cite(first, locator_label="page", locator="1")
    record.cite(second, locator_label="page", locator="2")
    editor.open(form_of(record))
    editor.page.locator("#id_citations-1-DELETE").check()
    type_notes(editor)
    record.citations.get(source=second).delete()
    record.cite(third, locator_label="page", locator="3")
    leave_to(editor, form_of(record))
    do(editor, "restore")
    assert editor.page.locator("#id_citations-0-locator").input_value() == "1"
    assert editor.page.locator("#id_citations-1-DELETE").is_checked()
    editor.press("[name=_save]")
    assert {one.source for one in record.citations.all()} == {first, third}
    record.refresh_from_db()
    assert record.notes == NOTES


def test_a_removed_new_row_stays_removed(editor):
    record = draft()
    editor.open(form_of(record))
    for number, place in enumerate(("Россия", "Узбекистан")):
        editor.add_party(number, place[:5].lower(), place)
    editor.page.locator("#participations-0 .inline-deletelink").click()
    type_notes(editor)
    leave_to(editor, form_of(record))
    do(editor, "restore")
    assert editor.page.locator("#id_participations-TOTAL_FORMS").input_value() == "1"
    editor.press("[name=_save]")
    assert record.participations.get().place.code == "UZ"


def test_reference_data_is_restored_and_merged_with_what_was_changed_since(visit, staff):
    staff("administrator")
    place = Place.objects.get(code="UZ")
    with visit() as editor:
        editor.sign_in("administrator")
        editor.open(form_of(place))
        editor.page.locator("#id_other_names_en").press_sequentially("Uzbek Republic")
        editor.page.wait_for_timeout(600)
        place.former_names_en = "Uzbek SSR"
        place.save()
        leave_to(editor, form_of(place))
        assert "С тех пор запись изменилась" in editor.texts(f"{OFFER} .offer")[0]
        do(editor, "restore")
        editor.fill(_reason="Ещё одно название")
        editor.press("[name=_save]")
        proposed = Revision.objects.get().row
        assert "Uzbek Republic" in proposed["other_names_en"]
        assert proposed["former_names_en"] == "Uzbek SSR"
        assert not stored(editor)
        has_no_complaints(editor)


def test_a_deleted_text_and_one_older_than_thirty_days_are_not_offered(editor):
    record = draft()
    editor.open(form_of(record))
    type_notes(editor)
    leave_to(editor, form_of(record))
    do(editor, "discard")
    assert not stored(editor)
    type_notes(editor)
    leave_to(editor, "admin/")
    editor.page.evaluate(
        """() => { for (const [key, text] of Object.entries(localStorage)) if (key.startsWith("unsaved:"))
        localStorage.setItem(key, JSON.stringify({ ...JSON.parse(text), at: Date.now() - 31 * 86400000 })); }"""
    )
    editor.open(form_of(record))
    assert not editor.count(OFFER)
    assert not stored(editor)
    has_no_complaints(editor)


def test_neither_passwords_nor_tokens_are_kept_nor_is_text_offered_to_another_user(editor, staff):
    record = draft()
    editor.open(form_of(record))
    type_notes(editor)
    token = editor.page.locator("#agreement_form [name=csrfmiddlewaretoken]").input_value()
    assert token not in json.dumps(stored(editor))
    staff("publisher")
    Session.objects.all().delete()
    editor.press("[name=_save]")
    editor.fill(username="publisher", password="publisher")
    editor.press("#login-form [type=submit]")
    assert editor.sees("#id_notes")
    assert not editor.count(OFFER)
    editor.open("admin/")
    assert not editor.count("#unsaved-notice p")
    has_no_complaints(editor)


def test_a_text_is_restored_by_keyboard_and_the_offer_breaks_no_rule_in_either_theme(visit, staff):
    staff("editor")
    record = draft()
    for theme in ("light", "dark"):
        with visit(theme=theme) as editor:
            editor.sign_in("editor")
            editor.open(form_of(record))
            type_notes(editor)
            leave_to(editor, form_of(record))
            has_no_complaints(editor)
            assert not [one for one in editor.axe_violations() if "unsaved" in one]
            editor.focus("[data-do=restore]")
            editor.page.keyboard.press("Enter")
            assert editor.page.evaluate("document.activeElement.matches('.unsaved-status[role=status]')")
            assert editor.page.locator("#id_notes").input_value() == NOTES
            leave_to(editor, "admin/unsaved/")
            assert not editor.axe_violations()
            assert editor.sideways(PHONE) <= 0
