"""The history of a record: its versions in words, and how one of them, or all since one, are reverted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.models import Revision, State, Version
from relations.models.named import other_language, reader_language
from relations.models.row_cache import FlatRow
from relations.rows.differences import Difference, Wording
from relations.rows.merging import groups_of, merge
from relations.rows.resource import SheetResource

from .saving import Live, SavedRow, locked, row_of, row_to_edit, save_within

#: the reason of the first version of what is older than its history
AS_FOUND = "as found"
#: what a version has beside the cells of the row
STATE = "state"


@dataclass
class Change:
    """One version in words; `before` is what it was made from, `after` the row that it left, None if deleted."""

    version: Version
    before: FlatRow | None
    after: FlatRow | None
    differences: list[Difference]

    @property
    def reason(self) -> str:
        return gettext("as found") if self.version.reason == AS_FOUND else self.version.reason

    @property
    def is_deletion(self) -> bool:
        return self.after is None

    @property
    def is_beginning(self) -> bool:
        return self.before is None

    @property
    def can_be_reverted(self) -> bool:
        """Whether there is a row before and after it, with more between them than the editorial state or the key."""
        names = {name for one in self.differences for name in one.names}
        return self.before is not None and self.after is not None and bool(names - {STATE, "key"})

    @property
    def can_be_returned_to(self) -> bool:
        """Whether the record itself was so."""
        return self.after is not None and not self.version.is_proposal


# Reading.


def versions_of(resource: type[SheetResource], pk: int) -> QuerySet[Version]:
    """All versions of one record, the newest first, with what describe() needs."""
    return with_earlier(Version.objects.filter(type=resource.slug, object_id=pk))


def with_earlier(versions: QuerySet[Version]) -> QuerySet[Version]:
    """Adds the number of the version before each, and the row that was proposed before, if an editor has changed
    a proposal again."""
    earlier = Version.objects.filter(
        revision=OuterRef("revision"),
        is_proposal=True,
        pk__lt=OuterRef("pk"),
        object_id=OuterRef("object_id"),
    )
    previous = Subquery(earlier.order_by("-pk").values("after")[:1])
    before = Version.objects.filter(
        type=OuterRef("type"), object_id=OuterRef("object_id"), pk__lt=OuterRef("pk")
    ).order_by("-pk")
    earlier_number = Subquery(before.values("pk")[:1])
    return versions.select_related("user", "batch", "revision").annotate(
        earlier=earlier_number, proposed_before=previous
    )


def version_of(resource: type[SheetResource], pk: int, number: int) -> Version:
    """Raises Version.DoesNotExist where this record has no version of that number."""
    return versions_of(resource, pk).get(pk=number)


def before_of(version: Version) -> FlatRow | None:
    """The row that the version has changed: of a proposal that was changed again, the row as proposed before."""
    if version.is_proposal:
        return getattr(version, "proposed_before", None) or version.before
    return version.before


def describe(resource: type[SheetResource], versions: Iterable[Version]) -> list[Change]:
    """What each version has changed, in words. The number of statements does not grow with the versions."""
    wording, found = Wording(resource), [(one, before_of(one), one.after) for one in versions]
    wording.learn(row for _version, *rows in found for row in rows if row)
    return [
        Change(version, before, after, differences_of(wording, before or {}, after or {}))
        for version, before, after in found
    ]


def compare(resource: type[SheetResource], before: FlatRow, after: FlatRow) -> list[Difference]:
    """What differs between two rows with or without the editorial state, in words."""
    wording = Wording(resource)
    wording.learn([before, after])
    return differences_of(wording, before, after)


def differences_of(wording: Wording, before: FlatRow, after: FlatRow) -> list[Difference]:
    """The columns in their order, then the editorial state, then columns that the register no longer has."""
    found = wording.differences(before, after)
    former = sorted({*before, *after} - {*wording.resource.names(), STATE})
    words: list[tuple[str, str, Callable[[str], str]]] = [(STATE, gettext("state"), state_in_words)]
    words += [(name, name, str) for name in former]
    for name, label, say in words:
        cells = before.get(name, ""), after.get(name, "")
        if cells[0] != cells[1]:
            found.append(Difference((name,), label, *map(say, cells)))
    return found


def state_in_words(state: str) -> str:
    return str(dict(State.choices).get(state, state))


def present_row(resource: type[SheetResource], pk: int) -> FlatRow:
    """The row of a record as it is now, with its editorial state, as versions have it."""
    row = row_of(resource, pk)
    if not resource.citations:
        return row
    return row | {STATE: resource.model._base_manager.values_list("state", flat=True).get(pk=pk)}


def title_of(row: FlatRow) -> str:
    """What a record that may no longer exist is called, in the reader's language if possible."""
    languages = (reader_language(), other_language(reader_language()))
    names = [f"{stem}_{language}" for stem in ("title", "name") for language in languages]
    return next((row[name] for name in (*names, "title", "key") if row.get(name)), "")


# Reverting.


class Reverted(NamedTuple):
    """A row before and after something is taken back, and what that was, in words."""

    theirs: FlatRow
    row: FlatRow
    said: str


