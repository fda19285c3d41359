"""The desk: what waits for one user, with its author and its age."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max
from django.utils.translation import ngettext

from relations.catalog import RECORD_TYPES, RESOURCES
from relations.models import ImportBatch, Revision, State, Version
from relations.models.named import other_language, reader_language
from relations.models.row_cache import FlatRow
from relations.registry import resource_of
from relations.rows.resource import SheetResource
from relations.rules.findings import of_records as findings_of_records

#: lines of one list; the rest is a number
MOST = 20


@dataclass
class Task:
    """One line of the desk: what waits, who wrote it last and since when it waits.

    `page` and `pk` name the page of the admin on which it is done; `hints` is the number of unanswered findings.
    """

    page: str
    pk: int
    kind: str
    title: str
    author: str
    since: datetime
    note: str = ""
    hints: int = 0


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


def waiting_for(user: Any) -> TaskList:
    """What this user may approve: proposed changes and records in review, also those that they wrote themselves."""
    slugs = [slug for slug, resource in RESOURCES.items() if may_publish(user, resource)]
    revisions = Revision.objects.filter(status=Revision.Status.OPEN, type__in=slugs, batch=None)
    in_review = [one for one in RECORD_TYPES if one.slug in slugs]
    lists = [of_revisions(revisions), *(of_records(one.model, State.REVIEW) for one in in_review)]
    return together(lists)


def imports_waiting_for(user: Any) -> TaskList:
    """Imports with proposed changes that this user may approve."""
    slugs = [slug for slug, resource in RESOURCES.items() if may_publish(user, resource)]
    waiting = Revision.objects.filter(status=Revision.Status.OPEN, type__in=slugs, batch__isnull=False)
    numbers = dict(waiting.order_by().values_list("batch").annotate(n=Count("pk")))
    batches = ImportBatch.objects.filter(pk__in=numbers).select_related("user").order_by("pk")[:MOST]
    tasks = [
        Task(
            "importbatch_proposals", one.pk, kind_of(RESOURCES[one.type]), one.file or str(one),
            name_of(one.user), one.created_at, changes_in_words(numbers[one.pk]),
        )
        for one in batches
    ]  # fmt: skip
    return TaskList(tasks, len(numbers), "importbatch_changelist")


def changes_in_words(number: int) -> str:
    return ngettext("%(n)d change", "%(n)d changes", number) % {"n": number}


def sent_back_to(user: Any) -> TaskList:
    return of_revisions(Revision.objects.filter(status=Revision.Status.SENT_BACK, user=user))


def proposed_by(user: Any) -> TaskList:
    return of_revisions(Revision.objects.filter(status=Revision.Status.OPEN, user=user, batch=None))


def drafts_of(user: Any) -> TaskList:
    """The drafts that this user has changed last."""
    lists = []
    for one in RECORD_TYPES:
        drafts = one.model.objects.filter(state=State.DRAFT).order_by("updated_at")
        own = newest_versions(one.slug, drafts.values("pk")).filter(user=user)
        lists.append(of_records(one.model, State.DRAFT, own.values("object_id")))
    return together(lists)


def newest_versions(slug: str, keys: Any) -> Any:
    """The newest version of each of these records."""
    versions = Version.objects.filter(type=slug, object_id__in=keys, is_proposal=False)
    newest = versions.order_by().values("object_id").annotate(newest=Max("pk")).values("newest")
    return Version.objects.filter(pk__in=newest)


def of_revisions(revisions: Any) -> TaskList:
    found = list(revisions.select_related("user").order_by("changed_at")[:MOST])
    tasks = [
        task_on(
            RESOURCES[one.type],
            one.object_id,
            title_of(one.row),
            name_of(one.user),
            one.changed_at,
            one.comment,
        )
        for one in found
    ]
    return TaskList(tasks, len(found) if len(found) < MOST else revisions.count())


def of_records(model: Any, state: str, keys: Any = None) -> TaskList:
    records = model.objects.filter(state=state).order_by("updated_at")
    if keys is not None:
        records = records.filter(pk__in=keys)
    found = list(records[:MOST])
    resource = resource_of(model)
    pks = [one.pk for one in found]
    newest = newest_versions(resource.slug, pks).select_related("user")
    authors = {one.object_id: name_of(one.user) for one in newest}
    findings = findings_of_records(model, pks)
    tasks = [
        task_on(
            resource,
            one.pk,
            str(one),
            authors.get(one.pk, ""),
            one.updated_at,
            hints=len(findings.get(one.pk, ())),
        )
        for one in found
    ]
    return TaskList(tasks, len(found) if len(found) < MOST else records.count())


def task_on(
    resource: type[SheetResource],
    pk: int,
    title: str,
    author: str,
    since: datetime,
    note: str = "",
    hints: int = 0,
) -> Task:
    """A task that is done on the review page of a record."""
    page = f"{resource.model._meta.model_name}_review"
    return Task(page, pk, kind_of(resource), title, author, since, note, hints)


def kind_of(resource: type[SheetResource]) -> str:
    return str(resource.model._meta.verbose_name)


def together(lists: Iterable[TaskList]) -> TaskList:
    lists = list(lists)
    tasks = sorted((task for one in lists for task in one.tasks), key=lambda task: task.since)[:MOST]
    return TaskList(tasks, sum(one.number for one in lists))


def title_of(row: FlatRow) -> str:
    """The title of a proposed row in the reader’s language, else in the other."""
    languages = (reader_language(), other_language(reader_language()))
    names = (*(f"title_{language}" for language in languages), "title")
    return next((row[name] for name in names if row.get(name)), row.get("key", ""))


def name_of(user: Any) -> str:
    return (user.get_full_name() or user.get_username()) if user else ""
