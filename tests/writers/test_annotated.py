"""A refused file comes back with its errors marked, and is accepted once they are corrected."""

import csv
import io

import openpyxl
import pytest

from relations.catalog import RESOURCES
from relations.imports.pipeline import load_sheet
from relations.imports.report import grouped
from relations.models import Agreement, ImportLine, KeptFile
from relations.readers.sheet import read_sheet
from relations.writers.annotated import annotated
from tests.helpers.import_pages import batch_of, press, upload

pytestmark = pytest.mark.django_db
HEAD = ["title_ru", "date_signed", "parties"]


def two_sheets(*rows):
    book = openpyxl.Workbook()
    for row in (HEAD, *rows):
        book.active.append(row)
    book.create_sheet("другое")["A1"] = "=1+1"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def refused(data):
    report = load_sheet(RESOURCES["agreements"], read_sheet(data))
    assert report.errors
    return report


@pytest.fixture
def bad(russia, uzbekistan):
    return two_sheets(["Договор", "31.02.2000", "RU; UZ"], ["=нет", "1992", "RU; Атлантида"])


def test_bad_cells_are_coloured_and_say_why(bad):
    marked, extension = annotated(bad, refused(bad))
    book = openpyxl.load_workbook(io.BytesIO(marked))
    sheet = book.active
    assert extension == "xlsx"
    assert "31.02.2000" in sheet["B2"].comment.text
    assert sheet["B2"].fill.fgColor.rgb == "00F4B6B6"
    assert "Атлантида" in sheet["C3"].comment.text
    assert sheet["A2"].comment is None


def test_other_sheets_and_formulas_stay_and_a_list_of_errors_is_added(bad):
    book = openpyxl.load_workbook(io.BytesIO(annotated(bad, refused(bad))[0]))
    assert book["другое"]["A1"].value == "=1+1"
    listed = [row[0].value for row in book["ошибки"].iter_rows(min_row=2)]
    assert {"B2", "C3"} <= set(listed)


def test_the_corrected_file_is_accepted(bad):
    book = openpyxl.load_workbook(io.BytesIO(annotated(bad, refused(bad))[0]))
    book.active["B2"], book.active["C3"], book.active["A3"] = "25.02.2000", "RU; UZ", "Второй"
    stream = io.BytesIO()
    book.save(stream)
    report = load_sheet(RESOURCES["agreements"], read_sheet(stream.getvalue()))
    assert (report.created, report.errors) == (2, [])


def test_a_csv_is_returned_with_a_column_of_errors_that_the_next_import_ignores(russia, uzbekistan):
    data = "title_ru;date_signed;parties\nДоговор;31.02.2000;RU, UZ\n".replace(", ", ";").encode("cp1251")
    data = "title_ru,date_signed,parties\nДоговор,31.02.2000,RU; UZ\n".encode("cp1251")
    marked, extension = annotated(data, refused(data))
    rows = list(csv.reader(io.StringIO(marked.decode("utf-8-sig")), delimiter=";"))
    assert extension == "csv"
    assert rows[0][-1] == "_errors"
    assert "31.02.2000" in rows[1][-1]
    corrected = marked.decode("utf-8-sig").replace("Договор;31.02.2000", "Договор;1992").encode()
    report = load_sheet(RESOURCES["agreements"], read_sheet(corrected))
    assert (report.created, report.errors) == (1, [])


def test_the_admin_returns_the_refused_file_to_its_owner_only(bad, client, staff):
    client.force_login(staff("importer"))
    page = upload(client, bad)
    answer = press(client, page, "marked")
    assert openpyxl.load_workbook(io.BytesIO(answer.content)).active["B2"].comment
    client.force_login(staff("publisher"))
    assert press(client, page, "marked").status_code == 403


def test_a_confirmed_file_is_deleted(client, staff, russia, uzbekistan):
    client.force_login(staff("importer"))
    press(client, upload(client, two_sheets(["Договор", "1992", "RU; UZ"])), "confirm")
    assert Agreement.objects.count() == 1
    assert not KeptFile.objects.exists()
    assert not ImportLine.objects.exists()


def test_the_good_rows_can_be_stored_and_the_bad_ones_fetched_back(client, staff, russia, uzbekistan):
    client.force_login(staff("importer"))
    rows = ["Первый", "1992", "RU; UZ"], ["Плохой", "31.02.2000", "RU; UZ"], ["Третий", "1994", "RU; UZ"]
    page = upload(client, two_sheets(*rows))
    assert batch_of(page).report["good_rows"] == 2
    answer = press(client, page, "good")
    assert set(Agreement.objects.values_list("title_ru", flat=True)) == {"Первый", "Третий"}
    assert any(": 3" in str(message) for message in answer.context["messages"])
    marked = press(client, page, "marked")
    assert openpyxl.load_workbook(io.BytesIO(marked.content)).active["B3"].comment


def test_an_error_of_the_whole_sheet_leaves_no_good_rows():
    report = load_sheet(RESOURCES["agreements"], read_sheet(b"title_ru,title_ru\na,b\n"))
    assert report.good_rows == 0


def test_errors_of_one_cause_are_grouped(russia):
    rows = [["Договор", "1992", "RU; Атлантида"] for _number in range(250)]
    group = next(
        group for group in grouped(refused(two_sheets(*rows)).errors) if group["header"] == "parties"
    )
    assert (group["count"], len(group["cells"]), group["cells"][0]) == (250, 200, "C2")
