"""Tables of a dump beside the rows of records: what else public pages show, so that a register can be rebuilt."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice

from django.db.models import F, OuterRef, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _

from relations.catalog import RECORD_TYPES, RESOURCES, ROWS
from relations.models import ErrorReport, FormerKey, LinkCheck, RuleException, Source, Version
from relations.models.foreign_keys import key_to
from relations.models.key_history import ADDRESSED
from relations.models.row_cache import RECORDS_AT_ONCE, encode
from relations.models.streaming import streamed
from relations.rows.columns import Label
from relations.rows.public import public_cells
from relations.rows.resource import SheetResource

from .described import Described
from .mentions import Mentions
from .tables import by_key, shown

TYPE = Described("type", _("type"), _("The name of the file that has the row, without “.csv”."), "code")
KEY = Described("key", _("key"), _("Its key or code in that file."), "reference")
#: numbers by which editors know versions and imports, which readers do not know
INTERNAL_NUMBER = re.compile(
    r"(?<=^Everything since version )\d+|(?<=^Отменено всё после версии )\d+|(?<=^Version )\d+(?= reverted)"
    r"|(?<=^Отменена версия )\d+|(?<=^Отменено из версии )\d+|(?<=^Undo of import )\d+|(?<=^Отмена импорта )\d+"
)


class History:
    """One of these tables; its rows come in an order that a rebuilt register has too."""

    def __init__(
        self,
        slug: str,
        label: Label,
        key: Sequence[str],
        columns: Sequence[Described],
        rows: Callable[[], Iterator[list[str]]],
    ) -> None:
        self.slug, self.label, self.key, self.rows = slug, label, list(key), rows
        self.own_columns = columns

    def columns(self) -> list[Described]:
        return list(self.own_columns)

    def names(self) -> list[str]:
        return [column.name for column in self.own_columns]


def moment(at: datetime | None) -> str:
    """To the microsecond, in UTC."""
    return at.astimezone(UTC).isoformat() if at else ""


def number(value: int | None) -> str:
    return "" if value is None else str(value)


def key_of(resource: type[SheetResource], pk: str) -> Subquery:
    """The key of the entity whose primary key a column has."""
    found = resource.model._default_manager.filter(pk=OuterRef(pk)).order_by()
    return Subquery(found.values(resource.key_field)[:1])


# Order and dates.


def entry_rows() -> Iterator[list[str]]:
    for slug, resource in ROWS.items():
        entities = shown(resource).annotate(position=Window(RowNumber(), order_by=F("pk").asc()))
        dates = ("published_at", "updated_at") if resource.citations else ()
        rows = by_key(entities, resource.key_field).values_list(resource.key_field, "position", *dates)
        for key, position, *days in streamed(rows, RECORDS_AT_ONCE):
            published, updated = days or (None, None)
            yield [slug, key, str(position), moment(published), moment(updated)]


# Versions.


def version_rows() -> Iterator[list[str]]:
    for slug, resource in RESOURCES.items():
        rows = iter(streamed(versions_of(resource).values_list(*VERSION), RECORDS_AT_ONCE))
        while chunk := list(islice(rows, RECORDS_AT_ONCE)):
            cells = public_cells(resource, [after or {} for *_about, after in chunk])
            for (pk, key, then, at, reason, n, is_correction, _after), row in zip(chunk, cells, strict=True):
                about = [str(n), moment(at), "yes" if is_correction else "", without_numbers(reason)]
                yield [str(pk), slug, key, then, *about, encode(row)]


VERSION = ("pk", "present_key", "key", "at", "reason", "number", "is_correction", "after")


def versions_of(resource: type[SheetResource]) -> QuerySet[Version]:
    """The versions that readers have seen of what they see now, the oldest first."""
    public = shown(resource).order_by().values("pk")
    found = Version.objects.filter(type=resource.slug, number__isnull=False, object_id__in=public)
    return found.annotate(present_key=key_of(resource, "object_id")).order_by("pk")


def without_numbers(reason: str) -> str:
    return INTERNAL_NUMBER.sub("0", reason)


# What leads to a record, and what was found out about it.


def redirect_rows() -> Iterator[list[str]]:
    for slug, resource in ROWS.items():
        owner = key_to(resource.model)
        if owner not in ADDRESSED:
            continue
        public = shown(resource).order_by().values("pk")
        found = FormerKey.objects.filter(**{f"{owner}__in": public})
        present = f"{owner}__{resource.key_field}"
        for former, key in streamed(by_key(found, "key").values_list("key", present), RECORDS_AT_ONCE):
            yield [slug, former, key]
        yield from ([slug, former, key] for former, key in Mentions.of_register().redirects(slug))


def correction_rows() -> Iterator[list[str]]:
    """The answers to reports of readers, without the readers and the editors."""
    for slug, resource in RESOURCES.items():
        public = shown(resource).order_by().values("pk")
        found = ErrorReport.objects.corrected().filter(type=slug, object_id__in=public)
        rows = found.annotate(present_key=key_of(resource, "object_id")).order_by("answered_at", "pk")
        fields = ("present_key", "column", "answered_at", "answer")
        for key, column, at, answer in streamed(rows.values_list(*fields), RECORDS_AT_ONCE):
            yield [slug, key, column, moment(at), answer]


def link_check_rows() -> Iterator[list[str]]:
    public = Source.objects.public().order_by().values("pk")
    checks = LinkCheck.objects.current().filter(source__in=public)
    names = ("source__key", *LINK_CHECK)
    for row in streamed(by_key(checks, "source__key").values_list(*names), RECORDS_AT_ONCE):
        key, checked, status, outcome, reason, alive, failing, failures = row
        yield [
            key, moment(checked), number(status), outcome, reason, moment(alive), moment(failing), str(failures)
        ]  # fmt: skip


LINK_CHECK = ("checked_at", "status", "outcome", "reason", "last_alive_at", "failing_since", "failures")


def answered_rows() -> Iterator[list[str]]:
    """Which questions of rules were answered; why is for editors."""
    for one in RECORD_TYPES:
        owner = key_to(one.model)
        public = one.model.objects.published().order_by().values("pk")
        found = RuleException.objects.filter(**{f"{owner}__in": public}).order_by("pk")
        for row in streamed(found.values_list(f"{owner}__key", "rule", "values"), RECORDS_AT_ONCE):
            yield [one.slug, *row]


def mention_rows() -> Iterator[list[str]]:
    yield from Mentions.of_register().rows()


HISTORY = (
    History(
        "entries",
        _("order and dates of the entries"),
        ("type", "key"),
        (
            TYPE,
            KEY,
            Described("position", _("position"), _("Its number in the order of entry."), "integer"),
            Described("published_at", _("published"), _("When a record became public."), "moment"),
            Described("updated_at", _("changed"), _("When a record was last changed."), "moment"),
        ),
        entry_rows,
    ),
    History(
        "versions",
        _("versions that readers have seen"),
        ("id",),
        (
            Described("id", _("number in the feed"), _("As in the feed of corrections."), "integer"),
            TYPE,
            KEY,
            Described("key_then", _("key at that time")),
            Described("number", _("number of the version"), _("By which it is cited."), "integer"),
            Described("at", _("time"), "", "moment"),
            Described(
                "is_correction",
                _("correction"),
                _("“yes” where more than the order of something has changed."),
                "boolean",
            ),
            Described("reason", _("reason"), _("As the editors have given it.")),
            Described("row", _("row"), _("What it said: an object of columns and cells, in JSON."), "json"),
        ),
        version_rows,
    ),
    History(
        "corrections",
        _("corrections after reports of readers"),
        ("type", "key", "answered_at"),
        (
            TYPE,
            KEY,
            Described("column", _("fact"), _("The column; empty for the whole."), "reference"),
            Described("answered_at", _("answered"), "", "moment"),
            Described("answer", _("answer")),
        ),
        correction_rows,
    ),
    History(
        "redirects",
        _("former keys"),
        ("type", "former_key"),
        (TYPE, Described("former_key", _("former key"), _("Its address leads to that of the key.")), KEY),
        redirect_rows,
    ),
    History(
        "link_checks",
        _("checks of the URLs of sources"),
        ("source",),
        (
            Described("source", _("source"), _("Its key."), "reference"),
            Described("checked_at", _("checked"), "", "moment"),
            Described("status", _("HTTP status"), _("Empty without a response."), "integer"),
            Described("outcome", _("outcome"), "", "code"),
            Described("reason", _("reason"), _("Why there was no response."), "code"),
            Described("last_alive_at", _("last response"), "", "moment"),
            Described("failing_since", _("failing since"), "", "moment"),
            Described("failures", _("consecutive failures"), "", "integer"),
        ),
        link_check_rows,
    ),
    History(
        "answered",
        _("answered questions of the rules"),
        ("type", "key", "rule", "values"),
        (
            TYPE,
            KEY,
            Described(
                "rule", _("rule"), _("The code of a rule that asks whether something can be so."), "code"
            ),
            Described("values", _("checksum"), _("Of the values for which it is answered.")),
        ),
        answered_rows,
    ),
    History(
        "mentions",
        _("what only former versions name"),
        ("type", "key"),
        (
            TYPE,
            KEY,
            Described("name_ru", _("name in Russian")),
            Described("name_en", _("name in English")),
            Described("event_type", _("kind of event"), "", "code"),
            Described("title", _("title")),
            Described("title_translation", _("title in the other language")),
            Described("author", _("author")),
            Described("language", _("language")),
        ),
        mention_rows,
    ),
)
