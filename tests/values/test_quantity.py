from decimal import Decimal

import pytest

from relations.errors import Problem
from relations.values.quantity import Quantity, footnote_apart, number


def refused(written):
    with pytest.raises(Problem) as caught:
        Quantity.parse(written)
    return caught.value


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
        ("1,234,567", "1234567", "exact", 0),
        ("1,234.5", "1234.5", "exact", 0),
        ("0,123", "0.123", "exact", 0),
        ("1234,567", "1234.567", "exact", 0),
        ("1 234,567", "1234.567", "exact", 0),
        ("12,345678", "12.345678", "exact", 0),
        ("1.234", "1.234", "exact", 0),
        ("1,5", "1.5", "exact", 0),
        ("более 3,818 млн", "3.818", "more_than", 6),
        ("5 тыс.", "5", "exact", 3),
        ("5 тысяч", "5", "exact", 3),
        ("5 миллионов", "5", "exact", 6),
        ("5млрд", "5", "exact", 9),
        ("2 триллиона", "2", "exact", 12),
        ("5 bn", "5", "exact", 9),
        ("5 million", "5", "exact", 6),
        ("\u200e5\ufeff", "5", "exact", 0),
        ("-0", "0", "exact", 0),
        ("1661.999999999999", "1662", "exact", 0),
        ("0.30000000000000004", "0.3", "exact", 0),
        ("0.1234567", "0.123457", "exact", 0),
        ("0.123456", "0.123456", "exact", 0),
        ("999999999999999", "999999999999999", "exact", 0),
        ("500000000000000000", "500000000000000000", "exact", 0),
        ("1234567890.1234567", "1234567890.12346", "exact", 0),
        ("3521418059.923445", "3521418059.92344", "exact", 0),
        ("1234567890123.4567", "1234567890123.46", "exact", 0),
        ("123456789012345.6", "123456789012346", "exact", 0),
        ("18.499999999999996", "18.5", "exact", 0),
    ],
)
def test_figures_are_read_with_their_uncertainty(written, value, qualifier, mult):
    found = Quantity.parse(written)
    assert (found.value, found.qualifier, found.mult) == (Decimal(value), qualifier, mult)


def test_a_range_keeps_both_ends():
    found = Quantity.parse("5–7 млн")
    assert (found.value, found.upper, found.qualifier, found.mult) == (5, 7, "between", 6)


def test_a_range_in_words_keeps_both_ends():
    found = Quantity.parse("от 5 до 7")
    assert (found.value, found.upper, found.qualifier) == (5, 7, "between")


@pytest.mark.parametrize("written", ["40 %", "40%", "40 процентов", "40 проц.", "40 per cent", "40 percent"])
def test_a_percent_says_so(written):
    assert (Quantity.parse(written).value, Quantity.parse(written).is_percent) == (40, True)


def test_a_bare_number_is_no_percent():
    assert not Quantity.parse("40").is_percent


@pytest.mark.parametrize(
    ("written", "decimal", "thousands"),
    [
        ("1,234", "1.234", "1 234"),
        ("16,500", "16.500", "16 500"),
        ("-1,234", "-1.234", "-1 234"),
        ("1,234 million", "1.234", "1 234"),
        ("более 16,500", "16.500", "16 500"),
    ],
)
def test_a_comma_before_three_digits_is_ambiguous_and_both_readings_are_named(written, decimal, thousands):
    problem = refused(written)
    assert problem.code == "number.ambiguous"
    assert (problem.params["decimal"], problem.params["thousands"]) == (decimal, thousands)
    assert all(reading in str(problem) for reading in (decimal, thousands))


@pytest.mark.parametrize(
    ("written", "guess"),
    [
        ("5 млд", "млрд"),
        ("5 мрлд", "млрд"),
        ("5 милиардов", "миллиардов"),
        ("5 тыщ", "тыс"),
        ("5 bilion", "billion"),
    ],
)
def test_a_misspelt_power_of_ten_is_refused_with_the_right_one(written, guess):
    problem = refused(written)
    assert (problem.code, problem.params["guess"]) == ("number.word", guess)
    assert guess in str(problem)


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ("5 квадрлн", "квадрлн"),
        ("5 сотен", "сотен"),
        ("5 штукпроцентов", "штукпроцентов"),
        ("5 процентных пунктов", "процентных"),
        ("25 п.п.", "п.п"),
        ("5 т", "т"),
        ("5 кг", "кг"),
        ("5 ton", "ton"),
        ("5 штук", "штук"),
        ("5 млрд долл.", "долл"),
        ("5-7 штук", "штук"),
    ],
)
def test_an_unknown_word_is_never_swallowed(written, word):
    problem = refused(written)
    assert (problem.code, problem.params["word"]) == ("number.word", word)
    assert "guess" not in problem.params
    assert f"«{word}»" in str(problem) or f"“{word}”" in str(problem)


