"""Middleware of the site: parameters on which the admin would fail, what is loaded once for a request, and the
project's own page for unknown addresses.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.admin.options import TO_FIELD_VAR
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase

from relations.models.places import memberships_loaded_once
from relations.views import error_pages


class NoNullCharacters:
    """Removes NUL characters from admin addresses, because a filter would fail on them in the database.

    Public pages refuse them with a sentence at the field; the stock filters of the admin have no such place.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith("/admin/") and "%00" in request.META["QUERY_STRING"]:
            request.GET = QueryDict(request.META["QUERY_STRING"].replace("%00", ""))
        return self.get_response(request)


class NoEmptyToField:
    """Removes an empty `_to_field` from requests to the admin, which would look for a field without a name."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: object) -> None:
        """Called after the check of the token, which has read the form."""
        if request.path.startswith("/admin/"):
            request.GET = without_empty(request.GET, TO_FIELD_VAR)
            if request.method == "POST":
                request.POST = without_empty(request.POST, TO_FIELD_VAR)


def without_empty(data: QueryDict, name: str) -> Any:
    if name not in data or data[name]:
        return data
    kept = data.copy()
    del kept[name]
    return kept


class MembershipsLoadedOnce:
    """Members of groups that joined or left on a date are loaded once for each request that asks for places."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with memberships_loaded_once():
            return self.get_response(request)


class OwnNotFoundPage:
    """Shows our page for unknown addresses even with DEBUG on, so that developers see what readers see."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        is_ours = not request.path.startswith(("/admin/", settings.STATIC_URL))
        return (
            error_pages.not_found(request)
            if response.status_code == 404 and settings.DEBUG and is_ours
            else response
        )
