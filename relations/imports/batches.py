"""An import on its way: uploaded, previewed, confirmed, stored; at once or, where the file is large, by a worker.

Every step may be broken off at any moment and begun again: a preview writes nothing but its own lines, and rows are
stored in one transaction together with the word that they are.
"""

import hashlib
from datetime import timedelta

from django.conf import settings
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from relations.catalog import RESOURCES
from relations.errors import Problem
from relations.imports.loader import load_sheet
from relations.models import ImportBatch, ImportLine, KeptFile
from relations.models.bulk import insert
from relations.models.row_cache import encode
from relations.readers.sheet import read_sheet

from . import progress
from .report import grouped, refused

KEPT_FOR = timedelta(days=1)
Status, Tab = ImportBatch.Status, ImportLine.Tab


def begin(resource, user, data, file_name, sheet=""):
    """The ImportBatch of an uploaded file, waiting to be read. Uploads nobody has confirmed for a day are given up."""
    old = KeptFile.objects.filter(kept_at__lt=timezone.now() - KEPT_FOR)
    ImportLine.objects.filter(batch__kept_file__in=old).delete()
    old.delete()
    about = {"type": resource.slug, "file": file_name[:300], "sheet": sheet[:300], "user": user}
    about["sha256"] = hashlib.sha256(data).hexdigest()
    with transaction.atomic():
        batch = ImportBatch.objects.create(**about, status=Status.WAITING)
        KeptFile.objects.create(batch=batch, data=data)
    return batch


def is_small(batch):
    return len(data_of(batch)) <= settings.IMPORT_AT_ONCE_BYTES


def data_of(batch):
    """The bytes of the file; Problem where they are no longer kept."""
    kept = KeptFile.objects.filter(batch=batch).first()
    if not kept:
        raise Problem("file.gone", _("The file is no longer available. Upload it again."))
    return bytes(kept.data)


def rights(batch, resource):
    return {"user": batch.user, "may_change_public": not batch.user or resource.may_publish(batch.user)}


# The preview.


def preview(batch):
    """Reads the file, compares every row with the register and keeps what a person is to see before confirming."""
    ImportBatch.objects.filter(pk=batch.pk, status=Status.WAITING).update(status=Status.READING)
    batch.refresh_from_db()
    if batch.status != Status.READING:
        return  # given up, or done by another worker
    lines = Lines()
    try:
        report = read(batch, lines.add)
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
        batch.report["bad_rows"] = sorted(row for row in report.bad_rows if row)
        batch.report["good_rows"] = report.good_rows
        batch.sha256, batch.seen = report.sha256, report.fingerprint
        batch.status = Status.REFUSED if report.errors else Status.PREVIEWED
        batch.save()
        batch.lines.all().delete()
        lines.store(batch, report)
    progress.forget(batch)


def read(batch, watch):
    sheet = read_sheet(data_of(batch), batch.sheet)
    tell, resource = progress.begin(batch, sheet.expected), RESOURCES[batch.type]

    def told(report, drafts):
        tell(report.rows)
        watch(resource, drafts)

    return load_sheet(
        resource, sheet, dry_run=True, file_name=batch.file, watch=told, **rights(batch, resource)
    )


class Lines:
    """What a preview shows, gathered while the sheet is read: (tab, content as one line of JSON)."""

    def __init__(self):
        self.found = []

    def add(self, resource, drafts):
        for draft in drafts:
            about = {"row": draft.row.number, "key": draft.key, "title": title_of(draft.after)}
            if draft.twin:
                self.found.append((Tab.DUPLICATES, encode({**about, "twin": draft.twin})))
            if draft.was_new:
                self.found.append((Tab.NEW, encode({**about, "cells": shortened(draft.after)})))
            elif draft.is_changed:
                changes = [[name, old[:LONGEST], new[:LONGEST]] for name, old, new in draft.changes]
                self.found.append((Tab.CHANGED, encode({**about, "changes": changes})))
            else:
                self.found.append((Tab.UNCHANGED, encode(about)))

    def store(self, batch, report):
        warnings = [finding for finding in report.warnings if finding.problem.code != "duplicate.near"]
        causes = [(Tab.ERRORS, encode(group)) for group in grouped(report.errors)]
        causes += [(Tab.WARNINGS, encode(group)) for group in grouped(warnings)]
        lines = ((batch.pk, tab, i, content) for i, (tab, content) in enumerate([*causes, *self.found]))
        insert(ImportLine, ("batch", "tab", "position", "content"), lines)


