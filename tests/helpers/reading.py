"""Files as a reader returns or refuses them."""

import pytest

from relations.errors import Problem
from relations.readers.sheet import read_sheet


def rows_of(data):
    sheet = read_sheet(data.encode() if isinstance(data, str) else data)
    return [sheet.header, *(row.cells for row in sheet.rows)]


def refusal(data):
    """The Problem with which a file is refused, which both kinds of reader understand."""
    with pytest.raises(Problem) as caught:
        rows_of(data)
    assert all(caught.value.in_every_language().values())
    return caught.value
