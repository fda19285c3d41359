"""Roman numerals, used for the editions of forums."""

STEPS = (
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
)


def roman(number: int) -> str:
    """6 becomes "VI"."""
    letters = ""
    for value, letter in STEPS:
        times, number = divmod(number, value)
        letters += letter * times
    return letters


#: as titles write the number of an edition
ORDINALS = {
    "ru": (
        "первый второй третий четвёртый пятый шестой седьмой восьмой девятый десятый"
        " одиннадцатый двенадцатый тринадцатый"
        " четырнадцатый пятнадцатый шестнадцатый семнадцатый восемнадцатый девятнадцатый двадцатый"
    ).split(),
    "en": (
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth"
        " fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
    ).split(),
}


def ordinals(number: int) -> list[str]:
    """The words for an edition's number in both languages, none beyond twenty."""
    return [words[number - 1] for words in ORDINALS.values() if number <= len(words)]
