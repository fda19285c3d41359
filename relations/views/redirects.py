"""Old addresses: a key that was given up leads to the present one."""

from django.http import Http404, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.cache import patch_cache_control

#: seconds: whoever keeps a redirect for ever is lost once a key goes back to where it was
KEPT_FOR = 3600


def moved(request, things, key, reason=""):
    """The way to the one of these things that formerly had this key, at the same address with its question;
    else 404."""
    thing = things.formerly(key).only("pk", "key").first()
    if thing is None:
        raise Http404(reason)
    match = request.resolver_match
    address = reverse(match.view_name, kwargs={**match.captured_kwargs, "key": thing.key})
    query = request.GET.urlencode()
    response = HttpResponsePermanentRedirect(f"{address}?{query}" if query else address)
    patch_cache_control(response, max_age=KEPT_FOR)
    return response
