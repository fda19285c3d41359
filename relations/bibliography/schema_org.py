"""Describes records and sources as schema.org linked data (JSON-LD)."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from django.urls import reverse

from relations.catalog import record_type_of
from relations.models import Observation, Record
from relations.models.named import LANGUAGES, in_reader_language, reader_language
from relations.values.quantity_format import phrase as quantity_phrase

from .csl import LICENCE, register_description, register_name
from .csl_dates import iso
from .items import Item, Name

#: an object of JSON-LD
LinkedData = dict[str, Any]


class Dump(Protocol):
    """A dump of the whole register, as the page of downloads offers it."""

    @property
    def name(self) -> str: ...

    @property
    def day(self) -> str: ...

    @property
    def bytes(self) -> int: ...

    @property
    def sha256(self) -> str: ...


WORKS = {
    "article-journal": "ScholarlyArticle",
    "article-newspaper": "NewsArticle",
    "webpage": "WebPage",
    "post-weblog": "BlogPosting",
    "book": "Book",
    "chapter": "Chapter",
    "report": "Report",
    "legislation": "Legislation",
    "dataset": "Dataset",
}
CONTEXT = {"@context": "https://schema.org"}


def linked_record(record: Record, item: Item, site: str) -> LinkedData:
    """The event or measurement; the entry about it, with its sources, is its subjectOf."""
    record_type = record_type_of(record)
    told_in = {
        "@type": "CreativeWork",
        "url": item["URL"],
        "isPartOf": {"@type": "Dataset", "name": register_name(), "url": f"{site}/"},
        "citation": citations(record, site),
    }
    found = {
        "@type": record_type.schema_org,
        "name": item["title"],
        "description": in_reader_language(record, "summary")[0],
        "url": item["URL"],
        **dates(item, record_type.schema_org_dates),
        **(measured(record) if isinstance(record, Observation) else {}),
        "subjectOf": told_in,
    }
    return CONTEXT | {name: value for name, value in found.items() if value}


def citations(record: Record, site: str) -> list[LinkedData]:
    """Every source once, in the order of the footnotes."""
    sources = dict.fromkeys(citation.source for citation in record.citations.all())
    return [
        {
            "@type": WORKS.get(source.type, "CreativeWork"),
            "name": source.title,
            "url": site + source.get_absolute_url(),
        }
        for source in sources
    ]


def dates(item: Item, names: Sequence[str]) -> dict[str, str]:
    """Under one name, or under those of the first and the last day. Approximate dates have no place in schema.org."""
    day = item.get("event-date", {})
    points = [] if day.get("circa") else [iso(parts) for parts in day.get("date-parts", [])]
    if not points:
        return {}
    if len(names) == 1:
        return {names[0]: "/".join(points)}
    return dict(zip(names, (points[0], points[-1]), strict=True))


def measured(record: Observation) -> LinkedData:
    figure = quantity_phrase(record.quantity, record.unit, reader_language(), record.measure)
    area = record.ref_area and {"@type": "Place", "name": record.ref_area.name}
    return {"variableMeasured": str(record.indicator), "observationAbout": area, "value": figure}


def linked_register(
    address: str, files: Iterable[tuple[str, str, str]], dumps: Sequence[Dump], site: str
) -> LinkedData:
    """The register as a data set: `files` are (name, media type, address) of its lists, `dumps` those of everything."""
    zips = [dump_download(dump, site) for dump in dumps]
    found = {
        "@type": "Dataset",
        "name": register_name(),
        "description": register_description(),
        "url": address,
        "license": LICENCE["path"],
        "isAccessibleForFree": True,
        "inLanguage": list(LANGUAGES),
        "version": dumps[0].day if dumps else None,
        "dateModified": dumps[0].day if dumps else None,
        "distribution": zips + [download(*file) for file in files],
    }
    return CONTEXT | {name: value for name, value in found.items() if value}


def dump_download(dump: Dump, site: str) -> LinkedData:
    found = download(dump.name, "application/zip", site + reverse("dump", args=[dump.day]))
    return found | {"contentSize": f"{dump.bytes} B", "sha256": dump.sha256, "datePublished": dump.day}


def download(name: str, kind: str, address: str) -> LinkedData:
    return {"@type": "DataDownload", "name": name, "encodingFormat": kind, "contentUrl": address}


def linked_source(item: Item) -> LinkedData:
    host = item.get("container-title")
    issued = item.get("issued", {})
    certain = not issued.get("circa") and len(issued.get("date-parts", [])) == 1
    found = {
        "@type": WORKS.get(item["type"], "CreativeWork"),
        "name": item["title"],
        "author": [author(name) for name in item.get("author", ())],
        "datePublished": iso(issued["date-parts"][0]) if certain else None,
        "isPartOf": host and {"@type": "CreativeWork", "name": host},
        "publisher": "publisher" in item and {"@type": "Organization", "name": item["publisher"]},
        "isbn": item.get("ISBN"),
        "pagination": item.get("page"),
        "sameAs": f"https://doi.org/{item['DOI']}" if "DOI" in item else None,
        "inLanguage": item["language"],
        "url": item.get("URL"),
    }
    return CONTEXT | {name: value for name, value in found.items() if value}


def author(name: Name) -> str | LinkedData:
    """A name in one piece may be a person's or a body's."""
    if "literal" in name:
        return name["literal"]
    return {"@type": "Person", "familyName": name["family"], "givenName": name["given"]}
