"""Who wrote what is not public yet, and since when it waits for approval."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Case, DateTimeField, F, Max, OuterRef, Q, QuerySet, Subquery, TextField, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext, override

from relations.models import Revision, State, Version


def author_versions(slug: str, keys: Any) -> QuerySet[Version]:
    """The version of each of these records whose user is its author: who last changed its content.

    Imports and undos count only where nobody has written it; a change of the state alone never does.
    """
    of_content = Q(before__isnull=True) | Q(was=F("became"))
    written = Q(batch=None) | Q(batch__sha256="")
    written &= ~undone() & Q(revision=None, user__isnull=False)
    versions = Version.objects.filter(type=slug, object_id__in=keys, is_proposal=False, after__isnull=False)
    of_records = (
        versions.alias(was=state_in("before"), became=state_in("after"))
        .filter(of_content)
        .order_by()
        .values("object_id")
        .annotate(newest=Coalesce(Max("pk", filter=written), Max("pk")))
    )
    return Version.objects.filter(pk__in=of_records.values("newest"))


def state_in(row: str) -> Cast:
    """The editorial state in a row of versions, as text that both databases compare."""
    return Cast(KeyTextTransform("state", row), TextField())


def undone() -> Q:
    """Versions that the undo of an import has written, in whatever language."""
    found = Q(pk__in=[])
    for code, _name in settings.LANGUAGES:
        with override(code):
            start = gettext("Undo of import %(number)d").partition("%")[0]
        found |= Q(reason__startswith=start)
    return found


def submitted_at(slug: str) -> Coalesce:
    """When each record of a type was submitted for review the last time."""
    versions = Version.objects.filter(type=slug, object_id=OuterRef("pk"), is_proposal=False)
    submissions = versions.alias(was=state_in("before"), became=state_in("after")).filter(
        Q(before__isnull=True) | ~Q(was=State.REVIEW), became=State.REVIEW
    )
    return Coalesce(Subquery(submissions.order_by("-pk").values("at")[:1]), F("updated_at"))


def proposed_at() -> Case:
    """When each revision was proposed; of one that was sent back, when it was last changed."""
    return Case(When(comment="", then="created_at"), default="changed_at", output_field=DateTimeField())


def waits_since(slug: str, record: Any, revision: Revision | None) -> datetime | None:
    """Since when one record or its proposed change waits."""
    if revision:
        return revision.changed_at if revision.comment else revision.created_at
    if getattr(record, "state", "") != State.REVIEW:
        return getattr(record, "updated_at", None)
    records: QuerySet[Any] = type(record)._base_manager.filter(pk=record.pk)
    since: datetime | None = (
        records.annotate(since=submitted_at(slug)).values_list("since", flat=True).first()
    )
    return since
