"""Middleware of the site: what is answered first, sessions and the two-step login, parameters on which the admin would
fail, what is loaded once for a request, and the project's own page for unknown addresses.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import TO_FIELD_VAR
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.middleware.security import SecurityMiddleware
from django.urls import reverse

from relations.accounts.sessions import go_on
from relations.accounts.two_steps import has_two_steps, must_have_two_steps
from relations.models.places import memberships_loaded_once
from relations.views import error_pages, health

#: a server answers to none of these: they would repeat cookies, or make a tunnel of it
REFUSED = ("TRACE", "TRACK", "CONNECT")
ALLOWED = ("GET", "HEAD", "POST", "OPTIONS")
#: what monitoring asks, by plain HTTP and by number; neither answer contains the name of the host
PROBES = {"/healthz": health.healthz, "/readyz": health.readyz}


class FirstAnswers:
    """Answers before anything is asked of the request: to monitoring, and to methods that nobody needs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.security = SecurityMiddleware(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.answer_to(request)
        if answer is None:
            return self.get_response(request)
        return self.security.process_response(request, answer)

    def answer_to(self, request: HttpRequest) -> HttpResponse | None:
        if request.method in REFUSED:
            return HttpResponseNotAllowed(ALLOWED)
        probe = PROBES.get(request.path_info)
        return probe(request) if probe else None


class SessionsGoOn:
    """The session of whoever is at work does not end (SESSION_COOKIE_AGE after the last request)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.session.accessed and settings.SESSION_COOKIE_NAME in request.COOKIES:
            go_on(request.session)
        return response


class TwoStepsRequired:
    """Who must use a two-step login can do nothing else in the admin until it is set up (TWO_STEPS_REQUIRED_FOR)."""

    #: names of the addresses that stay open
    OPEN = ("two-steps", "two-steps-picture", "log-in", "login-code", "admin:logout")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: object) -> HttpResponseBase | None:
        """Called when the address is known and nothing has been done for it."""
        if not settings.TWO_STEPS_REQUIRED_FOR or not request.path_info.startswith("/admin/"):
            return None
        user, name = request.user, request.resolver_match and request.resolver_match.view_name
        if name in self.OPEN or not user.is_authenticated or not must_have_two_steps(user):
            return None
        return None if has_two_steps(user) else HttpResponseRedirect(reverse("two-steps"))


class NoNullCharacters:
    """Removes NUL characters from admin addresses, because a filter would fail on them in the database.

    Public pages refuse them with a sentence at the field; the stock filters of the admin have no such place.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith("/admin/") and "%00" in request.GET.urlencode():
            request.GET = without_null_characters(request.GET)
        return self.get_response(request)


def without_null_characters(data: QueryDict) -> Any:
    """Removes them from what is decoded: in an escaped text, what is left of “%0%000” would be one."""
    found = QueryDict(mutable=True)
    for name, values in data.lists():
        for value in values:
            found.appendlist(name.replace("\x00", ""), value.replace("\x00", ""))
    return found


class OnlySafeLookups:
    """Refuses lookups of the admin with which a database may fail: a pattern that is none, a range with one end.

    No filter of the admin asks for them.
    """

    UNSAFE = ("__regex", "__iregex", "__range")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: object) -> None:
        if request.path.startswith("/admin/") and any(name.endswith(self.UNSAFE) for name in request.GET):
            raise DisallowedModelAdminLookup


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
