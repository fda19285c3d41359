"""Command: export the records of one type as a sheet."""

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import QuerySet
from django.http import QueryDict

from relations.catalog import BY_SLUG, ROWS
from relations.writers.formats import FORMATS, write_sheet
from relations.writers.template import write_template


class Command(BaseCommand):
    help = (
        "Exports the records, sources or reference data of a type, all or those matching a query, as a sheet that"
        " import_sheet can read."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("type", choices=ROWS)
        parser.add_argument(
            "--query", default="", help='filters, as in the address of a list: "country=UZ&year_from=2000"'
        )
        parser.add_argument("--format", choices=FORMATS, default="csv")
        parser.add_argument(
            "--template",
            action="store_true",
            help="write an empty workbook with headings and a codebook instead",
        )
        parser.add_argument("--output", default="", help="the file to write (default: standard output)")

    def handle(self, **options: Any) -> None:
        resource = ROWS[options["type"]]
        records = self.filtered(options["type"], resource.model.objects.all(), options["query"])
        to_file = bool(options["output"])
        with Path(options["output"]).open("wb") if to_file else nullcontext(sys.stdout.buffer) as out:
            if options["template"]:
                write_template(out, resource)
            else:
                write_sheet(out, resource.names(), resource.rows(records), options["format"])
            out.flush()

    def filtered(self, slug: str, records: Any, query: str) -> QuerySet[Any]:
        if not query:
            every: QuerySet[Any] = records.order_by("pk")
            return every
        if slug not in BY_SLUG:
            raise CommandError(f"{slug.capitalize()} cannot be filtered: leave out --query.", returncode=2)
        filterset = BY_SLUG[slug].filterset(QueryDict(query), queryset=records)
        if not filterset.is_valid():
            raise CommandError(
                " ".join(f"{name}: {' '.join(e)}" for name, e in filterset.form.errors.items()), returncode=2
            )
        results: QuerySet[Any] = filterset.results
        return results
