"""Facet choices of a list's form, each with the number of results behind it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import shorten
from typing import NamedTuple

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from relations.filters.parameters import Choices
from relations.models import Indicator, Place, Source, Topic
from relations.models.places import register_first
from relations.queries.record_query import RecordQuery
from relations.rows.columns import Label
from relations.text.normalize import fold

#: the facets in their order, and those that are unfolded before anything is chosen in them
FACETS = (
    "country",
    "with",
    "region",
    "scope",
    "type",
    "status",
    "format",
    "level",
    "office",
    "indicator",
    "area",
    "counterpart",
    "topic",
    "source",
    "sourced",
)
UNFOLDED = {"country", "type", "status"}
#: of more choices only those with the most records are shown, or those that are looked for
MOST_CHOICES = 20
LONGEST_SEARCH, LONGEST_LABEL = 100, 90


@dataclass
class Option:
    """One choice of a facet; `count` is the length of the list with only this choice in the facet."""

    value: str
    label: Label
    chosen: bool
    count: int


class Group(NamedTuple):
    """The options under one heading, which may be empty."""

    heading: str
    options: list[Option]


class ChoiceGroup(NamedTuple):
    """The choices of one group before they are counted."""

    heading: str
    choices: Choices


@dataclass
class Facet:
    """One parameter with its choices, in groups."""

    name: str
    label: str
    groups: list[Group]
    #: how many choices there are, shown or not, and the words by which they were looked for
    total: int
    sought: str = ""

    @property
    def shown(self) -> int:
        return sum(len(options) for _heading, options in self.groups)

    @property
    def is_cut(self) -> bool:
        """Whether there are more choices than can be shown, so that they can be looked for."""
        return self.total > MOST_CHOICES

    @property
    def chosen(self) -> int:
        return sum(option.chosen for _heading, options in self.groups for option in options)

    @property
    def is_unfolded(self) -> bool:
        return self.name in UNFOLDED or bool(self.chosen) or bool(self.sought)


def shortened(label: str) -> str:
    """A long label cut between two words, with an ellipsis."""
    return label if len(label) <= LONGEST_LABEL else shorten(label, LONGEST_LABEL, placeholder="…")


def by_name(choices: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Choices in the order of the reader's language."""
    return sorted(choices, key=lambda choice: (choice[1].casefold(), choice[0]))


class FacetOptions:
    """The choices of one query."""

    def __init__(self, query: RecordQuery) -> None:
        self.query = query

    def facets(self) -> list[Facet]:
        """Those without any choice are left out."""
        found = [self.facet(name) for name in FACETS if name in self.query.form.fields]
        return [facet for facet in found if facet.total]

    def facet(self, name: str) -> Facet:
        groups = self.groups(name)
        total = sum(len(options) for _heading, options in groups)
        if name == "source":  # of which only those that are shown have been loaded
            total = max(total, len(self.query.facets.counts(name)))
        else:
            groups = self.cut(groups, self.sought(name))
        return Facet(name, str(self.query.form.fields[name].label), groups, total, self.sought(name))

    def sought(self, name: str) -> str:
        """The words by which the choices of a facet are looked for."""
        return self.query.parameters.get(f"find_{name}", "").replace("\x00", "").strip()[:LONGEST_SEARCH]

    def cut(self, groups: list[Group], sought: str) -> list[Group]:
        """Those with the most records, or with the words that are looked for; what is chosen stays."""
        every = [option for _heading, options in groups for option in options]
        if len(every) <= MOST_CHOICES and not sought:
            return groups
        words = fold(sought).split()
        fitting = [one for one in every if all(word in fold(str(one.label)) for word in words)]
        most = sorted(fitting, key=lambda one: -one.count)[:MOST_CHOICES]
        kept = {one.value for one in (*most, *(one for one in every if one.chosen))}
        cut = [Group(heading, [one for one in options if one.value in kept]) for heading, options in groups]
        return [group for group in cut if group.options]

    def groups(self, name: str) -> list[Group]:
        """Selected values stay in the form even if no record has them."""
        groups = self.offered(name)
        if given := self.query.given.getlist(name):
            offered = {value for _heading, choices in groups for value, _label in choices}
            if others := [value for value in given if value not in offered]:
                known = dict(self.query.choices(name))
                missing = [(value, known[value]) for value in others if value in known]
                groups = [*groups, ChoiceGroup("", missing)] if missing else groups
        return [Group(heading, self.options(name, choices)) for heading, choices in groups]

    def options(self, name: str, choices: Choices) -> list[Option]:
        chosen, counts = set(self.query.given.getlist(name)), self.query.facets.counts(name)
        return [Option(value, label, value in chosen, counts[value]) for value, label in choices]

    def offered(self, name: str) -> list[ChoiceGroup]:
        """In the order of the form."""
        if name in ("region", "area", "counterpart"):
            return self.places_by_country(name)
        return [ChoiceGroup("", self.choices(name))]

    def choices(self, name: str) -> Choices:
        if name in ("country", "with"):
            return [(place.code, place.name) for place in sorted(self.countries, key=register_first)]
        if name == "topic":
            return [(topic.key, label) for topic, label in self.query.names.named(Topic)]
        if name == "source":
            return by_name((source.key, shortened(str(source))) for source in self.sources())
        if name == "indicator":
            return [(one.key, label) for one, label in self.query.names.named(Indicator)]
        return [choice for choice in self.query.choices(name) if choice[0]]

    def sources(self) -> Iterable[Source]:
        """Those that can be shown: the most cited by records of the list, or by the words that are looked for."""
        counts = self.query.facets.counts("source")
        if sought := self.sought("source"):
            found = Source.objects.matching(sought).order_by().values_list("key", flat=True)
            counts = Counter({key: counts[key] for key in found if counts[key]})
        keys = [key for key, _number in sorted(counts.items(), key=lambda one: (-one[1], one[0]))]
        return Source.objects.filter(key__in=keys[:MOST_CHOICES]).defer("search_text", "row")

    @cached_property
    def countries(self) -> list[Place]:
        """The countries of all places that take part in a published record, each once."""
        countries = dict.fromkeys(place.country for place in self.query.places)
        return [country for country in countries if country]

    def places_by_country(self, name: str) -> list[ChoiceGroup]:
        """Regions and cities in each country; of areas the countries and groups themselves too."""
        kinds = (Place.Kind.REGION, Place.Kind.CITY) if name == "region" else Place.Kind.values
        by_country: dict[Place, list[tuple[str, str]]] = {}
        groups: list[tuple[str, str]] = []
        taking_part = {place.pk for place in self.query.places}
        for place, label in self.query.names.named(Place):
            if place.pk in taking_part and place.kind in kinds:
                country = place.country
                choices = by_country.setdefault(country, []) if country else groups
                choices.append((place.code, label))
        found = [
            ChoiceGroup(country.name, by_country[country])
            for country in sorted(by_country, key=register_first)
        ]
        return [*found, ChoiceGroup(_("Groups of places"), groups)] if groups else found
