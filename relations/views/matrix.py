from django.shortcuts import render

from relations.presentation.query_summary import AskedQuestion
from relations.queries import matrix
from relations.queries.record_query import ALL_TYPES, Inquiry


def page(request, slug=ALL_TYPES):
    """Countries with countries and regions with regions: every number leads to its list."""
    inquiry = Inquiry(slug, request.GET)
    context = {
        "asked": AskedQuestion(inquiry),
        "tables": matrix.of_inquiry(inquiry),
    }
    return render(request, "relations/matrix.html", context)
