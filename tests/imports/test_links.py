"""In a column for addresses, the address behind a linked text is the value."""

import pytest

from relations.catalog import RESOURCES
from relations.imports.pipeline import load_sheet
from relations.models import Source
from relations.readers.sheet import read_sheet
from tests.helpers.sheets import codes, styled, warnings
from tests.readers.test_ods import ods, row, text

ADDRESS = "https://example.org/treaty?a=1&b=2"


def linked(*links):
    """A sheet of sources with these (address, text) in the column url."""

    def fill(book, sheet):
        sheet.write_row(0, 0, ["key", "type", "title", "url"])
        for at, (address, shown) in enumerate(links, 1):
            sheet.write_row(at, 0, [f"s{at}", "webpage"])
            sheet.write_url(at, 2, "https://example.org/other", None, f"Страница {at}")
            sheet.write_url(at, 3, address, None, shown)

    return read_sheet(styled(fill))


def load(sheet):
    return load_sheet(RESOURCES["sources"], sheet)


@pytest.mark.django_db
def test_the_address_of_a_link_is_stored_and_said():
    report = load(linked((ADDRESS, "ссылка")))
    assert (codes(report.errors), "cell.link" in warnings(report)) == ([], True)
    source = Source.objects.get(key="s1")
    assert (source.url, source.title) == (ADDRESS, "Страница 1")


@pytest.mark.django_db
def test_an_address_that_is_shown_counts():
    report = load(linked((ADDRESS, "https://example.org/shown")))
    assert "cell.link" not in warnings(report)
    assert Source.objects.get(key="s1").url == "https://example.org/shown"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["mailto:a@example.org", "internal:Данные!A1", "ftp://example.org/a"])
def test_only_addresses_of_the_web_are_read(address):
    assert codes(load(linked((address, "ссылка"))).errors) == ["text.invalid"]


def test_the_link_of_a_formula_and_that_of_ods_are_read_alike():
    def fill(book, sheet):
        sheet.write_row(0, 0, ["key", "url"])
        sheet.write(1, 0, "a")
        sheet.write_formula(1, 1, f'=HYPERLINK("{ADDRESS}","ссылка")', None, "ссылка")

    in_xml = ADDRESS.replace("&", "&amp;")
    data = ods(row(text("a"), text(f'<text:a xlink:href="{in_xml}">ссылка</text:a>')))
    for sheet in (read_sheet(styled(fill)), read_sheet(data, "L")):
        assert sheet.links == {(2, 1): ADDRESS}
        (below,) = sheet.linked([1]).rows
        assert below.cells == ["a", ADDRESS]
        assert [one.cells for one in sheet.linked([0]).rows] == [["a", "ссылка"]]
