"""Atom feeds (RFC 4287) of lists: the newest published first, in pages (RFC 5005)."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from heapq import merge
from itertools import islice
from math import ceil
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

from django.db.models import Count, Max
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _

from relations.bibliography.csl import LICENCE, language_of, register_name, source_item
from relations.bibliography.gost import gost_line
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
#: older entries than those of the last page are in the files only
PAGE_SIZE, MOST_PAGES = 50, 200
#: the date of an empty list, fixed so that the feed does not change
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


#: makes the entry of one object; the first argument is the URL of the site
Tell = Callable[[Any, str], Element]
#: the query sets of a feed, and the functions that make their entries
EntityQuerySet = RecordQuerySet[Any] | SourceQuerySet | AllCorrections
Part = tuple[Tell, EntityQuerySet]


@dataclass(frozen=True)
class Feed:
    """One page of a feed, `number` of `pages`; `page` is the list as a page of the site."""

    title: str
    site: str
    path: str
    parameters: QueryDict
    page: str
    parts: Sequence[Part]
    total: int
    updated: datetime
    number: int
    pages: int

    def address(self, number: int = 1) -> str:
        """That of one of its pages; the first is the feed itself."""
        parameters = self.parameters.copy()
        parameters.pop("page", None)
        if number > 1:
            parameters["page"] = str(number)
        return f"{self.site}{self.path}?{parameters.urlencode()}".removesuffix("?")

    def links(self) -> Iterator[tuple[str, int]]:
        """(relation, page) as RFC 5005 names them."""
        yield "self", self.number
        if self.pages > 1:
            yield from (("first", 1), ("last", self.pages))
        if self.number > 1:
            yield "previous", self.number - 1
        if self.number < self.pages:
            yield "next", self.number + 1


def feed_response(request: HttpRequest, title: str, page: str, parts: Sequence[Part]) -> HttpResponseBase:
    """One page of a feed (RFC 5005), 304 if nothing was added, changed or removed; 404 for a page that it lacks.

    `page` and `parts` are as in Feed, the path without the site.
    """
    site = site_of(request)
    totals = [totals_of(entities) for _tell, entities in parts]
    total, updated = (
        sum(one["n"] for one in totals),
        max((one["last"] or NEVER for one in totals), default=NEVER),
    )
    number, pages = request.GET.get("page", "1"), max(1, min(ceil(total / PAGE_SIZE), MOST_PAGES))
    if number not in map(str, range(1, pages + 1)):
        raise Http404(_("This list has no such page."))
    feed = Feed(
        title, site, request.path, request.GET, site + page, parts, total, updated, int(number), pages
    )
    etag = f'W/"{total}-{updated:%Y%m%d%H%M%S%f}-{number}"'
    # No Last-Modified: withdrawing a record changes the list but makes nothing in it newer.
    if found := get_conditional_response(request, etag=etag):
        return found
    return HttpResponse(document(feed), content_type=CONTENT_TYPE, headers={"ETag": etag})


def totals_of(entities: EntityQuerySet) -> dict[str, Any]:
    """How many there are, and when the last of them was changed."""
    if isinstance(entities, AllCorrections):
        return entities.versions.order_by().aggregate(n=Count("pk"), last=Max("at"))
    return entities.order_by().aggregate(n=Count("pk"), last=Max("updated_at"))


def document(feed: Feed) -> str:
    head = written(head_of(feed)).removesuffix("</feed>")
    entries = (written(tell(entity, feed.site)) for tell, entity in entries_of(feed))
    return "\n".join(('<?xml version="1.0" encoding="utf-8"?>', head, *entries, "</feed>\n"))


def entries_of(feed: Feed) -> Iterator[tuple[Tell, Any]]:
    """The entries of one page of all parts, the newest published first; only those of the page are fetched."""
    stop = feed.number * PAGE_SIZE
    keys = ([(*key, at) for key in newest(entities, stop)] for at, (_tell, entities) in enumerate(feed.parts))
    on_page = list(islice(merge(*keys, reverse=True), stop - PAGE_SIZE, stop))
    fetched = [
        fetch(entities, [pk for _published, pk, part in on_page if part == at])
        for at, (_tell, entities) in enumerate(feed.parts)
    ]
    for _published, pk, part in on_page:
        if pk in fetched[part]:
            yield feed.parts[part][0], fetched[part][pk]


def newest(entities: Any, number: int) -> list[tuple[datetime, int]]:
    """[(when published, primary key)] of the newest."""
    if isinstance(entities, AllCorrections):
        found = entities.versions.values_list("at", "pk")
    else:
        found = entities.by_publication().prefetch_related(None).values_list("published_at", "pk")
    return [(published or NEVER, pk) for published, pk in found[:number]]


def fetch(entities: EntityQuerySet, keys: Sequence[int]) -> dict[int, Any]:
    if not keys:
        return {}
    if isinstance(entities, AllCorrections):
        return {one.pk: one for one in entities.among(keys)}
    return {one.pk: one for one in entities.by_publication().filter(pk__in=keys)}


def written(element: Element) -> str:
    return tostring(element, encoding="unicode")


def head_of(feed: Feed) -> Element:
    element = Element("feed", NAMESPACES | {"xml:lang": reader_language()})
    add(element, "id", feed.address())
    add(element, "title", f"{feed.title} · {register_name()}")
    add(element, "updated", feed.updated.isoformat())
    add(SubElement(element, "author"), "name", register_name())
    rights = _("The data and texts of the register are available under CC BY 4.0: %(url)s")
    add(element, "rights", rights % {"url": LICENCE["path"]})
    SubElement(element, "link", {"rel": "license", "href": LICENCE["path"]})
    for relation, number in feed.links():
        link = {"rel": relation, "type": "application/atom+xml", "href": feed.address(number)}
        SubElement(element, "link", link)
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
