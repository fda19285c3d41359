"""Rebuilds an empty register from one dump, through the import of sheets, all or nothing."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import Any, NamedTuple

from django.core.management.color import no_style
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from relations.catalog import BY_SLUG, REFERENCE, RESOURCES, ROWS
from relations.errors import Problem
from relations.imports.order import in_order_of_links
from relations.imports.pipeline import load_sheet
from relations.imports.report import Report
from relations.models import DataChange, ErrorReport, FormerKey, LinkCheck, RuleException, Version
from relations.models.bulk import insert, update
from relations.models.foreign_keys import key_to
from relations.models.row_cache import FlatRow, packed
from relations.models.states import State
from relations.models.versions import NAMES as OF_VERSIONS
from relations.readers.sheet import Reiterable, Sheet
from relations.rows.bound_columns import BoundReasonColumn
from relations.rows.columns import Lines
from relations.rows.public import is_no_key
from relations.rows.resource import SheetResource
from relations.rows.sheet_row import SheetRow
from relations.text.cell_syntax import join
from relations.writers.formats import csv_pieces

from .datapackage import FORMAT
from .history import HISTORY
from .mentions import KINDS, NAMES
from .previous import Earlier, opened
from .tables import TABLES

UNREADABLE = _("“%(name)s” is damaged or not a dump of this register. Nothing was loaded.")
NEWER = _(
    "“%(name)s” was written by a newer version of the program. Update the program first. Nothing was loaded."
)
OLDER = _(
    "“%(name)s” was written by an older version of the program and does not contain all that a register is rebuilt"
    " from. Nothing was loaded."
)
NOT_EMPTY = _("The register is not empty, and its rows are not those of “%(name)s”. Nothing was loaded.")
REFUSED = _("“%(name)s” cannot be loaded. Nothing was stored. %(findings)s")
NOT_PUBLIC = _("These records cannot be public: %(keys)s.")
#: why a question of a rule was answered is for the editors of the register that was dumped
ANSWERED = "answered in the register from which this one was rebuilt"
#: what a reader has written is not in a dump
NOT_DUMPED = "–"
MOST_NAMED = 20
#: the columns of bounds: a reason may be a record that is loaded later
BOUNDS = ("not_before", "not_before_reason", "not_after", "not_after_reason")

#: called with the name of each table and the number of its rows, once it is loaded
Tell = Callable[[str, int], None]


class Loaded(NamedTuple):
    """`rows` by table; none where the register had them all already."""

    rows: dict[str, int]


def tell_nobody(slug: str, number: int) -> None:
    """Reports no progress."""


def load_dump(path: Path, tell: Tell = tell_nobody) -> Loaded:
    """Loads a dump into an empty register; raises a Problem, and stores nothing, where that cannot be."""
    with opened(path, UNREADABLE) as dump:
        check(dump)
        if not is_empty():
            if has_the_rows_of(dump):
                return Loaded({})
            raise Problem("dump.not_empty", NOT_EMPTY, name=path.name)
        with transaction.atomic(), DataChange.objects.together():
            return Loaded(Rebuilding(dump, tell).run())


def check(dump: Earlier) -> None:
    """Refuses what is damaged, newer or incomplete, before anything is touched."""
    name = dump.path.name
    if dump.format > FORMAT:
        raise Problem("dump.newer", NEWER, name=name)
    if not {one.slug for one in (*TABLES, *HISTORY)} <= dump.resources.keys():
        raise Problem("dump.older", OLDER, name=name)
    try:
        lines = dump.archive.read("sha256sums.txt").decode().splitlines()
        is_whole = bool(lines) and all(
            dump.sha256(file) == sha256 for sha256, file in (line.split("  ", 1) for line in lines)
        )
    except Exception as error:  # noqa: BLE001 - there is no telling what a damaged file makes its readers raise
        raise Problem("dump.unreadable", UNREADABLE, name=name) from error
    if not is_whole:
        raise Problem("dump.unreadable", UNREADABLE, name=name)


def is_empty() -> bool:
    """Whether there is nothing that a dump would meet: no entity, and nothing kept of any."""
    models = [resource.model for resource in ROWS.values()]
    return not any(model._default_manager.exists() for model in (*models, Version, FormerKey, ErrorReport))


def has_the_rows_of(dump: Earlier) -> bool:
    """Whether the register would write the same tables now."""
    for table in (*TABLES, *HISTORY):
        digest = hashlib.sha256()
        for piece in csv_pieces(table.names(), table.rows()):
            digest.update(piece)
        if dump.resources[table.slug]["hash"] != f"sha256:{digest.hexdigest()}":
            return False
    return True


class Rebuilding:
    """The steps of one load, in the order of references."""

    def __init__(self, dump: Earlier, tell: Tell) -> None:
        self.dump, self.tell = dump, tell
        self.rows: dict[str, int] = {}

    def run(self) -> dict[str, int]:
        sources, *records = in_order_of_links()
        for slug in (sources, *REFERENCE):
            self.load(slug)
        self.load_mentions()
        for slug in records:
            self.load(slug)
        self.load_answered()
        for slug in records:
            self.publish(slug)
        for slug in records:
            self.date(slug)
        self.load_redirects()
        self.load_versions()
        self.load_corrections()
        self.load_link_checks()
        self.end_sequences([Version])
        return self.rows

    # What has rows.

    @cached_property
    def positions(self) -> dict[str, dict[str, int]]:
        """{type: {key: position}}"""
        found: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for row in self.dump.rows("entries"):
            found[row["type"]][row["key"]] = int(row["position"])
        return found

    def load(self, slug: str) -> None:
        """Records become drafts at first; a bound by another record, which may come later, is left out."""
        resource = ROWS[slug]
        postponed = self.postponed(slug)
        names = self.dump.names(slug)

        def cells(row: FlatRow) -> list[str]:
            without = BOUNDS if row.get("key") in postponed else ()
            return ["" if name in without else as_cell(resource, name, row[name]) for name in names]

        numbers = self.positions[slug]
        report = self.import_rows(resource, names, lambda: map(cells, self.dump.rows(slug)), numbers=numbers)
        self.say(slug, report.created if report else 0)
        self.end_sequences([resource.model])

    def postponed(self, slug: str) -> set[str]:
        """The keys of the records that are bounded by another record."""
        if slug not in BY_SLUG:
            return set()
        reasons = [one.name for one in ROWS[slug].columns() if isinstance(one, BoundReasonColumn)]
        return {
            row["key"]
            for row in self.dump.rows(slug)
            if any(row.get(name) and not is_no_key(row[name]) for name in reasons)
        }

    def publish(self, slug: str) -> None:
        """Makes the records of one type public, with their bounds."""
        resource, names = ROWS[slug], self.dump.names(slug)
        self.import_rows(
            resource,
            names,
            lambda: ([row[name] for name in names] for row in self.dump.rows(slug)),
            publish=True,
        )
        drafts = resource.model.objects.exclude(state=State.PUBLISHED).order_by("key")
        if keys := list(drafts.values_list("key", flat=True)[:MOST_NAMED]):
            raise self.refusal(f"{slug}.csv", str(NOT_PUBLIC % {"keys": ", ".join(keys)}))

    def date(self, slug: str) -> None:
        """When each record was published and changed."""
        model, numbers = ROWS[slug].model, self.positions[slug]
        dates = (
            (moment(row["published_at"]), moment(row["updated_at"]), numbers[row["key"]])
            for row in self.dump.rows("entries")
            if row["type"] == slug
        )
        update(model, ["published_at", "updated_at"], dates)

    def import_rows(
        self,
        resource: type[SheetResource],
        names: Collection[str],
        rows: Callable[[], Iterator[list[str]]],
        **options: Any,
    ) -> Report | None:
        """The report of the import of one table; None where it has no rows. A Problem with the first errors."""
        if next(rows(), None) is None:
            return None
        header = ["key" if name == resource.key_field else name for name in names]
        sheet = Sheet("", 1, header, Reiterable(lambda: map(sheet_row, enumerate(rows(), 2))))
        report = load_sheet(resource, sheet, file_name=self.dump.path.name, keeps_versions=False, **options)
        if report.errors:
            found = "; ".join(str(finding) for finding in report.errors[:MOST_NAMED])
            raise self.refusal(f"{resource.slug}.csv", found)
        return report

    def refusal(self, file: str, findings: str) -> Problem:
        return Problem("dump.refused", REFUSED, name=self.dump.path.name, findings=f"{file}: {findings}")

    def end_sequences(self, models: list[Any]) -> None:
        """Lets PostgreSQL give new rows the primary keys after those that were given here."""
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), models):
                cursor.execute(statement)

    def say(self, slug: str, number: int) -> None:
        self.rows[slug] = number
        self.tell(slug, number)

    # What is told beside them.

    def load_mentions(self) -> None:
        for slug in KINDS:
            resource = ROWS[slug]
            names = ["key", *(name for name in NAMES if name in resource.names())]
            rows = [
                [row[name] for name in names] for row in self.dump.rows("mentions") if row["type"] == slug
            ]
            self.import_rows(resource, names, partial(iter, rows))

    @cached_property
    def numbers(self) -> dict[str, Mapping[str, int]]:
        """{type: {key: primary key}} as stored."""
        return {
            slug: dict(resource.model._default_manager.order_by().values_list(resource.key_field, "pk"))
            for slug, resource in ROWS.items()
        }

    def load_answered(self) -> None:
        found = list(self.dump.rows("answered"))
        for row in found:
            owner = {f"{key_to(ROWS[row['type']].model)}_id": self.positions[row["type"]][row["key"]]}
            RuleException.objects.create(rule=row["rule"], values=row["values"], reason=ANSWERED, **owner)
        self.say("answered", len(found))

    def load_redirects(self) -> None:
        found = [
            FormerKey(
                key=row["former_key"],
                **{f"{key_to(ROWS[row['type']].model)}_id": self.numbers[row["type"]][row["key"]]},
            )
            for row in self.dump.rows("redirects")
        ]
        FormerKey.objects.bulk_create(found, batch_size=1000)
        self.say("redirects", len(found))

    def load_versions(self) -> None:
        before: dict[tuple[str, int], str] = {}

        def versions() -> Iterator[tuple[Any, ...]]:
            for row in self.dump.rows("versions"):
                slug, pk = row["type"], self.numbers[row["type"]][row["key"]]
                state = {"state": State.PUBLISHED} if ROWS[slug].citations else {}
                after = packed({"key": row["key_then"], **json.loads(row["row"]), **state})
                about = (moment(row["at"]), row["reason"], None, None, None, False)
                number = (int(row["number"]), row["is_correction"] == "yes")
                yield (
                    int(row["id"]),
                    slug,
                    pk,
                    row["key_then"],
                    before.get((slug, pk)),
                    after,
                    *about,
                    *number,
                )
                before[slug, pk] = after

        self.say("versions", insert(Version, ("id", *OF_VERSIONS), versions()))

    def load_corrections(self) -> None:
        number = 0
        for number, row in enumerate(self.dump.rows("corrections"), 1):  # noqa: B007 - it is counted
            slug, at = row["type"], moment(row["answered_at"])
            pk = self.numbers[slug][row["key"]]
            newest = Version.objects.filter(type=slug, object_id=pk).order_by("-pk").first()
            ErrorReport.objects.create(
                type=slug,
                object_id=pk,
                key=row["key"],
                column=row["column"],
                text=NOT_DUMPED,
                answer=row["answer"],
                status=ErrorReport.Status.ACCEPTED,
                answered_at=at,
                approved_at=at,
                change=newest,
            )
        self.say("corrections", number)

    def load_link_checks(self) -> None:
        addresses = dict(RESOURCES["sources"].model.objects.values_list("key", "url"))
        found = [
            LinkCheck(
                source_id=self.numbers["sources"][row["source"]],
                url=addresses[row["source"]],
                checked_at=datetime.fromisoformat(row["checked_at"]),
                status=int(row["status"]) if row["status"] else None,
                outcome=row["outcome"],
                reason=row["reason"],
                last_alive_at=moment(row["last_alive_at"]),
                failing_since=moment(row["failing_since"]),
                failures=int(row["failures"]),
            )
            for row in self.dump.rows("link_checks")
        ]
        LinkCheck.objects.bulk_create(found, batch_size=1000)
        self.say("link_checks", len(found))


def moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def sheet_row(numbered: tuple[int, list[str]]) -> SheetRow:
    number, cells = numbered
    return SheetRow(number, cells, len(cells))


def as_cell(resource: type[SheetResource], name: str, text: str) -> str:
    """The tables of places, people and the like have names in lines, where sheets have them with “;”."""
    is_lines = resource.is_reference and name in resource.names() and isinstance(resource.column(name), Lines)
    return join(text.splitlines()) if is_lines else text
