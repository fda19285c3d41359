"""Command: add missing reference data and curated records."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import serializers
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from relations.catalog import RECORD_TYPES, RESOURCES, RecordType
from relations.imports.pipeline import load_sheet
from relations.readers.sheet import read_file
from relations.rows.related_columns import Links

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
    links = [column for column in record_type.resource.columns() if isinstance(column, Links)]
    return {end for column in links for end in column.ends} - {record_type.slug}


class Command(BaseCommand):
    help = "Adds missing reference data and curated records. Existing ones are not changed."

    @transaction.atomic
    def handle(self, **options: Any) -> None:
        for name in REFERENCE:
            self.add_reference(settings.BASE_DIR / "fixtures" / "reference" / f"{name}.json")
        for slug in in_order_of_links():
            path = settings.BASE_DIR / "fixtures" / "records" / f"{slug}.csv"
            if path.exists():
                self.add_records(slug, path)

    def add_reference(self, path: Path) -> None:
        with Path(path).open(encoding="utf-8") as stream:
            for found in serializers.deserialize("json", stream, use_natural_primary_keys=True):
                if found.object.pk is None:
                    found.object.save()  # not found.save(), which is a raw save and would omit the folded names
                    for accessor, values in (found.m2m_data or {}).items():
                        getattr(found.object, accessor).set(values)

    def add_records(self, slug: str, path: Path) -> None:
        resource = RESOURCES[slug]
        sheet = read_file(path)
        at = sheet.header.index("key")
        known = set(resource.model.objects.values_list("key", flat=True))
        missing = sheet.where(lambda row: row.cells[at] not in known)
        if not any(missing.rows):
            return
        report = load_sheet(resource, missing, publish=slug != "sources", file_name=path.name)
        if report.errors:
            raise CommandError("\n".join(f"{path.name}: {finding}" for finding in report.errors))
        self.stdout.write(f"{slug}: {report.created} added")
