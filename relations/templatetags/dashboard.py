"""Template tags of the admin's first page: what is waiting for editors."""

from typing import TYPE_CHECKING

from django import template
from django.conf import settings
from django.template import Context
from django.utils.translation import gettext_lazy as _

from relations.catalog import RECORD_TYPES
from relations.models import LinkCheck, SavedFilter
from relations.revisions.approval import others_who_may_approve
from relations.revisions.comments import comments_of, comments_waiting_for
from relations.revisions.desk import (
    TaskList,
    drafts_of,
    imports_waiting_for,
    may_publish,
    merges_waiting_for,
    sent_back_to,
    submitted_by,
    waiting_for,
    with_hints,
)
from relations.revisions.likely_desk import likely_duplicates_for
from relations.revisions.overview import TypeOverview, overview_for
from relations.revisions.reports import reports_waiting_for
from relations.revisions.second_reader import CheckCounts, check_counts
from relations.workers.failed import FailedTasks, failed_for

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

register = template.Library()


@register.simple_tag(takes_context=True)
def overview(context: Context) -> list[TypeOverview]:
    """One row for each record type that the user may view or change."""
    return overview_for(context["request"].user)


@register.simple_tag(takes_context=True)
def desk_lists(context: Context) -> "list[tuple[StrOrPromise, TaskList]]":
    """(heading, tasks) of everything that waits for this user; empty lists are left out."""
    user = context["request"].user
    lists = (
        (_("Sent back to you"), sent_back_to(user)),
        (_("Comments waiting for you"), comments_waiting_for(user)),
        (_("Waiting for approval"), with_hints(waiting_for(user))),
        (_("Imports that propose changes"), imports_waiting_for(user)),
        (_("Merges waiting for approval"), merges_waiting_for(user)),
        (_("Error reports of readers"), reports_waiting_for(user)),
        (_("Likely duplicates"), likely_duplicates_for(user)),
        (_("Waiting for approval by others"), submitted_by(user)),
        (_("Your comments, waiting for others"), comments_of(user)),
        (_("Your drafts"), with_hints(drafts_of(user))),
    )
    return [(heading, found) for heading, found in lists if found.tasks]


@register.simple_tag(takes_context=True)
def failed_tasks(context: Context) -> FailedTasks:
    """The tasks that have failed for good and that this user may try again."""
    return failed_for(context["request"].user)


@register.simple_tag(takes_context=True)
def saved_filters(context: Context) -> "QuerySet[SavedFilter]":
    """The saved filters of this user in all lists."""
    return SavedFilter.objects.filter(user=context["request"].user).order_by("model", "name")


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
