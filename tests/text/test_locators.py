"""Places in a source, and how far it extends."""

import pytest

from relations.errors import Problem
from relations.text.locators import canonical_extent, read_extent, read_locator


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("абзац 36", ("paragraph", "36")),
        ("стр. 5", ("page", "5")),
        ("строка таблицы 4", ("sheet-row", "4")),
        ("строка 4", ("line", "4")),
        ("Выводы", ("", "Выводы")),
    ],
)
def test_a_place_is_read_with_the_words_of_both_languages(text, expected):
    assert read_locator(text) == expected


def test_an_extent_is_kept_in_one_spelling():
    assert canonical_extent(" абз. 52;Сноска 13; ") == "paragraph 52; footnote 13"
    assert canonical_extent("") == ""
    assert read_extent("paragraph 52; footnote 13") == {"paragraph": 52, "footnote": 13}


@pytest.mark.parametrize("text", ["52", "paragraph", "paragraph many", "paragraph 0", "глава 5", "page 1–5"])
def test_what_is_no_last_number_of_a_kind_is_refused(text):
    with pytest.raises(Problem) as refused:
        read_extent(text)
    assert refused.value.code == "extent.unreadable"


def test_a_kind_has_one_last_number():
    with pytest.raises(Problem) as refused:
        read_extent("paragraph 5; абзац 6")
    assert refused.value.code == "extent.twice"