def revert(
    resource: type[SheetResource], pk: int, number: int, user: Any, column: str = "", reason: str = ""
) -> SavedRow:
    """Takes back what a version has changed, or one column of it; what has changed since elsewhere is kept.

    Raises Problem, RowRefused, or Version.DoesNotExist.
    """
    with transaction.atomic():
        live = locked(resource, pk)
        return save(resource, live, reverted(resource, pk, number, column, live), user, reason)


def revert_since(
    resource: type[SheetResource], pk: int, number: int, user: Any, reason: str = ""
) -> SavedRow:
    """Takes back everything that has changed since a version, so that the record is again as that version left it.

    Raises Problem, RowRefused, or Version.DoesNotExist.
    """
    with transaction.atomic():
        live = locked(resource, pk)
        return save(resource, live, reverted_since(resource, pk, number, live), user, reason)


def reverted(
    resource: type[SheetResource], pk: int, number: int, column: str = "", live: Live | None = None
) -> Reverted:
    """What `revert` would save. Its words name the version by its day, since readers do not know its number.

    `live` is the record where the caller has locked it.
    """
    version = version_of(resource, pk, number)
    theirs = live.row_to_edit if live else row_to_edit(resource, pk)
    row = without(resource, version, theirs, column)
    if column:
        said = gettext("The change of %(day)s was taken back in: %(column)s")
        said %= {"day": day_of(version), "column": resource.column(column).label}
    else:
        said = gettext("The change of %(day)s was taken back") % {"day": day_of(version)}
    return Reverted(theirs, row, said)


def reverted_since(resource: type[SheetResource], pk: int, number: int, live: Live | None = None) -> Reverted:
    """What `revert_since` would save.

    One version after another, so that columns which no version has changed, such as later ones, stay as they are.
    """
    start = version_of(resource, pk, number)
    theirs = row = live.row_to_edit if live else row_to_edit(resource, pk)
    for version in versions_of(resource, pk).filter(pk__gt=number):
        if version.before is not None and version.after is not None and is_in_effect(version):
            row = without(resource, version, row)
    said = gettext("Everything changed since the version of %(day)s was taken back")
    return Reverted(theirs, row, said % {"day": day_of(start)})


def day_of(version: Version) -> str:
    return date_format(localtime(version.at), "DATE_FORMAT")


def is_in_effect(version: Version) -> bool:
    """Whether the row that a form shows contains it: a decided proposal is in the version of its approval, or gone."""
    if not version.is_proposal:
        return True
    return version.revision is not None and version.revision.status in Revision.PENDING


def lock(resource: type[SheetResource], pk: int) -> None:
    resource.model._base_manager.select_for_update().filter(pk=pk).values_list("pk").first()


def without(resource: type[SheetResource], version: Version, theirs: FlatRow, column: str = "") -> FlatRow:
    """The row `theirs` without what a version has changed. Columns that its rows lack are left as they are.

    Raises Problem where they have been changed again since.
    """
    before, after = before_of(version), version.after
    if before is None:
        message = _("Version %(number)d is the beginning of the history: there is nothing before it.")
        raise Problem("revert.beginning", message, number=version.pk)
    if after is None:
        message = _("Version %(number)d deleted the record. Restore it from the trash.")
        raise Problem("revert.deletion", message, number=version.pk)
    if column:
        before = in_one_group(resource, column, before, after)
    merged = merge(resource, after, before, theirs)
    if merged.conflicts:
        labels = labels_of(resource, [conflict.names[0] for conflict in merged.conflicts])
        message = _(
            "Version %(number)d cannot be reverted, because the same has been changed again since: %(columns)s."
            " Revert the later version first, or only other columns of this one."
        )
        raise Problem("revert.conflict", message, number=version.pk, columns=labels)
    return merged.row


def in_one_group(resource: type[SheetResource], column: str, before: FlatRow, after: FlatRow) -> FlatRow:
    """The row `after` with the cells of `before` in one column and those that go together with it."""
    group = next((one for one in groups_of(resource) if column in one.names), None)
    if group is None:
        message = _("The register has no column “%(column)s” any more.")
        raise Problem("revert.column", message, column=column[:80])
    return {name: cell for name, cell in after.items() if name not in group.names} | group.cells(before)


def labels_of(resource: type[SheetResource], names: Sequence[str]) -> str:
    return ", ".join(str(resource.column(name).label) for name in names)


def refuse_nothing(resource: type[SheetResource], found: Reverted) -> None:
    """Raises Problem where nothing is different."""
    if all(found.row.get(name, "") == found.theirs.get(name, "") for name in resource.names()):
        raise Problem(
            "revert.nothing", _("There is nothing to revert: the record no longer has this change.")
        )


def save(resource: type[SheetResource], live: Live, found: Reverted, user: Any, reason: str) -> SavedRow:
    """Saves the row of a locked record as a form does. Raises Problem where nothing is different."""
    refuse_nothing(resource, found)
    may_quote = user is None or resource.may_quote(user)
    why = f"{found.said}. {reason}" if reason else found.said
    return save_within(
        resource, found.row, resource.names(), live, user=user, reason=why, proposes=True, may_quote=may_quote
    )
