"""A new member of staff and a spreadsheet, in real Chromium: from the empty template to the records and back."""

import io

import openpyxl
import pytest
from django.urls import reverse

from relations.imports import reading
from relations.models import Agreement, ImportBatch
from tests.helpers.sheets import import_rows

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
IMPORT = "admin/relations/agreement/import/"


def fetched(importer, selector):
    """The workbook that a button or link gives to save."""
    with importer.page.expect_download() as waiting:
        importer.page.locator(f"{selector}:visible").first.click()
    return openpyxl.load_workbook(io.BytesIO(waiting.value.path().read_bytes()))


def uploaded(importer, book):
    stream = io.BytesIO()
    book.save(stream)
    importer.open(IMPORT)
    file = {"name": "мои договоры.xlsx", "mimeType": XLSX, "buffer": stream.getvalue()}
    importer.page.locator("#id_file").set_input_files(file)
    importer.press("form[enctype] [type=submit]")


def fill(sheet, number, **cells):
    """Writes into a row of the template, under the names in its third row."""
    places = {cell.value: cell.column for cell in sheet[3]}
    for name, value in cells.items():
        sheet.cell(number, places[name], value)


def cell(sheet, number, name):
    column = next(one.column for one in sheet[3] if one.value == name)
    return sheet.cell(number, column)


CITED = {"source_title": "Вестник", "source_date": "2024", "source_type": "webpage", "locator": "с. 5"}
WITH_MISTAKES = (
    {"title_ru": "Договор о мостах", "date_signed": "31.02.2000", "parties": "RU; UZ", **CITED},
    {"title_ru": "Соглашение о дорогах", "date_signed": "25 мая 1993 г.", "parties": "Россия; Узбекстан"},
)
MENDED = ({"date_signed": "28.02.2000"}, {"parties": "Россия; Узбекистан"})


def test_a_filled_template_is_corrected_imported_and_exported_again(visit, staff):
    staff("importer")
    with visit() as importer:
        importer.sign_in("importer")
        importer.open(IMPORT)
        book = fetched(importer, 'a[href$="/template/"]')
        uploaded(importer, filled(book, WITH_MISTAKES))
        marked = refused_with_reasons(importer)
        uploaded(importer, filled(marked, MENDED))
        previewed_and_confirmed(importer)
        found_at_the_desk(importer)
        undone(importer)
        assert not importer.complaints, "\n".join(importer.complaints)


def filled(book, rows):
    """The workbook with these cells below the example of the template."""
    for number, cells in enumerate(rows, 5):
        fill(book.active, number, **cells)
    return book


def nothing_is_stored():
    return not Agreement.objects.filter(title_ru__contains="о мостах").exists()


def refused_with_reasons(importer):
    """The errors on the page, and the workbook that comes back with them marked."""
    assert importer.sees("h2", "Ничего не сохранено")
    assert importer.sees(".findings td", "31.02.2000")
    assert importer.sees(".findings td", "UZ (Узбекистан)")
    assert nothing_is_stored()
    marked = fetched(importer, 'form[action$="/marked/"] button')
    assert "31.02.2000" in cell(marked.active, 5, "date_signed").comment.text
    assert "Узбекистан" in cell(marked.active, 6, "parties").comment.text
    return marked


def previewed_and_confirmed(importer):
    assert importer.sees(".findings td", "25 мая 1993")
    importer.press('.import-tabs a[href*="new"]')
    assert importer.sees(".import-preview td", "Договор о мостах")
    assert nothing_is_stored()
    importer.press("[name=confirm]")
    assert importer.sees(".messagelist .success")


def found_at_the_desk(importer):
    importer.follow(f"/{Agreement.objects.get(title_ru='Договор о мостах').pk}/change/")
    assert importer.page.locator("#id_title_ru").input_value() == "Договор о мостах"
    importer.open("admin/relations/agreement/?q=дороги")
    assert importer.sees("#result_list", "Соглашение о дорогах")


