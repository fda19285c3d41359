"""The choices that the form of a list offers, each with the length of the list it leads to."""

from dataclasses import dataclass

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from relations.models import Indicator, Place, Source, Topic
from relations.models.places import register_first

#: the facets in their order, and those that are unfolded before anything is chosen in them
FACETS = (
    "country",
    "with",
    "region",
    "type",
    "status",
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
#: longer lists of choices scroll in a window of their own
SCROLLED_FROM = 20


@dataclass
class Option:
    """One choice of a facet; `count` is how long the list is with it alone in its facet."""

    value: str
    label: str
    chosen: bool
    count: int


@dataclass
class Facet:
    """One parameter with its choices, in groups: [(heading or "", [Option])]."""

    name: str
    label: str
    groups: list

    @property
    def chosen(self):
        return sum(option.chosen for _heading, options in self.groups for option in options)

    @property
    def is_long(self):
        return sum(len(options) for _heading, options in self.groups) > SCROLLED_FROM

    @property
    def is_unfolded(self):
        return self.name in UNFOLDED or bool(self.chosen)


def by_name(choices):
    """Choices in the order of the reader's language."""
    return sorted(choices, key=lambda choice: choice[1].casefold())


class Choices:
    """Of one AskedQuestion."""

    def __init__(self, asked):
        self.asked = asked

    def options(self, name, choices):
        chosen, counts = set(self.asked.data.getlist(name)), self.asked.facets.counts(name)
        return [Option(value, label, value in chosen, counts[value]) for value, label in choices]

    def parts(self):
        """The facets of the form; those without any choice are left out."""
        found = (
            Facet(name, self.asked.fields[name].label, self.groups(name))
            for name in FACETS
            if name in self.asked.fields
        )
        return [facet for facet in found if any(options for _heading, options in facet.groups)]

    def groups(self, name):
        by_country = name in ("region", "area", "counterpart")
        groups = self.places_inside(name) if by_country else [("", self.choices(name))]
        offered = {value for _heading, choices in groups for value, _label in choices}
        known = dict(self.asked.fields[name].choices)
        # What was asked for stays in the form, also where no record has it.
        asked = [
            (value, known[value])
            for value in self.asked.data.getlist(name)
            if value in known.keys() - offered
        ]
        groups = [*groups, ("", list(dict(asked).items()))] if asked else groups
        return [(heading, self.options(name, choices)) for heading, choices in groups]

    def choices(self, name):
        """[(value, label)] in the order of the form."""
        if name in ("country", "with"):
            found = sorted(filter(None, self.countries), key=register_first)
            return [(place.code, place.name) for place in found]
        if name == "topic":
            return by_name((topic.key, topic.name) for topic in Topic.objects.all())
        if name == "source":
            return by_name((source.key, str(source)[:90]) for source in Source.objects.public())
        if name == "indicator":
            return by_name((one.key, one.name) for one in Indicator.objects.all())
        return [choice for choice in self.asked.fields[name].choices if choice[0]]

    @cached_property
    def places(self):
        """The places that take part in some published record that could be asked for, loaded once."""
        return self.asked.inquiry.places()

    @property
    def countries(self):
        return dict.fromkeys(place.country for place in self.places)

    def places_inside(self, name):
        """[(country, choices)] of regions and cities; of areas the countries and groups themselves too."""
        inside = (Place.Kind.REGION, Place.Kind.CITY) if name == "region" else Place.Kind.values
        by_country, groups = {}, []
        for place in sorted(self.places, key=lambda place: place.name.casefold()):
            if place.kind in inside:
                choices = by_country.setdefault(place.country, []) if place.country else groups
                choices.append((place.code, place.name))
        found = [(country.name, by_country[country]) for country in sorted(by_country, key=register_first)]
        return [*found, (_("Groups of places"), groups)] if groups else found
