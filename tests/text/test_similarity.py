"""Misspelt names lead to the intended name, at least as often as with the standard library."""

from difflib import get_close_matches

from benchmarks.names import known_names, misspelt_names
from relations.rows.suggestions import MOST, NEAR_ENOUGH, near
from relations.text.similarity import most_similar, similarity


def test_a_hundred_misspelt_names_lead_to_the_name_that_was_meant():
    known = known_names()
    pairs = misspelt_names(known, 100)
    missed = [(text, name) for name, text in pairs if name not in near(text, known)]
    missed_by_difflib = [
        (text, name) for name, text in pairs if name not in get_close_matches(text, known, MOST, NEAR_ENOUGH)
    ]
    assert len(pairs) == 100
    assert not set(missed) - set(missed_by_difflib)
    assert len(missed) <= 1, missed


def test_a_text_similar_to_no_name_has_no_suggestion():
    assert near("квантовая хромодинамика", known_names()) == []


def test_equal_ones_come_in_the_same_order_however_they_are_given():
    assert most_similar("cat", ["cut", "cot"], 2, 0.5) == most_similar("cat", ["cot", "cut"], 2, 0.5)


def test_no_more_are_named_than_were_asked_for():
    assert most_similar("договор", ["договоры", "договора", "разговор"], 2, 0.5) == ["договоры", "договора"]


def test_similarity_is_a_share_and_nothing_below_the_least():
    assert similarity("same", "same") == 1
    assert similarity("abcd", "abxy") == 0.5
    assert similarity("abcd", "abxy", at_least=0.6) == 0
