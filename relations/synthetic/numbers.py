"""Keys and chance: what a record is follows from its number alone, so that a smaller register begins a larger one."""

from random import Random

PREFIX = "synthetic-"
SEED = 20240601
#: digits of a number; with fewer it would be read as a year in keys and titles
DIGITS = 8


def key_of(kind: str, number: int) -> str:
    return f"{PREFIX}{kind}-{number:0{DIGITS}}"


def chance(kind: str, number: int) -> Random:
    """The random numbers of one record."""
    return Random(f"{SEED} {kind} {number}")
