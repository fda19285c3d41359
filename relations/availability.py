"""Middleware: while the database is known to be away, nobody waits for it."""

from collections.abc import Callable

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from relations.database_watch import is_away
from relations.replicas import is_signed_in
from relations.views.error_pages import unavailable

#: what needs no database, or says itself that it is away
WITHOUT_DATABASE = ("/healthz", "/readyz", "/metrics", settings.STATIC_URL)


class Availability:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if is_away(DEFAULT_DB_ALIAS) and needs_primary(request):
            return unavailable(request)
        return self.get_response(request)


def needs_primary(request: HttpRequest) -> bool:
    """Readers without a login are answered by a replica where there is one."""
    if request.path_info.startswith(WITHOUT_DATABASE):
        return False
    is_read = request.method in ("GET", "HEAD") and not is_signed_in(request)
    return not (settings.REPLICAS and is_read)
