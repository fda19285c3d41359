from decimal import Decimal

import pytest

from relations.problems import Problem
from relations.quantities import Quantity


@pytest.mark.parametrize(
    ("written", "value", "qualifier", "mult"),
    [
        ("961", "961", "exact", 0),
        ("16 500", "16500", "exact", 0),
        ("16\u00a0500", "16500", "exact", 0),
        ("3,818 трлн", "3.818", "exact", 12),
        ("почти 6,5 трлн", "6.5", "almost", 12),
        ("более 200", "200", "more_than", 0),
        ("свыше 1200", "1200", "more_than", 0),
        ("порядка 74", "74", "about", 0),
        ("about 470 billion", "470", "about", 9),
        ("не менее 5", "5", "at_least", 0),
        ("менее 3 млн", "3", "less_than", 6),
        ("до 10", "10", "at_most", 0),
        ("-14.5", "-14.5", "exact", 0),
        ("1,234,567.5", "1234567.5", "exact", 0),
    ],
)
def test_figures_are_read_with_their_uncertainty(written, value, qualifier, mult):
    found = Quantity.parse(written)
    assert (found.value, found.qualifier, found.mult) == (Decimal(value), qualifier, mult)


def test_a_range_keeps_both_ends():
    found = Quantity.parse("5–7 млн")
    assert (found.value, found.upper, found.qualifier, found.mult) == (5, 7, "between", 6)


def test_a_percent_says_so():
    assert Quantity.parse("40 %").is_percent
    assert not Quantity.parse("40").is_percent


def test_an_empty_cell_is_a_direction_without_a_number():
    assert Quantity.parse("").qualifier == "direction_only"


def test_the_base_value_is_in_the_unit_itself():
    assert Quantity.parse("6,5 трлн").base == Decimal("6500000000000")


@pytest.mark.parametrize(
    "nonsense", ["много", "1e400", "NaN", "inf", "1.2.3", "5-", "9" * 30, "7–5", "0.1234567", "\x00"]
)
def test_nonsense_is_refused_with_a_sentence(nonsense):
    with pytest.raises(Problem) as caught:
        Quantity.parse(nonsense)
    assert caught.value.code.startswith("number.")
    assert str(caught.value)
