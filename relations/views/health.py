"""Views for monitoring and crawlers: liveness, readiness and robots.txt."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse

from relations.doctor.examination import why_not_ready, why_slow
from relations.site import site_of
from relations.version import program_version


def healthz(request: HttpRequest) -> HttpResponse:
    """That a process answers, and in which version."""
    return HttpResponse(f"ok {program_version()}\n", content_type="text/plain")


def readyz(request: HttpRequest) -> HttpResponse:
    """503 with what is away: database, migrations or translations. It also says if the cache is."""
    reason = why_not_ready()
    said = ", ".join(filter(None, (reason or "ready", why_slow())))
    return HttpResponse(f"{said}\n", status=503 if reason else 200, content_type="text/plain")


def robots(request: HttpRequest) -> HttpResponse:
    sitemap = site_of(request) + reverse("sitemap")
    return HttpResponse(f"User-agent: *\nDisallow: /admin/\nSitemap: {sitemap}\n", content_type="text/plain")


def favicon(request: HttpRequest) -> HttpResponse:
    """The icon, for clients that request it without reading the page."""
    return redirect(static("img/mark.svg"))
