"""The trash: what was deleted is kept as a version without a row after it, and can be restored with its key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, ProtectedError, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.imports.versions import rows_of
from relations.models import RecordLink, Revision, State, Version
from relations.models.foreign_keys import key_to
from relations.models.row_cache import FlatRow, packed
from relations.models.versions import remember
from relations.registry import resource_of
from relations.rows.resource import SheetResource

from .history import STATE, title_of
from .referring import MOST, referring_to
from .saving import SavedRow, save_within

#: {type: {primary key: row}}
Rows = dict[type[SheetResource], dict[int, FlatRow]]


def delete(resource: type[SheetResource], keys: Sequence[int], user: Any = None, reason: str = "") -> None:
    """Deletes records that have never been public, or what nothing refers to, and keeps their rows.

    Raises Problem, and deletes nothing, where one of them is anything else.
    """
    with transaction.atomic():
        found = resource.model._base_manager.select_for_update().filter(pk__in=keys)
        if resource.citations and (public := found.exclude(published_at=None).first()):
            message = _("“%(record)s” has been public, so it is unpublished, not deleted.")
            raise Problem("delete.public", message, record=str(public))
        if resource.is_reference and (others := referring_to(resource, keys)):
            raise still_needed(others)
        rows = rows_of(resource, list(found.values_list("pk", flat=True)))
        linking = rows_linking_to(resource, list(rows))
        try:
            resource.model.objects.filter(pk__in=list(rows)).delete()
        except ProtectedError as error:
            raise still_needed(sorted({str(one) for one in error.protected_objects})) from error
        deleted = ((pk, row["key"], packed(row), None) for pk, row in rows.items())
        remember(resource.slug, deleted, user, reason)
        names = "; ".join(title_of(row) for row in rows.values())
        remember_changed(linking, user, gettext("Deleted: %(names)s") % {"names": names})


def still_needed(others: Sequence[str]) -> Problem:
    message = _("It cannot be deleted, because others refer to it: %(others)s.")
    return Problem("delete.protected", message, others="; ".join(others[:MOST]))


def rows_linking_to(resource: type[SheetResource], keys: Sequence[int]) -> Rows:
    """The rows of other records whose links to these are deleted with them."""
    end = f"to_{key_to(resource.model)}"
    if end not in RecordLink.ENDS:
        return {}
    links = RecordLink.objects.filter(**{f"{end}__in": keys}).order_by().values_list(*RecordLink.STARTS)
    found = {}
    for start, origins in zip(RecordLink.STARTS, zip(*links, strict=True), strict=False):
        other = resource_of(RecordLink._meta.get_field(start).related_model)  # type: ignore[arg-type]
        others = set(filter(None, origins)) - (set(keys) if other is resource else set())
        if others:
            found[other] = rows_of(other, sorted(others))
    return found


def remember_changed(before: Rows, user: Any, reason: str) -> None:
    """Keeps a version of each of these records whose row has changed."""
    for resource, rows in before.items():
        after = rows_of(resource, list(rows))
        changes = [
            (pk, row["key"], packed(row), packed(after[pk])) for pk, row in rows.items() if row != after[pk]
        ]
        remember(resource.slug, changes, user, reason)


def deleted(resource: type[SheetResource]) -> QuerySet[Version]:
    """The versions that deleted what is still deleted, the newest first."""
    later = Version.objects.filter(
        type=OuterRef("type"), object_id=OuterRef("object_id"), pk__gt=OuterRef("pk")
    )
    versions = Version.objects.filter(type=resource.slug, after__isnull=True, before__isnull=False)
    return versions.filter(~Exists(later)).select_related("user")


def restore(resource: type[SheetResource], number: int, user: Any) -> SavedRow:
    """Makes a deleted record again, with its key and its history. Raises Problem or RowRefused."""
    with transaction.atomic():
        version = deleted(resource).filter(pk=number).first()
        if version is None:
            raise Problem("trash.gone", _("It is not in the trash any more: it may have been restored."))
        row: FlatRow = version.before or {}
        saved = save_within(
            resource,
            row,
            resource.names(),
            None,
            user=user,
            reason=gettext("Restored from the trash"),
            may_quote=user is None or resource.may_quote(user),
        )
        for model in (Version, Revision):
            model.objects.filter(type=resource.slug, object_id=version.object_id).update(
                object_id=saved.change.pk
            )
        if row.get(STATE) == State.REVIEW:
            resource.model.objects.get(pk=saved.change.pk).submit(user, gettext("Restored from the trash"))
    return saved
