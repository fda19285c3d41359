"""Command: add missing reference data, curated records and recipes."""

import csv
import json
from collections.abc import Collection, Iterable, Sequence
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

from relations.catalog import REFERENCE, RESOURCES
from relations.imports.order import in_order_of_links
from relations.imports.pipeline import load_sheet
from relations.imports.recipes import keep_recipe
from relations.imports.report import Report
from relations.mapping.recipe import Recipe
from relations.models import ImportRecipe, RuleException, Version
from relations.models.foreign_keys import key_to
from relations.models.row_cache import refresh
from relations.models.versions import AS_FOUND, RELEASE, remember
from relations.readers.sheet import Sheet, make_sheet, read_file
from relations.rows.columns import Column, Lines
from relations.rows.resource import SheetResource
from relations.rules.findings import of_records
from relations.text.cell_syntax import join

#: the seeds are the sheets of this folder, a collection those of a folder in it
RECORDS = settings.BASE_DIR / "fixtures" / "records"
SEEDS = "seeds"
BEFORE_VERSIONS = datetime.min.replace(tzinfo=UTC)


class Command(BaseCommand):
    help = (
        "Adds missing reference data and curated records: the seeds, and the collections of public data. Existing"
        " ones are changed only with --update, and only where nobody else has changed them."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--update",
            action="store_true",
            help="also change what an earlier release has loaded and nobody has changed since; lists the rest",
        )
        parser.add_argument(
            "--only",
            action="append",
            default=[],
            metavar="COLLECTION",
            help=f"of the collections only this one, and again for another; “{SEEDS}” means none of them",
        )

    @transaction.atomic
    def handle(self, **options: Any) -> None:
        chosen = chosen_collections(options["only"])
        sources, *records = in_order_of_links()
        self.load_sheet(RECORDS, sources, options["update"])  # groups of places cite them
        for slug in REFERENCE:
            path = settings.BASE_DIR / "fixtures" / "reference" / f"{slug}.json"
            self.load_reference(REFERENCE[slug], path, options["update"])
        for slug in records:
            self.load_sheet(RECORDS, slug, options["update"])
        for folder in chosen:
            for slug in (sources, *records):
                self.load_sheet(folder, slug, options["update"])
        self.load_recipes()

    def load_recipes(self) -> None:
        """Adds the recipes whose names are not taken."""
        for path in sorted((settings.BASE_DIR / "fixtures" / "recipes").glob("*.json")):
            recipe = Recipe.parse(path.read_text(encoding="utf-8"))
            if not ImportRecipe.objects.filter(name=recipe.name).exists():
                keep_recipe(recipe)

    def load_sheet(self, folder: Path, slug: str, is_update: bool) -> None:
        path = folder / f"{slug}.csv"
        if path.exists():
            self.load_records(slug, path, is_update)

    def load_reference(self, resource: type[SheetResource], path: Path, is_update: bool) -> None:
        """Adds what is missing as objects, since they may refer to each other; changes the others as rows."""
        entities = json.loads(path.read_text(encoding="utf-8"))
        sheet = sheet_of(resource, entities)
        known = dict(resource.model.objects.values_list(resource.key_field, "pk"))
        for one in entities:
            one["fields"].pop("members", None)  # they are no field
        for found in serializers.deserialize("python", entities, use_natural_primary_keys=True):
            if found.object.pk is None:
                found.object.save()  # not found.save(), which is a raw save and would omit what is derived
                for accessor, values in (found.m2m_data or {}).items():
                    getattr(found.object, accessor).set(values)
        added = resource.model.objects.exclude(pk__in=known.values())
        refresh(list(added))
        at = sheet.header.index("key")
        new = sheet.where(lambda row: row.cells[at] not in known)
        self.load(resource, new, path, keeps_versions=False)  # the members of new groups
        versions = ((one.pk, one.key, None, one.row) for one in added.all())
        remember(resource.slug, versions, reason=RELEASE)
        if is_update:
            self.update(resource, sheet, path, known)

    def load_records(self, slug: str, path: Path, is_update: bool) -> None:
        resource = RESOURCES[slug]
        sheet = read_file(path)
        at = sheet.header.index("key")
        known = dict(resource.model.objects.values_list("key", "pk"))
        missing = self.load(resource, sheet.where(lambda row: row.cells[at] not in known), path)
        if missing and missing.created:
            self.stdout.write(f"{where(path)}: {missing.created} added")
        own = {row.cells[at] for row in sheet.rows} - known.keys()
        if is_update:
            own |= untouched(resource, known)
            self.update(resource, sheet, path, known)
        answer(resource, own, path.with_name("answers.csv"))

    def update(self, resource: type[SheetResource], sheet: Sheet, path: Path, known: dict[str, int]) -> None:
        """Changes what nobody else has changed, and lists the rest. `known`: {key: primary key} before this release."""
        at = sheet.header.index("key")
        released = untouched(resource, known)
        changed = self.load(resource, sheet.where(lambda row: row.cells[at] in released), path)
        if changed and changed.updated:
            self.stdout.write(f"{where(path)}: {changed.updated} changed")
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
                f"{where(path)}: {len(left)} left as they are, since somebody has changed them: {', '.join(left)}"
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


def chosen_collections(names: Sequence[str]) -> list[Path]:
    """The folders of these collections, or of all if none is named. Raises CommandError for an unknown name."""
    folders = {path.name: path for path in sorted(RECORDS.iterdir()) if path.is_dir()}
    if unknown := sorted(set(names) - folders.keys() - {SEEDS}):
        known = ", ".join([SEEDS, *folders])
        raise CommandError(f"There is no collection {', '.join(unknown)}. There are: {known}.", returncode=2)
    return [path for name, path in folders.items() if not names or name in names]


def where(path: Path) -> str:
    """“statistics” of the seeds, “imf-trade/statistics” of a collection."""
    return "/".join(path.relative_to(RECORDS.parent).with_suffix("").parts[1:])


def answer(resource: type[SheetResource], keys: Collection[str], path: Path) -> None:
    """Answers what the rules ask about the records of these keys, where the file has a reason why it is so."""
    if not resource.citations or not path.exists():
        return
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["type"] == resource.slug and row["key"] in keys]
    reasons = {(row["key"], row["rule"]): row["reason"] for row in rows}
    named = resource.model.objects.filter(key__in={key for key, _rule in reasons})
    owner = f"{key_to(resource.model)}_id"
    RuleException.objects.bulk_create(
        RuleException(rule=one.rule.code, values=one.values, reason=reason, **{owner: pk})
        for pk, findings in of_records(resource.model, list(named.values_list("pk", flat=True))).items()
        for one in findings
        if (reason := reasons.get((one.key, one.rule.code)))
    )


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


def sheet_of(resource: type[SheetResource], entities: Iterable[dict[str, Any]]) -> Sheet:
    """The sheet of entities as a fixture has them; columns that no entity gives are left out."""
    given = [one["fields"] for one in entities]
    columns = [one for one in resource.columns() if any(one.attribute in fields for fields in given)]
    rows = [[cell_of(one, fields.get(one.attribute)) for one in columns] for fields in given]
    return make_sheet("", [[one.name for one in columns], *rows], "")


def cell_of(column: Column, value: Any) -> str:
    """A cell of a value in a fixture, where references are lists with one key each."""
    if isinstance(column, Lines):
        return join((value or "").splitlines())
    if isinstance(value, list):
        return join(one if isinstance(one, str) else one[0] for one in value)
    if isinstance(value, bool):
        return "yes" if value else ""
    return value or ""
