"""Life cycle of an import batch: uploaded, previewed, confirmed, stored; large files are handled by a worker.

Every step can be interrupted at any moment and repeated: a preview writes only its own lines, and the rows are stored
in one transaction together with the new state of the batch.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from relations.catalog import ROWS
from relations.errors import Problem
from relations.imports.pipeline import load_long_sheet, load_sheet
from relations.mapping.fitting import Fit, fit_of
from relations.mapping.guessing import Guess, guess, speaks_ours
from relations.mapping.recipe import Recipe
from relations.mapping.sample import headings_sha256, sample_of, sampled_sheet
from relations.models import ImportBatch, ImportLine, ImportRecipe, KeptFile
from relations.models.bulk import insert
from relations.models.row_cache import FlatRow, encode
from relations.private_copy.switch import ChangedMeanwhile
from relations.private_copy.working import on_private_copy
from relations.readers.encoding import candidates
from relations.readers.sheet import Sheet, read_sheet
from relations.rows.lookups import Lookups
from relations.rows.resource import SheetResource
from relations.rows.row_change import RowChange

from . import progress
from .decisions import Choice, Decision
from .findings import stale
from .report import Report, grouped, refused

UPLOADS_KEPT = timedelta(days=1)
#: saved recipes for the same headings that are compared with a table
MOST_COMPARED = 50
Status, Tab = ImportBatch.Status, ImportLine.Tab


def begin(
    resource: type[SheetResource], user: Any, data: bytes, file_name: str, sheet: str = ""
) -> ImportBatch:
    """Creates the ImportBatch of an uploaded file. Files not confirmed for a day are deleted."""
    old = KeptFile.objects.filter(kept_at__lt=timezone.now() - UPLOADS_KEPT)
    ImportLine.objects.filter(batch__kept_file__in=old).delete()
    old.delete()
    about: dict[str, Any] = {
        "type": resource.slug,
        "file": file_name[:300],
        "sheet": sheet[:300],
        "user": user,
    }
    about["sha256"] = hashlib.sha256(data).hexdigest()
    with transaction.atomic():
        batch = ImportBatch.objects.create(**about, status=Status.WAITING)
        KeptFile.objects.create(batch=batch, data=data)
    return batch


def is_small(batch: ImportBatch) -> bool:
    return bool(len(data_of(batch)) <= settings.IMPORT_AT_ONCE_BYTES)


def data_of(batch: ImportBatch) -> bytes:
    """The bytes of the file; Problem if they have been deleted."""
    kept = KeptFile.objects.filter(batch=batch).first()
    if not kept:
        raise Problem("file.gone", _("The file is no longer available. Upload it again."))
    return bytes(kept.data)


def options_of(batch: ImportBatch) -> dict[str, Any]:
    """The options of an import that follow from its user, and from what has been decided about its rows."""
    user = batch.user
    return {
        "user": user,
        "may_quote": not user or ROWS[batch.type].may_quote(user),
        "proposes": True,
        "decisions": decisions_of(batch),
    }


def decisions_of(batch: ImportBatch) -> dict[str, Decision]:
    return {
        key: Decision(Choice(one["choice"]), one["line"]["twin"]["key"])
        for key, one in batch.decisions.items()
    }


# The preview.


def preview(batch: ImportBatch) -> None:
    """Reads the file, compares every row with the register and stores the preview.

    A foreign table first waits for answers about its columns.
    """
    ImportBatch.objects.filter(pk=batch.pk, status=Status.WAITING).update(status=Status.READING)
    batch.refresh_from_db()
    if batch.status != Status.READING:
        return  # cancelled, or done by another worker
    lines = Lines(batch.decisions)
    try:
        sheet = sheet_of(batch)
        if not batch.recipe and asks_for_mapping(batch, sheet):
            return
        if not batch.table and not is_small(batch):  # so that its answers can be changed without reading it
            ImportBatch.objects.filter(pk=batch.pk).update(table=sample_of(sheet))
        report = read(batch, sheet, lines.add)
    except Problem as problem:
        report = refused(problem, type=batch.type, file=batch.file, sha256=batch.sha256)
    except progress.Cancelled:
        ImportBatch.objects.filter(pk=batch.pk).update(status=Status.CANCELLED)
        return
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if batch.status != Status.READING:
            return  # another worker was quicker
        batch.take_over(report)
        lines.leave_out(report.bad_rows)
        for name, tab in (("created", Tab.NEW), ("updated", Tab.CHANGED), ("unchanged", Tab.UNCHANGED)):
            setattr(batch, name, lines.number_of(tab))
        batch.report["bad_rows"] = sorted(row for row in report.bad_rows if row)
        batch.report["good_rows"] = report.good_rows
        batch.sha256, batch.seen = report.sha256, report.fingerprint
        batch.status = Status.REFUSED if report.errors else Status.PREVIEWED
        batch.save()
        batch.lines.all().delete()
        lines.store(batch, report)
    progress.forget(batch)


def asks_for_mapping(batch: ImportBatch, sheet: Sheet) -> bool:
    """Whether it must first be said how the table is read; a recipe for the same headings says it."""
    resource = ROWS[batch.type]
    if speaks_ours(resource, sheet):
        return False
    guessed = guess(resource, sheet, Lookups())
    saved = saved_recipe(sheet, guessed.recipe)
    if saved and saved.is_known:
        ImportBatch.objects.filter(pk=batch.pk).update(recipe=saved.recipe.as_json(), table=sample_of(sheet))
        batch.refresh_from_db(fields=["recipe", "table"])
        return False
    if not guessed.is_open and not saved:
        return False
    recipe = saved.recipe if saved else guessed.recipe
    waiting = {"status": Status.MAPPING, "table": sample_of(sheet), "recipe": recipe.as_json()}
    ImportBatch.objects.filter(pk=batch.pk, status=Status.READING).update(**waiting)
    return True


def saved_recipe(sheet: Sheet, guessed: Recipe) -> Fit | None:
    """The newest saved recipe for a table with the same headings, one that knows its titles before others."""
    wanted = {"type": guessed.type, "headings_sha256": headings_sha256(guessed.headings)}
    saved = ImportRecipe.objects.filter(**wanted).order_by("-updated_at")[:MOST_COMPARED]
    found = [fit for one in saved if (fit := fit_of(Recipe.of(one.content), sheet))]
    return next((fit for fit in found if fit.is_known), found[0] if found else None)


def begin_mapping(batch: ImportBatch) -> None:
    """Goes back from a preview to the answers about the columns."""
    states = (Status.PREVIEWED, Status.REFUSED, Status.MAPPING)
    table = batch.table or sample_of(sheet_of(batch))
    recipe = batch.recipe or guess(ROWS[batch.type], sampled_sheet(table), Lookups()).recipe.as_json()
    about = {"status": Status.MAPPING, "table": table, "recipe": recipe}
    ImportBatch.objects.filter(pk=batch.pk, status__in=states).update(**about)


def guessed(batch: ImportBatch) -> Guess:
    """What the table itself says of how it is read."""
    return guess(ROWS[batch.type], sheet_of(batch), Lookups())


def encodings_of(batch: ImportBatch) -> list[tuple[str, str]]:
    """[(encoding, first words)] of a text file that may be read in several ways; none of others."""
    codes = {error.get("code") for error in batch.report.get("errors", ())}
    kept = KeptFile.objects.filter(batch=batch).first() if "file.encoding_choice" in codes else None
    return candidates(bytes(kept.data)) if kept else []


def read_again(batch: ImportBatch, **otherwise: str) -> None:
    """Begins again with another sheet of the workbook, or another encoding."""
    states = (Status.MAPPING, Status.PREVIEWED, Status.REFUSED)
    about = {"recipe": {}, "table": {}, "decisions": {}, "status": Status.WAITING, **otherwise}
    ImportBatch.objects.filter(pk=batch.pk, status__in=states).update(**about)
    batch.refresh_from_db()


def answer(batch: ImportBatch, recipe: Recipe) -> None:
    """Keeps new answers about the table; the preview has to be made again."""
    states = (Status.PREVIEWED, Status.REFUSED, Status.MAPPING)
    changed = ImportBatch.objects.filter(pk=batch.pk, status__in=states).update(
        status=Status.WAITING, recipe=recipe.as_json(), sheet=recipe.sheet[:300]
    )
    if not changed:
        raise Problem("preview.confirmed", _("This preview has already been confirmed or discarded."))
    batch.refresh_from_db()


def decide(batch: ImportBatch, decisions: Mapping[str, Any]) -> None:
    """Keeps what becomes of rows that look like a record; the preview has to be made again."""
    states = (Status.PREVIEWED, Status.REFUSED)
    changed = ImportBatch.objects.filter(pk=batch.pk, status__in=states).update(
        status=Status.WAITING, decisions=dict(decisions)
    )
    if not changed:
        raise Problem("preview.confirmed", _("This preview has already been confirmed or discarded."))
    batch.refresh_from_db()


def recipe_of(batch: ImportBatch) -> Recipe | None:
    return Recipe.of(batch.recipe) if batch.recipe else None


def sheet_of(batch: ImportBatch) -> Sheet:
    """The table of the uploaded file."""
    return read_sheet(data_of(batch), batch.sheet, batch.encoding)


def read(batch: ImportBatch, sheet: Sheet, watch: Callable[[Sequence[RowChange]], None]) -> Report:
    progress_report = progress.ProgressReport(batch, sheet.expected)
    resource = ROWS[batch.type]

    def follow(report: Report, changes: Sequence[RowChange]) -> None:
        progress_report.show(report.rows)
        watch(changes)

    details = {"file_name": batch.file, "watch": follow, **options_of(batch)}
    return load_long_sheet(resource, sheet, recipe_of(batch), dry_run=True, **details)


class Lines:
    """Lines of a preview, collected while the sheet is read: (tab, number of the row, content as one line of JSON)."""

    def __init__(self, decisions: Mapping[str, Any]) -> None:
        self.decisions = decisions
        self.found: list[tuple[str, int, str]] = []

    def add(self, changes: Sequence[RowChange]) -> None:
        for change in changes:
            row = change.row.number
            about = {"row": change.row.shown_number, "key": change.key, "title": title_of(change.after)}
            if change.twin and change.key not in self.decisions:
                shown = {name: cell[:LONGEST] for name, cell in change.after.items()}
                looks = {"has_sources": bool(change.slots), "cells": shown, "twin": change.twin._asdict()}
                self.found.append((Tab.DUPLICATES, row, encode({**about, **looks})))
            if change.is_new:
                self.found.append((Tab.NEW, row, encode({**about, "cells": shortened(change.after)})))
            elif change.is_changed:
                cells = [[name, old[:LONGEST], new[:LONGEST]] for name, old, new in change.cell_changes()]
                self.found.append((Tab.CHANGED, row, encode({**about, "changes": cells})))
            else:
                self.found.append((Tab.UNCHANGED, row, encode(about)))

    def leave_out(self, bad_rows: Collection[int | None]) -> None:
        """A faulty row is stored in no way, so it is neither new nor changed."""
        self.found = [line for line in self.found if line[1] not in bad_rows]

    def number_of(self, tab: str) -> int:
        return sum(line[0] == tab for line in self.found)

    def store(self, batch: ImportBatch, report: Report) -> None:
        causes = [(Tab.ERRORS, encode(group)) for group in grouped(report.errors)]
        causes += [(Tab.WARNINGS, encode(group)) for group in grouped(report.warnings, by_kind=True)]
        decided = [one["line"] for key, one in self.decisions.items() if key in report.decided]
        causes += [(Tab.DUPLICATES, encode(line)) for line in decided]
        rows = ((tab, content) for tab, _row, content in self.found)
        lines = ((batch.pk, tab, i, content) for i, (tab, content) in enumerate([*causes, *rows]))
        insert(ImportLine, ("batch", "tab", "position", "content"), lines)


#: the longest cell of a preview; the record has the whole text
LONGEST = 300
IN_TITLE = ("title_ru", "title_en", "title")


def title_of(cells: FlatRow) -> str:
    return next((cells[name][:LONGEST] for name in IN_TITLE if cells.get(name)), "")


def shortened(cells: FlatRow) -> FlatRow:
    return {name: cell[:LONGEST] for name, cell in cells.items() if name not in ("key", *IN_TITLE)}


# Storing.


def confirm(batch: ImportBatch, only_good: bool = False) -> None:
    """Marks the previewed rows for storing; Problem if they can no longer be stored."""
    wanted = Status.REFUSED if only_good else Status.PREVIEWED
    if not KeptFile.objects.filter(batch=batch).exists():
        raise Problem("file.gone", _("The file is no longer available. Upload it again."))
    changed = ImportBatch.objects.filter(pk=batch.pk, status=wanted).update(
        status=Status.STORING, only_good=only_good
    )
    if not changed:
        raise Problem("preview.confirmed", _("This preview has already been confirmed or discarded."))
    batch.refresh_from_db()


def store(batch: ImportBatch) -> None:
    """Stores a confirmed batch if file and register are unchanged since the preview; otherwise only reports that."""
    try:
        with on_private_copy(rows_of(batch)), transaction.atomic():
            batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
            if batch.status != Status.STORING:
                return  # stored or cancelled by another user
            report = store_rows(batch)
            if not report.errors:
                batch.refresh_from_db()
                batch.report["causes"] = grouped(report.warnings, by_kind=True)
                batch.save(update_fields=["report"])
                batch.lines.all().delete()
                if not batch.only_good:
                    batch.kept_file.delete()
    except Problem as problem:
        report = refused(problem, type=batch.type, file=batch.file, sha256=batch.sha256)
    except (ChangedMeanwhile, IntegrityError):
        report = refused(stale(), type=batch.type, file=batch.file, sha256=batch.sha256)
    except progress.Cancelled:
        ImportBatch.objects.filter(pk=batch.pk, status=Status.STORING).update(status=Status.CANCELLED)
        return
    if report.errors:
        report_json = {**batch.report, **report.as_json(20)}
        ImportBatch.objects.filter(pk=batch.pk, status=Status.STORING).update(
            status=Status.STALE, report=report_json
        )
    progress.forget(batch)


def store_rows(batch: ImportBatch) -> Report:
    sheet, recipe = sheet_of(batch), recipe_of(batch)
    progress_report = progress.ProgressReport(batch, sheet.expected)
    resource = ROWS[batch.type]
    details = {"file_name": batch.file, **options_of(batch)}

    def follow(report: Report, changes: Sequence[RowChange]) -> None:
        progress_report.show(report.rows)
        log(batch, resource, changes)

    if not batch.only_good:
        return load_sheet(
            resource, sheet, recipe, batch=batch, expected_fingerprint=batch.seen, watch=follow, **details
        )
    again = load_sheet(resource, sheet, recipe, dry_run=True, **details)
    if again.fingerprint != batch.seen:
        raise stale()
    bad = frozenset(batch.report["bad_rows"])
    return load_sheet(resource, sheet, recipe, batch=batch, watch=follow, left_out=bad, **details)


def rows_of(batch: ImportBatch) -> int:
    """As many as the preview has counted."""
    return int(batch.report.get("rows", 0))


def log(batch: ImportBatch, resource: type[SheetResource], changes: Sequence[RowChange]) -> None:
    """Adds one line per record to the admin's own history, as for a manual change."""
    if not batch.user_id:
        return
    kind = ContentType.objects.get_for_model(resource.model).pk
    about = (timezone.now(), batch.user_id, kind)
    imported, proposed = gettext("Imported from a sheet."), gettext("Proposed by a sheet.")
    names = (
        "action_time",
        "user",
        "content_type",
        "object_id",
        "object_repr",
        "action_flag",
        "change_message",
    )
    insert(
        LogEntry,
        names,
        (
            (
                *about,
                str(change.pk),
                (title_of(change.after) or change.key)[:200],
                ADDITION if change.is_new else CHANGE,
                proposed if change.changes_public else imported,
            )
            for change in changes
            if change.pk and change.is_touched
        ),
    )


