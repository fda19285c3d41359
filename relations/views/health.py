"""Views for monitoring and crawlers: liveness, readiness and robots.txt."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse

from relations.site import site_of
from relations.version import program_version


def healthz(request: HttpRequest) -> HttpResponse:
    """That a process answers, and in which version."""
    return HttpResponse(f"ok {program_version()}\n", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """503 with the reason while the database does not respond or migrations are missing."""
    reason = why_not_ready()
    return HttpResponse(f"{reason or 'ready'}\n", status=503 if reason else 200, content_type="text/plain")


def why_not_ready() -> str:
    """Empty where the register can answer."""
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "the database does not respond"
    return "migrations have not been applied" if missing else ""


def robots(request: HttpRequest) -> HttpResponse:
    sitemap = site_of(request) + reverse("sitemap")
    return HttpResponse(f"User-agent: *\nDisallow: /admin/\nSitemap: {sitemap}\n", content_type="text/plain")


def favicon(request: HttpRequest) -> HttpResponse:
    """The icon, for clients that request it without reading the page."""
    return redirect(static("img/mark.svg"))
