"""Redirects from former keys to the present ones."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.cache import patch_cache_control

from relations.models.key_history import AddressedQuerySet
from relations.models.named import NamedQuerySet
from relations.registry import resource_of


def not_kept(response: HttpResponse) -> HttpResponse:
    """Lets browsers ask again each time: one that keeps a redirect is lost once a merge is undone."""
    patch_cache_control(response, no_cache=True)
    return response


def moved(
    request: HttpRequest,
    entities: AddressedQuerySet[Any] | NamedQuerySet[Any],
    key: str,
    reason: str = "",
    name: str = "key",
) -> HttpResponse:
    """Redirects to the entity that formerly had this key, with the same form and query; otherwise 404.

    `name` is that of the key in the address.
    """
    entity, match = entities.formerly(key.replace("\x00", "")).first(), request.resolver_match
    if entity is None or match is None:
        raise Http404(reason)
    captured: dict[str, Any] = match.captured_kwargs  # type: ignore[attr-defined]  # the stubs lack it
    address = reverse(
        match.view_name, kwargs={**captured, name: getattr(entity, resource_of(type(entity)).key_field)}
    )
    query = request.GET.urlencode()
    return not_kept(HttpResponsePermanentRedirect(f"{address}?{query}" if query else address))
