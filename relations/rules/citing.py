"""Rules about sources and the places in them."""

from __future__ import annotations

import re
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from relations.models import Citation
from relations.models.places import COUNTRIES

from .context import Context
from .rule import ACTORS, ALL, Found, Severity, rule
from .shown import listed
from .view import Cited, View

ERROR, HINT = Severity.ERROR, Severity.HINT
NUMBER = re.compile(r"\d+")
REGION = frozenset(COUNTRIES) - {"RU"}
#: with fewer other citations nothing is known of a source
FEWEST = 5
#: a locator is far outside beyond this multiple of all others, and this many beyond them
FACTOR, BEYOND = 2, 20


class Place(NamedTuple):
    """A locator as its number and the heading after it: (36, "In the economy")."""

    number: int | None
    heading: str


def place_of(locator: str) -> Place:
    number, _comma, heading = locator.partition(",")
    match = NUMBER.match(number.strip())
    return Place(int(match[0]) if match else None, heading.strip())


def last_number(locator: str) -> int | None:
    """The last number of “36” or “36–38”, without its heading."""
    numbers = NUMBER.findall(locator.partition(",")[0])
    return int(numbers[-1]) if numbers else None


@rule(
    ERROR,
    ALL,
    "locator source",
    _("“%(where)s” is beyond the end of “%(source)s”, whose last one is %(last)d."),
)
def locator_beyond_end(view: View, context: Context) -> Found:
    for cited in view.citations:
        source, number = context.reference.sources.get(cited.source), last_number(cited.locator)
        last = source.longest(cited.label) if source else None
        if source and number is not None and last is not None and number > last:
            return {"where": where(cited), "source": source.title, "last": last}
    return None


def where(cited: Cited) -> str:
    return f"{cited.label} {cited.locator}".strip()


def elsewhere(view: View, context: Context, cited: Cited) -> list[Place]:
    """The places of the same kind that other records cite in the source."""
    found = context.reference.cited.get(cited.source, ())
    return [place_of(one.locator) for one in found if one.label == cited.label and one.key != view.key]


@rule(
    HINT,
    ALL,
    "locator source",
    _("“%(where)s” is far beyond what other records cite in “%(source)s”: at most %(most)d."),
)
def locator_far_away(view: View, context: Context) -> Found:
    for cited in view.citations:
        number = last_number(cited.locator)
        known = [place.number for place in elsewhere(view, context, cited) if place.number is not None]
        if number is None or len(known) < FEWEST:
            continue
        most = max(known)
        if number > FACTOR * most and number > most + BEYOND:
            source = context.reference.sources[cited.source].title
            return {"where": where(cited), "source": source, "most": most}
    return None


@rule(
    HINT,
    ALL,
    "source locator",
    _("Other records name a heading beside the number in “%(source)s”, this one does not: %(where)s."),
)
def heading_missing(view: View, context: Context) -> Found:
    for cited in view.citations:
        others = elsewhere(view, context, cited)
        own = [place_of(one.locator) for one in view.citations if one.source == cited.source]
        if (
            len(others) >= FEWEST
            and not any(one.heading for one in own)
            and all(one.heading for one in others)
        ):
            return {"source": context.reference.sources[cited.source].title, "where": where(cited)}
    return None


@rule(
    HINT,
    ALL,
    "source locator",
    _("No other record cites the heading of “%(where)s” in “%(source)s”."),
)
def heading_unknown(view: View, context: Context) -> Found:
    for cited in view.citations:
        others, heading = elsewhere(view, context, cited), place_of(cited.locator).heading
        if heading and len(others) >= FEWEST and not any(one.heading for one in others):
            return {"source": context.reference.sources[cited.source].title, "where": where(cited)}
    return None


@rule(
    HINT,
    ALL,
    "source locator",
    _("Other records cite %(usual)s in “%(source)s”, but this one %(label)s."),
)
def another_kind_of_locator(view: View, context: Context) -> Found:
    for cited in view.citations:
        found = [one.label for one in context.reference.cited.get(cited.source, ()) if one.key != view.key]
        usual = set(found)
        if len(found) >= FEWEST and len(usual) == 1 and cited.label and cited.label not in usual:
            labels = dict(Citation.Locator.choices)
            kinds = {"usual": labels.get(found[0], found[0]), "label": labels.get(cited.label, cited.label)}
            return {"source": context.reference.sources[cited.source].title, **kinds}
    return None


@rule(
    HINT,
    ALL,
    f"source parties regions participants visitor to_places area counterpart {ACTORS}",
    _("The source “%(source)s” is about %(countries)s, none of which takes part."),
)
def source_of_others(view: View, context: Context) -> Found:
    """Among the states of the region: Russia takes part in nearly everything, and others are named in passing."""
    sides = {place.code for place in view.countries}
    for group in [place.code for place in view.countries if place.is_group]:
        sides |= view.reference.members(group, view.days)
    sides |= {place.country.code for place in view.side_places if place.country}
    if not sides & REGION:
        return None
    for cited in view.citations:
        source = context.reference.sources.get(cited.source)
        named = (
            view.reference.countries_in(f"{source.title}. {source.title_translation}") if source else set()
        )
        named -= {"RU"}
        if source and named and named <= REGION and not named & sides:
            countries = listed(view.reference.places[code] for code in sorted(named))
            return {"source": source.title, "countries": countries}
    return None
