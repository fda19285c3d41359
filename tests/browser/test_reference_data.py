"""A place is renamed by an editor and approved by a publisher, and another one is added from the form of a record."""

import pytest
from playwright.sync_api import expect

from relations.models import Forum, Place
from tests.helpers.admin import url
from tests.helpers.browser import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def page_of(entity, name):
    return url(type(entity), name, entity.pk).lstrip("/")


def test_a_name_on_public_pages_changes_when_somebody_else_has_approved_it(visit, staff):
    for role in ("editor", "publisher"):
        staff(role)
    city = Place.objects.get(code="ru-orenburg")
    with visit(width=PHONE) as editor:
        editor.sign_in("editor")
        editor.open(page_of(city, "change"))
        assert editor.sideways(PHONE) <= 0
        editor.fill(name_ru="Чкалов", _reason="Прежнее название")
        editor.press("[name=_save]")
        expect(editor.page.locator(".messagelist .info")).to_be_visible()
        assert not editor.complaints
        editor.open(page_of(city, "change"))
        assert not editor.axe_violations()  # at the end, since its own scripts fill the console
    assert Place.objects.get(pk=city.pk).name_ru == "Оренбург"
    with visit(width=PHONE) as publisher:
        publisher.sign_in("publisher")
        publisher.open(page_of(city, "review"))
        assert publisher.sideways(PHONE) <= 0
        expect(publisher.page.locator("ins", has_text="Чкалов")).to_be_visible()
        publisher.press("button[value=approve]")
        publisher.page.locator(".messagelist .success").wait_for()
        publisher.open("ru/forums/forum-ru-kz-6-2009/")
        publisher.sees("main", "Чкалов")
        assert not publisher.complaints
        publisher.open(page_of(city, "review"))
        assert not publisher.axe_violations()


def test_the_form_leads_to_the_public_records_that_rest_on_it(visit, staff):
    staff("editor")
    city = Place.objects.get(code="ru-orenburg")
    with visit() as editor:
        editor.sign_in("editor")
        editor.open(page_of(city, "change"))
        editor.press(".proposal a[href*=forum]")
        shown = editor.count("#result_list tbody tr")
    assert shown == Forum.objects.published().filter(participations__place=city).distinct().count() > 0


def test_a_place_is_added_from_the_form_of_a_record_and_chosen_there(visit, staff):
    staff("editor")
    with visit() as editor:
        editor.sign_in("editor")
        editor.open(url(Forum, "add").lstrip("/"))
        editor.add_row("participations")
        with editor.page.expect_popup() as opened:
            editor.page.locator("#add_id_participations-0-place").click()
        popup = opened.value
        for name, value in {"code": "IS", "name_ru": "Исландия", "name_en": "Iceland"}.items():
            popup.fill(f"#id_{name}", value)
        popup.select_option("#id_kind", "country")
        with popup.expect_event("close"):
            popup.locator("[name=_save]").click(no_wait_after=True)
        expect(editor.page.locator("#select2-id_participations-0-place-container")).to_contain_text(
            "Исландия"
        )
        assert not editor.complaints
    assert Place.objects.get(code="IS").row
