"""What stands in the picture of the years of an inquiry, in words."""

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from relations.bibliography.csl import register_name
from relations.charts import year_histogram
from relations.models.named import reader_language
from relations.queries.histogram import Years
from relations.queries.record_query import ALL_TYPES
from relations.site import site_of
from relations.values.period import Period
from relations.values.period_format import phrase

from .query_summary import AskedQuestion

#: a longer question has no room in the picture
LONGEST_QUERY = 120


class YearsPicture:
    def __init__(self, request, inquiry):
        self.request, self.inquiry = request, inquiry
        asked = inquiry.filterset.asked if inquiry.is_answerable else {}.get
        self.years = Years(inquiry.results, asked("year_from"), asked("year_to"))
        # Those chosen, where the timeline was asked for some.
        chosen = inquiry.data.getlist("type") if inquiry.slug == ALL_TYPES else []
        self.types = [one for one in inquiry.filtersets if not chosen or one.slug in chosen]

    def specification(self, look):
        """The Vega-Lite specification in one look."""
        return year_histogram.specification(self.years, self.rows, self.said, look)

    @property
    def rows(self):
        """[(slug, name with its total)] of the rows of bars; of several types those alone that have records."""
        totals = [(one, self.years.spans[one.slug].total()) for one in self.types]
        shown = [(one, total) for one, total in totals if total] or totals
        return [(one.slug, f"{capfirst(one.label)}: {total}") for one, total in shown]

    @cached_property
    def said(self):
        """(title, subtitle, notes)."""
        title = capfirst(", ".join(str(one.label) for one in self.types))
        span = f"{self.years.first}–{self.years.last}" if self.years.dated else ""
        subtitle = [capfirst(self.question), _("Number of records by year"), span]
        return title, ". ".join(filter(None, subtitle)), [self.undated, self.spanning, self.origin]

    @property
    def question(self):
        chips = AskedQuestion(self.inquiry).chips()
        said_in_title = "type" if self.inquiry.slug == ALL_TYPES else ""
        return "; ".join(f"{chip.label}: {chip.text}" for chip in chips if chip.name != said_in_title)

    @property
    def undated(self):
        numbers = {"total": self.years.total, "undated": self.years.undated}
        return _("%(total)d in total, %(undated)d of them undated.") % numbers

    @property
    def spanning(self):
        if not self.years.spanning:
            return ""
        return _("Records that span several bars are counted in each of them: %(number)d.") % {
            "number": self.years.spanning
        }

    @property
    def origin(self):
        """The register, the day of the latest change among the records, and the address of the same numbers."""
        changed = self.years.changed
        day = phrase(Period.parse(changed.date()), reader_language()) if changed else ""
        as_of = _("as of %(day)s") % {"day": day} if day else ""
        parts = (register_name(), as_of, site_of(self.request) + self.address)
        return _("Source: %(register)s") % {"register": ", ".join(filter(None, parts))}

    @property
    def address(self):
        query, slug = AskedQuestion(self.inquiry).as_query(), self.inquiry.slug
        page = reverse("years") if slug == ALL_TYPES else reverse("years-of", args=[slug])
        return f"{page}?{query}" if query and len(query) <= LONGEST_QUERY else page
