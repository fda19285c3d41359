"""The question a reader has asked: what the chips say, where its addresses lead, which years the answers lie in."""

from dataclasses import dataclass

from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from relations.queries.histogram import Years
from relations.queries.record_query import ALL_TYPES

from .facet_options import Choices, Option

APART = {"page", "sort"}
#: of the bars above a list
HEIGHT = 50


@dataclass
class Chip:
    """One applied value: what it is called and the address without it."""

    name: str
    label: str
    text: str
    without: str


@dataclass
class Column:
    """A bar as it is drawn: `address` is the question about its years, `height` is in parts of HEIGHT."""

    bar: object
    address: str
    is_asked: bool
    height: float

    @property
    def top(self):
        return HEIGHT - self.height


def tidy(data, names):
    """The parameters that ask something, each value once: without what a form sends for what was left as it is."""
    found = QueryDict(mutable=True)
    for name in data:
        values = list(dict.fromkeys(value for value in map(str.strip, data.getlist(name)) if value))
        if values and name in names and not (name == "undated" and "1" in values):
            found.setlist(name, values)
    return found


class AskedQuestion:
    """What the pages show of an inquiry."""

    def __init__(self, inquiry):
        self.inquiry = inquiry
        self.filterset, self.facets = inquiry.filterset, inquiry.facets
        self.form = self.filterset.form
        self.fields = self.form.fields
        self.data = tidy(inquiry.data, self.fields)

    @property
    def name(self):
        """What is asked for, as a heading."""
        types = self.inquiry.filtersets
        return _("All record types") if len(types) > 1 else capfirst(next(iter(types)).label)

    @property
    def counted_as(self):
        """What the total counts: the name of a type, or records of any."""
        return "records" if self.inquiry.slug == ALL_TYPES else self.inquiry.slug

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
            for value in self.data.getlist(name):
                text = self.text_of(name, value)
                found.append(Chip(name, self.fields[name].label, text, self.without(name, value)))
        return found

    @property
    def in_words(self):
        """The question in words, "" where nothing is asked."""
        return "; ".join(str(chip.text) for chip in self.chips())

    def text_of(self, name, value):
        if name == "undated" and value == "0":
            return _("without undated records")
        choices = dict(getattr(self.fields[name], "choices", ()))
        if value in choices:
            return choices[value]
        words = {"year_from": _("since %(value)s"), "year_to": _("until %(value)s"), "q": _("“%(value)s”")}
        return words.get(name, "%(value)s") % {"value": value[:60]}

    def without(self, name, value):
        """The address of the question without one of its values, on the first page."""
        data = self.data.copy()
        data.setlist(name, [other for other in data.getlist(name) if other != value])
        return "?" + data.urlencode()

    def in_order(self, sort):
        data = self.data.copy()
        data["sort"] = sort
        return "?" + data.urlencode()

    def as_query(self):
        """The question as it travels to a file or to the next page."""
        return self.data.urlencode()

    def as_shared_query(self):
        """The question to all types as each of their lists understands it."""
        data = self.data.copy()
        data.pop("type", None)
        return data.urlencode()

    # Years.

    def decades(self):
        """[Option] of whole decades; `value` is the address of the question about one, or without it where it is asked."""
        found = []
        for year, number in self.facets.decades():
            asked = {"year_from": str(year), "year_to": str(year + 9), "undated": "0"}
            chosen = all(self.data.get(name) == value for name, value in asked.items())
            address = self.with_years({} if chosen else asked)
            found.append(Option(address, f"{year}–{year + 9}", chosen, number))
        return found

    @cached_property
    def histogram(self):
        """The Years of all that would answer were no years asked for; None where one bar would hold everything."""
        years = Years(self.inquiry.without("year_from", "year_to"))
        return years if len(years.bars) > 1 else None

    def columns(self):
        """[Column] of the bars above the list."""
        first, last = (self.filterset.asked(name) for name in ("year_from", "year_to"))
        for bar in self.histogram.bars:
            height = HEIGHT * bar.total / self.histogram.highest
            is_asked = (not first or bar.last >= first) and (not last or bar.first <= last)
            yield Column(bar, self.with_years(bar.parameters), is_asked, max(height, 1) if bar.total else 0)

    def with_years(self, years):
        data = self.data.copy()
        for name in ("year_from", "year_to", "undated"):
            data.pop(name, None)
        data.update(years)
        return "?" + data.urlencode()

    @cached_property
    def choices(self):
        return Choices(self)

    def parts(self):
        """The facets of the form."""
        return self.choices.parts()

    def sorts(self):
        chosen = self.form.cleaned_data.get("sort") if self.is_valid else None
        return [
            (value, label, self.in_order(value), value == (chosen or "-date"))
            for value, label in self.fields["sort"].choices
            if value
        ]
