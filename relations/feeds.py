"""Atom feeds (RFC 4287) of lists: all entries, newest published first, streamed."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from heapq import merge
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

from django.db.models import Count, Max
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from relations.bibliography.csl import LICENCE, language_of, register_name, source_item
from relations.bibliography.gost import gost_line
from relations.bibliography.responses import AT_ONCE
from relations.catalog import RecordType
from relations.models import Observation, Record, Source
from relations.models.named import in_reader_language, reader_language
from relations.models.querysets import RecordQuerySet
from relations.models.sources import SourceQuerySet
from relations.presentation.counts import counted
from relations.presentation.versions import AllCorrections, Correction
from relations.site import site_of, today
from relations.text.names import author_names
from relations.text.xml import valid_in_xml
from relations.values.period_format import phrase

CONTENT_TYPE = "application/atom+xml; charset=utf-8"
NAMESPACES = {
    "xmlns": "http://www.w3.org/2005/Atom",
    "xmlns:opensearch": "http://a9.com/-/spec/opensearch/1.1/",
}
LANGUAGE_TAG = re.compile("[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
#: the year of this naming scheme; it never changes (RFC 4151)
NAMED_IN = 2026
#: the date of an empty list, fixed so that the feed does not change
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


#: makes the entry of one object; the first argument is the URL of the site
Tell = Callable[[Any, str], Element]
#: the query sets of a feed, and the functions that make their entries
EntityQuerySet = RecordQuerySet[Any] | SourceQuerySet | AllCorrections
Part = tuple[Tell, EntityQuerySet]


@dataclass(frozen=True)
class Feed:
    """The head of a feed; `page` is the list as a page."""

    title: str
    site: str
    address: str
    page: str
    parts: Sequence[Part]
    total: int
    updated: datetime


def feed_response(request: HttpRequest, title: str, page: str, parts: Sequence[Part]) -> HttpResponseBase:
    """304 if nothing was added, changed or removed; `page` and `parts` as in Feed, the path without the site."""
    site = site_of(request)
    totals = [totals_of(entities) for _tell, entities in parts]
    total, updated = (
        sum(one["n"] for one in totals),
        max((one["last"] or NEVER for one in totals), default=NEVER),
    )
    feed = Feed(title, site, site + request.get_full_path(), site + page, parts, total, updated)
    response = StreamingHttpResponse(encoded_entries(feed, get_language()), content_type=CONTENT_TYPE)
    # No Last-Modified: withdrawing a record changes the list but makes nothing in it newer.
    response["ETag"] = f'W/"{total}-{updated:%Y%m%d%H%M%S%f}"'
    found = get_conditional_response(
        request,
        etag=response["ETag"],
        response=response,  # type: ignore[arg-type]  # any response will do, also one that streams
    )
    return found or response


def totals_of(entities: EntityQuerySet) -> dict[str, Any]:
    """How many there are, and when the last of them was changed."""
    if isinstance(entities, AllCorrections):
        return entities.versions.order_by().aggregate(n=Count("pk"), last=Max("at"))
    return entities.order_by().aggregate(n=Count("pk"), last=Max("updated_at"))


def encoded_entries(feed: Feed, language: str) -> Iterator[bytes]:
    """The body is read after the view has returned, so the language is set again for each chunk."""
    with override(language):
        head = written(head_of(feed)).removesuffix("</feed>")
    yield f'<?xml version="1.0" encoding="utf-8"?>\n{head}\n'.encode()
    for tell, entity in newest_first(feed.parts):
        with override(language):
            entry = written(tell(entity, feed.site))
        yield f"{entry}\n".encode()
    yield b"</feed>\n"


def newest_first(parts: Iterable[Part]) -> Iterator[tuple[Tell, Any]]:
    """Merges the entries of all parts; only a chunk of each is in memory at once."""
    streams = (in_order(tell, entities) for tell, entities in parts)
    return merge(*streams, key=lambda entry: (entry[1].published_at or NEVER, entry[1].pk), reverse=True)


def in_order(tell: Tell, entities: EntityQuerySet) -> Iterator[tuple[Tell, Any]]:
    for entity in entities.by_publication().iterator(chunk_size=AT_ONCE):
        yield tell, entity


def written(element: Element) -> str:
    return tostring(element, encoding="unicode")


def head_of(feed: Feed) -> Element:
    element = Element("feed", NAMESPACES | {"xml:lang": reader_language()})
    add(element, "id", feed.address)
    add(element, "title", f"{feed.title} · {register_name()}")
    add(element, "updated", feed.updated.isoformat())
    add(SubElement(element, "author"), "name", register_name())
    rights = _("The data and texts of the register are available under CC BY 4.0: %(url)s")
    add(element, "rights", rights % {"url": LICENCE["path"]})
    SubElement(element, "link", {"rel": "license", "href": LICENCE["path"]})
    SubElement(element, "link", {"rel": "self", "type": "application/atom+xml", "href": feed.address})
    SubElement(element, "link", page_link(feed.page))
    add(element, "opensearch:totalResults", str(feed.total))
    return element


def page_link(address: str) -> dict[str, str]:
    return {"rel": "alternate", "type": "text/html", "hreflang": reader_language(), "href": address}


def add(element: Element, name: str, text: str, language: str | None = None) -> None:
    """A part with its text, marked where that is in another language than the reader's."""
    part = SubElement(element, name)
    part.text = valid_in_xml(text)
    if language and language != reader_language() and LANGUAGE_TAG.fullmatch(language):
        part.set("xml:lang", language)


