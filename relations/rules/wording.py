"""What texts say: numbers, years, qualifiers and the number of an edition, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from relations.text.normalize import fold, fold_word
from relations.values.ordinals import ORDINALS
from relations.values.quantity import MULTS

YEAR = re.compile(
    r"(?<![\d.,№#-])(?<!№ )(?<!No\. )(1[5-9]\d\d|20\d\d|21\d\d)(?![\d.,]?\d)(?!-р|-r|-[A-ZА-Я])"
)
RU_STEMS = {
    2: "два две двух двум двумя двое вдвое удвоил удвоилось удвоился удвоилась",
    3: "три трех трем тремя трое втрое утроил",
    4: "четыре четырех четырем четырьмя вчетверо", 5: "пять пяти пятью впятеро", 6: "шесть шести шестью",
    7: "семь семи семью", 8: "восемь восьми восемью", 9: "девять девяти девятью", 10: "десять десяти десятью",
    11: "одиннадцать одиннадцати", 12: "двенадцать двенадцати", 13: "тринадцать тринадцати",
    14: "четырнадцать четырнадцати", 15: "пятнадцать пятнадцати", 16: "шестнадцать шестнадцати",
    17: "семнадцать семнадцати", 18: "восемнадцать восемнадцати восемнадцатью", 19: "девятнадцать девятнадцати",
    20: "двадцать двадцати", 30: "тридцать тридцати", 40: "сорок сорока", 50: "пятьдесят половина половину",
    100: "сто ста", 25: "четверть четверти", 1: "одна один одно одного одной одну",
}  # fmt: skip
EN_NUMBERS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen twenty"
).split()
EN_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
EN_WORDS = {
    "doubled": 2, "double": 2, "twice": 2, "twofold": 2, "trebled": 3, "tripled": 3, "threefold": 3, "fourfold": 4,
    "fivefold": 5, "quarter": 25, "half": 50, "hundred": 100, "dozen": 12, "both": 2,
}  # fmt: skip


@lru_cache(maxsize=1)
def number_words() -> dict[str, int]:
    """{folded word: its number} of both languages, without ordinals."""
    found = {word: number for number, words in RU_STEMS.items() for word in words.split()}
    found |= {word: i for i, word in enumerate(EN_NUMBERS, 1)}
    return found | {word: 20 + i * 10 for i, word in enumerate(EN_TENS)} | EN_WORDS


#: what may follow the stem of a Russian ordinal
ORDINAL_ENDINGS = "ый ий ой ая ья ое ье ого ьего ом ьем ей ую ью ым ьи ые".split()


@lru_cache(maxsize=1)
def ordinal_words() -> dict[str, int]:
    """{folded word: its number} of the ordinals of both languages; Russian ones in any gender and case."""
    found: dict[str, int] = {word: i for i, word in enumerate(ORDINALS["en"], 1)}
    for i, word in enumerate(ORDINALS["ru"], 1):
        for ending in ORDINAL_ENDINGS:
            found.setdefault(fold(word)[:-2] + ending, i)
    return found


DIGITS = re.compile(r"(?<![\w.,])(\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d{1,3}(?:,\d{3})+|\d+)(?:[.,](\d+))?")
WORD = re.compile(r"[^\W\d_]+")
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
AFTER = re.compile(r"[ \u00a0\u202f]*([^\W\d_]+)")


@lru_cache(maxsize=20_000)
def numbers_in(text: str) -> frozenset[Decimal]:
    """The numbers that a text names in digits or words, with their powers of ten; years included."""
    return frozenset((*in_digits(text), *in_words(text)))


def in_digits(text: str) -> Iterator[Decimal]:
    for _at, number in digits_at(text):
        yield number


def digits_at(text: str) -> Iterator[tuple[int, Decimal]]:
    """(position, number) of the numbers in digits; “3,818” is a decimal in a Russian text and a thousand in English."""
    is_russian = bool(CYRILLIC.search(text))
    for match in DIGITS.finditer(text):
        whole, power = re.sub(r"\D", "", match[1]), power_after(text, match.end())
        if is_russian and match[1].count(",") == 1 and not match[2]:
            yield match.start(), Decimal(match[1].replace(",", ".")).scaleb(power)
        else:
            yield match.start(), Decimal(f"{whole}.{match[2]}" if match[2] else whole).scaleb(power)


def power_after(text: str, at: int) -> int:
    """The power of ten that the word after a number stands for."""
    match = AFTER.match(text, at)
    return MULTS.get(match[1].casefold(), 0) if match else 0


def in_words(text: str) -> Iterator[Decimal]:
    known, tens = number_words(), 0
    for match in WORD.finditer(text):
        word = fold_word(match[0])
        number = known.get(word) or ordinal(word)
        if number:
            yield Decimal(number + (tens if number < 10 else 0)).scaleb(power_after(text, match.end()))
        tens = number if number and number >= 20 and number % 10 == 0 and word in EN_TENS else 0


def ordinal(word: str) -> int | None:
    """The number of «третье» or “third”; None of any other word."""
    return ordinal_words().get(word)


@lru_cache(maxsize=20_000)
def years_in(text: str) -> frozenset[int]:
    """The years that a text names."""
    return frozenset(int(match[1]) for match in YEAR.finditer(text))


ROMAN = re.compile(r"(?<![\w.])([IVXL]+)(?![\w.])")
SUFFIXED = re.compile(r"(?<![\d.,])(\d{1,3})(?:st|nd|rd|th|-?(?:й|я|е|го|ый|ая|ое))(?!\w)")
VALUES = {"I": 1, "V": 5, "X": 10, "L": 50}


def of_roman(letters: str) -> int:
    values = [VALUES[letter] for letter in letters]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-one if one < following else one for one, following in pairs)


@lru_cache(maxsize=20_000)
def editions_in(title: str) -> tuple[int, ...]:
    """The numbers that a title gives as ordinals, in the order of the text: VI, 6th, «шестой», without centuries."""
    found = [
        (match.start(), of_roman(match[1])) for match in ROMAN.finditer(title) if not is_century(title, match)
    ]
    found += [
        (match.start(), int(match[1])) for match in SUFFIXED.finditer(title) if not is_century(title, match)
    ]
    known = ordinal_words()
    if not known.keys().isdisjoint(map(fold_word, WORD.findall(title))):
        found += [
            (match.start(), number)
            for match in WORD.finditer(title)
            if (number := known.get(fold_word(match[0]))) and not is_century(title, match)
        ]
    return tuple(number for _at, number in sorted(found))


def is_century(text: str, match: re.Match[str]) -> bool:
    """Whether the number counts a century, and no edition; or is the letter I."""
    after = AFTER.match(text, match.end())
    return bool(after and after[1].casefold().startswith(("век", "столет", "centur")))


#: beginnings of the words before a number that make it inexact, by qualifier
QUALIFIERS = {
    "about": ("около", "порядка", "примерно", "приблизительно", "about", "around", "approximately", "some", "circa"),
    "almost": ("почти", "almost", "nearly"),
    "more": ("более", "больше", "свыше", r"превы[сш]\w+", "выше", "more", "over", "above", "passed",
             r"exceed\w*", "atleast"),
    "less": ("менее", "меньше", "ниже", "less", "under", "below", "atmost", "up to"),
}  # fmt: skip
#: two words of which one alone means the opposite
TWO_WORDS = {"не более": "atmost", "не менее": "atleast", "not more": "atmost", "not less": "atleast",
             "at least": "atleast", "at most": "atmost"}  # fmt: skip
#: the codes of the column that a group of words allows
ALLOWED = {
    "about": {"about"},
    "almost": {"almost", "about", "less_than", "at_most"},
    "more": {"more_than", "at_least"},
    "less": {"less_than", "at_most"},
}
#: how many letters, and how many words of them, before a number may qualify it
BEFORE, WORDS_BEFORE = 40, 3


@lru_cache(maxsize=20_000)
def qualifiers_of(text: str, value: Decimal) -> frozenset[str]:
    """The groups of words that stand shortly before this number in the text."""
    found = set()
    for at, number in positions(text):
        if number != value:
            continue
        before = fold(text[max(0, at - BEFORE) : at].rsplit(".", 1)[-1].rsplit(",", 1)[-1])
        for two, one in TWO_WORDS.items():
            before = before.replace(two, one)
        before = " ".join(before.split()[-WORDS_BEFORE:])
        for group, words in QUALIFIERS.items():
            if re.search(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", before):
                found.add(group)
    return frozenset(found)


def positions(text: str) -> Iterator[tuple[int, Decimal]]:
    """(position, number) of the numbers of a text."""
    yield from digits_at(text)
    known = number_words()
    for match in WORD.finditer(text):
        word = fold_word(match[0])
        if number := known.get(word) or ordinal(word):
            yield match.start(), Decimal(number).scaleb(power_after(text, match.end()))
