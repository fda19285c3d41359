"""Query parameters of the API: parsed by the filter sets of the public lists; unknown parameters are refused."""

import re
from collections.abc import Collection, Iterable
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import activate, get_language_from_request
from django.utils.translation import gettext as _
from django_filters import Filter
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from relations.filters.parameters import ManyFilter, ParameterError, ParameterFilterSet, YearFilter
from relations.values.period_problems import FIRST_YEAR, LAST_YEAR

from .exceptions import InvalidParameters

#: parameters that change the page or the language, but not the results
PAGING = ("cursor", "page_size", "lang")


def single(data: QueryDict, name: str) -> str:
    """The value of a parameter that may be given only once, "" without it."""
    values = set(filter(None, data.getlist(name)))
    if len(values) > 1:
        raise InvalidParameters([(name, _("This parameter was given twice with different values."))])
    return values.pop().strip() if values else ""


def set_language(request: Request, otherwise: str = settings.LANGUAGE_CODE) -> None:
    """Sets the language of messages: that of `lang`, else that of the request, else `otherwise`."""
    activate(language_of(request, otherwise))
    language = single(request.query_params, "lang")
    if "lang" in request.query_params and language not in dict(settings.LANGUAGES):
        raise InvalidParameters([("lang", _("The language must be ru or en."))])
    if language:
        activate(language)


def language_of(request: Request, otherwise: str) -> str:
    """The language that the headers of a request ask for; `otherwise` where they name none of ours."""
    language = get_language_from_request(request)
    named = [one.strip().lower() for one in re.split("[,;-]", request.headers.get("Accept-Language", ""))]
    is_asked_for = language in named or settings.LANGUAGE_COOKIE_NAME in request.COOKIES
    return language if is_asked_for else otherwise


def refuse_unknown(request: Request, known: Collection[str]) -> None:
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        reason = _("Unknown parameter. Valid parameters: %(names)s.") % {"names": ", ".join(known)}
        raise InvalidParameters([(name, reason) for name in unknown[:20]])


def refuse_errors(errors: Iterable[ParameterError]) -> None:
    """Raises one error with all reasons, if there are any."""
    if reasons := [(error.name, error.reason) for error in errors]:
        raise InvalidParameters(reasons)


def openapi_parameters(filterset: type[ParameterFilterSet]) -> list[OpenApiParameter]:
    """The parameters of a filter set for the description of the interface."""
    return [parameter(name, one) for name, one in filterset.base_filters.items()]


def parameter(name: str, one: Filter) -> OpenApiParameter:
    if isinstance(one, ManyFilter):
        return OpenApiParameter(name, several(one), description=str(one.label), explode=True)
    if isinstance(one, YearFilter):
        year = {"type": "integer", "minimum": FIRST_YEAR, "maximum": LAST_YEAR}
        return OpenApiParameter(name, year, description=str(one.label))
    enum = [str(value) for value, _label in one.extra.get("choices", ())] or None
    return OpenApiParameter(name, str, description=str(one.label), enum=enum)


def several(one: ManyFilter) -> dict[str, Any]:
    """The schema of a parameter that may be given several times; choices from the database are not listed."""
    enum = [str(value) for value, _label in one.extra["choices"]]
    return {"type": "array", "items": {"type": "string", **({"enum": enum} if enum else {})}}
