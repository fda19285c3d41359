from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import serializers
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from relations.catalog import RESOURCES
from relations.imports.pipeline import load_sheet
from relations.readers.sheet import read_file

REFERENCE = ("places", "topics", "units", "indicators", "organizations", "people", "series")
#: agreements name the forum or visit at which they were signed, so they come last of the three
RECORDS = ("sources", "forums", "visits", "agreements", "statistics")


class Command(BaseCommand):
    help = "Adds missing reference data and curated records. Existing ones are not changed."

    @transaction.atomic
    def handle(self, **options: Any) -> None:
        for name in REFERENCE:
            self.add_reference(settings.BASE_DIR / "fixtures" / "reference" / f"{name}.json")
        for name in RECORDS:
            self.add_records(name, settings.BASE_DIR / "fixtures" / "records" / f"{name}.csv")

    def add_reference(self, path: Path) -> None:
        with Path(path).open(encoding="utf-8") as stream:
            for found in serializers.deserialize("json", stream, use_natural_primary_keys=True):
                if found.object.pk is None:
                    found.object.save()  # not found.save(): that is a raw one and would leave out the folded names
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
