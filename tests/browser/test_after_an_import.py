"""After an import, in real Chromium: its records are submitted, published and undone; a version is reverted."""

import pytest

from relations.models import Agreement, ImportBatch
from relations.revisions.history import versions_of
from relations.revisions.saving import row_of, save_row
from relations.rows.agreements import AgreementResource
from tests.helpers.admin import url
from tests.helpers.factories import AgreementFactory
from tests.helpers.sheets import import_rows

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def looked_at(reader):
    """The page fits a phone and breaks no rule."""
    assert not reader.axe_violations()
    assert reader.sideways(360) <= 0
    reader.page.set_viewport_size({"width": 1440, "height": 900})


def test_new_records_are_submitted_published_and_undone_from_the_page_of_the_import(visit, staff):
    row = {"key": "bridges", "title_ru": "Договор о мостах", "parties": "RU; UZ", "date_signed": "1992-05-30"}
    row |= {"source_title": "Вестник мостов", "source_date": "1992"}
    batch = import_rows("agreements", row, user=staff("importer"))
    staff("publisher")
    page = url(ImportBatch, "change", batch.pk).lstrip("/")
    with visit() as importer:
        importer.sign_in("importer")
        importer.open(page)
        looked_at(importer)
        importer.press('a[href$="/submit/"]')
        looked_at(importer)
        importer.press(".confirm-action [type=submit]")
        assert importer.sees(".messagelist .success")
        assert not importer.complaints, "\n".join(importer.complaints)
    assert Agreement.objects.get(key="bridges").state == "review"
    with visit(theme="dark") as publisher:
        publisher.sign_in("publisher")
        publisher.open(page)
        publisher.press('a[href$="/publish/"]')
        publisher.press(".confirm-action [type=submit]")
        assert Agreement.objects.get(key="bridges").state == "published"
        publisher.press('a[href$="/undo/"]')
        assert publisher.sees("li", "снята с публикации")
        looked_at(publisher)
        publisher.page.locator("#id_reason").fill("Не тот файл")
        publisher.press(".confirm-action [type=submit]")
        assert publisher.sees(".messagelist .warning", "отменён частично")
        assert not publisher.complaints, "\n".join(publisher.complaints)
    assert Agreement.objects.get(key="bridges").state == "withdrawn"


def test_a_version_is_reverted_after_a_look_and_with_a_reason(visit, staff):
    record = AgreementFactory(key="bridges", title_ru="Договор о мостах")
    row = row_of(AgreementResource, record.pk) | {"title_ru": "Договор о дорогах"}
    save_row(AgreementResource, row, AgreementResource.names(), record.pk, user=staff("editor"))
    with visit() as editor:
        editor.sign_in("editor")
        editor.open(url(Agreement, "history", record.pk).lstrip("/"))
        editor.press("button[name=all]")
        assert editor.sees("ins", "Договор о мостах")
        looked_at(editor)
        editor.page.locator("#id_reason").fill("Опечатка")
        editor.press(".confirm-action [type=submit]")
        assert editor.sees(".messagelist .success")
        assert not editor.complaints, "\n".join(editor.complaints)
    assert Agreement.objects.get(pk=record.pk).title_ru == "Договор о мостах"
    assert versions_of(AgreementResource, record.pk).first().reason.endswith("Опечатка")
