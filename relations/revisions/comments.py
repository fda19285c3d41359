"""Comments on the facts of a record: writing, answering and settling them, and those that wait for a user."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from relations.catalog import ROWS
from relations.errors import Problem
from relations.models import ReviewComment, Version
from relations.models.review_comments import LONGEST_TEXT, ReviewCommentQuerySet
from relations.rows.differences import Wording
from relations.rows.merging import Group, groups_of
from relations.rows.resource import SheetResource
from relations.text.plain import check_plain, with_plain_lines

from .desk import MOST, Task, TaskList, name_of, note_on, review_of, titles_of


@dataclass
class Thread:
    """A comment with its answers; `label` is the fact that it is about, in words."""

    comment: ReviewComment
    label: str
    answers: list[ReviewComment]
    may_settle: bool = False

    @property
    def is_open(self) -> bool:
        return self.comment.settled_at is None


# Facts.


def group_with(resource: type[SheetResource], field: str) -> Group | None:
    """The columns that go together with this one, which are one fact for a reviewer."""
    return next((one for one in groups_of(resource) if field in one.names), None)


def facts_of(resource: type[SheetResource]) -> list[tuple[str, str]]:
    """(first column, label) of the facts that may be commented on; "" is the whole."""
    wording = Wording(resource)
    facts = [(one.names[0], capfirst(wording.label(one))) for one in groups_of(resource)]
    return [("", gettext("The whole record")), *facts]


def label_of(resource: type[SheetResource], field: str) -> str:
    """The fact in words; a column that is no more keeps its name."""
    return dict(facts_of(resource)).get(field, field)


# Writing.


def checked_text(text: str) -> str:
    """The text as it is stored. Raises Problem where it says nothing, or is too long or not plain."""
    text = with_plain_lines(text)
    if not text:
        raise Problem("comment.empty", _("Write the comment: what is wrong, or what you ask."))
    if len(text) > LONGEST_TEXT:
        message = _("The comment has %(length)d characters; the limit is %(longest)d.")
        raise Problem("comment.too_long", message, length=len(text), longest=LONGEST_TEXT)
    check_plain(text)
    return text


def lock(resource: type[SheetResource], pk: int) -> None:
    """A comment is written before an approval, which it then prevents, or after it."""
    resource.model._base_manager.select_for_update().filter(pk=pk).values_list("pk").first()


def add_comment(
    resource: type[SheetResource], pk: int, field: str, text: str, by: Any, about: str = ""
) -> ReviewComment:
    """A comment on a fact, or with the field "" on the whole; `about` is put before the text. Raises Problem."""
    text = checked_text(text)
    group = group_with(resource, field)
    if field and group is None:
        raise Problem("comment.field", _("Choose the fact that the comment is about."))
    field = group.names[0] if group else ""
    text = f"{about}: {text}" if about else text
    with transaction.atomic():
        lock(resource, pk)
        return once(type=resource.slug, object_id=pk, field=field, text=text, user=by)


def once(**written: Any) -> ReviewComment:
    """Writes a comment, or finds the same one that is open: a form may be sent twice."""
    same = {"answer_to": None, "settled_at": None} | written
    return ReviewComment.objects.filter(**same).first() or ReviewComment.objects.create(**written)


def thread_of(resource: type[SheetResource], pk: int, number: int) -> ReviewComment:
    """Locks a comment of this record. Raises Problem where it has none of that number."""
    found = ReviewComment.objects.about(resource.slug, pk).threads().select_for_update()
    comment = found.filter(pk=number).first()
    if comment is None:
        raise Problem("comment.unknown", _("This record has no such comment."))
    return comment


def add_answer(resource: type[SheetResource], pk: int, number: int, text: str, by: Any) -> ReviewComment:
    """An answer to a comment, also to one that has been settled meanwhile. Raises Problem."""
    text = checked_text(text)
    with transaction.atomic():
        comment = thread_of(resource, pk, number)
        about = {"type": comment.type, "object_id": pk, "field": comment.field}
        return once(**about, text=text, user=by, answer_to=comment)


def may_settle(comment: ReviewComment, by: Any, may_publish: bool) -> bool:
    """Who has written a comment may settle it, and who may publish."""
    return may_publish or comment.user_id == by.pk


def settle(resource: type[SheetResource], pk: int, number: int, by: Any, may_publish: bool) -> None:
    """Raises Problem where it is settled already, or not to be settled by this user."""
    with transaction.atomic():
        comment = thread_of(resource, pk, number)
        if not may_settle(comment, by, may_publish):
            message = _(
                "A comment is settled by its writer, or by a user who may publish. Answer it instead."
            )
            raise Problem("comment.others", message)
        if comment.settled_at:
            raise Problem("comment.settled", SETTLED_BY, who=name_of(comment.settled_by) or "–")
        comment.settled_by, comment.settled_at = by, timezone.now()
        comment.save(update_fields=["settled_by", "settled_at"])


SETTLED_BY = _("%(who)s has settled this comment meanwhile.")


# Reading.


def threads_of(resource: type[SheetResource], pk: int, user: Any, may_publish: bool) -> list[Thread]:
    """All comments on a record with their answers, the oldest first."""
    found = with_answers(ReviewComment.objects.about(resource.slug, pk))
    labels = dict(facts_of(resource)) if found else {}
    return [
        Thread(
            one, labels.get(one.field, one.field), list(one.answers.all()), may_settle(one, user, may_publish)
        )
        for one in found
    ]


def with_answers(comments: ReviewCommentQuerySet) -> list[ReviewComment]:
    threads = comments.threads().select_related("user", "settled_by").prefetch_related("answers__user")
    return list(threads.order_by("pk"))


def by_version(resource: type[SheetResource], pk: int) -> dict[int | None, list[Thread]]:
    """{primary key of a version: the comments written while it was the newest}; None: before all versions."""
    earlier = Version.objects.filter(
        type=OuterRef("type"), object_id=OuterRef("object_id"), at__lte=OuterRef("at")
    )
    newest = Subquery(earlier.order_by("-pk").values("pk")[:1])
    labels: dict[str, str] = {}
    found: dict[int | None, list[Thread]] = {}
    for one in with_answers(ReviewComment.objects.about(resource.slug, pk).annotate(version=newest)):
        labels = labels or dict(facts_of(resource))
        thread = Thread(one, labels.get(one.field, one.field), list(one.answers.all()))
        found.setdefault(getattr(one, "version", None), []).append(thread)
    return found


# The desk.


def comments_waiting_for(user: Any) -> TaskList:
    return listed(ReviewComment.objects.waiting_for(user), user)


def comments_of(user: Any) -> TaskList:
    """The comments of this user that others have to answer."""
    return listed(ReviewComment.objects.waiting_for_others(user), user)


def listed(comments: ReviewCommentQuerySet, user: Any) -> TaskList:
    """Those about records that exist and that the user may view."""
    comments = comments.filter(type__in=viewed_by(user))
    found = list(comments.select_related("user")[:MOST])
    titles = titles_of((one.type, one.object_id) for one in found)
    tasks = []
    for one, label in zip(found, labels_of(found), strict=True):
        if (one.type, one.object_id) in titles:
            resource = ROWS[one.type]
            about = (titles[one.type, one.object_id], name_of(one.user), one.at, note_on(label, one.text))
            tasks.append(
                Task(review_of(resource), resource, one.object_id, *about, anchor=f"comment-{one.pk}")
            )
    gone = len(found) - len(tasks)
    return TaskList(tasks, (len(found) if len(found) < MOST else comments.count()) - gone)


def labels_of(comments: Iterable[ReviewComment]) -> list[str]:
    known: dict[str, dict[str, str]] = {}
    for one in comments:
        if one.type not in known:
            known[one.type] = dict(facts_of(ROWS[one.type]))
    return [known[one.type].get(one.field, one.field) for one in comments]


def viewed_by(user: Any) -> Collection[str]:
    """The types that this user may view or change."""
    names = {slug: one.model._meta.model_name for slug, one in ROWS.items()}
    return [
        slug
        for slug, name in names.items()
        if user.has_perm(f"relations.view_{name}") or user.has_perm(f"relations.change_{name}")
    ]
