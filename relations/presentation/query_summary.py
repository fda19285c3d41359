"""View model of a query: its active filters, its errors, the links that change it and the bars of its years."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from relations.filters.parameters import CERTAIN, POSSIBLE_ONLY, ParameterError
from relations.filters.record_filters import NEWEST_FIRST
from relations.queries.histogram import Bar, Years
from relations.queries.record_query import ALL_TYPES, RecordQuery, Uncertain
from relations.rows.columns import Label

from .counts import counted_apart
from .facet_options import Facet, FacetOptions, Option

#: parameters that change the page, but not the results
NOT_CHIPS = {"page", "sort"}
#: parameters whose values in words say what they are
CLEAR = {"year_from", "year_to", "undated"}
#: of the bars above a list
HEIGHT = 50


@dataclass
class Chip:
    """One applied value: what it is called and the address without it."""

    name: str
    label: str
    text: Label
    without: str

    @property
    def in_words(self) -> str:
        """“country – Uzbekistan”, “since 2010”."""
        return str(self.text) if self.name in CLEAR else f"{self.label} – {self.text}"


@dataclass
class Column:
    """A bar as it is drawn: `address` is the list of its years, `height` is in parts of HEIGHT."""

    bar: Bar
    address: str
    is_chosen: bool
    height: float

    @property
    def top(self) -> float:
        return HEIGHT - self.height


class Sort(NamedTuple):
    """One order of the list, and the address of the list in it."""

    value: str
    label: Label
    address: str
    is_chosen: bool


class QuerySummary:
    """A query as templates print it."""

    def __init__(self, query: RecordQuery) -> None:
        self.query, self.parameters = query, query.given
        self.fields = query.form.fields

    @property
    def name(self) -> str:
        """What is listed, as a heading."""
        types = list(self.query.filtersets)
        return _("All record types") if len(types) > 1 else capfirst(str(types[0].label))

    @property
    def counted_as(self) -> str:
        """What the total counts: the slug of a type, or records of any."""
        return "records" if self.query.slug == ALL_TYPES else self.query.slug

    @property
    def total_in_words(self) -> str:
        """«22 соглашения и ещё 18 для контекста»"""
        return counted_apart(self.query.total, self.query.context, self.counted_as)

    @property
    def of_uncertain(self) -> list[Sort]:
        """What the form offers for uncertain dates; the default has no value."""
        chosen = self.query.uncertain
        offered = [(value, label) for value, label in self.query.choices("undated") if value != CERTAIN]
        default = ("", _("certain dates only") if self.query.asks_years else _("all dates"))
        rest = [(CERTAIN, _("certain dates only"))] if not self.query.asks_years else []
        return [Sort(value, label, "", value == chosen) for value, label in (default, *rest, *offered)]

    @property
    def separates_undated(self) -> bool:
        """Whether the list shows the undated apart, at its end."""
        return (self.query.value("sort") or NEWEST_FIRST) != "title" and self.query.uncertain != POSSIBLE_ONLY

    @property
    def years_asked(self) -> str:
        """«2018», "2010–2019", "since 1992"; "" without a question about years."""
        first, last = self.query.value("year_from"), self.query.value("year_to")
        if first and last:
            return str(first) if first == last else f"{first}–{last}"
        if first:
            return _("since %(value)s") % {"value": first}
        return _("until %(value)s") % {"value": last} if last else ""

    @property
    def possible(self) -> Uncertain | None:
        """The records that may lie in the years asked; None where nothing is to be said of them."""
        return self.query.possible if self.years_asked and not self.query.uncertain else None

    @property
    def possible_in_words(self) -> str:
        """“18 more may be of 2018, 17 of them undated”; "" where there are none."""
        if not self.possible or not self.possible.total:
            return ""
        numbers = {"years": self.years_asked, "total": self.possible.total, "undated": self.possible.undated}
        if not self.possible.undated:
            message = _("%(total)d more may fall within this period (%(years)s)")
        elif self.possible.undated == self.possible.total:
            message = _("%(total)d more are undated and may fall within this period (%(years)s)")
        else:
            message = _("%(total)d more may fall within this period (%(years)s), %(undated)d of them undated")
        return message % numbers

    @property
    def address_of_possible(self) -> str:
        parameters = self.parameters.copy()
        parameters["undated"] = POSSIBLE_ONLY
        return address_of(parameters)

    @property
    def is_valid(self) -> bool:
        return self.query.is_valid()

    @property
    def errors(self) -> list[ParameterError]:
        return self.query.parameter_errors

    @cached_property
    def chips(self) -> list[Chip]:
        return [
            Chip(name, str(field.label), self.text_of(name, value), self.without(name, value))
            for name, field in self.fields.items()
            if name not in NOT_CHIPS
            for value in self.parameters.getlist(name)
        ]

    @property
    def in_words(self) -> str:
        """The query in words, "" where all records are listed."""
        return "; ".join(str(chip.text) for chip in self.chips)

    def text_of(self, name: str, value: str) -> Label:
        choices = dict(self.query.choices(name))
        if value in choices:
            return choices[value]
        words = {"year_from": _("since %(value)s"), "year_to": _("until %(value)s"), "q": _("“%(value)s”")}
        return words.get(name, "%(value)s") % {"value": value[:60]}

    def without(self, name: str, value: str) -> str:
        """The address of the list without one of the values, on the first page."""
        return "?" + "&".join(text for *one, text in self._encoded if one != [name, value])

    @cached_property
    def _encoded(self) -> list[tuple[str, str, str]]:
        """(name, value, both encoded), encoded once, since the address of each chip contains all the others."""
        given = self.parameters.lists()
        return [(name, value, urlencode({name: value})) for name, values in given for value in values]

    def in_order(self, sort: str) -> str:
        parameters = self.parameters.copy()
        parameters["sort"] = sort
        return address_of(parameters)

    def as_query(self) -> str:
        """The query string of the same list as a file, or of its next page."""
        return self.parameters.urlencode()

    def as_shared_query(self) -> str:
        """The query string of all types as the list of each of them understands it."""
        parameters = self.parameters.copy()
        parameters.pop("type", None)
        return parameters.urlencode()

    # Years.

    def decades(self) -> list[Option]:
        """Whole decades; `value` is the address of one, or without it where it is chosen."""
        found = []
        for year, number in self.query.facets.decades():
            years = {"year_from": str(year), "year_to": str(year + 9)}
            chosen = all(self.parameters.get(name) == value for name, value in years.items())
            address = self.with_years({} if chosen else years)
            found.append(Option(address, f"{year}–{year + 9}", chosen, number))
        return found

    @cached_property
    def histogram(self) -> Years | None:
        """The years of all records found without the filter by year; None where there would be only one bar."""
        years = Years(self.query.found_of_all("year_from", "year_to"))
        return years if len(years.bars) > 1 else None

    def columns(self) -> Iterator[Column]:
        """The bars above the list."""
        if self.histogram is None:
            return
        first, last = self.query.value("year_from"), self.query.value("year_to")
        for bar in self.histogram.bars:
            height = HEIGHT * bar.total / max(self.histogram.highest, 1)
            is_chosen = (not first or bar.last >= first) and (not last or bar.first <= last)
            yield Column(bar, self.with_years(bar.parameters), is_chosen, max(height, 1) if bar.total else 0)

    def with_years(self, years: dict[str, str]) -> str:
        return "?" + "&".join(filter(None, (self._without_years, urlencode(years))))

    @cached_property
    def _without_years(self) -> str:
        """The question without its years, as an address has it."""
        parameters = self.parameters.copy()
        for name in ("year_from", "year_to", "undated"):
            parameters.pop(name, None)
        return parameters.urlencode()

    # The form.

    @cached_property
    def options(self) -> FacetOptions:
        return FacetOptions(self.query)

    def facet_options(self) -> list[Facet]:
        return self.options.facets()

    def sorts(self) -> list[Sort]:
        chosen = self.query.value("sort") or NEWEST_FIRST
        return [
            Sort(value, label, self.in_order(value), value == chosen)
            for value, label in self.query.choices("sort")
            if value
        ]


def address_of(parameters: QueryDict) -> str:
    return "?" + parameters.urlencode()
