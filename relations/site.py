"""The URL of the site, and today's date in its time zone."""

from datetime import date

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone


def site_of(request: HttpRequest) -> str:
    return settings.SITE_URL or request.build_absolute_uri("/").rstrip("/")


def today() -> date:
    return timezone.localdate()
