"""Synthetic agreements, as the cells of a sheet."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TYPE_CHECKING

from .dates import Date, some_date, some_day
from .numbers import chance, key_of
from .sources import FIRST_RECORDS, Cells, citations, some_sources, source_key
from .words import DEEDS, KINDS, PARTIES, PARTNERS, TOPICS, in_the_field_of

if TYPE_CHECKING:
    from relations.models import Place

    from .content import Content


#: how many agreements of a hundred are of each kind
SHARES = {"states": 80, "regions": 10, "group": 4, "organizations": 3, "domestic": 3}
SIDES, WEIGHTS = tuple(SHARES), tuple(SHARES.values())
STATUSES = ("signed", "in_force", "expired", "terminated")
#: what was terminated lasted so long
LASTED, STILL_PAST = 5, 2018
LOCATORS = ("page", "paragraph", "article")
PLAIN_LOCATORS = 400


def plain_agreement(number: int) -> Cells:
    """An agreement of states as a sheet with ten columns has it: 2.3 parties, 1.75 topics and one source on average."""
    random = chance("plain", number)
    kind, deed = random.choice(list(KINDS)), random.choice(DEEDS)
    parties = ["RU", *random.sample(PARTNERS, random.choices((1, 2, 3), (75, 20, 5))[0])]
    topics = some_topics(random)
    date = some_day(random)
    (source,) = some_sources(random, FIRST_RECORDS + number, date.year, 1)
    return {
        "key": key_of("agreement", number),
        **titles(KINDS[kind], between(parties), deed, in_the_field_of(topics[0]), number),
        "instrument_type": kind,
        "status": random.choice(STATUSES),
        "date_signed": date.cell,
        "parties": "; ".join(parties),
        "topics": "; ".join(sorted(topics)),  # as the register writes them
        "source": source_key(source),
        "locator": f"{random.choice(LOCATORS)} {random.randint(1, PLAIN_LOCATORS)}",
    }


def agreement(number: int, content: Content) -> Cells:
    """An agreement of states, regions, a group or organisations, or a domestic act, with a date of any kind."""
    random = chance("agreement", number)
    kind, deed, topics = random.choice(list(KINDS)), random.choice(DEEDS), some_topics(random)
    date = some_date(random)
    cells, between = parties(random, random.choices(SIDES, WEIGHTS)[0], content)
    kind = cells.pop("instrument_type", kind)
    words = KINDS.get(kind, ("Концепция", "Concept"))
    return {
        "key": key_of("agreement", number),
        **titles(words, between, deed, in_the_field_of(topics[0]), number),
        "instrument_type": kind,
        "topics": "; ".join(sorted(topics)),
        "date_signed": date.cell,
        **cells,
        **status(random, date),
        **citations(random, number, date.year, ["status", "parties" if "parties" in cells else "status"]),
    }


def some_topics(random: Random) -> list[str]:
    return random.sample(list(TOPICS), random.choices((1, 2, 3), (40, 45, 15))[0])


def titles(
    kind: tuple[str, str],
    between: tuple[str, str],
    deed: tuple[str, str],
    field: tuple[str, str],
    number: int,
) -> Cells:
    """The number makes a title unlike any other."""
    parts = zip(kind, between, deed, field, strict=True)
    russian, english = (" ".join(filter(None, words)) for words in parts)
    return {"title_ru": f"{russian} № {number:08}", "title_en": f"{english} № {number:08}"}


def between(codes: Sequence[str]) -> tuple[str, str]:
    """«между Российской Федерацией и Туркменистаном»"""
    russian, english = ([PARTIES[code][language] for code in codes] for language in (0, 1))
    return f"между {listed(russian, 'и')}", f"between {listed(english, 'and')}"


def listed(names: Sequence[str], word: str) -> str:
    *others, last = names
    return f"{', '.join(others)} {word} {last}"


def parties(random: Random, sides: str, content: Content) -> tuple[Cells, tuple[str, str]]:
    """(cells of who takes part, the words for it in the title)"""
    partner = random.choice(PARTNERS)
    if sides == "regions" and partner in content.regions and "RU" in content.regions:
        return of_regions(random, [random.choice(content.regions[code]) for code in ("RU", partner)])
    if sides == "organizations" and partner in content.organizations and "RU" in content.organizations:
        both = [random.choice(content.organizations[code]) for code in ("RU", partner)]
        return {"organizations": "; ".join(one.key for one in both), "level": "interagency"}, ("", "")
    if sides == "group" and content.groups:
        group = random.choice(content.groups)
        cells = {"parties": f"RU; {partner}; {group.code}", "level": "interstate"}
        return cells, between(["RU", partner])
    if sides == "domestic":
        return {"parties": "RU", "instrument_type": "law_or_concept"}, ("", "")
    codes = ["RU", *random.sample(PARTNERS, random.choices((1, 2, 3), (84, 13, 3))[0])]
    cells = {"parties": "; ".join(codes), "level": random.choice(("interstate", "intergovernmental", ""))}
    if random.random() < 0.06:
        cells["place"] = content.some_city(random, codes[1]).code
    if random.random() < 0.05 and (people := content.people.get(random.choice(codes))):
        cells["signed_by"] = random.choice(people).key
    return cells, between(codes)


def of_regions(random: Random, regions: Sequence[Place]) -> tuple[Cells, tuple[str, str]]:
    codes, russian, english = zip(*((one.code, one.name_ru, one.name_en) for one in regions), strict=True)
    words = f"({' – '.join(russian)})", f"({' – '.join(english)})"
    return {"regions": "; ".join(codes), "level": "interregional"}, words


def status(random: Random, date: Date) -> Cells:
    """A status, with the dates that it needs."""
    found = random.choice(STATUSES)
    if found == "terminated" and date.year > STILL_PAST or not date.cell:
        found = "signed"
    cells = {"status": found}
    if found in ("in_force", "expired"):
        cells["date_in_force"] = f"{date.year + 1}{date.cell[4:]}" if date.is_day else f"{date.year + 1}"
    elif found == "terminated":
        cells["date_terminated"] = f"{date.year + LASTED}"
    return cells
