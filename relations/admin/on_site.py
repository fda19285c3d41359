"""The address of the admin that leads to the public page of anything, by the number of its table and its own."""

from django.contrib.contenttypes.views import shortcut
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponseBase


def on_site(request: HttpRequest, content_type_id: str, object_id: str) -> HttpResponseBase:
    """Django's own view answers 404 for what is no number, but fails for what is no UUID."""
    try:
        return shortcut(request, content_type_id, object_id)
    except ValidationError:
        raise Http404 from None
