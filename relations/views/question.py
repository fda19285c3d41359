"""The question a reader has asked: what the chips say, which choices the form offers, how many are active."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from relations.facets import Facets
from relations.models import Indicator, Place, Source, Topic

#: the order in which the form shows its parts
CODED = ("type", "status", "level", "office")
APART = {"page", "sort"}


@dataclass
class Chip:
    """One applied value: what it is called and the address without it."""

    name: str
    label: str
    text: str
    without: str


@dataclass
class Option:
    """One choice of a facet; `count` is how long the list is with it alone in its facet."""

    value: str
    label: str
    chosen: bool
    count: int


def by_name(choices):
    """Choices in the order of the reader's language."""
    return sorted(choices, key=lambda choice: choice[1].casefold())


class AskedQuestion:
    def __init__(self, filterset, data):
        self.filterset, self.data = filterset, data
        self.facets = Facets(filterset)
        self.form = filterset.form
        self.fields = self.form.fields

    #: the files in which the same question is answered
    forms = ("csv", "xlsx", "json")

    @property
    def includes_undated(self):
        """On unless the reader has switched it off."""
        return self.data.getlist("undated") != ["0"]

    @property
    def is_valid(self):
        return self.form.is_valid()

    @property
    def errors(self):
        """[(label, message)] of what makes no sense."""
        return [
            (self.fields[name].label if name in self.fields else "", message)
            for name, messages in self.form.errors.items()
            for message in messages
        ]

    def chips(self):
        found = []
        for name in self.fields:
            if name in APART:
                continue
            for value in dict.fromkeys(self.data.getlist(name)):
                if value and not (name == "undated" and "1" in self.data.getlist(name)):
                    found.append(
                        Chip(
                            name,
                            self.fields[name].label,
                            self.text_of(name, value),
                            self.without(name, value),
                        )
                    )
        return found

    def text_of(self, name, value):
        if name == "undated" and value == "0":
            return _("without undated ones")
        choices = dict(getattr(self.fields[name], "choices", ()))
        if value in choices:
            return choices[value]
        words = {"year_from": _("since %(value)s"), "year_to": _("until %(value)s"), "q": _("“%(value)s”")}
        return words.get(name, "%(value)s") % {"value": value[:60]}

    def without(self, name, value):
        """The address of the question without one of its values, on the first page."""
        data = self.data.copy()
        data.setlist(name, [other for other in data.getlist(name) if other != value])
        data.pop("page", None)
        return "?" + data.urlencode()

    def in_order(self, sort):
        data = self.data.copy()
        data["sort"] = sort
        data.pop("page", None)
        return "?" + data.urlencode()

    def as_query(self):
        """The question as it travels to a file or to the next page, without the page number."""
        data = self.data.copy()
        data.pop("page", None)
        return data.urlencode()

    def carried(self):
        """[(name, value)] that a smaller form takes along without showing them."""
        shown = {"year_from", "year_to", *APART}
        return [
            (name, value)
            for name in self.fields
            if name not in shown
            for value in self.data.getlist(name)
            if value
        ]

    # Choices.

    def options(self, name, choices):
        chosen, counts = set(self.data.getlist(name)), self.facets.counts(name)
        return [Option(value, label, value in chosen, counts[value]) for value, label in choices]

    def decades(self):
        """[Option] of whole decades; `value` is the address of the question about one, or without it where it is asked."""
        found = []
        for year, number in self.facets.decades():
            asked = {"year_from": str(year), "year_to": str(year + 9)}
            chosen = all(self.data.get(name) == value for name, value in asked.items())
            found.append(
                Option(self.with_years({} if chosen else asked), f"{year}–{year + 9}", chosen, number)
            )
        return found

    def with_years(self, years):
        data = self.data.copy()
        for name in ("page", "year_from", "year_to"):
            data.pop(name, None)
        data.update(years)
        return "?" + data.urlencode()

    def coded(self):
        """[(name, label, options)] of the columns with coded values."""
        return [
            (
                name,
                self.fields[name].label,
                self.options(name, [choice for choice in self.fields[name].choices if choice[0]]),
            )
            for name in CODED
            if name in self.fields
        ]

    def places(self):
        """The places that take part in some published record of this type, loaded once: countries and what is inside."""
        if not hasattr(self, "_places"):
            self._places = list(
                Place.objects.taking_part_in(self.filterset.queryset).select_related("parent__parent")
            )
        return self._places

    def countries(self, name="country"):
        countries = dict.fromkeys(place.country for place in self.places() if place.country)
        return self.options(name, by_name((place.code, place.name) for place in countries))

    def regions(self):
        """[(country, options)] for the region and city list."""
        by_country = {}
        for place in sorted(self.places(), key=lambda place: place.name):
            if place.kind in (Place.Kind.REGION, Place.Kind.CITY):
                by_country.setdefault(place.country.name, []).append((place.code, place.name))
        return [(country, self.options("region", choices)) for country, choices in sorted(by_country.items())]

    def others(self):
        return self.countries("with")

    def hidden(self):
        """[(name, value)] of parameters the form has no place for, so that they are not lost."""
        names = [name for name in ("area", "counterpart") if name in self.fields]
        return [(name, value) for name in names for value in self.data.getlist(name)]

    def topics(self):
        return self.options("topic", by_name((topic.key, topic.name) for topic in Topic.objects.all()))

    def sources(self):
        return self.options(
            "source", by_name((source.key, str(source)[:90]) for source in Source.objects.public())
        )

    def sourced(self):
        return self.options("sourced", self.fields["sourced"].choices)

    def indicators(self):
        if "indicator" not in self.fields:
            return []
        return self.options("indicator", by_name((one.key, one.name) for one in Indicator.objects.all()))

    def sorts(self):
        chosen = self.form.cleaned_data.get("sort") if self.is_valid else None
        return [
            (value, label, self.in_order(value), value == (chosen or "-date"))
            for value, label in self.fields["sort"].choices
            if value
        ]
