"""Template tags of the admin's first page: what is waiting for editors."""

from typing import TYPE_CHECKING, TypedDict

from django import template
from django.conf import settings
from django.db.models import Count
from django.template import Context
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from relations.catalog import RECORD_TYPES
from relations.models import ImportBatch, LinkCheck
from relations.revisions.approval import others_who_may_approve
from relations.revisions.comments import CommentList, comments_of, comments_waiting_for
from relations.revisions.desk import (
    TaskList,
    drafts_of,
    imports_waiting_for,
    may_publish,
    proposed_by,
    sent_back_to,
    waiting_for,
)
from relations.revisions.reports import ReportList, reports_waiting_for
from relations.revisions.second_reader import CheckCounts, check_counts
from relations.rows.columns import Label

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

register = template.Library()


class OverviewRow(TypedDict):
    """One record type: its names, the addresses of its list and form, and the number of records in each state."""

    label: Label
    one: Label
    list: str
    add: str
    drafts: int
    reviews: int
    published: int
    bare: int


@register.simple_tag(takes_context=True)
def overview(context: Context) -> list[OverviewRow]:
    """Records that need an editor: one row for each type that the user may view or change."""
    user = context["request"].user
    rows: list[OverviewRow] = []
    for one in RECORD_TYPES:
        name = one.model._meta.model_name
        if user.has_perm(f"relations.view_{name}") or user.has_perm(f"relations.change_{name}"):
            states = dict(one.model.objects.order_by().values_list("state").annotate(n=Count("pk")))
            rows.append(
                {
                    "label": one.label,
                    "one": one.model._meta.verbose_name,
                    "list": reverse(f"admin:relations_{name}_changelist"),
                    "add": reverse(f"admin:relations_{name}_add"),
                    "drafts": states.get("draft", 0),
                    "reviews": states.get("review", 0),
                    "published": states.get("published", 0),
                    "bare": one.model.objects.filter(source_count=0).count(),
                }
            )
    return rows


@register.simple_tag(takes_context=True)
def desk_lists(context: Context) -> "list[tuple[StrOrPromise, TaskList]]":
    """(heading, tasks) of everything that waits for this user; empty lists are left out."""
    user = context["request"].user
    lists = (
        (_("Sent back to you"), sent_back_to(user)),
        (_("Waiting for approval"), waiting_for(user)),
        (_("Your proposed changes"), proposed_by(user)),
        (_("Your drafts"), drafts_of(user)),
    )
    return [(heading, found) for heading, found in lists if found.tasks]


@register.simple_tag(takes_context=True)
def waiting_imports(context: Context) -> list[tuple[ImportBatch, int]]:
    """Imports with changes that this user may approve, and how many."""
    return imports_waiting_for(context["request"].user)


@register.simple_tag(takes_context=True)
def waiting_reports(context: Context) -> ReportList:
    """Error reports of readers that this user may answer."""
    return reports_waiting_for(context["request"].user)


@register.simple_tag(takes_context=True)
def desk_comments(context: Context) -> "list[tuple[StrOrPromise, CommentList]]":
    """(heading, open comments) that wait for this user, and of this user; empty lists are left out."""
    user = context["request"].user
    lists = (
        (_("Comments waiting for you"), comments_waiting_for(user)),
        (_("Your comments, waiting for others"), comments_of(user)),
    )
    return [(heading, found) for heading, found in lists if found.comments]


@register.simple_tag(takes_context=True)
def second_readings(context: Context) -> CheckCounts:
    """What second readers have found in the citations of public records that this user may view."""
    return check_counts(context["request"].user)


@register.simple_tag(takes_context=True)
def lacks_second_pair(context: Context) -> bool:
    """Whether this user may publish, but nobody else could approve what they write."""
    user = context["request"].user
    own = [one for one in RECORD_TYPES if may_publish(user, one.resource)]
    return bool(settings.TWO_PAIRS_OF_EYES and own) and not others_who_may_approve(own[0].resource, user)


@register.simple_tag(takes_context=True)
def dead_links(context: Context) -> int:
    """The number of sources with a broken link; 0 for users who may not view sources."""
    user = context["request"].user
    may = user.has_perm("relations.view_source") or user.has_perm("relations.change_source")
    return LinkCheck.objects.dead().count() if may else 0
