"""Middleware of the site: NUL characters in admin addresses, what is loaded once for a request, and the project's own
page for unknown addresses.
"""

from collections.abc import Callable

from django.conf import settings
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
