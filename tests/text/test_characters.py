"""The characters of a text: what cannot be seen is left out, what makes another word stays."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relations.text.characters import UNSEEN, meant
from relations.text.normalize import fold


@pytest.mark.parametrize("mark", list(UNSEEN))
def test_a_mark_that_cannot_be_seen_is_left_out(mark):
    assert meant(f"Мемо{mark}рандум{mark}") == "Меморандум"
    assert fold(f"Мемо{mark}рандум") == "меморандум"


@pytest.mark.parametrize("space", list("\u00a0\u2007\u2009\u202f\u3000"))
def test_a_space_of_any_width_is_an_ordinary_one(space):
    assert meant(f"Меморандум{space}о{space}связи") == "Меморандум о связи"


def test_letters_are_composed():
    assert meant(unicodedata.normalize("NFD", "Ёлкина, йод, ýyl")) == "Ёлкина, йод, ýyl"


@pytest.mark.parametrize(
    "text", ["می\u200cخواهم", "क\u094d\u200dष", "\U0001f468\u200d\U0001f469\u200d\U0001f466"]
)
def test_joiners_stay_where_the_script_needs_them(text):
    assert meant(text) == unicodedata.normalize("NFC", text)


def test_a_stress_stays_in_the_text_and_does_not_divide_the_word():
    assert meant("Росси\u0301я") == "Росси\u0301я"
    assert fold("Росси\u0301я") == "россия"
    assert fold(unicodedata.normalize("NFD", "Ёлка и йод")) == "елка и йод"


@given(st.text())
def test_what_was_meant_is_meant_again(text):
    assert meant(meant(text)) == meant(text)
