from django.shortcuts import render

from relations import matrix
from relations.inquiry import ALL_TYPES, Inquiry
from relations.views.question import AskedQuestion


def page(request, slug=ALL_TYPES):
    """Countries with countries and regions with regions: every number leads to its list."""
    inquiry = Inquiry(slug, request.GET)
    context = {
        "asked": AskedQuestion(inquiry),
        "tables": matrix.of_inquiry(inquiry),
    }
    return render(request, "relations/matrix.html", context)
