"""No cell is dropped silently: one without a heading is refused, and short rows are reported."""

import pytest
from django.core.management import call_command

from relations.catalog import RESOURCES
from relations.imports.pipeline import load_sheet
from relations.models import Agreement
from relations.readers.sheet import read_sheet
from tests.helpers.admin import text
from tests.helpers.import_pages import upload
from tests.helpers.sheets import codes, load_table, problems, workbook

pytestmark = pytest.mark.django_db
HEADINGS = ["key", "title_ru", "date_signed", "parties", "source_title"]
ROW = ["k1", "Договор", "25.05.1993", "RU", "Сборник"]


@pytest.fixture(autouse=True)
def places(russia, kazakhstan):
    """Those that the rows name."""


def load_csv(*lines, delimiter=";"):
    body = "\n".join([delimiter.join(HEADINGS), *lines])
    return load_sheet(RESOURCES["agreements"], read_sheet(body.encode()))


def messages(findings):
    return [str(finding.problem) for finding in findings]


def test_a_list_without_quotation_marks_is_refused_with_the_likely_repair():
    report = load_csv("k1;Договор;25.05.1993;RU; KZ;Сборник")
    assert problems(report) == [("F2", "cell.no_heading")]
    (message,) = messages(report.errors)
    assert all(part in message for part in ("6", "5", "Сборник", '"RU; KZ"'))
    assert not Agreement.objects.exists()


def test_with_quotation_marks_it_is_a_list():
    report = load_csv('k1;Договор;25.05.1993;"RU; KZ";Сборник')
    assert not report.errors or "cell.no_heading" not in codes(report.errors)


def test_every_text_right_of_the_headings_is_named():
    report = load_csv("k1;Договор;25.05.1993;RU;Сборник;лишнее;ещё")
    (message,) = messages(report.errors)
    assert "лишнее" in message
    assert "ещё" in message


def test_delimiters_at_the_end_of_a_row_are_no_cells():
    assert "cell.no_heading" not in codes(load_csv("k1;Договор;25.05.1993;RU;Сборник;;;").errors)


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_a_row_shorter_than_the_headings_is_read_and_reported(delimiter):
    report = load_csv(delimiter.join(ROW[:2]), delimiter=delimiter)
    assert "row.short" in codes(report.warnings)
    assert "row.short" not in codes(load_csv(delimiter.join(ROW), delimiter=delimiter).warnings)


def test_empty_cells_that_the_file_has_are_not_missing():
    assert "row.short" not in codes(load_csv("k1;Договор;;;").warnings)


def test_a_cell_under_an_empty_heading_is_refused():
    report = load_table("agreements", ["key", "", "title_ru"], ["k1", "потеряно", "Договор"])
    assert problems(report) == [("B2", "cell.no_heading")]
    assert "потеряно" in messages(report.errors)[0]


def test_an_empty_column_without_a_heading_is_none():
    report = load_table("agreements", ["key", "", "title_ru"], ["k1", "", "Договор"])
    assert "cell.no_heading" not in codes(report.errors)


def test_cells_right_of_the_headings_of_a_workbook_are_refused():
    data = workbook([HEADINGS, [*ROW, "сноска"]])
    report = load_sheet(RESOURCES["agreements"], read_sheet(data))
    assert ("F2", "cell.no_heading") in problems(report)
    assert "row.short" not in codes(report.warnings)


def test_so_is_a_row_that_is_stored_already():
    load_table("agreements", ["key", "title_ru"], ["k1", "Договор"])
    report = load_table("agreements", ["key", "title_ru"], ["k1", "Договор", "потеряно"])
    assert problems(report) == [("C2", "cell.no_heading")]


def test_the_preview_says_so_in_the_language_of_the_reader(importer):
    body = ";".join(HEADINGS) + "\nk1;Договор;25.05.1993;RU; KZ;Сборник"
    page = text(upload(importer, body.encode()))
    assert "Сборник" in page
    assert "would be lost" in page or "было бы потеряно" in page


def test_so_does_the_command(tmp_path, capsys):
    path = tmp_path / "sheet.csv"
    path.write_text(";".join(HEADINGS) + "\nk1;Договор;25.05.1993;RU; KZ;Сборник", encoding="utf-8")
    with pytest.raises(SystemExit):
        call_command("import_sheet", "agreements", str(path))
    said = capsys.readouterr()
    assert "F2" in said.out + said.err
