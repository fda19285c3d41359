"""What a cell of a csv file says, and what keeps its text from becoming a formula."""

import pytest

from relations.readers.csv_reader import csv_table
from relations.text.cell_syntax import guarded, shown


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('="25.05.1993"', "25.05.1993"),
        ('="007"', "007"),
        ('="он сказал ""да"""', 'он сказал "да"'),
        ('=""', ""),
        ("'=1+1", "=1+1"),
        ("'-5", "-5"),
        ("25.05.1993", "25.05.1993"),
    ],
)
def test_a_cell_is_the_text_that_a_spreadsheet_shows(cell, text):
    assert shown(cell) == text


@pytest.mark.parametrize("cell", ['="a"&"b"', '=A1+"x"', '="unfinished', "=1+1", '="a"b'])
def test_any_other_formula_stays_what_it_is(cell):
    assert shown(cell) == cell


@pytest.mark.parametrize("text", ['="25.05.1993"', "=1+1", "-x", "'quoted", "plain"])
def test_what_is_guarded_is_read_as_it_was(text):
    assert shown(guarded(text)) == text


def test_a_csv_is_read_so():
    assert list(csv_table('key;date_signed\n="a";"=""25.05.1993"""'))[1] == ["a", "25.05.1993"]
