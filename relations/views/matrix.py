"""View of the matrix of places."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from relations.presentation.query_summary import QuerySummary
from relations.queries.matrix import matrices_of
from relations.queries.record_query import ALL_TYPES, RecordQuery


def page(request: HttpRequest, slug: str = ALL_TYPES) -> HttpResponse:
    """Countries with countries and regions with regions; every number links to its list."""
    query = RecordQuery(slug, request.GET)
    context = {"query_summary": QuerySummary(query), "tables": matrices_of(query)}
    return render(request, "relations/matrix.html", context)
