"""Middleware, the outermost: gives each request an id, and says in one line of the log how it was answered.

The line has no personal data: neither addresses with their queries nor anything that was typed.
"""

import logging
import sys
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.translation import get_language_from_path, override

from relations.logs import current
from relations.logs.current import Entry
from relations.metrics.requests import count
from relations.network import after_sending

log = logging.getLogger("relations.requests")
HEADER = "X-Request-ID"
#: addresses whose patterns are kept at hand
ROUTES_KEPT = 4096
UNKNOWN, LANGUAGE = "unknown", "<language>"
METHODS = frozenset(("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"))


class RequestLog:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        start = time.perf_counter()
        given = request.META.get("HTTP_X_REQUEST_ID") if settings.PROXIES else None
        entry = current.begin(current.id_from(given))
        response = self.get_response(request)
        response.headers[HEADER] = entry.request_id
        # Django would say each answer from 400 on once more.
        response._has_been_logged = True  # type: ignore[attr-defined]
        made = time.perf_counter() - start
        after_sending(response, lambda: finish(request, response, entry, start, made))
        return response


def finish(request: HttpRequest, response: HttpResponseBase, entry: Entry, start: float, made: float) -> None:
    """When the last byte was sent. An answer that broke off is said by the server too, which still needs the id."""
    broke_off = response.streaming and broken_by_us(sys.exc_info()[1])
    method, route = method_of(request), route_of(request)
    try:
        if settings.METRICS:
            asked = (entry.statements, entry.database_seconds)
            count(route, method, response.status_code, made, entry.page, asked)
        fields = fields_of(request, response, entry, start)
        say(response, entry, {"method": method, "route": route, **fields}, broke_off, made)
    finally:
        if not broke_off:
            current.end()


def broken_by_us(error: BaseException | None) -> bool:
    """Whether a file ended because we failed, not because its reader has gone."""
    return error is not None and not isinstance(error, (OSError, GeneratorExit))


def fields_of(
    request: HttpRequest, response: HttpResponseBase, entry: Entry, start: float
) -> dict[str, object]:
    fields: dict[str, object] = {
        "status": response.status_code,
        "ms": round((time.perf_counter() - start) * 1000, 1),
        "statements": entry.statements,
        "database_ms": round(entry.database_seconds * 1000, 1),
    }
    # only if somebody has asked for the user already: a line costs no statement
    if user := getattr(getattr(request, "_cached_user", None), "pk", None):
        fields["user"] = user
    if entry.page:
        fields["page"] = entry.page
    return fields


def say(
    response: HttpResponseBase, entry: Entry, fields: dict[str, object], broke_off: bool, made: float
) -> None:
    if broke_off:
        fields["broke_off"] = True
    if why := excesses(response, entry, made):
        fields["too_much"] = why
    is_failure = response.status_code >= 500
    level = logging.ERROR if is_failure or broke_off else logging.WARNING if why else logging.INFO
    words = (fields["method"], fields["route"], response.status_code)
    log.log(level, "%s %s %s", *words, extra=fields, exc_info=entry.failure if is_failure else None)


def excesses(response: HttpResponseBase, entry: Entry, made: float) -> str:
    """What a page had too much of; a file may take long and ask again and again while it is read."""
    is_page = bool(entry.page) and not response.streaming
    found = ["time"] if made * 1000 >= settings.SLOW_PAGE_MS else []
    if is_page and entry.statements > settings.QUERY_BUDGET:
        found.append("statements")
    return ", ".join(found)


def method_of(request: HttpRequest) -> str:
    return request.method if request.method in METHODS else "OTHER"


def route_of(request: HttpRequest) -> str:
    """The pattern of the address. A page that was kept has not been resolved, but mostly was when it was made."""
    path, match = request.path_info, request.resolver_match
    if match is None and (known := routes.get(path)):
        return known
    if len(routes) >= ROUTES_KEPT:
        routes.clear()
    routes[path] = route = without_language(match.route, path) if match else resolved(path)
    return route


#: {path: pattern} of those asked for of late
routes: dict[str, str] = {}


def resolved(path: str) -> str:
    if path.startswith(settings.STATIC_URL):
        return settings.STATIC_URL.lstrip("/")
    try:
        with override(get_language_from_path(path)):
            return without_language(resolve(path).route, path)
    except Resolver404:
        return UNKNOWN


def without_language(route: str, path: str) -> str:
    """One name for the pages of all languages."""
    language = get_language_from_path(path)
    return f"{LANGUAGE}{route.removeprefix(language)}" if language else route
