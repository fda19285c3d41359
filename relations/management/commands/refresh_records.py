"""Command: rebuild the stored rows and search words of all records."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db.models import Q

from relations.catalog import ROWS
from relations.models.row_cache import refresh
from relations.rows.resource import SheetResource

RECORDS_AT_ONCE = 500


def without_row(resource: type[SheetResource]) -> Q:
    """What was stored before rows, counts of facts, readings of dates or identities were kept."""
    if resource.citations:
        return Q(row="") | Q(fact_count=0) | Q(identified_count=None)
    if resource.is_reference:
        return Q(row="")
    return Q(row="") | (~Q(identified_by="") & ~Q(row__contains='"identified_by"'))


class Command(BaseCommand):
    help = (
        "Rebuilds the cached rows and search words of all records. Run it after columns,"
        " names or search rules have changed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--missing", action="store_true", help="only records that have no cached row yet")

    def handle(self, **options: Any) -> None:
        for slug, resource in ROWS.items():
            records = resource.model.objects.order_by("pk")
            if options["missing"]:
                records = records.filter(without_row(resource))
            keys = list(records.values_list("pk", flat=True))
            for start in range(0, len(keys), RECORDS_AT_ONCE):
                refresh(
                    list(
                        records.model.objects.filter(pk__in=keys[start : start + RECORDS_AT_ONCE]).only("pk")
                    )
                )
            if keys:
                self.stdout.write(f"{slug}: {len(keys)}")
