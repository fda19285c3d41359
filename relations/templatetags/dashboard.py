"""Template tags of the admin's first page: what is waiting for editors."""

from typing import TypedDict

from django import template
from django.db.models import Count
from django.template import Context
from django.urls import reverse

from relations.catalog import RECORD_TYPES
from relations.models import LinkCheck
from relations.rows.columns import Label

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
def dead_links(context: Context) -> int:
    """The number of sources with a broken link; 0 for users who may not view sources."""
    user = context["request"].user
    may = user.has_perm("relations.view_source") or user.has_perm("relations.change_source")
    return LinkCheck.objects.dead().count() if may else 0
