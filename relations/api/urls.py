"""URL patterns below /api/v1/."""

from django.urls import path

from relations.catalog import RECORD_TYPES

from . import schema_views, sdmx, views

app_name = "api"

record_type_urls = [
    address
    for one in RECORD_TYPES
    for address in (
        path(f"{one.slug}/", views.Records.as_view(record_type=one), name=one.slug),
        path(
            f"{one.slug}/<slug:key>/",
            views.Record.as_view(record_type=one),
            name=one.model._meta.model_name,
        ),
    )
]

urlpatterns = [
    path("", views.Entry.as_view(), name="entry"),
    *record_type_urls,
    path("statistics.csv", sdmx.SdmxCsv.as_view(), name="sdmx"),
    path("sources/", views.Sources.as_view(), name="sources"),
    path("sources/<slug:key>/", views.OneSource.as_view(), name="source"),
    path("places/", views.Places.as_view(), name="places"),
    path("places/<str:key>/", views.OnePlace.as_view(), name="place"),
    path("topics/", views.Topics.as_view(), name="topics"),
    path("topics/<slug:key>/", views.OneTopic.as_view(), name="topic"),
    path("indicators/", views.Indicators.as_view(), name="indicators"),
    path("indicators/<slug:key>/", views.OneIndicator.as_view(), name="indicator"),
    path("schema/", schema_views.Description.as_view(), name="schema"),
    path("docs/", schema_views.docs, name="docs"),
]
