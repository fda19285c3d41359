"""Synthetic sources, and the citations of them."""

from collections.abc import Sequence
from random import Random

from .numbers import chance, key_of
from .words import SOURCES, TOPICS

#: sources of a register of any size, and those of its first records, which a small one has alone
ALL_SOURCES, FIRST_SOURCES, FIRST_RECORDS = 2_000, 100, 10_000
#: the years in which each hundred sources was issued, from the first to the last
ISSUED_FROM, YEARS = 1993, 33
#: a record is told by the sources of some years after it
TOLD_WITHIN = 30
LOCATORS = ("page", "paragraph", "article")
TYPES = tuple(SOURCES)
TOPIC_KEYS = tuple(TOPICS)
Cells = dict[str, str]


def number_of_sources(records: int) -> int:
    return FIRST_SOURCES if records <= FIRST_RECORDS else ALL_SOURCES


def source_key(number: int) -> str:
    return key_of("source", number)


def issued_in(number: int) -> int:
    """The year of a source; every hundred sources are spread over all years."""
    return ISSUED_FROM + number % FIRST_SOURCES * YEARS // FIRST_SOURCES


def source(number: int) -> Cells:
    random, kind = chance("source", number), TYPES[number % len(TYPES)]
    is_russian, topic = number % 3 > 0, TOPICS[TOPIC_KEYS[number % len(TOPICS)]]
    names = [f"{SOURCES[kind][at]}: {topic[at]}, № {number:08}" for at in (0, 1)]
    title, translation = names if is_russian else names[::-1]
    year, month, day = issued_in(number), random.randint(1, 12), random.randint(1, 28)
    url = f"https://example.org/synthetic/{number}" if random.random() < 0.7 else ""
    return {
        "key": source_key(number),
        "type": kind,
        "title": title,
        "title_translation": f"[{translation}]",
        "author": "Иванов И. И." if is_russian else "Smith, John",
        "publisher": "Синтетика" if is_russian else "Synthetic Press",
        "issued": f"{year}-{month:02}-{day:02}" if random.random() < 0.8 else f"{year}",
        "url": url,
        "accessed": "2026-06" if url else "",
        "language": "ru" if is_russian else "en",
        "extent": f"{label_of(number)} {length_of(number)}",
    }


def label_of(number: int) -> str:
    return LOCATORS[number % len(LOCATORS)]


def length_of(number: int) -> int:
    """The last page, paragraph or article of a source."""
    return 20 + number % 20


def some_sources(random: Random, record: int, year: int, how_many: int) -> list[int]:
    """Different sources that were issued after a year; the first records cite the first sources."""
    blocks = number_of_sources(record) // FIRST_SOURCES
    first = -(-(year + 1 - ISSUED_FROM) * FIRST_SOURCES // YEARS)
    first = min(max(first, 0), FIRST_SOURCES - 5)
    within = range(first, min(first + TOLD_WITHIN, FIRST_SOURCES))
    return [random.randrange(blocks) * FIRST_SOURCES + at for at in random.sample(within, how_many)]


def citations(random: Random, record: int, year: int, facts: Sequence[str]) -> Cells:
    """One source of the whole record, and now and then others of single facts, each with a place in it."""
    how_many = random.choices((1, 2, 3), (70, 25, 5))[0]
    numbers = some_sources(random, record, year, how_many)
    fields = ["", *(random.choice(facts) for _ in numbers[1:])]
    return {
        "source": "; ".join(map(source_key, numbers)),
        "locator": "; ".join(f"{label_of(one)} {random.randint(1, length_of(one))}" for one in numbers),
        "cited_fields": "; ".join(fields),
    }
