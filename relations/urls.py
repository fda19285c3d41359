"""Every public address below /ru/ and /en/, one line each."""

from django.urls import path

from relations.catalog import RECORD_TYPES
from relations.citing.files import WRITERS
from relations.views import citing, home, indicators, lists, places, records, search, sources, timelines

record_type_urls = [
    address
    for one in RECORD_TYPES
    for address in (
        path(f"{one.slug}/", lists.record_list, {"record_type": one}, name=one.slug),
        path(f"{one.slug}.<str:form>", lists.download, {"record_type": one}, name=f"{one.slug}-file"),
        path(
            f"{one.slug}/<slug:key>/", records.detail, {"record_type": one}, name=one.model._meta.model_name
        ),
        path(
            f"{one.slug}/<slug:key>/cite.<str:form>",
            citing.of_record,
            {"record_type": one},
            name=f"{one.slug}-cited",
        ),
    )
]

urlpatterns = [
    path("", home.home, name="home"),
    *record_type_urls,
    path("search/", search.search, name="search"),
    path("timeline/", timelines.timeline, name="timeline"),
    path("timeline.atom", timelines.feed, name="timeline-feed"),
    path("relations/<slug:pair>/", timelines.pair, name="pair"),
    path("places/", places.place_list, name="places"),
    path("places.<str:form>", places.download, name="places-file"),
    path("places/<str:code>/", places.detail, name="place"),
    path("sources/", sources.source_list, name="sources"),
    *(path(f"sources.{form}", citing.of_sources, {"form": form}) for form in WRITERS),
    path("sources.<str:form>", sources.download, name="sources-file"),
    path("sources/<slug:key>/", sources.detail, name="source"),
    path("sources/<slug:key>/cite.<str:form>", citing.of_source, name="source-cited"),
    path("indicators/", indicators.indicator_list, name="indicators"),
    path("indicators/<slug:key>/", indicators.detail, name="indicator"),
    path("indicators/<slug:key>/chart-<str:theme>.svg", indicators.chart, name="chart"),
    path("about/", home.about, name="about"),
]