def cancel(batch: ImportBatch) -> None:
    """Cancels an import that is not stored yet; its worker stops after the current chunk."""
    progress.cancel(batch)
    waiting = (Status.WAITING, Status.PREVIEWED, Status.REFUSED)
    ImportBatch.objects.filter(pk=batch.pk, status__in=waiting).update(status=Status.CANCELLED)


# What has failed.


def fail(number: int, deaths: int = 0) -> None:
    """Marks an import under way as failed, and keeps at which step. `deaths`: so many workers died while doing it."""
    with transaction.atomic():
        batch = (
            ImportBatch.objects.select_for_update()
            .filter(pk=number, status__in=ImportBatch.UNDER_WAY)
            .first()
        )
        if batch:
            batch.report = {**batch.report, FAILED_AT: str(batch.status), DEATHS: deaths}
            batch.status = Status.FAILED
            batch.save(update_fields=["status", "report"])


def begin_again(number: int) -> None:
    """Makes a failed import ready for the step at which it failed; otherwise does nothing.

    Storing compares file and register with what was previewed, whenever it is repeated.
    """
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update().filter(pk=number, status=Status.FAILED).first()
        if batch:
            was_storing = batch.report.pop(FAILED_AT, "") == Status.STORING
            for name in (DEATHS, HANDED_OVER):
                batch.report.pop(name, None)
            batch.status = Status.STORING if was_storing else Status.WAITING
            batch.save(update_fields=["status", "report"])
            progress.forget(batch)


#: entries in the report: the step at which an import failed, how many workers died at it, and how often it was found
#: without a task and handed over again
FAILED_AT, DEATHS, HANDED_OVER = "failed_at", "deaths", "handed_over"
