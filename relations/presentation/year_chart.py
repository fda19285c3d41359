"""View model of the year chart of a query: its texts, its specification and its links."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from relations.bibliography.csl import register_name
from relations.catalog import RECORD_TYPES, RecordType
from relations.charts import Look, Looks, in_looks, size, year_histogram
from relations.filters.parameters import POSSIBLE_ONLY
from relations.models.events import Event
from relations.models.named import reader_language
from relations.queries.histogram import Years
from relations.queries.record_query import ALL_TYPES, RecordQuery
from relations.site import site_of
from relations.values.period import Period
from relations.values.period_format import phrase

from .query_summary import QuerySummary

#: a longer query does not fit the picture
LONGEST_QUERY = 120


class RowOfBars(NamedTuple):
    """The bars of one type; `name` ends with their total."""

    slug: str
    name: str


class Words(NamedTuple):
    title: str
    subtitle: str
    notes: list[str]


class YearChart:
    """The picture of one query: a row of bars for each type that has records."""

    def __init__(self, request: HttpRequest, query: RecordQuery) -> None:
        self.request, self.query = request, query
        self.summary = QuerySummary(query)
        first, last = query.value("year_from"), query.value("year_to")
        # what is only possible lies certainly in no year
        self.years = Years(query.found_of_all(), first, last, has_bars=query.uncertain != POSSIBLE_ONLY)

    @cached_property
    def types(self) -> list[RecordType]:
        """Those chosen, where some of the timeline were chosen."""
        chosen = self.query.parameters.getlist("type") if self.query.slug == ALL_TYPES else []
        return [one for one in self.query.filtersets if not chosen or one.slug in chosen]

    def specification(self, look: Look) -> dict[str, Any]:
        """The Vega-Lite specification in one look."""
        return year_histogram.specification(self.years, self.rows, self.words, look)

    @property
    def rows(self) -> list[RowOfBars]:
        """Omits types without records if there are several."""
        totals = [(one, self.years.spans[one.slug].total()) for one in self.types]
        shown = [(one, total) for one, total in totals if total] or totals
        return [RowOfBars(one.slug, f"{capfirst(str(one.label))}: {total}") for one, total in shown]

    @cached_property
    def words(self) -> Words:
        title = capfirst(", ".join(str(one.label) for one in self.types))
        span = f"{self.years.first}–{self.years.last}" if self.years.first else ""
        subtitle = [capfirst(self.filters), _("Number of records by year"), span]
        notes = [self.undated, self.context, self.uncertain, self.spanning, self.origin]
        return Words(title, ". ".join(filter(None, subtitle)), notes)

    @property
    def filters(self) -> str:
        """The applied filters in words; the types of the timeline are in the title."""
        in_title = "type" if self.query.slug == ALL_TYPES else ""
        return "; ".join(f"{chip.label}: {chip.text}" for chip in self.summary.chips if chip.name != in_title)

    @property
    def undated(self) -> str:
        numbers = {"total": self.years.total, "undated": self.years.undated}
        return _("%(total)d in total, %(undated)d of them undated.") % numbers

    @property
    def context(self) -> str:
        if not self.years.context:
            return ""
        return _("Of them context, outside the register’s subject: %(number)d.") % {
            "number": self.years.context
        }

    @property
    def uncertain(self) -> str:
        if not self.years.uncertain:
            return ""
        return _("In no bar, since the date is not certain enough: %(number)d.") % {
            "number": self.years.uncertain
        }

    @property
    def spanning(self) -> str:
        if not self.years.spanning:
            return ""
        return _("Records that span several bars are counted in each of them: %(number)d.") % {
            "number": self.years.spanning
        }

    @property
    def origin(self) -> str:
        """The register, the day of the latest change among the records, and the address of the same numbers."""
        changed = self.years.changed
        day = phrase(Period.parse(changed), reader_language()) if changed else ""
        as_of = _("as of %(day)s") % {"day": day} if day else ""
        parts = (register_name(), as_of, site_of(self.request) + self.address)
        return _("Source: %(register)s") % {"register": ", ".join(filter(None, parts))}

    @property
    def address(self) -> str:
        query, slug = self.summary.as_query(), self.query.slug
        page = reverse("years") if slug == ALL_TYPES else reverse("years-of", args=[slug])
        return f"{page}?{query}" if query and len(query) <= LONGEST_QUERY else page


@dataclass
class ChartOnPage:
    """What a page shows of a chart: `name` is what is counted, `looks` the address and room of each picture."""

    name: str
    slug: str
    query: str
    looks: Looks


def chart_on_page(chart: YearChart, name: str) -> ChartOnPage:
    slug = chart.query.slug
    query = f"?{chart.summary.as_query()}".rstrip("?")
    wide, narrow = (size(chart.specification(Look(is_narrow=is_narrow))) for is_narrow in (False, True))
    looks = in_looks(lambda look: reverse("years-svg", args=[slug, look]) + query, wide, narrow)
    return ChartOnPage(name, slug, query, looks)


def chart_of_events(request: HttpRequest, name: str, **parameters: str) -> ChartOnPage:
    """The picture of agreements, forums and visits, without figures."""
    events = [one.slug for one in RECORD_TYPES if issubclass(one.model, Event)]
    given = QueryDict(urlencode({**parameters, "type": events}, doseq=True))
    return chart_on_page(YearChart(request, RecordQuery(ALL_TYPES, given)), name)
