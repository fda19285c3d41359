"""Redirects from former keys to the present ones."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.cache import patch_cache_control

from relations.models.key_history import AddressedQuerySet

#: seconds: a browser that keeps a redirect for ever is lost once a key goes back to where it was
CACHED_SECONDS = 3600


def moved(
    request: HttpRequest, entities: AddressedQuerySet[Any], key: str, reason: str = ""
) -> HttpResponsePermanentRedirect:
    """Redirects to the entity that formerly had this key, with the same form and query; otherwise 404."""
    entity, match = entities.formerly(key).only("pk", "key").first(), request.resolver_match
    if entity is None or match is None:
        raise Http404(reason)
    captured: dict[str, Any] = match.captured_kwargs  # type: ignore[attr-defined]  # the stubs lack it
    address = reverse(match.view_name, kwargs={**captured, "key": entity.key})
    query = request.GET.urlencode()
    response = HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
    patch_cache_control(response, max_age=CACHED_SECONDS)
    return response
