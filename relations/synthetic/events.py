"""Synthetic forums and visits, as the cells of a sheet."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from .agreements import some_topics
from .dates import some_date
from .numbers import chance, key_of
from .sources import Cells, citations
from .words import FORUMS, PARTNERS, VISITS, in_the_field_of

if TYPE_CHECKING:
    from .content import Content


def forum(number: int, content: Content) -> Cells:
    random = chance("forum", number)
    kind, topics, date = random.choice(list(FORUMS)), some_topics(random), some_date(random)
    states = ["RU", *random.sample(PARTNERS, random.choices((1, 2), (80, 20))[0])]
    cells = {"participants": "; ".join(states)}
    chosen = random.random()
    if chosen < 0.08 and (organizations := content.organizations.get(states[0])):
        cells["organizations"] = random.choice(organizations).key
    elif chosen < 0.16 and (people := content.people.get(states[-1])):
        cells["participants"] += f"; person:{random.choice(people).key}"
    return {
        "key": key_of("forum", number),
        **titles(FORUMS[kind], topics[0], states, number, content),
        "topics": "; ".join(sorted(topics)),
        "event_type": kind,
        "date": date.cell,
        "places": content.some_city(random, random.choice(states)).code if random.random() < 0.2 else "",
        **cells,
        "event_status": "held",
        **citations(random, number, date.year, ["date" if date.cell else "participants", "participants"]),
    }


def visit(number: int, content: Content) -> Cells:
    random = chance("visit", number)
    kind, topics, date = random.choice(list(VISITS)), some_topics(random), some_date(random)
    states = ["RU", random.choice(PARTNERS)]
    random.shuffle(states)
    return {
        "key": key_of("visit", number),
        **titles(VISITS[kind], topics[0], states, number, content),
        "topics": "; ".join(sorted(topics)),
        "visitor": visitor(random, states[0], content),
        "to_places": (content.some_city(random, states[1]).code if random.random() < 0.5 else states[1]),
        "hosts": states[1] if random.random() < 0.3 else "",
        "visit_type": kind,
        "format": "in_person",
        "visit_status": "held",
        "date": date.cell,
        **citations(random, number, date.year, ["date" if date.cell else "visitor", "to_places"]),
    }


def visitor(random: Random, country: str, content: Content) -> str:
    """A country, a region, a person or an organisation."""
    chosen = random.random()
    if chosen < 0.2 and (regions := content.regions.get(country)):
        return random.choice(regions).code
    if chosen < 0.35 and (people := content.people.get(country)):
        return f"person:{random.choice(people).key}"
    if chosen < 0.4 and (organizations := content.organizations.get(country)):
        return f"org:{random.choice(organizations).key}"
    return country


def titles(kind: tuple[str, str], topic: str, states: list[str], number: int, content: Content) -> Cells:
    """«Конференция в области туризма (Россия – Казахстан) № …»"""
    russian, english = zip(*(content.name(code) for code in states), strict=True)
    field = in_the_field_of(topic)
    return {
        "title_ru": f"{kind[0]} {field[0]} ({' – '.join(russian)}) № {number:08}",
        "title_en": f"{kind[1]} {field[1]} ({' – '.join(english)}) № {number:08}",
    }
