"""Model of versions: the row of a record before and after one change, with the time and the user."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from relations.models.imports import ImportBatch
from relations.registry import resource_of

from .bulk import insert
from .revisions import Revision
from .row_cache import packed, unpacked

if TYPE_CHECKING:
    from .records import Record


#: the reason of the first version of what was there before versions were kept
AS_FOUND = "as found"


class Version(models.Model):
    """A record's flat row before and after one change; no `before`: it was created, no `after`: it was deleted.

    `revision` is the proposed change that it belongs to; `is_proposal`: readers have not seen it, since only the
    proposed row has changed.
    """

    type = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    key = models.CharField(max_length=100)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    batch = models.ForeignKey(ImportBatch, null=True, on_delete=models.PROTECT, related_name="versions")
    revision = models.ForeignKey(Revision, null=True, on_delete=models.SET_NULL, related_name="versions")
    is_proposal = models.BooleanField(default=False)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["type", "object_id", "-id"], name="version_newest")]

    def __str__(self) -> str:
        return f"{self.type} {self.key}"


#: what versions of one change have in common
ABOUT = ("at", "reason", "user", "batch", "revision", "is_proposal")
NAMES = ("type", "object_id", "key", "before", "after", *ABOUT)
#: primary key, key, row before or None, row after or None; rows as the database keeps them
RowVersion = tuple[int | None, str, str | None, str | None]


def remember(
    slug: str,
    changes: Iterable[RowVersion],
    user: Any = None,
    reason: str = "",
    batch: ImportBatch | None = None,
    revision: Revision | None = None,
    is_proposal: bool = False,
) -> None:
    """Writes the versions of one type."""
    keys = (one and one.pk for one in (user, batch, revision))
    about = (timezone.now(), reason[:300], *keys, is_proposal)
    insert(Version, NAMES, ((slug, *change, *about) for change in changes))


def remember_each(
    slug: str,
    changes: Iterable[tuple[RowVersion, int | None]],
    user: Any = None,
    reason: str = "",
    batch: ImportBatch | None = None,
    is_proposal: bool = False,
) -> None:
    """Writes the versions of one type, each with the primary key of its revision or None."""
    about = (timezone.now(), reason[:300], *(one and one.pk for one in (user, batch)))
    insert(Version, NAMES, ((slug, *change, *about, revision, is_proposal) for change, revision in changes))


def remember_states(
    records: "Iterable[Record]",
    state: str,
    user: Any = None,
    reason: str = "",
    batch: ImportBatch | None = None,
) -> None:
    """Writes the versions of records of one type whose editorial state becomes `state`."""
    changes: list[RowVersion] = []
    slug = ""
    for record in records:
        if record.state == state:
            continue
        slug, row = resource_of(type(record)).slug, unpacked(record.row)
        before, after = (packed(row | {"state": one}) for one in (record.state, state))
        changes.append((record.pk, record.key, before, after))
    if changes:
        remember(slug, changes, user, reason, batch)
