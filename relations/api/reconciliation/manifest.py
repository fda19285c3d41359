"""The manifest: what the service of one kind of entities offers, and where."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from relations.models.named import reader_language
from relations.site import site_of

from .kinds import Kind, title_of
from .reading import MOST_QUERIES

VERSION = "0.2"
#: pixels of the frame in which clients show a preview
PREVIEW_SIZE = {"width": 420, "height": 320}


def manifest_of(kind: Kind, request: HttpRequest) -> dict[str, Any]:
    service = f"{site_of(request)}/reconcile/{kind.slug}"
    return {
        "versions": [VERSION],
        "name": title_of(kind),
        "identifierSpace": f"{service}/",
        "schemaSpace": kind.schema,
        "documentation": site_of(request) + reverse("data"),
        "defaultTypes": [one.as_json() for one in kind.types.values()],
        "view": {"url": view_of(kind, request, service)},
        "preview": {"url": preview_of(service, request), **PREVIEW_SIZE},
        "suggest": {
            name: endpoint(service, f"/suggest/{name}", request) for name in ("entity", "type", "property")
        },
        "extend": {
            "propose_properties": endpoint(service, "/properties", request),
            "property_settings": [limit_setting()],
        },
        "batchSize": MOST_QUERIES,
    }


def view_of(kind: Kind, request: HttpRequest, service: str) -> str:
    """The page of an entity; its preview where it has none."""
    if not kind.page:
        return preview_of(service, request)
    return f"{site_of(request)}/{reader_language()}/{kind.slug}/{{{{id}}}}/"


def preview_of(service: str, request: HttpRequest) -> str:
    language = asked_language(request)
    return f"{service}/preview?id={{{{id}}}}" + (f"&lang={language}" if language else "")


def endpoint(service: str, path: str, request: HttpRequest) -> dict[str, str]:
    """In the language in which the manifest itself was asked for by its address."""
    language = asked_language(request)
    return {"service_url": service, "service_path": path + (f"?lang={language}" if language else "")}


def asked_language(request: HttpRequest) -> str:
    return request.GET.get("lang", "")


def limit_setting() -> dict[str, Any]:
    return {
        "type": "number",
        "name": "limit",
        "label": _("Most values"),
        "help_text": _("Of a property with several values, so many at most; 0 for all."),
        "default": 0,
    }
