"""The desk: what waits for one user, with its author and its age."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext

from relations.catalog import RECORD_TYPES, ROWS
from relations.models import ImportBatch, Merge, Observation, Revision, State
from relations.models.row_cache import unpacked
from relations.registry import resource_of
from relations.rows.resource import SheetResource
from relations.rules.findings import of_records as findings_of_records

from .authorship import author_versions, proposed_at, submitted_at
from .history import title_of

#: lines of one list; the rest is a number
MOST = 20
#: characters of a comment or report
LONGEST_NOTE = 120


@dataclass
class Task:
    """One line of the desk: what waits, who wrote it and since when it waits.

    `page`, `pk`, `query` and `anchor` name where in the admin it is done; `hints` is the number of unanswered findings.
    `other` is the primary key of what it may be the same as; `different_page` is where to say that it is not.
    """

    page: str
    resource: type[SheetResource]
    pk: int
    title: str
    author: str
    since: datetime
    note: str = ""
    anchor: str = ""
    is_proposal: bool = False
    hints: int = 0
    query: str = ""
    other: int | None = None

    @property
    def kind(self) -> str:
        return str(self.resource.model._meta.verbose_name)

    @property
    def rest_of_address(self) -> str:
        return (f"?{self.query}" if self.query else "") + (f"#{self.anchor}" if self.anchor else "")

    @property
    def different_page(self) -> str:
        return f"{self.resource.model._meta.model_name}_different"


@dataclass
class TaskList:
    """The first lines of a list, the oldest first, and how many there are.

    `page` of the admin, with `query`, shows them all.
    """

    tasks: list[Task]
    number: int
    page: str = ""
    query: str = ""

    @property
    def others(self) -> int:
        return self.number - len(self.tasks)


def may_publish(user: Any, resource: type[SheetResource]) -> bool:
    return bool(user.has_perm(f"relations.publish_{resource.model._meta.model_name}"))


def waiting_for(user: Any, most: int = MOST) -> TaskList:
    """What this user may approve: proposed changes and records in review, also those that they wrote themselves.

    At most the `most` oldest.
    """
    slugs = [slug for slug, resource in ROWS.items() if may_publish(user, resource)]
    revisions = Revision.objects.filter(status=Revision.Status.OPEN, type__in=slugs, batch=None)
    in_review = [one for one in RECORD_TYPES if one.slug in slugs]
    lists = [
        of_revisions(revisions, most),
        *(of_records(one.model, State.REVIEW, most=most) for one in in_review),
    ]
    return together(lists, most)


def imports_waiting_for(user: Any) -> TaskList:
    """Imports with proposed changes that this user may approve."""
    slugs = [slug for slug, resource in ROWS.items() if may_publish(user, resource)]
    return imports_with(
        Revision.objects.filter(status=Revision.Status.OPEN, type__in=slugs, batch__isnull=False)
    )


def imports_with(waiting: Any) -> TaskList:
    """The imports that have proposed these changes."""
    numbers = dict(waiting.order_by().values_list("batch").annotate(n=Count("pk")))
    batches = ImportBatch.objects.filter(pk__in=numbers).select_related("user").order_by("pk")[:MOST]
    tasks = [
        Task(
            "importbatch_proposals", ROWS[one.type], one.pk, one.file or str(one),
            name_of(one.user), one.created_at, changes_in_words(numbers[one.pk]),
        )
        for one in batches
    ]  # fmt: skip
    return TaskList(tasks, len(numbers), "importbatch_changelist")


def merges_waiting_for(user: Any) -> TaskList:
    """Merges that this user may approve, or has proposed."""
    slugs = [slug for slug, resource in ROWS.items() if may_publish(user, resource)]
    waiting = Merge.objects.filter(status=Merge.Status.OPEN, type__in=slugs).defer("moves")
    tasks = [
        Task(
            f"{ROWS[one.type].model._meta.model_name}_merged", ROWS[one.type], one.pk,
            title_of(one.base_merged), name_of(one.user), one.created_at, one.reason,
        )
        for one in waiting.select_related("user").order_by("pk")[:MOST]
    ]  # fmt: skip
    return TaskList(tasks, len(tasks) if len(tasks) < MOST else waiting.count())


def changes_in_words(number: int) -> str:
    return ngettext("%(n)d change", "%(n)d changes", number) % {"n": number}


def sent_back_to(user: Any) -> TaskList:
    return of_revisions(Revision.objects.filter(status=Revision.Status.SENT_BACK, user=user))


def submitted_by(user: Any) -> TaskList:
    """What this user has written or imported and others must approve, until it is approved or sent back."""
    proposed = of_revisions(Revision.objects.filter(status=Revision.Status.OPEN, user=user, batch=None))
    in_review = written_by(user, State.REVIEW)
    imported = imports_with(Revision.objects.filter(status=Revision.Status.OPEN, batch__user=user))
    for found, where in (
        (proposed, gettext("proposed change")),
        (in_review, gettext("new record in review")),
    ):
        for task in found.tasks:
            task.note = where
    for task in imported.tasks:
        task.note = gettext("proposed by an import: %(changes)s") % {"changes": task.note}
    return together([proposed, in_review, imported])


def drafts_of(user: Any) -> TaskList:
    """The drafts that this user has written."""
    return written_by(user, State.DRAFT)


def written_by(user: Any, state: State) -> TaskList:
    """The records in a state that this user has written."""
    lists = []
    for one in RECORD_TYPES:
        records = one.model.objects.filter(state=state).order_by()
        own = author_versions(one.slug, records.values("pk")).filter(user=user)
        lists.append(of_records(one.model, state, own.values("object_id")))
    return together(lists)


def of_revisions(revisions: Any, most: int = MOST) -> TaskList:
    found = list(
        revisions.select_related("user").annotate(since=proposed_at()).order_by("since", "pk")[:most]
    )
    figures = titles_of_figures(one.object_id for one in found if one.type == FIGURES)
    tasks = []
    for one in found:
        resource = ROWS[one.type]
        title = figures.get(one.object_id, "") if one.type == FIGURES else ""
        about = (title or title_of(one.row), name_of(one.user), one.since, one.comment)
        tasks.append(Task(review_of(resource), resource, one.object_id, *about, is_proposal=True))
    return TaskList(tasks, len(found) if len(found) < most else revisions.count())


def of_records(model: Any, state: str, keys: Any = None, most: int = MOST) -> TaskList:
    resource = resource_of(model)
    since = submitted_at(resource.slug) if state == State.REVIEW else F("updated_at")
    records = model.objects.for_list().filter(state=state).annotate(since=since).order_by("since", "pk")
    if keys is not None:
        records = records.filter(pk__in=keys)
    found = list(records[:most])
    written = author_versions(resource.slug, [one.pk for one in found]).select_related("user")
    authors = {one.object_id: name_of(one.user) for one in written}
    page = review_of(resource)
    tasks = [
        Task(page, resource, one.pk, one.distinct_title, authors.get(one.pk, ""), one.since) for one in found
    ]
    return TaskList(tasks, len(found) if len(found) < most else records.count())


def review_of(resource: type[SheetResource]) -> str:
    """The review page of a record."""
    return f"{resource.model._meta.model_name}_review"


def with_hints(found: TaskList) -> TaskList:
    """Adds how many findings of records that are not public yet have no answer."""
    records = [one for one in found.tasks if not one.is_proposal]
    for resource in {one.resource for one in records}:
        of_type = {one.pk: one for one in records if one.resource is resource}
        for pk, findings in findings_of_records(resource.model, of_type).items():
            of_type[pk].hints = len(findings)
    return found


def together(lists: Iterable[TaskList], most: int = MOST) -> TaskList:
    lists = list(lists)
    tasks = sorted((task for one in lists for task in one.tasks), key=lambda task: task.since)[:most]
    return TaskList(tasks, sum(one.number for one in lists))


def titles_of(places: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """{(type, primary key): title} of records and sources; what is deleted is missing."""
    keys: dict[str, set[int]] = {}
    for slug, pk in places:
        keys.setdefault(slug, set()).add(pk)
    titles: dict[tuple[str, int], str] = {}
    for slug, pks in keys.items():
        rows = ROWS[slug].model._base_manager.filter(pk__in=pks).values_list("pk", "row")
        titles |= {(slug, pk): title_of(unpacked(row)) for pk, row in rows}
    figures = titles_of_figures(keys.get(FIGURES, ()))
    return titles | {(FIGURES, pk): title for pk, title in figures.items()}


#: the type whose rows have no title that tells one from another
FIGURES = "statistics"


def titles_of_figures(keys: Iterable[int]) -> dict[int, str]:
    """{primary key: what tells a figure from others, as it is now}"""
    found = Observation.objects.for_list().filter(pk__in=keys) if (keys := list(keys)) else ()
    return {one.pk: one.distinct_title for one in found}


def note_on(label: str, text: str) -> str:
    """What has been written on a fact."""
    return f"{label}: {Truncator(text).chars(LONGEST_NOTE)}"


def name_of(user: Any) -> str:
    return (user.get_full_name() or user.get_username()) if user else ""
