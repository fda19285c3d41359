"""Absolute addresses, of answers and of the pages that readers see."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from relations.models.names import LANGUAGES


def site(request):
    """The beginning of every address, without a slash at its end."""
    return settings.SITE_URL or request.build_absolute_uri("/").rstrip("/")


def in_api(request, name, *args):
    return site(request) + reverse(f"api:{name}", args=args)


def pages(request, name, *args):
    """{language: address} of the public page."""
    found = {}
    for language in LANGUAGES:
        with override(language):
            found[language] = site(request) + reverse(name, args=args)
    return found
