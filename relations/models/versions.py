"""Model of versions: the row of a record before and after one change, with the time and the user."""

from collections.abc import Collection, Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from relations.models.imports import ImportBatch
from relations.registry import resource_named, resource_of
from relations.text.cell_syntax import split

from .bulk import insert
from .revisions import Revision
from .row_cache import RECORDS_AT_ONCE, FlatRow, packed, unpacked
from .states import State

if TYPE_CHECKING:
    from .records import Record


#: the reason of the first version of what was there before versions were kept
AS_FOUND = "as found"
#: the reason of the versions that a release of the curated content has written
RELEASE = "release"


class Version(models.Model):
    """A record's flat row before and after one change; no `before`: it was created, no `after`: it was deleted.

    `revision` is the proposed change that it belongs to; `is_proposal`: readers have not seen it, since only the
    proposed row has changed. `number`: readers have seen it as another one than before, and can cite it;
    `is_correction`: more than the order of something has changed for them.
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
    number = models.PositiveIntegerField(null=True)
    is_correction = models.BooleanField(default=False)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["type", "object_id", "-id"], name="version_newest"),
            models.Index(fields=["type", "-id"], name="version_of_type"),
            models.Index(fields=["-id"], condition=Q(is_correction=True), name="version_corrections"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["type", "object_id", "number"], name="version_number_once_a_record"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.key}"


#: what versions of one change have in common
ABOUT = ("at", "reason", "user", "batch", "revision", "is_proposal")
NAMES = ("type", "object_id", "key", "before", "after", *ABOUT, "number", "is_correction")
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
    belonging = ((change, revision.pk if revision else None) for change in changes)
    remember_each(slug, belonging, user, reason, batch, is_proposal)


def remember_each(
    slug: str,
    changes: Iterable[tuple[RowVersion, int | None]],
    user: Any = None,
    reason: str = "",
    batch: ImportBatch | None = None,
    is_proposal: bool = False,
    public: Collection[int] | None = None,
) -> None:
    """Writes the versions of one type, each with the primary key of its revision or None.

    `public` are the primary keys of the sources among them that readers see, where the caller knows them.
    """
    about = (timezone.now(), reason[:300], *(one and one.pk for one in (user, batch)))
    rest = iter(changes)
    while part := list(islice(rest, RECORDS_AT_ONCE)):
        numbers = iter(() if is_proposal else numbered(slug, [change for change, _revision in part], public))
        rows = (
            (slug, *change, *about, revision, is_proposal, *next(numbers, NO_NUMBER))
            for change, revision in part
        )
        insert(Version, NAMES, rows)


# Numbers, by which readers cite versions.


class Number(NamedTuple):
    """The number of a version, and whether it says something different from the one before."""

    number: int | None = None
    is_correction: bool = False


NO_NUMBER = Number()


def numbered(
    slug: str, changes: Sequence[RowVersion], known_public: Collection[int] | None = None
) -> list[Number]:
    """The numbers of versions that are about to be written, in a constant number of statements."""
    resource = resource_named(slug)
    if resource.is_reference:  # has no pages of versions
        return [NO_NUMBER] * len(changes)
    rows = [(pk or 0, unpacked(after or "")) for pk, _key, _before, after in changes]
    if resource.citations:
        public = {pk for pk, row in rows if row.get("state") == State.PUBLISHED}
    elif known_public is not None:
        public = set(known_public)
    else:
        public = resource.public_among([pk for pk, row in rows if row])
    last = last_numbered(slug, public)
    found: list[Number] = []
    cited: set[str] = set()
    for pk, row in rows:
        before, until_now = last.get(pk, (0, {}))
        is_seen = pk in public and bool(row)
        if not is_seen or (before and resource.content_of(row) == resource.content_of(until_now)):
            found.append(NO_NUMBER)
            continue
        found.append(Number(before + 1, bool(before) and resource.says_otherwise(until_now, row)))
        last[pk] = before + 1, row
        cited |= sources_in(row) - sources_in(until_now)
    if resource.citations and cited:
        number_sources(cited)
    return found


def last_numbered(slug: str, keys: Collection[int]) -> dict[int, tuple[int, FlatRow]]:
    """{primary key: (number, row)} of the newest version that readers know of each record."""
    if not keys:
        return {}
    known = Version.objects.filter(type=slug, number__isnull=False)
    later = known.filter(object_id=OuterRef("object_id"), number__gt=OuterRef("number"))
    newest = known.filter(~Exists(later), object_id__in=keys)
    return {one.object_id: (one.number or 0, one.after or {}) for one in newest}


def sources_in(row: FlatRow) -> set[str]:
    """The keys of the sources that a row cites."""
    return {key for name in ("source", "quoted_in") for key in split(row.get(name, "")) if key}


def number_sources(cited: Collection[str]) -> None:
    """A source that readers have not seen until a record cites it begins with its newest version."""
    sources = resource_named("sources").model.objects.filter(key__in=cited).order_by().values("pk")
    versions = Version.objects.filter(type="sources", is_proposal=False)
    same = versions.filter(object_id=OuterRef("object_id"))
    versions.filter(
        ~Exists(same.filter(number__isnull=False)),
        ~Exists(same.filter(pk__gt=OuterRef("pk"))),
        object_id__in=sources,
        after__isnull=False,
    ).update(number=1)


# States.


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