#: of a cell in a preview; the record has the whole text
LONGEST = 300
IN_TITLE = ("title_ru", "title_en", "title")


def title_of(cells):
    return next((cells[name][:LONGEST] for name in IN_TITLE if cells.get(name)), "")


def shortened(cells):
    return {name: cell[:LONGEST] for name, cell in cells.items() if name not in ("key", *IN_TITLE)}


# Storing.


def confirm(batch, only_good=False):
    """Says that the previewed rows are to be stored; Problem where they cannot be (any more)."""
    wanted = Status.REFUSED if only_good else Status.PREVIEWED
    if not KeptFile.objects.filter(batch=batch).exists():
        raise Problem("file.gone", _("The file is no longer available. Upload it again."))
    changed = ImportBatch.objects.filter(pk=batch.pk, status=wanted).update(
        status=Status.STORING, only_good=only_good
    )
    if not changed:
        raise Problem("preview.confirmed", _("This preview has already been confirmed or discarded."))
    batch.refresh_from_db()


def store(batch):
    """Stores what was confirmed, if file and register are still as they were previewed; else says so and nothing else."""
    try:
        with transaction.atomic():
            batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
            if batch.status != Status.STORING:
                return  # stored or cancelled by somebody else
            report = store_rows(batch)
            if not report.errors:
                batch.lines.all().delete()
                if not batch.only_good:
                    batch.kept_file.delete()
    except Problem as problem:
        report = refused(problem, type=batch.type, file=batch.file, sha256=batch.sha256)
    except progress.Cancelled:
        ImportBatch.objects.filter(pk=batch.pk, status=Status.STORING).update(status=Status.CANCELLED)
        return
    if report.errors:
        report_json = {**batch.report, **report.as_json(20)}
        ImportBatch.objects.filter(pk=batch.pk, status=Status.STORING).update(
            status=Status.STALE, report=report_json
        )
    progress.forget(batch)


def store_rows(batch):
    sheet = read_sheet(data_of(batch), batch.sheet)
    tell, resource = progress.begin(batch, sheet.expected), RESOURCES[batch.type]
    details = {"file_name": batch.file, **rights(batch, resource)}

    def told(report, drafts):
        tell(report.rows)
        log(batch, resource, drafts)

    if not batch.only_good:
        return load_sheet(resource, sheet, batch=batch, expected=batch.seen, watch=told, **details)
    again = load_sheet(resource, sheet, dry_run=True, **details)
    if again.fingerprint != batch.seen:
        raise Problem(
            "preview.stale",
            _("The file or the register has changed since the preview. Upload the file again."),
        )
    bad = set(batch.report["bad_rows"])
    return load_sheet(
        resource, sheet.where(lambda row: row.number not in bad), batch=batch, watch=told, **details
    )


def log(batch, resource, drafts):
    """One line a record in the admin's own history, as for a change by hand."""
    if not batch.user_id:
        return
    kind = ContentType.objects.get_for_model(resource.model).pk
    about = (timezone.now(), batch.user_id, kind, str(_("Imported from a sheet.")))
    names = (
        "action_time",
        "user",
        "content_type",
        "change_message",
        "object_id",
        "object_repr",
        "action_flag",
    )
    insert(
        LogEntry,
        names,
        (
            (
                *about,
                str(draft.pk),
                (title_of(draft.after) or draft.key)[:200],
                ADDITION if draft.was_new else CHANGE,
            )
            for draft in drafts
            if draft.pk and draft.is_touched
        ),
    )


def cancel(batch):
    """Gives up what is not stored yet; a worker that is at it stops with its next chunk."""
    progress.cancel(batch)
    waiting = (Status.WAITING, Status.PREVIEWED, Status.REFUSED)
    ImportBatch.objects.filter(pk=batch.pk, status__in=waiting).update(status=Status.CANCELLED)
