"""The measure of an order, against figures worked out by hand, and the form of the graded list."""

import csv
import json
from math import log2
from pathlib import Path

import pytest
from django.conf import settings

from tests.search.ndcg import ndcg_at_10

GRADED = json.loads((Path(__file__).parent / "golden" / "ranking.json").read_text(encoding="utf-8"))
TYPES = ("agreements", "forums", "visits", "statistics")


def curated(slug):
    with (settings.BASE_DIR / "fixtures" / "records" / f"{slug}.csv").open(encoding="utf-8-sig") as file:
        return {f"{slug}/{row['key']}" for row in csv.DictReader(file)}


def test_the_best_order_counts_one_and_the_order_of_equal_grades_does_not_matter():
    grades = {"a": 3, "b": 2, "c": 2}
    assert ndcg_at_10(["a", "b", "c"], grades) == ndcg_at_10(["a", "c", "b"], grades) == 1


def test_a_known_order_gives_the_figure_worked_out_by_hand():
    # gains 0, 7, 1 and 3 at positions 1 to 4; at best 7, 3 and 1
    found = 7 / log2(3) + 1 / 2 + 3 / log2(5)
    best = 7 + 3 / log2(3) + 1 / 2
    assert ndcg_at_10(["x", "a", "c", "b"], {"a": 3, "b": 2, "c": 1}) == pytest.approx(found / best)
    assert found / best == pytest.approx(6.2085 / 9.3928, abs=0.0001)


def test_a_record_that_is_missing_lowers_the_figure():
    assert ndcg_at_10(["b"], {"a": 3, "b": 2}) == pytest.approx(3 / (7 + 3 / log2(3)))


def test_what_stands_after_the_tenth_place_counts_nothing():
    others = [f"x{number}" for number in range(10)]
    assert ndcg_at_10([*others, "a"], {"a": 3}) == 0
    assert ndcg_at_10([*others[:9], "a"], {"a": 3}) == pytest.approx(1 / log2(11))


def test_ten_of_twelve_best_records_are_enough():
    grades = {f"a{number}": 3 for number in range(12)}
    assert ndcg_at_10(list(grades)[2:], grades) == 1


def test_no_results_are_right_only_where_nothing_answers():
    assert ndcg_at_10([], {}) == 1
    assert ndcg_at_10(["x"], {}) == 0
    assert ndcg_at_10([], {"a": 1}) == 0
    assert ndcg_at_10(["x"], {"a": 1}) == 0


def test_a_record_ranked_twice_is_refused():
    with pytest.raises(ValueError, match="once"):
        ndcg_at_10(["a", "a"], {"a": 3})


def test_the_graded_list_asks_thirty_questions_in_each_language():
    russian = [words for words in GRADED if any("а" <= letter <= "я" for letter in words.casefold())]
    assert (len(russian), len(GRADED)) == (30, 60)


def test_every_grade_is_of_a_record_of_the_content_and_from_one_to_three():
    records = set().union(*map(curated, TYPES))
    assert {key for grades in GRADED.values() for key in grades} <= records
    assert {grade for grades in GRADED.values() for grade in grades.values()} == {1, 2, 3}


def test_every_question_has_a_best_answer_or_none_at_all():
    assert all(max(grades.values(), default=3) == 3 for grades in GRADED.values())
    assert any(not grades for grades in GRADED.values())


def test_every_type_is_the_best_answer_to_some_question():
    best = {
        key.partition("/")[0] for grades in GRADED.values() for key, grade in grades.items() if grade == 3
    }
    assert best == set(TYPES)


@pytest.mark.parametrize(
    ("russian", "english"),
    [
        ("СНГ", "CIS"),
        ("Киргизия", "Kyrgyz Republic"),
        ("Лукойл", "Lukoil"),
        ("города-побратимы", "twin towns"),
    ],
)
def test_a_question_asked_in_both_languages_has_one_set_of_grades(russian, english):
    assert GRADED[russian] == GRADED[english]
