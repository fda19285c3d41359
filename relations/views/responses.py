"""Responses that several views share."""

from collections.abc import Iterable

from django.http import HttpResponse

from relations.filters.parameters import ParameterError


def refusal(errors: Iterable[ParameterError]) -> HttpResponse:
    """400 with a line of plain text for every parameter that is not valid."""
    lines = [f"{error.name}: {error.reason}" for error in errors]
    return HttpResponse("\n".join(lines), status=400, content_type="text/plain; charset=utf-8")


def picture_response(body: str | bytes, content_type: str, filename: str) -> HttpResponse:
    response = HttpResponse(body, content_type=content_type)
    response["Content-Disposition"] = f'inline; filename="{filename}"'
    return response
