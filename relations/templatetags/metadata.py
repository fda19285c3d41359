"""Template tags for the head of pages: canonical and alternate URLs, robots and linked data."""

import json
from collections.abc import Iterable
from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.urls import reverse, translate_url
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from relations.bibliography.csl import titled
from relations.bibliography.responses import LIST_FORMS, NAMES
from relations.bibliography.schema_org import linked_record, linked_source
from relations.bibliography.schema_org_datasets import catalogue, dataset, of_register
from relations.catalog import RECORD_TYPES
from relations.models import Indicator, Observation, Place, Source
from relations.models.named import in_reader_language, other_language, reader_language
from relations.models.records import Record
from relations.presentation.counts import counting_rule
from relations.site import site_of
from relations.values.period_format import span
from relations.writers.responses import CONTENT_TYPES

from .bibliography import item_of

register = template.Library()
LOCALES = {"ru": "ru_RU", "en": "en_US"}
#: characters that could end the element or begin another
UNSAFE = {ord(mark): f"\\u{ord(mark):04X}" for mark in "<>&"}


@register.simple_block_tag
def capture(content: str) -> str:
    """The content of the block as one line, so that it can be used more than once."""
    return mark_safe(" ".join(content.split()))  # noqa: S308 - a template has escaped it


@register.inclusion_tag("components/page_head.html", takes_context=True)
def page_head(context: Context, title: str, description: str, kind: str) -> dict[str, Any]:
    """Canonical address, the page in both languages, OpenGraph. A filtered, sorted or later page names its list."""
    site = site_of(context["request"])
    path = context.get("canonical") or context["request"].get_full_path().partition("?")[0]
    language = reader_language()
    addresses = {code: site + translate_url(path, code) for code, _name in settings.LANGUAGES}
    return {
        "title": title,
        "description": description,
        "kind": kind,
        "url": addresses[language],
        "addresses": addresses | {"x-default": site + path.removeprefix(f"/{language}")},
        "locale": LOCALES[language],
        "other_locale": LOCALES[other_language(language)],
    }


@register.inclusion_tag("components/downloads.html")
def downloads(slug: str, query: str) -> dict[str, Any]:
    """The files of a list, and the feed by which to follow it."""
    query = f"?{query}" if query else ""
    names = {form: form.upper() for form in (*CONTENT_TYPES, *LIST_FORMS)} | NAMES
    files = [(name, reverse(f"{slug}-file", args=[form]) + query) for form, name in names.items()]
    return {"files": files, "feed": feed_of(slug, query)}


def feed_of(slug: str, query: str) -> str:
    address = reverse("timeline-feed") if slug == "timeline" else reverse(f"{slug}-file", args=["atom"])
    return address + query


@register.simple_tag
def feed(slug: str, query: str = "") -> str:
    """The address by which a list is followed."""
    return feed_of(slug, f"?{query}" if query else "")


# Linked data.


def data_block(found: dict[str, Any]) -> str:
    """Linked data as a block in the page, escaped so that nothing in it can run or end it."""
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":")).translate(UNSAFE)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308


@register.simple_tag(takes_context=True)
def linked_data(context: Context, entity: Record | Source) -> str:
    """The linked data of one record or source, as in its file."""
    site = site_of(context["request"])
    item = item_of(entity, site)
    return data_block(
        linked_source(entity, item) if isinstance(entity, Source) else linked_record(entity, item, site)
    )


@register.simple_tag(takes_context=True)
def linked_list(
    context: Context,
    slug: str,
    name: str,
    parts: list[str],
    description: str,
    query: str,
    years: str = "",
    places: Iterable[str] = (),
) -> str:
    """Of a list: a data set; `parts`, `query` as they are cited, `places` whose names it covers."""
    found = data_set(context, slug, titled(capfirst(name), parts), description, query, years, places)
    return data_block(found)


@register.simple_tag(takes_context=True)
def linked_indicator(context: Context, indicator: Indicator, figures: list[Observation]) -> str:
    """Of an indicator with its figures: a data set of what is measured."""
    days = [day for figure in figures for day in (figure.first_day, figure.last_day) if day]
    years = span(min(days), max(days)) if days else ""
    places = dict.fromkeys(figure.ref_area.name for figure in figures if figure.ref_area)
    about = in_reader_language(indicator, "definition")[0] or _("Figures as published, each with its source.")
    description = f"{indicator.name}. {about}"
    found = data_set(
        context, "statistics", indicator.name, description, f"indicator={indicator.key}", years, places
    )
    address = site_of(context["request"]) + indicator.get_absolute_url()
    return data_block(found | {"url": address, "variableMeasured": indicator.name})


def data_set(
    context: Context,
    slug: str,
    name: str,
    description: str,
    query: str,
    years: str,
    places: Iterable[str],
) -> dict[str, Any]:
    site, query = site_of(context["request"]), f"?{query}" if query else ""
    files = [
        (kind.partition(";")[0], site + reverse(f"{slug}-file", args=[form]) + query)
        for form, kind in CONTENT_TYPES.items()
    ]
    more = of_register(site, site + reverse("home"))
    return dataset(name, str(description), site + reverse(slug) + query, files, places, years, **more)


@register.simple_tag(takes_context=True)
def linked_register(context: Context, description: str, places: list[Place]) -> str:
    """Of the home page: the register as a catalogue of its lists, and how to search it."""
    site = site_of(context["request"])
    lists = [
        (capfirst(str(one.label)), str(counting_rule(one.slug)), site + reverse(one.slug))
        for one in RECORD_TYPES
    ]
    names = [place.name for place in places]
    return data_block(
        catalogue(site + reverse("home"), site + reverse("search"), str(description), lists, names)
    )
