"""The template: headings in both languages, drop-downs, an example that is not imported, a codebook."""

import io

import openpyxl
import pytest
from django.core.management import call_command

from relations.catalog import RESOURCES
from relations.imports.pipeline import load_sheet
from relations.models import Agreement
from relations.readers.sheet import read_sheet
from relations.writers.template import write_template
from tests.helpers.sheets import codes

pytestmark = pytest.mark.django_db


def template(slug):
    stream = io.BytesIO()
    write_template(stream, RESOURCES[slug])
    return stream


@pytest.mark.parametrize("slug", RESOURCES)
def test_a_template_has_every_column_in_both_languages_and_by_its_name(slug):
    sheet = openpyxl.load_workbook(template(slug))[slug]
    russian, english, names = ([cell.value for cell in row] for row in sheet.iter_rows(max_row=3))
    assert set(RESOURCES[slug].names()) <= set(names)
    assert all(russian)
    assert all(english)
    assert russian != english


@pytest.mark.parametrize("slug", RESOURCES)
def test_an_untouched_template_imports_nothing(slug):
    report = load_sheet(RESOURCES[slug], read_sheet(template(slug).getvalue()))
    assert (report.rows, report.errors) == (0, [])
    assert "row.example" in codes(report.warnings)


def test_coded_columns_have_drop_downs_with_every_value():
    book = openpyxl.load_workbook(template("agreements"))
    sheet, codebook = book["agreements"], book["codebook"]
    lists = {
        rule.sqref.ranges.pop().min_col: rule.formula1 for rule in list(sheet.data_validations.dataValidation)
    }
    names = [cell.value for cell in sheet[3]]
    area = lists[names.index("instrument_type") + 1].split("!")[1].replace("$", "")
    offered = [row[0].value for row in codebook[area]]
    assert offered == Agreement.InstrumentType.values


def test_a_filled_template_is_read(russia, uzbekistan):
    stream = template("agreements")
    book = openpyxl.load_workbook(stream)
    sheet = book["agreements"]
    names = [cell.value for cell in sheet[3]]
    row = {"title_ru": "Договор", "instrument_type": "treaty", "parties": "RU; UZ", "source_title": "Вестник"}
    for name, value in row.items():
        sheet.cell(5, names.index(name) + 1, value)
    filled = io.BytesIO()
    book.save(filled)
    report = load_sheet(RESOURCES["agreements"], read_sheet(filled.getvalue()))
    assert (report.created, report.errors) == (1, [])
    assert Agreement.objects.get().source_count == 1


def test_the_command_writes_it(tmp_path):
    call_command("export_sheet", "forums", template=True, output=str(tmp_path / "t.xlsx"))
    assert openpyxl.load_workbook(tmp_path / "t.xlsx").sheetnames == ["forums", "codebook"]


def test_the_admin_offers_it_to_those_who_may_import(client, staff):
    client.force_login(staff("importer"))
    assert client.get("/admin/relations/forum/template/").status_code == 200
    assert "/admin/relations/forum/template/" in client.get("/admin/relations/forum/import/").content.decode()
    client.force_login(staff("editor"))
    assert client.get("/admin/relations/forum/template/").status_code == 403
