"""Absolute URLs in API responses, both to the API itself and to the public pages."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import override

from relations.models.named import LANGUAGES
from relations.site import site_of


def in_api(request: HttpRequest, name: str, *args: object) -> str:
    return site_of(request) + reverse(f"api:{name}", args=args)


def version_pages(request: HttpRequest, name: str, key: str, number: int) -> dict[str, str] | None:
    """{language: address} of one version on the website; None where readers have seen none."""
    return pages(request, f"{name}-version", key, number) if number else None


def pages(request: HttpRequest, name: str, *args: object) -> dict[str, str]:
    """{language: address} of the public page."""
    found = {}
    for language in LANGUAGES:
        with override(language):
            found[language] = site_of(request) + reverse(name, args=args)
    return found
