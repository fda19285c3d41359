"""Settings and versions; nothing is asked but this process."""

import platform
import sqlite3
from collections.abc import Iterator

import django
from django.conf import settings

from relations.operation import program_version

from .lines import Line, error, ok, warning

PART = "settings"
LEAST_KEY = 50


def look_at_settings() -> Iterator[Line]:
    found = [*debugging(), *addresses(), *secrets(), *people()]
    yield from found or [ok(PART, "The settings are those of a server.")]


def debugging() -> Iterator[Line]:
    if settings.DEBUG:
        yield warning(PART, "DEBUG is on: errors show the program to readers.", "On a server set DEBUG=0.")


def addresses() -> Iterator[Line]:
    if not settings.SECURE_SSL_REDIRECT:
        advice = "Put a proxy that provides HTTPS in front, and set HTTPS=1."
        yield warning(PART, "HTTPS is off: passwords and sessions can be read on their way.", advice)
    if settings.SECURE_SSL_REDIRECT and not settings.PROXIES:
        advice = "Set PROXIES to the number of proxies in front."
        yield warning(PART, "HTTPS is on and PROXIES is 0: all readers count as one for the limits.", advice)
    if "*" in settings.ALLOWED_HOSTS:
        advice = "Set ALLOWED_HOSTS to the host names of the site, separated by commas."
        yield error(PART, "ALLOWED_HOSTS accepts any host, so that links in pages can be forged.", advice)
    if not settings.SITE_URL:
        advice = "Set SITE_URL, such as https://register.example.org."
        yield warning(
            PART, "SITE_URL is missing: files name the address by which they were asked for.", advice
        )
    elif settings.SECURE_SSL_REDIRECT and not settings.SITE_URL.startswith("https://"):
        yield warning(PART, "SITE_URL does not begin with https://, though HTTPS is on.", "Correct SITE_URL.")


def secrets() -> Iterator[Line]:
    if len(settings.SECRET_KEY) < LEAST_KEY:
        text = f"SECRET_KEY has fewer than {LEAST_KEY} characters, so that sessions could be forged."
        advice = 'Set one: python -c "import secrets; print(secrets.token_urlsafe(50))"'
        yield (warning if settings.DEBUG else error)(PART, text, advice)


def people() -> Iterator[Line]:
    if not settings.KEEPER_CONTACT:
        advice = "Set KEEPER_NAME and KEEPER_CONTACT."
        yield warning(PART, "KEEPER_CONTACT is missing: readers find nobody to write to.", advice)


def look_at_versions() -> Iterator[Line]:
    text = (
        f"The register {program_version()}, Python {platform.python_version()}, Django {django.get_version()},"
        f" SQLite {sqlite3.sqlite_version}."
    )
    yield ok("versions", text)
