"""Builds CSL items (CSL-JSON 1.0.2) that cite a source, a record or a list."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from relations.bibliography.items import TRANSLATION, CslDate, Item, Name
from relations.catalog import listed_types
from relations.models import Record, Source
from relations.models.named import in_reader_language, reader_language
from relations.search.lemmas import language_of_letters
from relations.text.names import author_names
from relations.values.period import Period
from relations.values.period_format import phrase

from .csl_dates import csl_bounds, csl_date, day_of_access

#: of what is compiled here: texts, tables, dumps
LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0 International",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}

#: fields of a Source that are variables of CSL under another spelling
VARIABLES = {
    "container_title": "container-title",
    "publisher": "publisher",
    "publisher_place": "publisher-place",
    "url": "URL",
    "doi": "DOI",
    "isbn": "ISBN",
    "volume": "volume",
    "issue": "issue",
    "page": "page",
    "number": "number",
}


def source_item(source: Source, today: date) -> Item:
    """A cited work, with the access date of the editors, otherwise today's."""
    language = language_of(source)
    item = {
        "id": source.key,
        "type": csl_type(source),
        "title": one_line(source.title),
        TRANSLATION: one_line(source.title_translation.strip("[]")),
        "author": names(source.author),
        **{name: one_line(getattr(source, field)) for field, name in VARIABLES.items()},
        "issued": csl_date(source.issued, language)
        or csl_bounds(source.not_before, source.not_after, language),
        "language": language,
        "license": one_line(source.licence),
    }
    if source.type == Source.Type.PRESS_RELEASE:
        item["genre"] = PRESS_RELEASE["ru" if language == "ru" else "en"]
    item |= where(source, language, today)
    return {name: value for name, value in item.items() if value}


def csl_variables(item: Item) -> Item:
    """The item in the variables of CSL, which has none for a translated title."""
    if TRANSLATION not in item:
        return item
    note = _("Title in our translation: %(title)s") % {"title": item[TRANSLATION]}
    return {name: value for name, value in item.items() if name != TRANSLATION} | {"note": note}


def where(source: Source, language: str, today: date) -> Item:
    """URL and access date; for a broken link, those of its archived copy."""
    if source.has_dead_link:
        day = certain(source.archived_on if source.archive_url else source.accessed, language)
        return {"URL": source.archive_url or source.url, "accessed": day}
    return {"accessed": certain(source.accessed, language) or day_of_access(today)} if source.url else {}


def certain(period: Period, language: str) -> CslDate | None:
    """A CSL date of one known day, month or year; otherwise None."""
    day = csl_date(period, language)
    return day if day and "date-parts" in day else None


#: the word belongs to the description of the work, so it is in the language of the work
PRESS_RELEASE = {"ru": "Пресс-релиз", "en": "Press release"}


def csl_type(source: Source) -> str:
    """CSL 1.0.2 has no press releases: they are pages or documents of a genre."""
    if source.type == Source.Type.PRESS_RELEASE:
        return "webpage" if source.url else "document"
    return source.type


def language_of(source: Source) -> str:
    return source.language or language_of_letters(source.title)


def record_item(record: Record, site: str, today: date) -> Item:
    """A record as an entry of this register; its period is the date of the event, not of publication."""
    language = in_reader_language(record, "title")[1] or reader_language()
    return entry(
        {
            "id": record.key,
            "type": "entry",
            "title": one_line(str(record)),
            "URL": site + record.get_absolute_url(),
            "event-date": csl_date(record.period, reader_language()),
            "language": language,
        },
        today,
    )


def version_item(title: str, number: int, day: date, address: str, language: str, today: date) -> Item:
    """One version of a record or source as an entry of this register, published on the day of its approval."""
    named = _("%(title)s (version %(number)d)") % {"title": title, "number": number}
    return entry(
        {
            "id": f"version-{number}",
            "type": "entry",
            "title": one_line(named),
            "URL": address,
            "issued": csl_date(Period.parse(day.isoformat()), reader_language()),
            "language": language or reader_language(),
        },
        today,
    )


def list_item(name: object, parts: Iterable[object], total: str, address: str, today: date) -> Item:
    """A list as a data set: `name` of what is listed, `parts` are its filters in words, `total` in words."""
    return entry(
        {
            "id": "list",
            "type": "dataset",
            "title": one_line(f"{titled(name, parts)} ({total})"),
            "URL": address,
            "language": reader_language(),
        },
        today,
    )


def dump_item(day: date, address: str, today: date) -> Item:
    """The whole register on one day; without a URL there is no access date."""
    period = Period.parse(day.isoformat())
    item = entry(
        {
            "id": f"register-{day.isoformat()}",
            "type": "dataset",
            "title": _("All records published as of %(day)s, with their sources")
            % {"day": phrase(period, reader_language())},
            "issued": csl_date(period, reader_language()),
            "URL": address,
            "language": reader_language(),
        },
        today,
    )
    return item if address else {name: value for name, value in item.items() if name != "accessed"}


def titled(name: object, parts: Iterable[object]) -> str:
    """“Agreements: Uzbekistan; since 2000”."""
    filters = "; ".join(str(part) for part in parts if part)
    return f"{name}: {filters}" if filters else str(name)


def entry(item: Item, today: date) -> Item:
    """What everything made here has in common."""
    item |= {
        "container-title": register_name(),
        "license": LICENCE["path"],
        "accessed": day_of_access(today),
    }
    return {name: value for name, value in item.items() if value}


def register_name() -> str:
    return _("Russia and Central Asia. A register of relations")


def register_description() -> str:
    sentence = _("Relations between Russia and the Central Asian states: %(types)s, each with its sources.")
    return sentence % {"types": listed_types()}


def names(authors: str) -> list[Name]:
    """The authors as CSL names: an organisation, as well as a name of unknown kind, is one literal."""
    return [
        {"family": name.family, "given": name.given} if name.is_person else {"literal": name.text}
        for name in author_names(authors)
    ]


def one_line(text: str) -> str:
    return " ".join(text.split())
