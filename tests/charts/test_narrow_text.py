"""Words in a narrow picture stay whole and within its edges."""

import pytest
from django.utils.translation import override

from relations.charts.frame import lines
from relations.charts.legend import INDENT, legend
from relations.charts.theme import LOOKS


def test_what_a_no_break_space_joins_is_parted_rather_than_a_word():
    assert lines("≈ около 3000\u00a0предприятий", 14) == ["≈ около 3000", "предприятий"]
    assert lines("2\u00a0школы в городе", 14) == ["2\u00a0школы в", "городе"]


@pytest.mark.parametrize("look", ["light", "light-narrow"])
def test_a_long_explanation_goes_on_below_its_beginning(look):
    look = LOOKS[look]
    long = "определение, отличное от определения показателя, как его даёт источник"
    entries = [
        {"text": "≠", "label": long},
        {"text": "≈", "label": "около"},
        {"text": "↑", "label": "не менее"},
    ]
    with override("ru"):
        layers, height = legend(entries, look, top=10)
    rows = layers[-1]["data"]["values"]
    letters = look.letters(look.small, look.width // (1 if look.is_narrow else 2) - INDENT)
    assert all(len(line) <= letters for row in rows for line in row["label"])
    assert " ".join(rows[0]["label"]) == long
    last = rows[-1]
    assert last["y"] > rows[0]["y"] + (len(rows[0]["label"]) - 1) * look.small
    assert height + 10 > last["y"]
