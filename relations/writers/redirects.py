"""Redirects from former keys to the present ones."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.cache import patch_cache_control

from relations.models.key_history import AddressedQuerySet
from relations.models.named import NamedQuerySet
from relations.registry import resource_of

#: seconds: a browser that keeps a redirect for ever is lost once a key goes back to where it was
CACHED_SECONDS = 3600


def moved(
    request: HttpRequest,
    entities: AddressedQuerySet[Any] | NamedQuerySet[Any],
    key: str,
    reason: str = "",
    name: str = "key",
) -> HttpResponsePermanentRedirect:
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
    response = HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
    patch_cache_control(response, max_age=CACHED_SECONDS)
    return response
