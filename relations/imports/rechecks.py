"""Marks the citations of changed rows that must be checked again, and takes back the marks of those that need not."""

from __future__ import annotations

from collections.abc import Sequence

from relations.models import CitationCheck, Recheck
from relations.models.citation_checks import checks_of
from relations.models.rechecks import CitedPlace, rechecks_of
from relations.rows.resource import SheetResource
from relations.rows.row_change import RowChange
from relations.rows.vouching import outdated, says_something_else, vouched_values

from .options import ImportOptions


def settle_rechecks(
    resource: type[SheetResource], changed: Sequence[RowChange], options: ImportOptions
) -> dict[int, list[Recheck]]:
    """For rows that are stored; a sheet with citations gives them for the values beside them.

    Returns {primary key: the citations to be checked again}.
    """
    changed = [change for change in changed if concerns_citations(resource, change, options)]
    if not changed:
        return {}
    marks = rechecks_of(resource.model, [change.record.pk for change in changed])
    gone: list[int] = []
    new: list[Recheck] = []
    left: dict[int, list[Recheck]] = {}
    for change in changed:
        pk = change.record.pk
        before, after = (vouched_values(resource, row) for row in (change.before, change.after))
        confirmed = confirmed_in(change, options, after)
        known = {mark.place: mark for mark in marks[pk]}
        for place, mark in known.items():
            if (
                place not in after
                or place in confirmed
                or not says_something_else(mark.vouched, after[place])
            ):
                gone.append(mark.pk)
        made = [
            Recheck(
                type=resource.slug, object_id=pk, user=options.user, vouched=before[place], **place._asdict()
            )
            for place in sorted(outdated(before, after, confirmed))
            if place not in known
        ]
        new += made
        left[pk] = [*(mark for mark in marks[pk] if mark.pk not in gone), *made]
    Recheck.objects.filter(pk__in=gone).delete()
    Recheck.objects.bulk_create(new)
    forget_checks(resource, changed)
    return left


def concerns_citations(resource: type[SheetResource], change: RowChange, options: ImportOptions) -> bool:
    """Whether a citation vouches for something else than before, or somebody has confirmed it."""
    before, after = (vouched_values(resource, row) for row in (change.before, change.after))
    return before != after or bool(confirmed_in(change, options, after))


def forget_checks(resource: type[SheetResource], changed: Sequence[RowChange]) -> None:
    """What a second reader has found does not hold for another value than the one that they have compared."""
    found = checks_of(resource.slug, [change.record.pk for change in changed])
    after = {change.record.pk: change.after for change in changed if change.record.pk in found}
    places = {pk: vouched_values(resource, row) for pk, row in after.items()}
    gone = [one.pk for pk in found for one in found[pk] if places[pk].get(one.place) != one.vouched]
    CitationCheck.objects.filter(pk__in=gone).delete()


def confirmed_in(
    change: RowChange, options: ImportOptions, places: dict[CitedPlace, str]
) -> frozenset[CitedPlace]:
    """The places that somebody has confirmed for the present row."""
    if options.confirmed is not None:
        return options.confirmed.get(change.record.pk, frozenset())
    if change.own_slots is not None:
        return frozenset(place for slot in change.own_slots for place in slot.places() if place in places)
    is_vouched = change.slots is not None or options.publish
    return frozenset(places) if is_vouched else frozenset()
