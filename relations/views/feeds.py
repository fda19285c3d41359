"""Views of the Atom feeds of records and sources."""

from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from relations.bibliography.csl import titled
from relations.catalog import BY_SLUG
from relations.feeds import feed_response, record_teller, source_entry
from relations.filters.source_filter import SourceFilter
from relations.models import Source
from relations.presentation.query_summary import QuerySummary
from relations.queries.record_query import RecordQuery


def of_records(request: HttpRequest, query: RecordQuery) -> HttpResponseBase:
    """All records found by a valid query."""
    summary = QuerySummary(query)
    name = BY_SLUG[query.slug].label if query.slug in BY_SLUG else _("Timeline")
    title = titled(capfirst(str(name)), [chip.text for chip in summary.chips])
    parts = [(record_teller(one), records) for one, records in query.results.items()]
    return feed_response(request, title, with_query(reverse(query.slug), summary.parameters), parts)


def of_sources(request: HttpRequest, filterset: SourceFilter) -> HttpResponseBase:
    """The sources found by valid parameters that records cite: those of memberships alone have no day of their own."""
    types = filterset.value("type")
    names = [str(label) for value, label in Source.Type.choices if value in types]
    cited = filterset.results.for_citing().cited_in_public()
    parts = [(source_entry, cited)]
    title = titled(_("Sources"), [filterset.value("q"), *names])
    return feed_response(request, title, with_query(reverse("sources"), request.GET), parts)


def with_query(address: str, parameters: QueryDict) -> str:
    """The page of the same list, from its beginning."""
    parameters = parameters.copy()
    parameters.pop("page", None)
    return f"{address}?{parameters.urlencode()}" if parameters else address
