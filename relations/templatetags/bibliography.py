"""Template tags for citing a page, and for the bibliographic metadata in its head."""

from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst

from relations.bibliography.apa import apa_line, gost_line
from relations.bibliography.coins import coins
from relations.bibliography.csl import dump_item, list_item, record_item, source_item, version_item
from relations.bibliography.csl_dates import iso
from relations.bibliography.highwire import highwire
from relations.bibliography.items import Item
from relations.bibliography.responses import NAMES
from relations.catalog import record_type_of
from relations.dumps.storage import Dump
from relations.filters.parameters import Choices
from relations.models import Indicator, Source, Version
from relations.models.named import reader_language
from relations.models.records import Record
from relations.presentation.counts import counted
from relations.presentation.query_summary import Chip
from relations.presentation.versions import RecordThen
from relations.rows.columns import Label
from relations.site import site_of, today

register = template.Library()


def item_of(entity: Record | Source, site: str) -> Item:
    return source_item(entity, today()) if isinstance(entity, Source) else record_item(entity, site, today())


def address_of(entity: Record | Source, form: str) -> str:
    """Of the record or source in one of the forms of a reference manager."""
    if isinstance(entity, Source):
        return reverse("source-cited", args=[entity.key, form])
    return reverse(f"{record_type_of(entity).slug}-cited", args=[entity.key, form])


def lines_of(item: Item) -> dict[str, Any]:
    language = reader_language()
    return {"gost": gost_line(item, language), "apa": apa_line(item, language), "language": item["language"]}


@register.inclusion_tag("components/cite.html", takes_context=True)
def how_to_cite(context: Context, entity: Record | Source) -> dict[str, Any]:
    """Of one record or source."""
    item = item_of(entity, site_of(context["request"]))
    files = [
        (name, address_of(entity, form))
        for form, name in (("ris", "RIS"), ("bib", "BibTeX"), ("json", "CSL-JSON"))
    ]
    return lines_of(item) | {"files": files, "coins": coins(item)}


@register.inclusion_tag("components/cite_list.html", takes_context=True)
def how_to_cite_list(
    context: Context, slug: str, name: str, parts: list[str], total: str, query: str
) -> dict[str, Any]:
    """Of a list: `total` in words, `parts` are the applied filters, `query` the query string of its address."""
    query = f"?{query}" if query else ""
    address = f"{site_of(context['request'])}{reverse(slug)}{query}"
    item = list_item(str(capfirst(name)), parts, total, address, today())
    files = [(name, reverse(f"{slug}-file", args=[form]) + query) for form, name in NAMES.items()]
    return lines_of(item) | {"files": files}


@register.inclusion_tag("components/cite.html", takes_context=True)
def how_to_cite_dump(context: Context, dump: Dump) -> dict[str, Any]:
    """Of a dated dump of everything."""
    address = site_of(context["request"]) + reverse("dump", args=[dump.day])
    item = dump_item(dump.date, address, today())
    files = [
        (name, reverse("dump-cited", args=[dump.day, form]))
        for form, name in (("ris", "RIS"), ("bib", "BibTeX"), ("json", "CSL-JSON"))
    ]
    return lines_of(item) | {"files": files, "coins": coins(item)}


@register.inclusion_tag("components/cite.html", takes_context=True)
def how_to_cite_version(context: Context, then: RecordThen, version: Version, address: str) -> dict[str, Any]:
    """Of a record as one version has left it, which does not change."""
    url, day = site_of(context["request"]) + address, timezone.localdate(version.at)
    item = version_item(then.title, version.number or 0, day, url, then.language, today())
    return lines_of(item) | {"coins": coins(item)}


@register.inclusion_tag("components/cite_list.html", takes_context=True)
def how_to_cite_indicator(context: Context, indicator: Indicator, total: int) -> dict[str, Any]:
    """Of the page of an indicator: a data set at its own address."""
    address = site_of(context["request"]) + indicator.get_absolute_url()
    item = list_item(indicator.name, [], counted(total, "statistics"), address, today())
    files = [
        (name, f"{reverse('statistics-file', args=[form])}?indicator={indicator.key}")
        for form, name in NAMES.items()
    ]
    return lines_of(item) | {"files": files, "is_page": True}


@register.simple_tag
def texts_of(chips: list[Chip]) -> list[Label]:
    return [chip.text for chip in chips]


@register.simple_tag
def labels_of(words: str, chosen: list[str], choices: Choices) -> list[str]:
    """The filters of the list of sources in words."""
    return [words, *(str(label) for value, label in choices if value in chosen)]


@register.simple_tag(takes_context=True)
def reference(context: Context, entity: Record | Source) -> str:
    """One record or source as a line of plain text."""
    return gost_line(item_of(entity, site_of(context["request"])), reader_language())


@register.inclusion_tag("components/cite_head.html", takes_context=True)
def head_of(context: Context, entity: Record | Source) -> dict[str, Any]:
    """Dublin Core of one record, Highwire tags of one source, and the way to the linked data."""
    site = site_of(context["request"])
    item, is_source = item_of(entity, site), isinstance(entity, Source)
    event = item.get("event-date", {})
    points = [] if event.get("circa") else event.get("date-parts", [])
    return {
        "item": item,
        "is_source": is_source,
        "highwire": highwire(item) if is_source else [],
        "url": site + entity.get_absolute_url(),
        "date": "/".join(map(iso, points)),
        "linked": address_of(entity, "jsonld"),
    }
