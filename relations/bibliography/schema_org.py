"""Describes records and sources as schema.org linked data (JSON-LD)."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Protocol

from django.urls import reverse

from relations.catalog import record_type_of
from relations.models import Observation, Place, Record, Role, Source
from relations.models.events import Event
from relations.models.named import LANGUAGES, in_reader_language, reader_language
from relations.text.names import AuthorName, author_names
from relations.values.quantity import Quantity

from .csl import LICENCE, register_description, register_name
from .csl_dates import iso
from .items import TRANSLATION, Item

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
#: qualifiers of a number that is only a limit
LIMITS = {"more_than": "minValue", "at_least": "minValue", "less_than": "maxValue", "at_most": "maxValue"}
#: before the key of a unit, since it is no code of UN/CEFACT; the same agency as in SDMX
UNIT_CODES = "RUCA"
#: what schema.org calls the place of a thing, and the roles of places that are it
WHERE = {
    "Event": ("location", (Role.LOCATION, Role.DESTINATION)),
    "CreativeWork": ("locationCreated", (Role.PLACE_OF_SIGNATURE,)),
}
EVENT_STATUS = {"cancelled": "EventCancelled", "postponed": "EventPostponed"}
CONTEXT = {"@context": "https://schema.org"}


def linked_record(record: Record, item: Item, site: str) -> LinkedData:
    """The event or measurement; the entry about it, with its sources, is its subjectOf."""
    record_type = record_type_of(record)
    told_in = {
        "@type": "CreativeWork",
        "url": item["URL"],
        "license": LICENCE["path"],
        "isPartOf": {"@type": "Dataset", "name": register_name(), "url": f"{site}/"},
        "citation": citations(record, site),
    }
    found = {
        "@type": record_type.schema_org,
        "@id": site + record.get_absolute_url().removeprefix(f"/{reader_language()}"),
        "name": item["title"],
        "description": in_reader_language(record, "summary")[0],
        "url": item["URL"],
        **dates(item, record_type.schema_org_dates),
        **(status_of(record) if record_type.schema_org == "Event" else {}),
        **(measured(record, site) if isinstance(record, Observation) else {}),
        **(placed(record, record_type.schema_org, site) if isinstance(record, Event) else {}),
        "subjectOf": told_in,
    }
    return CONTEXT | {name: value for name, value in found.items() if value}


def status_of(record: Record) -> LinkedData:
    """Of a forum or a visit; schema.org has one word for what is planned and what has taken place."""
    status = getattr(record, "event_status", "") or getattr(record, "visit_status", "")
    return {"eventStatus": f"https://schema.org/{EVENT_STATUS.get(status, 'EventScheduled')}"}


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


def measured(record: Observation, site: str) -> LinkedData:
    """The figure as a number with its unit, and in words, which alone say how exact it is."""
    found = {
        "variableMeasured": str(record.indicator),
        "observationAbout": record.ref_area and place(record.ref_area, site),
        **numbers(record.quantity),
        "description": in_reader_language(record, "summary")[0] or record.in_words(),
    }
    if record.unit and record.quantity.value is not None:
        found |= {"unitText": record.unit.name, "unitCode": f"{UNIT_CODES}:{record.unit.key}"}
    return found


def numbers(quantity: Quantity) -> dict[str, int | float]:
    """The value, or the limits of what is no more than a limit; nothing where there is no number."""
    if quantity.value is None:
        return {}
    value = plain(quantity.known_base)
    if quantity.upper is not None:
        return {"minValue": value, "maxValue": plain(quantity.upper.scaleb(quantity.mult))}
    return {LIMITS.get(quantity.qualifier, "value"): value}


def plain(number: Decimal) -> int | float:
    return int(number) if number == int(number) else float(number)


def placed(record: Event, kind: str, site: str) -> LinkedData:
    """Where an event took place, or where a work was signed."""
    name, roles = WHERE.get(kind, ("", ()))
    places = [place(one.place, site) for one in record.in_role(*roles) if one.place]
    return {name: places[0] if len(places) == 1 else places} if places else {}


def place(where: Place, site: str) -> LinkedData:
    return {"@type": "Place", "name": where.name, "url": site + where.get_absolute_url()}


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


def linked_source(source: Source, item: Item) -> LinkedData:
    host = item.get("container-title")
    issued = item.get("issued", {})
    certain = not issued.get("circa") and len(issued.get("date-parts", [])) == 1
    found = {
        "@type": WORKS.get(item["type"], "CreativeWork"),
        "name": item["title"],
        "alternateName": item.get(TRANSLATION),
        "author": [author(name) for name in author_names(source.author)],
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


def author(name: AuthorName) -> str | LinkedData:
    """A person or an organisation; a name of unknown kind stays a text."""
    if name.is_person:
        return {"@type": "Person", "familyName": name.family, "givenName": name.given}
    return {"@type": "Organization", "name": name.text} if name.is_organization else name.text
