"""Command: add missing reference data and curated records."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core import serializers
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.db.models import Model

from relations.catalog import RECORD_TYPES, RESOURCES, RecordType
from relations.errors import Problem
from relations.imports.pipeline import load_sheet
from relations.imports.report import Report
from relations.models import Place, Version
from relations.models.row_cache import refresh
from relations.models.versions import AS_FOUND, RELEASE
from relations.readers.sheet import Sheet, read_file
from relations.rows.about_column import AboutColumn
from relations.rows.bound_columns import BoundReasonColumn
from relations.rows.members import set_members
from relations.rows.related_columns import Links
from relations.rows.resource import SheetResource

BEFORE_VERSIONS = datetime.min.replace(tzinfo=UTC)
REFERENCE = ("places", "topics", "units", "indicators", "organizations", "people", "series")


def in_order_of_links() -> list[str]:
    """The slugs of all sheets: sources first, and a type after those to which its links lead."""
    ordered, waiting = ["sources"], list(RECORD_TYPES)
    while waiting:
        ready = [one for one in waiting if linked_types(one) <= set(ordered)]
        ordered += [one.slug for one in ready]
        waiting = [one for one in waiting if one not in ready]
    return ordered


def linked_types(record_type: RecordType) -> set[str]:
    """The types whose records must be there before. Dates may be bounded by any event, so these links do not count."""
    found: set[str] = set()
    for column in record_type.resource.columns():
        if isinstance(column, AboutColumn) or (
            isinstance(column, Links) and not isinstance(column, BoundReasonColumn)
        ):
            found.update(column.ends)
    return found - {record_type.slug}


class Command(BaseCommand):
    help = (
        "Adds missing reference data and curated records. Existing ones are changed only with --update, and"
        " only where nobody else has changed them."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--update",
            action="store_true",
            help="also change what an earlier release has loaded and nobody has changed since; lists the rest",
        )

    @transaction.atomic
    def handle(self, **options: Any) -> None:
        sources, *records = in_order_of_links()
        self.load_sheet(sources, options["update"])  # groups of places cite them
        for name in REFERENCE:
            self.load_reference(
                settings.BASE_DIR / "fixtures" / "reference" / f"{name}.json", options["update"]
            )
        for slug in records:
            self.load_sheet(slug, options["update"])

    def load_sheet(self, slug: str, is_update: bool) -> None:
        path = settings.BASE_DIR / "fixtures" / "records" / f"{slug}.csv"
        if path.exists():
            self.load_records(slug, path, is_update)

    def load_reference(self, path: Path, is_update: bool) -> None:
        rows = json.loads(path.read_text(encoding="utf-8"))
        members = {row["fields"].get("code"): row["fields"].pop("members", ()) for row in rows}
        stored = []
        for found in serializers.deserialize("python", rows, use_natural_primary_keys=True):
            is_new = found.object.pk is None
            if is_new or (is_update and is_untouched(found.object)):
                found.object.save()  # not found.save(), which is a raw save and would omit the folded names
                for accessor, values in (found.m2m_data or {}).items():
                    getattr(found.object, accessor).set(values)
                stored.append(found.object)
        self.set_members(
            {one: members[one.code] for one in stored if isinstance(one, Place) and one.is_group}
        )

    def set_members(self, members: dict[Any, Sequence[str]]) -> None:
        """A record that names a group is of the sides of its members."""
        try:
            changed = [group.code for group, entries in members.items() if set_members(group, entries)]
        except Problem as problem:
            raise CommandError(f"places.json: {problem}") from problem
        for one in RECORD_TYPES if changed else ():
            refresh(list(one.model.objects.filter(one.model.involvement(changed)).distinct()))

    def load_records(self, slug: str, path: Path, is_update: bool) -> None:
        resource = RESOURCES[slug]
        sheet = read_file(path)
        at = sheet.header.index("key")
        known = dict(resource.model.objects.values_list("key", "pk"))
        missing = self.load(resource, sheet.where(lambda row: row.cells[at] not in known), path)
        if missing and missing.created:
            self.stdout.write(f"{slug}: {missing.created} added")
        if not is_update:
            return
        released = untouched(resource, known)
        changed = self.load(resource, sheet.where(lambda row: row.cells[at] in released), path)
        if changed and changed.updated:
            self.stdout.write(f"{slug}: {changed.updated} changed")
        left: list[str] = []
        others = sheet.where(lambda row: row.cells[at] in known.keys() - released)
        self.load(
            resource,
            others,
            path,
            dry_run=True,
            watch=lambda _report, changes: left.extend(one.key for one in changes if one.is_changed),
        )
        if left:
            self.stdout.write(
                f"{slug}: {len(left)} left as they are, since somebody has changed them: {', '.join(left)}"
            )

    def load(self, resource: type[SheetResource], sheet: Sheet, path: Path, **options: Any) -> Report | None:
        """The report of importing a part of a sheet; None where it is empty."""
        if not any(sheet.rows):
            return None
        is_public = resource.citations is not None and not options.get("dry_run")
        report = load_sheet(
            resource, sheet, publish=is_public, file_name=path.name, reason=RELEASE, **options
        )
        if report.errors and not options.get("dry_run"):
            raise CommandError("\n".join(f"{path.name}: {finding}" for finding in report.errors))
        return report


def untouched(resource: type[SheetResource], known: dict[str, int]) -> set[str]:
    """The keys of the records that a release has loaded and nobody has changed since.

    A release keeps versions with its own reason; releases before that kept none. The admin logs every change.
    """
    newest = (
        Version.objects.filter(type=resource.slug, object_id__in=known.values(), is_proposal=False)
        .exclude(reason=AS_FOUND)
        .order_by("object_id", "-pk")
        .values_list("object_id", "reason", "at")
    )
    last: dict[int, tuple[str, datetime]] = {}
    for pk, reason, at in newest:
        last.setdefault(pk, (reason, at))
    logged = last_logged(resource.model)
    found = set()
    for key, pk in known.items():
        reason, at = last.get(pk, (RELEASE, BEFORE_VERSIONS))
        if reason == RELEASE and logged.get(pk, BEFORE_VERSIONS) <= at:
            found.add(key)
    return found


def last_logged(model: type[Model]) -> dict[int, datetime]:
    """{primary key: when the admin last logged a change of it}"""
    kind = ContentType.objects.get_for_model(model)
    rows = LogEntry.objects.filter(content_type=kind).order_by("action_time")
    return {int(pk): at for pk, at in rows.values_list("object_id", "action_time") if pk}


def is_untouched(entity: Model) -> bool:
    """Whether the admin has logged no change of a place, topic, indicator …"""
    kind = ContentType.objects.get_for_model(entity)
    return not LogEntry.objects.filter(content_type=kind, object_id=str(entity.pk)).exists()