@pytest.mark.parametrize("written", ["более 5-7", "около 5–7 млн", "от 5-7", "до 5 до 7"])
def test_a_range_with_a_word_is_refused_since_one_of_them_would_be_lost(written):
    assert refused(written).code == "number.range_and_word"


@pytest.mark.parametrize(
    "written", ["999999999999999999", "111111111111111111", "1234567890123456", "1234567890123456.5"]
)
def test_more_digits_than_both_databases_keep_are_refused(written):
    problem = refused(written)
    assert problem.code == "number.too_exact"
    assert "15" in str(problem)


@pytest.mark.parametrize("written", ["0.0000004", "1" + "0" * 18, "999999999999999999.9999999"])
def test_a_number_too_small_or_too_large_is_refused(written):
    assert refused(written).code == "number.too_long"


def test_an_empty_cell_is_a_direction_without_a_number():
    assert Quantity.parse("").qualifier == "direction_only"


def test_the_base_value_is_in_the_unit_itself():
    assert Quantity.parse("6,5 трлн").base == Decimal("6500000000000")


@pytest.mark.parametrize(
    "nonsense",
    [
        *("много", "1e400", "NaN", "inf", "1.2.3", "5-", "9" * 30, "7–5", "\x00"),
        *("TRUE", "FALSE", "ИСТИНА", "ЛОЖЬ", "5 и 7", "5 and 7", "1_0", "٥", "0,123,456"),
        *("1,23,456", "5 млн млрд", "1 23 456"),
    ],
)
def test_invalid_input_is_refused_with_a_sentence(nonsense):
    problem = refused(nonsense)
    assert problem.code.startswith("number.")
    assert str(problem)


@pytest.mark.parametrize("nonsense", ["1_0", "٥", "TRUE", "1 23 456", "более 5", "5 %"])
def test_a_cell_for_a_bare_number_takes_nothing_else(nonsense):
    with pytest.raises(Problem):
        number(nonsense, nonsense)


def test_a_cell_for_a_bare_number_takes_the_same_numbers():
    assert number("1\u00a0234,5", "") == Decimal("1234.5")
    assert number("1,234.5", "") == number("1.234,5", "") == Decimal("1234.5")
    assert number("(1e5)", "") == Decimal(-100_000)
    assert number(None, "") is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234,56", "1234.56"),
        ("1.234.567", "1234567"),
        ("1.234.567,89", "1234567.89"),
        ("1’234", "1234"),
        ("1'234'567.8", "1234567.8"),
        ("(123)", "-123"),
        ("(1 234,5)", "-1234.5"),
        ("5e6", "5000000"),
        ("5E-3", "0.005"),
        ("5·10^6", "5000000"),
        ("5*10^6", "5000000"),
        ("2,5 × 10⁶", "2500000"),
        ("１２３４", "1234"),
        (".5", "0.5"),
        ("5.", "5"),
    ],
)
def test_a_number_with_one_meaning_is_read(text, value):
    assert Quantity.parse(text).value == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        "5,", "1'23", "1.23.456", "1.234,567,8", "0.000,5", "18,5²", "1992³", "(5-7)", "((5))", "- 5", "5 x 3", "1/2",
        "½", "10⁶", "1e400", "e6", "5e", "1’234 567", "=5",
    ],
)  # fmt: skip
def test_what_is_no_number_or_more_than_one_is_refused(text):
    with pytest.raises(Problem):
        Quantity.parse(text)


def test_a_number_with_two_meanings_is_refused_with_both():
    with pytest.raises(Problem, match=r"1\.234.*1 234"):
        Quantity.parse("1,234")


def test_words_beside_them_keep_their_meaning():
    found = Quantity.parse("около 1.234,5 млн")
    assert (found.value, found.mult, found.qualifier) == (Decimal("1234.5"), 6, "about")


@pytest.mark.parametrize(
    ("written", "text", "mark"),
    [
        ("18,5²", "18,5", "²"),
        ("1992³", "1992", "³"),
        ("18,5¹²⁾", "18,5", "¹²⁾"),
        ("18,5⁽а⁾", "18,5", "⁽а⁾"),
        ("18,5 млн²", "18,5 млн", "²"),
        ("18,5 %¹", "18,5 %", "¹"),
        ("18,5*", "18,5", "*"),
        ("18,5 **", "18,5", "**"),
        ("18,5†", "18,5", "†"),
        ("18,5 1)", "18,5", "1)"),
        ("2,5 × 10⁶ ¹", "2,5 × 10⁶ ¹", ""),
        ("2,5 × 10⁶*", "2,5 × 10⁶", "*"),
    ],
)
def test_the_mark_of_a_footnote_stands_apart_from_the_figure(written, text, mark):
    assert footnote_apart(written) == (text, mark)


@pytest.mark.parametrize(
    "written", ["10⁶", "2,5 × 10⁶", "5·10²", "5 м²", "CO₂", "(1)", "1)", "*", "5", "", "18,5 1.", "н/д"]
)
def test_a_power_and_the_sign_of_a_unit_are_no_footnotes(written):
    assert footnote_apart(written).mark == ""
