"""Error reports: which facts a reader may report, answers, and the reports that wait for a user."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from relations.catalog import RESOURCES
from relations.errors import Problem
from relations.models import ErrorReport, Record, Revision, Source, Version
from relations.models.country_limits import beyond_limit
from relations.models.reports import LONGEST_ANSWER
from relations.models.row_cache import FlatRow, unpacked
from relations.registry import resource_of
from relations.rows.columns import Column, Key, Scope
from relations.rows.coverage import DEFAULT_VALUES
from relations.rows.merging import changed_names
from relations.rows.resource import SheetResource
from relations.text.plain import check_plain, with_plain_lines

from .desk import MOST, Task, TaskList, note_on, titles_of

Status = ErrorReport.Status
#: the fact of undated records, also of types without such a column
DATE = "period"
#: columns of sources that their pages show in any case
SHOWN_EMPTY = ("issued", "identified_by")
#: the answers that an editor may give
ANSWERS = (Status.ACCEPTED, Status.DECLINED)
#: changes from which an editor chooses the one that corrects a report
MOST_CHANGES = 20


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
    """A corrected report as readers see it: without the reader and without the editor."""

    at: datetime
    label: str
    answer: str


def corrections_of(slug: str, pk: int) -> list[Correction]:
    """The answers to reports that public changes have corrected, the newest first."""
    found = ErrorReport.objects.about(slug, pk).corrected().values_list("answered_at", "column", "answer")
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


class Change(NamedTuple):
    """What may have corrected a report: a change that readers see, or one that waits for approval."""

    made: Version | Revision
    labels: list[str]

    @property
    def value(self) -> str:
        """As the form sends it."""
        return f"{'version' if isinstance(self.made, Version) else 'revision'}-{self.made.pk}"

    @property
    def is_waiting(self) -> bool:
        return isinstance(self.made, Revision)

    @property
    def at(self) -> datetime:
        return self.made.changed_at if isinstance(self.made, Revision) else self.made.at


def changes_since(report: ErrorReport) -> list[Change]:
    """What has changed, or is proposed, since the reader saw it: the newest first, at most MOST_CHANGES of each."""
    if report.type not in RESOURCES:
        return []
    about = {"type": report.type, "object_id": report.object_id}
    since = Q(pk__gt=report.version_id) if report.version_id else Q(at__gte=report.at)
    waiting = Revision.objects.filter(status__in=Revision.PENDING, **about).order_by("-pk")[:MOST_CHANGES]
    seen = Version.objects.filter(since, is_correction=True, **about).order_by("-pk")[:MOST_CHANGES]
    return [
        *(Change(one, labels_of(report.type, one.base, one.row)) for one in waiting),
        *(Change(one, labels_of(report.type, one.before or {}, one.after or {})) for one in seen),
    ]


def labels_of(slug: str, before: FlatRow, after: FlatRow) -> list[str]:
    """The columns in which two rows differ."""
    resource = RESOURCES[slug]
    names = changed_names(resource, before, after)
    return list(dict.fromkeys(str(resource.column(name).label) for name in names))


NO_CHANGE = _(
    "Choose the change that corrects it: readers see the answer once that is public. Where nothing has changed yet,"
    " correct the record first."
)


def answers_with(revision: Revision | None) -> list[Correction]:
    """The answers that become public together with a proposed change."""
    reports = revision.answers.filter(status=Status.ACCEPTED).order_by("pk") if revision else ()
    found = ((one.answered_at, label_of(one.type, one.column), one.answer) for one in reports)
    return [Correction(at, label, said) for at, label, said in found if at]


def answer(pk: int, status: str, text: str, seen: str, by: Any, change: str = "") -> ErrorReport:
    """Accepts a report that a change corrects, declines one, or alters an answer. Raises Problem."""
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
        made = next((one.made for one in changes_since(report) if one.value == change), None)
        if status == Status.ACCEPTED and not made:
            raise Problem("report.change", NO_CHANGE)
        is_accepted = status == Status.ACCEPTED
        report.change = made if is_accepted and isinstance(made, Version) else None
        report.revision = made if is_accepted and isinstance(made, Revision) else None
        report.status, report.answer = status, text
        report.answered_by, report.answered_at = by, timezone.now()
        report.approved_by = report.approved_at = None
        if report.waits_for_approval and may_approve_answer(by, report):
            report.approved_by, report.approved_at = by, report.answered_at
        report.save()
    ErrorReport.objects.forget_addresses()
    return report


def may_approve_answer(user: Any, report: ErrorReport) -> bool:
    """Whether a user may make this answer public: who may publish, but not alone what they wrote."""
    if report.type not in RESOURCES or not may_answer_one(user, report):
        return False
    is_own = settings.TWO_PAIRS_OF_EYES and report.answered_by_id == user.pk
    return RESOURCES[report.type].may_publish(user) and not is_own


def approve_answer(pk: int, seen: str, by: Any) -> ErrorReport:
    """Makes an answer public as `by` has seen it. Raises Problem."""
    with transaction.atomic():
        report = ErrorReport.objects.select_for_update().get(pk=pk)
        if seen_of(report) != seen or not report.waits_for_approval:
            message = _("The answer has changed since you looked at it. Look at it again.")
            raise Problem("report.answered", message)
        if not may_approve_answer(by, report):
            raise Problem("report.own", _("Somebody else must approve this answer."))
        report.approved_by, report.approved_at = by, timezone.now()
        report.save()
    return report


# The desk.


def reports_waiting_for(user: Any) -> TaskList:
    """The reports that this user may answer and that have no answer which holds, and the answers to approve."""
    slugs = [slug for slug in RESOURCES if may_answer(user, slug)]
    if not slugs:
        return TaskList([], 0)
    waiting = ErrorReport.objects.to_answer().filter(type__in=slugs)
    to_approve = ErrorReport.objects.to_approve().filter(
        type__in=[slug for slug in slugs if RESOURCES[slug].may_publish(user)]
    )
    if settings.TWO_PAIRS_OF_EYES:
        to_approve = to_approve.exclude(answered_by=user)
    waiting = (waiting | to_approve).order_by("at", "pk")
    found = list(waiting[:MOST])
    titles = titles_of((one.type, one.object_id) for one in found)
    tasks = [
        Task(
            "errorreport_change", RESOURCES[one.type], one.pk, titles.get((one.type, one.object_id), one.key),
            "", one.at, note_on(label_of(one.type, one.column), one.text),
        )
        for one in found
    ]  # fmt: skip
    number = len(found) if len(found) < MOST else waiting.count()
    return TaskList(tasks, number, "errorreport_changelist", f"status__exact={Status.OPEN}")
