"""Lists that can be followed: every question about records or sources as an Atom feed."""

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from relations.bibliography.csl import titled
from relations.catalog import BY_SLUG
from relations.feeds import feed_response, record_teller, source_entry
from relations.models import Source
from relations.presentation.query_summary import AskedQuestion


def of_inquiry(request, inquiry):
    """All records that answer; the question must make sense."""
    asked = AskedQuestion(inquiry)
    name = BY_SLUG[inquiry.slug].label if inquiry.slug in BY_SLUG else _("Timeline")
    title = titled(capfirst(name), [chip.text for chip in asked.chips()])
    parts = [(record_teller(one), records) for one, records in inquiry.results.items()]
    return feed_response(request, title, with_query(reverse(inquiry.slug), asked.data), parts)


def of_sources(request, asked):
    kinds = [str(label) for value, label in Source.Type.choices if value in asked.types]
    title = titled(_("Sources"), [asked.words, *kinds])
    return feed_response(
        request,
        title,
        with_query(reverse("sources"), request.GET),
        [(source_entry, asked.sources.for_citing().with_publication())],
    )


def with_query(address, data):
    """The page on which the same is asked, from its beginning."""
    query = data.copy()
    query.pop("page", None)
    return f"{address}?{query.urlencode()}" if query else address