def undone(importer):
    importer.open(f"admin/relations/importbatch/{ImportBatch.objects.latest('pk').pk}/change/")
    importer.press('a[href$="/undo/"]')
    assert importer.sees("li", "будут удалены")
    assert not importer.axe_violations()
    assert importer.sideways(360) <= 0
    importer.page.set_viewport_size({"width": 1440, "height": 900})
    assert Agreement.objects.filter(title_ru__contains="о мостах").exists()
    importer.page.locator("#id_reason").fill("Не тот файл")
    importer.press(".confirm-action [type=submit]")
    assert importer.sees(".messagelist .success", "Импорт отменён")
    importer.open("admin/relations/agreement/?q=дороги")
    assert not importer.sees("#result_list", "Соглашение о дорогах")
    assert nothing_is_stored()


def test_a_large_file_shows_progress_and_then_the_preview_by_itself(visit, staff, settings, monkeypatch):
    """The worker's steps are done by the test: what is looked at is the page."""
    settings.IMPORT_AT_ONCE_BYTES = 0
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    monkeypatch.setattr(reading, "CHUNK", 10)
    staff("importer")
    rows = "".join(f"Договор {i},{1992 + i % 30}\n" for i in range(40))
    with visit() as importer:
        importer.sign_in("importer")
        importer.open(IMPORT)
        file = {
            "name": "rows.csv",
            "mimeType": "text/csv",
            "buffer": f"title_ru,date_signed\n{rows}".encode(),
        }
        importer.page.locator("#id_file").set_input_files(file)
        importer.press("form[enctype] [type=submit]")
        assert importer.sees("#import-progress progress")
        assert not importer.axe_violations()
        with importer.page.expect_navigation():
            carry_on(ImportBatch.objects.latest("pk"))
        assert importer.sees(".import-tabs [aria-current]", "40")
        assert not importer.axe_violations()
        assert not importer.complaints, "\n".join(importer.complaints)


def carry_on(batch):
    from relations import tasks

    tasks.carry_on.call(batch.pk)


def test_the_pages_of_an_import_fit_a_phone_in_both_themes_and_break_no_rule(visit, staff):
    staff("importer")
    rows = "\n".join(
        [
            "title_ru,date_signed,parties,date_provisional",
            "Договор,31.02.2000,RU; UZ,31.02.2000",
            "Второй,25 мая 1993,РФ; UZ,",
        ]
    )
    for theme in ("light", "dark"):
        with visit(theme=theme) as importer:
            importer.sign_in("importer")
            importer.open(IMPORT)
            file = {"name": "rows.csv", "mimeType": "text/csv", "buffer": rows.encode()}
            importer.page.locator("#id_file").set_input_files(file)
            importer.press("form[enctype] [type=submit]")
            for tab in ("errors", "warnings", "new"):
                importer.press(f'.import-tabs a[href*="{tab}"]')
                assert not importer.axe_violations()
                assert importer.sideways(360) <= 0, tab
                assert importer.right_edge(".findings td, .import-preview td") <= 360, tab
                importer.page.set_viewport_size({"width": 1440, "height": 900})
            importer.open(reverse("admin:relations_importbatch_changelist").lstrip("/"))
            assert not importer.axe_violations()
            assert not importer.complaints, "\n".join(importer.complaints)


def test_what_an_import_proposes_fits_a_phone_in_both_themes_and_is_approved(visit, staff):
    staff("publisher")
    rows = ({"key": one.key, "notes": f"Проверено: {one.key}"} for one in Agreement.objects.published()[:3])
    batch = import_rows("agreements", *rows, proposes=True, user=staff("importer"))
    address = reverse("admin:relations_importbatch_proposals", args=[batch.pk]).lstrip("/")
    for theme in ("light", "dark"):
        with visit(theme=theme) as publisher:
            publisher.sign_in("publisher")
            publisher.open(address)
            assert not publisher.axe_violations()
            assert publisher.sideways(360) <= 0
            publisher.page.set_viewport_size({"width": 1440, "height": 900})
            assert not publisher.complaints, "\n".join(publisher.complaints)
            if theme == "dark":
                publisher.press("[value=approve]")
    assert Agreement.objects.filter(notes__startswith="Проверено: ").count() == 3
