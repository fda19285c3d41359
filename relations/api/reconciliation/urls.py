"""URL patterns below /reconcile/: a service for each kind of entities."""

from django.urls import path

from . import suggestions, views
from .kinds import KINDS

app_name = "reconcile"

SUGGEST = {"entity": suggestions.entities, "type": suggestions.types, "property": suggestions.properties}

urlpatterns = [
    address
    for kind in KINDS
    for address in (
        path(kind.slug, views.Service.as_view(kind=kind), name=kind.slug),
        *(
            path(
                f"{kind.slug}/suggest/{name}",
                views.Suggestions.as_view(kind=kind, suggest=suggest),
                name=f"{kind.slug}-suggest-{name}",
            )
            for name, suggest in SUGGEST.items()
        ),
        path(f"{kind.slug}/properties", views.Properties.as_view(kind=kind), name=f"{kind.slug}-properties"),
        path(f"{kind.slug}/preview", views.Preview.as_view(kind=kind), name=f"{kind.slug}-preview"),
    )
]
