"""URL patterns of the public pages below /ru/ and /en/."""

from django.urls import path, register_converter

from relations.bibliography.responses import LIST_FORMS
from relations.catalog import RECORD_TYPES
from relations.converters import Day
from relations.views import (
    bibliography,
    data,
    home,
    indicators,
    lists,
    maps,
    matrix,
    places,
    records,
    reports,
    search,
    sheet_check,
    sources,
    timeline,
    versions,
    years,
)

register_converter(Day, "day")

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
            bibliography.of_record,
            {"record_type": one},
            name=f"{one.slug}-cited",
        ),
        path(
            f"{one.slug}/<slug:key>/versions/",
            versions.version_list,
            {"kind": versions.Kind.of(one)},
            name=f"{one.model._meta.model_name}-versions",
        ),
        path(
            f"{one.slug}/<slug:key>/versions/<int:number>/",
            versions.version,
            {"kind": versions.Kind.of(one)},
            name=f"{one.model._meta.model_name}-version",
        ),
        path(
            f"{one.slug}/<slug:key>/report/",
            reports.of_record,
            {"record_type": one},
            name=f"{one.slug}-report",
        ),
    )
]

urlpatterns = [
    path("", home.home, name="home"),
    *record_type_urls,
    path("search/", search.search, name="search"),
    path("timeline/", timeline.timeline, name="timeline"),
    path("map/", maps.page, name="map"),
    path("map/<slug:slug>/", maps.page, name="map-of"),
    path("map/<slug:slug>.<str:form>", maps.download, name="map-file"),
    path("timeline.atom", timeline.feed, name="timeline-feed"),
    path("relations/<slug:pair>/", timeline.pair, name="pair"),
    path("years/", years.page, name="years"),
    path("years/<slug:slug>/", years.page, name="years-of"),
    path("years/<slug:slug>/years.csv", years.table, name="years-csv"),
    path("years/<slug:slug>/<slug:look>.svg", years.picture, {"form": "svg"}, name="years-svg"),
    path("years/<slug:slug>/<slug:look>.png", years.picture, {"form": "png"}, name="years-png"),
    path("matrix/", matrix.page, name="matrix"),
    path("matrix/<slug:slug>/", matrix.page, name="matrix-of"),
    path("places/", places.place_list, name="places"),
    path("places.<str:form>", places.download, name="places-file"),
    path("places/<str:code>/", places.detail, name="place"),
    path("sources/", sources.source_list, name="sources"),
    *(path(f"sources.{form}", bibliography.of_sources, {"form": form}) for form in LIST_FORMS),
    path("sources.<str:form>", sources.download, name="sources-file"),
    path("sources/<slug:key>/", sources.detail, name="source"),
    path("sources/<slug:key>/cite.<str:form>", bibliography.of_source, name="source-cited"),
    path(
        "sources/<slug:key>/versions/",
        versions.version_list,
        {"kind": versions.OF_SOURCES},
        name="source-versions",
    ),
    path(
        "sources/<slug:key>/versions/<int:number>/",
        versions.version,
        {"kind": versions.OF_SOURCES},
        name="source-version",
    ),
    path("corrections/", versions.correction_list, name="corrections"),
    path("corrections.atom", versions.correction_feed, name="corrections-feed"),
    path("sources/<slug:key>/report/", reports.of_source, name="source-report"),
    path("indicators/", indicators.indicator_list, name="indicators"),
    path("indicators/<slug:key>/", indicators.detail, name="indicator"),
    path("indicators/<slug:key>/chart.csv", indicators.drawn_figures, name="chart-file"),
    path("indicators/<slug:key>/chart-<int:number>.csv", indicators.drawn_figures),
    path("indicators/<slug:key>/chart-<int:number>-<str:look>.<str:form>", indicators.chart),
    path("indicators/<slug:key>/chart-<str:look>.<str:form>", indicators.chart, name="chart"),
    path("names/", places.names, name="names"),
    path("about/", home.about, name="about"),
    path("sheet-check/", sheet_check.sheet_check, name="sheet-check"),
    path("data/", data.data, name="data"),
    path("data.jsonld", data.linked, name="data-linked"),
    path("data/register-<day:day>.zip", data.download, name="dump"),
    path("data/register-<day:day>/cite.<str:form>", bibliography.of_dump, name="dump-cited"),
]
