"""The second reader: another person than its writer compares a citation with its source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext_lazy as _

from relations.catalog import RECORD_TYPES
from relations.errors import Problem
from relations.models import CitationCheck, Source, State, Version
from relations.models.citation_checks import checks_of, citations_of_type, has_check
from relations.models.foreign_keys import key_to
from relations.models.rechecks import CitedPlace
from relations.models.row_cache import FlatRow
from relations.rows.coverage import facts_stated
from relations.rows.differences import Wording
from relations.rows.merging import groups_of
from relations.rows.resource import SheetResource
from relations.rows.vouching import vouched_values

from .comments import add_comment, checked_text
from .desk import name_of
from .saving import row_of

Outcome = CitationCheck.Outcome
#: the longest name of a place before a comment about it
LONGEST_PLACE = 150


@dataclass
class Cited:
    """One citation of a record: what it supports, and what a second reader has found.

    `value` are the cells that it supports, as one text; `facts` the same as (label, words).
    """

    place: CitedPlace
    words: str
    value: str
    facts: list[tuple[str, str]]
    source: Source | None = None
    check: CitationCheck | None = None
    is_own: bool = False

    @property
    def seen(self) -> str:
        return seen_of(self.check)


def seen_of(check: CitationCheck | None) -> str:
    """The check that a reader has seen, by its time."""
    return check.at.isoformat() if check else ""


def cited_places(resource: type[SheetResource], pk: int, user: Any) -> list[Cited]:
    """The citations of a record as it is stored, in the order of the row, as this user may check them."""
    row = row_of(resource, pk)
    places = vouched_values(resource, row)
    wording = Wording(resource)
    wording.learn([row])
    sources = {one.key: one for one in Source.objects.filter(key__in={place.source for place in places})}
    checks = valid_checks(resource, pk, places)
    writers = writers_of(resource, pk, places)
    return [
        Cited(
            place,
            wording.cited_place(place),
            value,
            list(facts_at(wording, row, place, places)),
            sources.get(place.source),
            checks.get(place),
            user.pk in writers[place],
        )
        for place, value in places.items()
    ]


def facts_at(
    wording: Wording, row: FlatRow, place: CitedPlace, places: Mapping[CitedPlace, str]
) -> Iterator[tuple[str, str]]:
    """(label, words) of what a place supports; the whole record is what no other citation is given for."""
    resource = wording.resource
    own = {one.field for one in places}
    names = {place.field} if place.field else set(facts_stated(resource, row)) - own
    for group in groups_of(resource):
        if names & set(group.names):
            yield capfirst(wording.label(group)), wording.words(group, group.cells(row))


def valid_checks(
    resource: type[SheetResource], pk: int, places: Mapping[CitedPlace, str]
) -> dict[CitedPlace, CitationCheck]:
    """The checks of the values that the record states now."""
    found = checks_of(resource.slug, [pk])[pk]
    return {one.place: one for one in found if places.get(one.place) == one.vouched}


def writers_of(
    resource: type[SheetResource], pk: int, places: Mapping[CitedPlace, str]
) -> dict[CitedPlace, set[int]]:
    """{cited place: the primary keys of those who gave it for the value that it supports now}

    An approval is no writing.
    """
    found: dict[CitedPlace, set[int]] = {place: set() for place in places}
    versions = Version.objects.filter(type=resource.slug, object_id=pk).exclude(user=None)
    for version in versions.filter(is_proposal=True) | versions.filter(revision=None):
        before, after = (values_in(resource, row or {}) for row in (version.before, version.after))
        for place, value in places.items():
            if after.get(place) == value != before.get(place):
                found[place].add(version.user_id or 0)
    return found


def values_in(resource: type[SheetResource], row: FlatRow) -> dict[CitedPlace, str]:
    """What the places of an old row supported; nothing where it can no longer be read."""
    try:
        return vouched_values(resource, row)
    except Problem:
        return {}


@dataclass(frozen=True)
class Finding:
    """What a second reader sends: the place, the value and the earlier check that they saw, and what they found."""

    place: CitedPlace
    value: str
    seen: str
    outcome: str
    comment: str = field(default="")


def keep_check(resource: type[SheetResource], pk: int, found: Finding, by: Any) -> CitationCheck:
    """Keeps what a second reader has found; a comment becomes one on the fact. Raises Problem."""
    if found.outcome not in Outcome.values:
        raise Problem("check.outcome", _("Choose what you have found in the source."))
    comment = found.comment
    if comment.strip() or found.outcome == Outcome.DOES_NOT:
        comment = checked_text(comment)
    with transaction.atomic():
        resource.model._base_manager.select_for_update().filter(pk=pk).values_list("pk").first()
        places = vouched_values(resource, row_of(resource, pk))
        if found.place not in places or places[found.place] != found.value:
            message = _("The citation or what it supports has changed meanwhile. Compare it again.")
            raise Problem("check.changed", message)
        if by.pk in writers_of(resource, pk, {found.place: found.value})[found.place]:
            message = _("You have given this citation yourself. Another person has to check it.")
            raise Problem("check.own", message)
        refuse_unseen(resource, pk, found)
        about = {"type": resource.slug, "object_id": pk, **found.place._asdict()}
        given = {"vouched": found.value, "outcome": found.outcome, "user": by}
        check, _is_new = CitationCheck.objects.update_or_create(**about, defaults=given)
        if comment:
            words = Truncator(Wording(resource).cited_place(found.place)).chars(LONGEST_PLACE)
            add_comment(resource, pk, found.place.field, comment, by, about=words)
    return check


def refuse_unseen(resource: type[SheetResource], pk: int, found: Finding) -> None:
    """Raises Problem where another has checked the same citation meanwhile."""
    known = valid_checks(resource, pk, {found.place: found.value}).get(found.place)
    if seen_of(known) != found.seen:
        who = name_of(known.user) if known else ""
        message = _("%(who)s has checked this citation meanwhile. Compare their outcome with yours.")
        raise Problem("check.taken", message, who=who or "–")


# Counting.


@dataclass
class CheckCounts:
    """How many citations of public records there are, and what second readers have found in how many of them."""

    citations: int = 0
    supports: int = 0
    does_not: int = 0
    no_access: int = 0

    @property
    def checked(self) -> int:
        return self.supports + self.does_not + self.no_access


def check_counts(user: Any) -> CheckCounts:
    """Of the types that this user may view; a constant number of statements."""
    counts = CheckCounts()
    for one in RECORD_TYPES:
        name = one.model._meta.model_name
        if not any(user.has_perm(f"relations.{verb}_{name}") for verb in ("view", "change")):
            continue
        public = citations_of_type(one.model).filter(**{f"{key_to(one.model)}__state": State.PUBLISHED})
        of_outcome = {
            outcome: Count("pk", filter=has_check(one.model, outcome)) for outcome in Outcome.values
        }
        for name, number in public.aggregate(citations=Count("pk"), **of_outcome).items():
            setattr(counts, name, getattr(counts, name) + number)
    return counts