# Entries.


def record_teller(record_type: RecordType) -> Tell:
    return partial(record_entry, record_type)


def record_entry(record_type: RecordType, record: Record, site: str) -> Element:
    element = entry(record, f"{record_type.slug}/{record.key}", site)
    add(element, "title", str(record), in_reader_language(record, "title")[1])
    add(element, "summary", summary(record))
    categorize(element, site, "types", [(record_type.slug, record_type.model._meta.verbose_name)])
    kind = record_type.filterset.base_filters["type"].field_name
    label = getattr(record, f"get_{kind}_display")()
    categorize(element, site, f"{record_type.slug}/type", [(getattr(record, kind), label)])
    categorize(element, site, "topics", [(topic.key, topic.name) for topic in record.topics.all()])
    return element


def source_entry(source: Source, site: str) -> Element:
    element = entry(source, f"sources/{source.key}", site)
    add(element, "title", source.title, language_of(source))
    line = gost_line(source_item(source, today()), reader_language())
    add(element, "summary", line, language_of(source))
    for name in author_names(source.author):
        add(SubElement(element, "author"), "name", name.natural)
    categorize(element, site, "sources/type", [(source.type, source.get_type_display())])
    return element


def correction_entry(correction: Correction, site: str) -> Element:
    """The id is that of the version, whatever becomes of the key."""
    version = correction.version
    element = Element("entry")
    add(element, "id", tag(site, f"versions/{version.pk}"))
    SubElement(element, "link", page_link(site + correction.address))
    add(element, "published", version.at.isoformat())
    add(element, "updated", version.at.isoformat())
    add(element, "title", str(correction.record))
    changed = _("Changed: %(columns)s") % {"columns": ", ".join(correction.labels)}
    why = _("Reason: %(reason)s") % {"reason": correction.reason} if correction.reason else ""
    add(element, "summary", "\n\n".join(filter(None, (changed, why))))
    categorize(element, site, "types", [(version.type, correction.record._meta.verbose_name)])
    return element


def entry(entity: Record | Source, name: str, site: str) -> Element:
    """What all entries have; their ids are the same in both languages."""
    element = Element("entry")
    add(element, "id", tag(site, name))
    SubElement(element, "link", page_link(site + entity.get_absolute_url()))
    add(element, "published", (entity.published_at or NEVER).isoformat())
    add(element, "updated", (entity.updated_at or NEVER).isoformat())
    return element


def tag(site: str, name: str) -> str:
    """A tag URI (RFC 4151): a permanent identifier, independent of the URL."""
    return f"tag:{urlsplit(site).hostname},{NAMED_IN}:{name}"


def summary(record: Record) -> str:
    """Its period, its figure if it is one, and how well it is sourced, in words; then the text."""
    known = [phrase(record.period, reader_language()), counted(record.source_count, "sources")]
    if isinstance(record, Observation):
        figure = record.in_words()
        known.insert(0, figure)
    text, language = in_reader_language(record, "summary")
    if text and language != reader_language():
        text += f" ({_('in Russian') if language == 'ru' else _('in English')})"
    return "\n\n".join(filter(None, (" · ".join(known), text)))


def categorize(element: Element, site: str, scheme: str, terms: Iterable[tuple[str, object]]) -> None:
    for term, label in terms:
        if term:
            names = {"term": term, "scheme": tag(site, scheme), "label": valid_in_xml(str(label))}
            SubElement(element, "category", names)
