"""Error reports: which facts a reader may report, answers, and the reports that wait for a user."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from relations.catalog import RESOURCES
from relations.errors import Problem
from relations.models import ErrorReport, Record, Source, Version
from relations.models.country_limits import beyond_limit
from relations.models.reports import LONGEST_ANSWER
from relations.models.row_cache import FlatRow, unpacked
from relations.registry import resource_of
from relations.rows.columns import Column, Key, Scope
from relations.rows.coverage import DEFAULT_VALUES
from relations.rows.resource import SheetResource
from relations.text.plain import check_plain, with_plain_lines

from .desk import MOST
from .history import title_of

Status = ErrorReport.Status
#: the fact of undated records, also of types without such a column
DATE = "period"
#: columns of sources that their pages show in any case
SHOWN_EMPTY = ("issued", "identified_by")
#: the answers that an editor may give
ANSWERS = (Status.ACCEPTED, Status.DECLINED)


def reportable(resource: type[SheetResource], cells: FlatRow) -> list[Column]:
    """The public columns of a row that say something; all parts of citations are one, the sources."""
    parts = resource.citations.parts if resource.citations else ()
    sources = resource.citations.source if resource.citations else None
    return [
        column
        for column in resource.columns()
        if (cells.get(column.name) or column.name in SHOWN_EMPTY)
        and DEFAULT_VALUES.get(column.name) != cells.get(column.name, "")
        and not (column.is_private or isinstance(column, (Key, Scope)))
        and (column is sources or column not in parts)
    ]


def choices_of(entity: Record | Source) -> list[tuple[str, str]]:
    """(column, label) of the facts from which a reader chooses; "" is the whole."""
    resource = resource_of(type(entity))
    names = [column.name for column in reportable(resource, unpacked(entity.row))]
    if isinstance(entity, Record) and entity.is_undated and DATE not in names:
        names.insert(0, DATE)
    return [(name, label_of(resource.slug, name)) for name in ("", *names)]


def label_of(slug: str, column: str) -> str:
    """What a report is about, in the reader’s language; a column that is no more keeps its name."""
    labels = {one.name: one.label for one in RESOURCES[slug].columns()} if slug in RESOURCES else {}
    known = {"": gettext("The whole page"), DATE: gettext("Date"), **labels}
    return capfirst(str(known.get(column, column)))


def newest_version(slug: str, pk: int) -> int | None:
    """The primary key of the version that readers see now."""
    versions = Version.objects.filter(type=slug, object_id=pk, is_proposal=False)
    return versions.order_by("-pk").values_list("pk", flat=True).first()


class Correction(NamedTuple):
    """An accepted report as readers see it: without the reader and without the editor."""

    at: datetime
    label: str
    answer: str


def corrections_of(slug: str, pk: int) -> list[Correction]:
    """The answers to accepted reports, the newest first."""
    found = ErrorReport.objects.about(slug, pk).accepted().values_list("answered_at", "column", "answer")
    return [Correction(at, label_of(slug, column), answer) for at, column, answer in found if at]


# Answering.


def may_answer(user: Any, slug: str) -> bool:
    """Whether a user may answer reports about this type: who may change its records."""
    if slug not in RESOURCES:
        return False
    name = RESOURCES[slug].model._meta.model_name
    needed = (f"relations.change_{name}", "relations.change_errorreport")
    return all(user.has_perm(one) for one in needed)


def may_answer_one(user: Any, report: ErrorReport) -> bool:
    """Whether a user may answer this report: none about records of other countries than those of a limited user."""
    if not may_answer(user, report.type):
        return False
    resource = RESOURCES[report.type]
    return not (resource.citations and beyond_limit(user, resource.model, [report.object_id]))


def seen_of(report: ErrorReport) -> str:
    """The answer that an editor has seen, by its time."""
    return report.answered_at.isoformat() if report.answered_at else ""


def answer(pk: int, status: str, text: str, seen: str, by: Any) -> ErrorReport:
    """Accepts or declines a report with an answer, or corrects an answer. Raises Problem."""
    text = with_plain_lines(text)
    if status not in ANSWERS:
        raise Problem("report.status", _("Choose whether the report is accepted or declined."))
    if not text:
        raise Problem("report.answer", _("Write an answer: what was corrected, or why nothing was."))
    if len(text) > LONGEST_ANSWER:
        message = _("The answer has %(length)d characters; the limit is %(longest)d.")
        raise Problem("report.too_long", message, length=len(text), longest=LONGEST_ANSWER)
    check_plain(text)
    with transaction.atomic():
        report = ErrorReport.objects.select_for_update().get(pk=pk)
        if seen_of(report) != seen:
            message = _("Another editor has answered meanwhile. Compare their answer above with yours below.")
            raise Problem("report.answered", message)
        report.status, report.answer = status, text
        report.answered_by, report.answered_at = by, timezone.now()
        report.save()
    ErrorReport.objects.forget_addresses()
    return report


# The desk.


@dataclass
class WaitingReport:
    """One line of the desk: a report that is not answered."""

    report: ErrorReport
    title: str
    kind: str
    fact: str


@dataclass
class ReportList:
    """The first open reports, the oldest first, and how many there are."""

    reports: list[WaitingReport]
    number: int

    @property
    def others(self) -> int:
        return self.number - len(self.reports)


def reports_waiting_for(user: Any) -> ReportList:
    """The open reports that this user may answer."""
    slugs = [slug for slug in RESOURCES if may_answer(user, slug)]
    if not slugs:
        return ReportList([], 0)
    waiting = ErrorReport.objects.filter(status=Status.OPEN, type__in=slugs).order_by("at", "pk")
    found = list(waiting[:MOST])
    titles = titles_of(found)
    lines = [
        WaitingReport(
            one,
            titles.get((one.type, one.object_id), one.key),
            str(RESOURCES[one.type].model._meta.verbose_name),
            label_of(one.type, one.column),
        )
        for one in found
    ]
    return ReportList(lines, len(found) if len(found) < MOST else waiting.count())


def titles_of(reports: Iterable[ErrorReport]) -> dict[tuple[str, int], str]:
    """{(type, primary key): title} of the records and sources of reports; what is deleted is missing."""
    keys: dict[str, set[int]] = {}
    for one in reports:
        keys.setdefault(one.type, set()).add(one.object_id)
    titles: dict[tuple[str, int], str] = {}
    for slug, pks in keys.items():
        rows = RESOURCES[slug].model._base_manager.filter(pk__in=pks).values_list("pk", "row")
        titles |= {(slug, pk): title_of(unpacked(row)) for pk, row in rows}
    return titles
