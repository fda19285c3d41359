"""Sheets in the admin: upload, preview, confirm, refusals, and files of a list that can be read back."""

import csv
import io
import json

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils.translation import override

from relations.catalog import BY_SLUG, RESOURCES
from relations.models import (
    Agreement,
    ForumSeries,
    ImportBatch,
    Indicator,
    KeptFile,
    Organization,
    Person,
    Place,
    Revision,
    Source,
    Topic,
    Unit,
)
from tests.helpers.admin import MADE_BY, signed_in, text, url
from tests.helpers.factories import FACTORIES, AgreementFactory, SourceFactory
from tests.helpers.import_pages import counts, errors, press, upload
from tests.helpers.sheets import workbook

pytestmark = pytest.mark.django_db
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
)


def sheet(*rows):
    """A table as Excel saves it in Russia: a byte order mark and semicolons."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=";").writerows(rows)
    return b"\xef\xbb\xbf" + stream.getvalue().encode()


def confirm(client, preview):
    return press(client, preview, "confirm")


HEAD = ["key", "title_ru", "date_signed", "parties", "source", "locator"]


@pytest.fixture
def three_rows(russia, uzbekistan):
    """A sheet with a new, a changed and an unchanged agreement."""
    AgreementFactory(key="old", title_ru="Прежнее название", published=True)
    same = AgreementFactory(key="same", title_ru="То же", signed="1999")
    source = SourceFactory(key="gazette")
    return sheet(
        HEAD,
        ["new", "Новый; договор", "30 мая 1992", "Россия; Узбекистан", source.key, "с. 5"],
        ["old", "Другое название", "", "Россия; Узбекистан", source.key, "с. 5"],
        ["same", "То же", "1999", "РФ;UZ", same.citations.get().source.key, "абзац 7"],
    )


def test_the_preview_tells_new_changed_and_unchanged_rows_and_stores_nothing(importer, three_rows):
    preview = upload(importer, three_rows)
    assert preview.status_code == 200
    assert counts(preview) == (1, 1, 1)
    changed = importer.get(preview.request["PATH_INFO"], {"tab": "changed"})
    assert "<del>Прежнее название</del> → <ins>Другое название</ins>" in text(changed)
    assert set(Agreement.objects.values_list("title_ru", flat=True)) == {"Прежнее название", "То же"}
    assert not LogEntry.objects.exists()


def test_confirming_stores_new_rows_as_drafts_and_proposes_changes_of_public_ones(importer, three_rows):
    answer = confirm(importer, upload(importer, three_rows))
    assert "Stored: 1 new, 1 changed, 1 unchanged." in text(answer)
    new, old = Agreement.objects.get(key="new"), Agreement.objects.get(key="old")
    assert (new.state, new.title_ru, str(new.period)) == ("draft", "Новый; договор", "1992-05-30")
    assert (old.state, old.title_ru) == ("published", "Прежнее название")
    assert Revision.objects.get().row["title_ru"] == "Другое название"
    assert (Agreement.objects.count(), LogEntry.objects.count()) == (3, 2)
    assert counts(upload(importer, three_rows)) == (0, 1, 2)


def test_a_preview_says_that_changes_of_public_records_will_wait_for_approval(staff, three_rows):
    page = upload(signed_in(staff("importer")), three_rows)
    assert 'name="confirm"' in text(page)
    assert "1 row changes a public record: its change will wait for approval." in text(page)


def test_a_preview_can_be_confirmed_only_by_the_user_who_uploaded_it(importer, staff, three_rows):
    preview = upload(importer, three_rows)
    answer = confirm(signed_in(staff("administrator")), preview)
    assert answer.status_code == 403
    assert "This import belongs to another user." in text(answer)
    assert not Agreement.objects.filter(key="new").exists()


def test_a_link_cannot_confirm_a_preview(importer, three_rows):
    preview = upload(importer, three_rows)
    batch = preview.context["batch"]
    assert importer.get(reverse("admin:relations_importbatch_confirm", args=[batch.pk])).status_code == 403
    assert not Agreement.objects.filter(key="new").exists()


def test_a_deleted_file_must_be_uploaded_again(importer, three_rows):
    preview = upload(importer, three_rows)
    KeptFile.objects.all().delete()
    assert "The file is no longer available. Upload it again." in text(confirm(importer, preview))
    assert not Agreement.objects.filter(key="new").exists()


def test_a_file_that_is_not_the_previewed_one_is_not_stored(importer, three_rows):
    preview = upload(importer, three_rows)
    KeptFile.objects.update(data=three_rows.replace("Новый".encode(), "Иной".encode()))
    assert "has changed since the preview" in text(confirm(importer, preview))
    assert not Agreement.objects.filter(key="new").exists()


def test_an_expired_session_leads_to_the_sign_in_page_and_stores_nothing(importer, three_rows):
    preview = upload(importer, three_rows)
    importer.logout()
    answer = press(importer, preview, "confirm")
    assert "/login/" in answer.redirect_chain[-1][0]
    assert not Agreement.objects.filter(key="new").exists()


def test_a_discarded_preview_cannot_be_confirmed(importer, three_rows):
    preview = upload(importer, three_rows)
    press(importer, preview, "cancel")
    assert "already been confirmed or discarded" in text(confirm(importer, preview))
    with override("ru"):
        assert ImportBatch.objects.get().get_status_display() == "отменён, не сохранён"
    assert not Agreement.objects.filter(key="new").exists()


def test_a_sheet_without_a_column_for_locators_leaves_the_locators_of_its_sources(importer):
    record = AgreementFactory(key="one", title_ru="Прежнее")
    source = record.citations.get().source
    confirm(importer, upload(importer, sheet(["key", "title_ru", "source"], ["one", "Новое", source.key])))
    record.refresh_from_db()
    citation = record.citations.get()
    assert (record.title_ru, citation.source, citation.locator) == ("Новое", source, "7")


def test_confirming_twice_stores_once_and_ends_in_a_page(importer, three_rows):
    preview = upload(importer, three_rows)
    confirm(importer, preview)
    assert confirm(importer, preview).status_code == 200
    assert Agreement.objects.count() == 3


def test_a_file_with_errors_shows_cell_column_and_reason_and_offers_no_confirmation(importer, russia):
    rows = ["one", "Первый", "31.02.2000", "Россия"], ["two", "Второй", "1999", "Атлантида", "nowhere"]
    page = upload(importer, sheet(HEAD, *rows))
    assert 'name="confirm"' not in text(page)
    for finding in errors(page):
        label = RESOURCES["agreements"].column(finding["header"]).label
        cell = f": {finding['column']}{finding['row']}</td> <td>{label}</td> <td>{finding['value']}</td>"
        assert f"{cell} <td> {finding['message']['en']}" in text(page)
    found = {(one["column"], one["row"], one["header"]) for one in errors(page)}
    assert found == {("C", 2, "date_signed"), ("D", 3, "parties"), ("E", 3, "source")}
    assert "There is no place “Атлантида” in the register." in text(page)
    assert not Agreement.objects.exists()


TRUNCATED = workbook([HEAD, *(["key", "Название", "1999", "Россия"] for _row in range(200))])[:3000]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "The submitted file is empty."),
        (b"\xef\xbb\xbf", "The file is empty."),
        (b"\r\n ;;\r\n", "The file is empty."),
        (PNG, "This is a picture, not a table."),
        (TRUNCATED, "The workbook could not be read."),
        (sheet(HEAD), "The sheet has headings but no rows below them."),
        (sheet(["colour", "taste"], ["red", "sweet"]), "No known column heading was found in the first"),
    ],
    ids=[
        "nothing",
        "only a mark",
        "only separators",
        "a picture",
        "half a workbook",
        "no rows",
        "another table",
    ],
)
def test_a_file_that_is_not_a_sheet_is_refused_with_a_sentence(data, reason, importer):
    page = upload(importer, data, "sheet.xlsx")
    assert page.status_code == 200
    assert reason in text(page)
    assert 'name="confirm"' not in text(page)


def test_without_permission_to_import_every_step_is_forbidden(staff, importer, three_rows):
    editor, preview = signed_in(staff("editor")), upload(importer, three_rows)
    assert editor.get(url(Agreement, "import")).status_code == 403
    assert upload(editor, three_rows).status_code == 403
    assert confirm(editor, preview).status_code == 403
    assert url(Agreement, "import") not in text(editor.get(url(Agreement)))
    assert url(Agreement, "import") in text(importer.get(url(Agreement)))
    assert not Agreement.objects.filter(key="new").exists()


def test_what_changed_between_preview_and_confirmation_is_refused_with_reasons(importer, three_rows):
    preview = upload(importer, three_rows)
    Source.objects.get(key="gazette").delete()
    answer = text(confirm(importer, preview))
    assert "Nothing was stored: the register has changed since the preview." in answer
    assert not Agreement.objects.filter(key="new").exists()


def test_a_record_edited_between_preview_and_confirmation_stops_it(importer, three_rows):
    preview = upload(importer, three_rows)
    Agreement.objects.filter(key="old").update(title_ru="Правка другого")
    confirm(importer, preview)
    assert not Agreement.objects.filter(key="new").exists()
    assert Agreement.objects.get(key="old").title_ru == "Правка другого"


@pytest.mark.parametrize("form", ["xlsx", "csv", "json"])
@pytest.mark.parametrize("slug", RESOURCES)
def test_a_file_of_a_list_can_be_imported_again_with_no_change(slug, form, importer):
    model = BY_SLUG[slug].model if slug in BY_SLUG else Source
    make = FACTORIES.get(slug, SourceFactory)
    make(notes="Строка; с «точкой»\nи второй строкой")
    make(published=True, period="2018-10", sources=2) if slug in ("forums", "visits") else make()
    page = importer.get(url(model, "export"))
    formats = {label: number for number, label in page.context["form"].fields["format"].choices}
    file = importer.post(url(model, "export"), {"format": formats[form], "resource": "0"})
    content = b"".join(file.streaming_content)
    assert f'.{form}"' in file.headers.get("Content-Disposition", "")
    assert counts(upload(importer, content, f"list.{form}", model)) == (0, 0, model.objects.count())


def test_the_file_holds_what_the_list_shows(importer):
    AgreementFactory(key="draft")
    AgreementFactory(key="public", published=True)
    address = url(Agreement, "export") + "?state__exact=published"
    file = importer.post(address, {"format": "1", "resource": "0"})
    rows = list(csv.DictReader(io.StringIO(b"".join(file.streaming_content).decode("utf-8-sig"))))
    assert [row["key"] for row in rows] == ["public"]


@pytest.mark.parametrize("query", ["nonsense=1", "state__exact=published&unknown__in=1,2", "q=%00&id__in=y"])
def test_a_parameter_that_the_list_does_not_know_is_said_by_the_list(query, importer):
    for send in (importer.get, importer.post):
        answer = send(f"{url(Agreement, 'export')}?{query}")
        assert (answer.status_code, answer["Location"]) == (302, f"{url(Agreement)}?e=1")


NAMED = (Place, Organization, Person, Topic, ForumSeries, Indicator, Unit)


@pytest.mark.parametrize("model", NAMED, ids=lambda model: model.__name__)
def test_every_list_of_names_can_be_downloaded_as_it_is_shown(model, importer):
    one, other = (
        MADE_BY[model](name_ru="Первое"),
        MADE_BY[model](name_ru="Второе", **OTHER_CODE.get(model, {})),
    )
    assert one.pk != other.pk
    file = importer.post(url(model, "export") + "?q=Первое", {"format": "2", "resource": "0"})
    assert [row["name_ru"] for row in json.loads(file.getvalue())] == ["Первое"]


OTHER_CODE = {
    Place: {"code": "UZ"},
    Topic: {"key": "other"},
    Unit: {"key": "other"},
    Indicator: {"key": "other"},
}
