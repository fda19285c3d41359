"""Models of the review of a record: comments on its facts, and the facts that a reviewer has found right."""

from collections import defaultdict
from collections.abc import Collection
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem

from .states import State
from .versions import Version

LONGEST_TEXT = 1000
#: comments that one refusal quotes, and the length of each
MOST_QUOTED, LONGEST_QUOTED = 5, 80


class ReviewCommentQuerySet(models.QuerySet["ReviewComment"]):
    def about(self, slug: str, pk: int) -> Self:
        return self.filter(type=slug, object_id=pk)

    def threads(self) -> Self:
        """Comments that are no answers."""
        return self.filter(answer_to=None)

    def open(self) -> Self:
        """Comments that nobody has settled."""
        return self.threads().filter(settled_at=None)

    def with_last_word(self) -> Self:
        """Adds `last_by`, who has written last in the thread."""
        answers = ReviewComment.objects.filter(answer_to=OuterRef("pk")).order_by("-pk").values("user")[:1]
        number = models.BigIntegerField()
        return self.annotate(last_by=Coalesce(Subquery(answers), F("user"), 0, output_field=number))

    def waiting_for(self, user: models.Model) -> Self:
        """Open comments in which another has the last word, and that this user has to do with.

        They have written in the thread, or have changed the record since it was last public.
        """
        versions = Version.objects.filter(type=OuterRef("type"), object_id=OuterRef("object_id"))
        public = versions.filter(is_proposal=False, after__state=State.PUBLISHED).order_by("-pk")
        known = self.open().with_last_word().annotate(public=Coalesce(Subquery(public.values("pk")[:1]), 0))
        has_changed = Exists(versions.filter(user=user.pk, pk__gte=OuterRef("public")))
        has_answered = Exists(ReviewComment.objects.filter(answer_to=OuterRef("pk"), user=user.pk))
        mine = Q(user=user.pk) | Q(has_changed) | Q(has_answered)
        return known.exclude(last_by=user.pk).filter(mine).order_by("at", "pk")

    def waiting_for_others(self, user: models.Model) -> Self:
        """Open comments of this user that nobody has answered yet, or whose last word is theirs."""
        return self.open().with_last_word().filter(user=user.pk, last_by=user.pk).order_by("at", "pk")


class ReviewComment(models.Model):
    """A comment on one fact of a record or source, or an answer to one; `field` is "" for the whole.

    An open comment keeps what it is about from being approved.
    """

    type = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    field = models.CharField(max_length=60, blank=True)
    text = models.TextField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    answer_to = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="answers")
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    settled_at = models.DateTimeField(null=True)

    objects = ReviewCommentQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("comment of a reviewer"), _("comments of reviewers")
        default_permissions = ()
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["type", "object_id"], name="comment_about"),
            models.Index(fields=["user"], name="comment_open", condition=Q(settled_at=None, answer_to=None)),
        ]
        constraints = [
            models.CheckConstraint(name="comment_says_something", condition=~Q(text="")),
            models.CheckConstraint(
                name="comment_settled_is_no_answer",
                condition=Q(answer_to=None) | Q(settled_at=None, settled_by=None),
            ),
            models.CheckConstraint(
                name="comment_settled_at_some_time", condition=Q(settled_by=None) | ~Q(settled_at=None)
            ),
        ]

    def __str__(self) -> str:
        return Truncator(self.text).chars(LONGEST_QUOTED)


def open_comments(slug: str, keys: Collection[int]) -> dict[int, list[ReviewComment]]:
    """{primary key of a record or source: its open comments}"""
    found: defaultdict[int, list[ReviewComment]] = defaultdict(list)
    for comment in ReviewComment.objects.open().filter(type=slug, object_id__in=keys):
        found[comment.object_id].append(comment)
    return found


def open_comments_problem(comments: Collection[ReviewComment]) -> Problem:
    """What is commented on is not approved before its comments are settled."""
    quoted = "; ".join(f"“{one}”" for one in list(comments)[:MOST_QUOTED])
    message = _("It has open comments (%(number)d), which must be settled first: %(comments)s.")
    return Problem("review.open_comments", message, number=len(comments), comments=quoted)


class FactCheck(models.Model):
    """A reviewer has found one fact of a record right; `value` is what it said then, as cells of the row."""

    type = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    field = models.CharField(max_length=60)
    value = models.TextField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name, verbose_name_plural = _("fact found right"), _("facts found right")
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["type", "object_id", "field", "user"], name="fact_check_once_a_user"
            )
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.object_id}: {self.field}"
