"""Columns whose values are stored in other tables: topics, participants by role, and links to records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from django.apps import apps
from django.db.models import Model, Q
from django.utils.functional import cached_property, lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from relations.errors import Problem
from relations.models import (
    LinkKind,
    Organization,
    Participation,
    ParticipationStatus,
    Person,
    Place,
    RecordLink,
    Role,
)
from relations.models.bulk import insert
from relations.models.foreign_keys import LINKS, key_to
from relations.registry import resource_named, resource_of
from relations.text.cell_syntax import join, split
from relations.text.normalize import fold
from relations.values.period import Period

from .columns import Column, Label
from .lookup_tables import NameTable
from .suggestions import unknown_choice

if TYPE_CHECKING:
    from .lookups import Lookups
    from .row_change import RowChange

Participant = Place | Organization | Person


class RelatedColumn(Column):
    """A column stored in another table: its values are collected and written for all changes at once."""

    is_related = True
    has_field = False
    #: written after all rows, since it may point at any of them
    is_written_last = False

    def apply(self, change: RowChange, value: tuple[Any, ...]) -> None:
        change.related[self] = value

    def store(self, new: Sequence[RowChange], changed: Sequence[RowChange]) -> None:
        """Writes the values of all changes; they replace what changed records had before."""
        raise NotImplementedError


class Topics(RelatedColumn):
    def value_of(self, record: Any) -> tuple[str, ...]:
        return tuple(sorted(topic.key for topic in record.topics.all()))

    def render(self, value: Iterable[str]) -> str:
        return join(value)

    def reads_differently(self, cell: str, stored: str) -> bool:
        """The order of topics means nothing."""
        return sorted(split(cell)) != split(stored) and super().reads_differently(cell, stored)

    def parse(self, cell: str, lookups: Lookups) -> tuple[str, ...]:
        return tuple(sorted({lookups.topics.find(text).key for text in split(cell) if text}))

    def store(self, new: Sequence[RowChange], changed: Sequence[RowChange]) -> None:
        model = type((*new, *changed)[0].record)
        through, owner = model.topics.through, model._meta.model_name
        through.objects.filter(**{f"{owner}__in": [change.pk for change in changed]}).delete()
        rows = (
            (change.pk, change.lookups.topics.by_key[key].pk)
            for change in (*new, *changed)
            for key in change.related[self]
        )
        insert(through, (owner, "topic"), rows)


#: all kinds of participants, in the order in which their tables are searched
ALL: tuple[type[Participant], ...] = (Place, Organization, Person)
#: how a participant that is no place is written where a column takes all three
PREFIXES: dict[type[Participant], str] = {Place: "", Organization: "org:", Person: "person:"}


def first_found(tables: Iterable[NameTable], text: str) -> Participant:
    """What the first table that knows `text` finds; else the most helpful Problem, or that of the first table.

    A name that one of them has itself means more than what sheets call a place. Tables are loaded as they are needed.
    """
    met, problems = [], []
    for table in tables:
        if table.own(text):
            own: Participant = table.find(text)
            return own
        met.append(table)
    for table in met:
        try:
            who: Participant = table.find(text)
            return who
        except Problem as problem:
            if problem.code == "name.ambiguous":
                raise
            problems.append(problem)
    raise next((problem for problem in problems if problem.code == "value.commas"), problems[0])


class Participants(RelatedColumn):
    """Participants in one role. `takes` are their models, `kinds` the kinds of place that belong in this column."""

    relation = "participations"

    def __init__(
        self,
        name: str,
        label: Label,
        role: Role,
        takes: tuple[type[Participant], ...] = (Place,),
        kinds: tuple[Place.Kind, ...] = (),
    ) -> None:
        super().__init__(name, label)
        self.role, self.takes, self.kinds = role, takes, kinds

    def bind(self, model: type[Model], rank: int = 0) -> Self:
        self.model = model
        self.owner = str(model._meta.model_name)
        return super().bind(model, rank)

    def is_mine(self, participation: Participation) -> bool:
        who = participation.who
        return participation.role == self.role and who is not None and self.takes_in(who)

    def takes_in(self, who: Participant) -> bool:
        if isinstance(who, Place) and self.kinds and who.kind not in self.kinds:
            return False
        return type(who) in self.takes

    def value_of(self, record: Any) -> tuple[Participant, ...]:
        return tuple(one.who for one in record.participations.all() if self.is_mine(one))

    def render(self, value: Iterable[Participant]) -> str:
        return join(self.prefix(type(who)) + who.natural_key()[0] for who in value)

    def prefix(self, model: type[Participant]) -> str:
        return "" if len(self.takes) == 1 else PREFIXES[model]

    def parse(self, cell: str, lookups: Lookups) -> tuple[Participant, ...]:
        return tuple(dict.fromkeys(self.participant(text, lookups) for text in split(cell) if text))

    def participant(self, text: str, lookups: Lookups) -> Participant:
        models, name = self.takes, text
        for model, prefix in PREFIXES.items():
            if prefix and text.casefold().startswith(prefix):
                models, name = (model,), text[len(prefix) :].strip()
        who = first_found((lookups.participants(model) for model in models), name)
        if not self.takes_in(who):
            raise self.misplaced(who)
        return who

    def misplaced(self, who: Participant) -> Problem:
        """The Problem of a participant that does not belong in this column, with the column that takes it."""
        params = {"who": who, "kinds": lazy(self.kinds_in_words, str)()}
        if other := self.column_for(who):
            message = _(
                "“%(who)s” does not belong in this column. Allowed here: %(kinds)s. Enter it in the"
                " column “%(column)s”."
            )
            return Problem("participant.column", message, column=other.name, **params)
        message = _("“%(who)s” does not belong in this column. Allowed here: %(kinds)s.")
        return Problem("participant.column", message, **params)

    def kinds_in_words(self) -> str:
        """What the column takes, in the reader's language."""
        kinds = [str(Place.Kind(kind).label) for kind in self.kinds] or [str(Place._meta.verbose_name)]
        others = [str(model._meta.verbose_name) for model in self.takes if model is not Place]
        return ", ".join((kinds if Place in self.takes else []) + others)

    def column_for(self, who: Participant) -> Participants | None:
        """The column of the same role in the same row that takes `who`; None where there is none."""
        columns = resource_of(self.model).columns()
        same_role = (one for one in columns if isinstance(one, Participants) and one.role == self.role)
        return next((one for one in same_role if one.takes_in(who)), None)

    def store(self, new: Sequence[RowChange], changed: Sequence[RowChange]) -> None:
        store_participants([self], new, changed)

    @cached_property
    def statuses(self) -> ParticipationStatuses | None:
        """The column of what has become of these participations."""
        columns = resource_of(self.model).columns()
        return next(
            (one for one in columns if isinstance(one, ParticipationStatuses) and one.of == self.name), None
        )

    def participations(self, change: RowChange) -> Iterator[tuple[Any, ...]]:
        """Each with its status in the row, which one who stays keeps."""
        statuses = self.statuses.of_row(change) if self.statuses else ()
        for i, who in enumerate(change.related[self]):
            keys = (who.pk if type(who) is model else None for model in ALL)
            status = statuses[i] if i < len(statuses) else PartyStatus()
            yield change.pk, self.role, self.rank * 100 + i, *keys, *status

    @property
    def is_of_mine(self) -> Q:
        """The condition that a participation is of this column."""
        kinds = {"place__kind__in": self.kinds} if self.kinds else {}
        found = Q()
        for model in self.takes:
            found |= Q(**{f"{key_to(model)}__isnull": False}, **(kinds if model is Place else {}))
        return Q(role=self.role) & found


def store_participants(
    columns: Sequence[Participants], new: Sequence[RowChange], changed: Sequence[RowChange]
) -> None:
    """Replaces the participants in all these columns at once."""
    owner = columns[0].owner
    if changed:
        mine = Q(*(column.is_of_mine for column in columns), _connector=Q.OR)
        of_changed = Participation.objects.filter(**{f"{owner}__in": [change.pk for change in changed]})
        of_changed.filter(mine).order_by().delete()
    rows = (row for column in columns for change in (*new, *changed) for row in column.participations(change))
    names = ("role", "position", "place", "organization", "person", "status", "status_date")
    insert(Participation, (owner, *names), rows)


class ParticipationStatuses(RelatedColumn):
    """What has become of the participation of each party in the column `of`: “active; suspended:2022-03”."""

    apply_order = 1
    relation = "participations"

    def __init__(self, name: str, label: Label, of: str) -> None:
        super().__init__(name, label)
        self.of = of

    def bind(self, model: type[Model], rank: int = 0) -> Self:
        self.model, self.owner = model, key_to(model)
        return super().bind(model, rank)

    @property
    def parties(self) -> Participants:
        column = resource_of(self.model).column(self.of)
        assert isinstance(column, Participants)
        return column

    def value_of(self, record: Any) -> tuple[PartyStatus, ...]:
        mine = (one for one in record.participations.all() if self.parties.is_mine(one))
        return tuple(PartyStatus(one.status, one.status_date) for one in mine)

    def render(self, value: Iterable[PartyStatus]) -> str:
        return join_statuses(f"{status}:{date}" if date else status for status, date in value)

    def parse(self, cell: str, lookups: Lookups) -> tuple[PartyStatus, ...]:
        return tuple(party_status(text) for text in split(cell)) if cell else ()

    def apply(self, change: RowChange, value: tuple[PartyStatus, ...]) -> None:
        parties = change.related.get(self.parties)
        number = len(split(change.before.get(self.of, ""))) if parties is None else len(parties)
        if len(value) > number:
            raise Problem("party.status", _("This cell has more values than the row has parties."))
        super().apply(change, value)

    def of_row(self, change: RowChange) -> tuple[PartyStatus, ...]:
        return self.parse(change.after.get(self.name, ""), change.lookups)

    def cell_after(self, change: RowChange, cells: Mapping[str, str]) -> str:
        """Where a sheet has the parties alone, each that stays keeps its status."""
        if self in change.related or self.parties not in change.related:
            return cells.get(self.name, "")
        parties, statuses = (split(change.before.get(name, "")) for name in (self.of, self.name))
        kept = dict(zip(parties, statuses, strict=False))
        return join_statuses(kept.get(party, "") for party in split(cells.get(self.of, "")))

    def store(self, new: Sequence[RowChange], changed: Sequence[RowChange]) -> None:
        """Of rows that leave the parties as they are; the column of parties writes its own with their status."""
        without_parties = [change for change in (*new, *changed) if self.parties not in change.related]
        if not without_parties:
            return
        owners = {f"{self.owner}__in": [change.pk for change in without_parties]}
        rows = Participation.objects.filter(role=self.parties.role, **owners)
        found = defaultdict(list)
        for one in rows.select_related("place", "organization", "person"):
            if self.parties.is_mine(one):
                found[getattr(one, f"{self.owner}_id")].append(one)
        for change in without_parties:
            parties, given = found[change.pk], change.related[self]
            for i, one in enumerate(parties):
                one.status, one.status_date = given[i] if i < len(given) else PartyStatus()
        every = [one for parties in found.values() for one in parties]
        Participation.objects.bulk_update(every, ["status", "status_date"])


def join_statuses(statuses: Iterable[str]) -> str:
    """One slot for each party, as far as the last that has a status."""
    found = list(statuses)
    while found and not found[-1]:
        found.pop()
    return join(found)


class PartyStatus(NamedTuple):
    """What has become of one party’s participation, and when."""

    status: str = ""
    date: Period = Period()


def party_status(text: str) -> PartyStatus:
    """Of “suspended:2022-03”; the status by its code or its label in either language."""
    word, _colon, date = (part.strip() for part in text.partition(":"))
    if not word and not date:
        return PartyStatus()
    names = {str(code): code for code in ParticipationStatus.values}
    for language in ("ru", "en"):
        with override(language):
            names.update((fold(str(one.label)), one.value) for one in ParticipationStatus)
    status = names.get(word) or names.get(fold(word))
    if not status:
        raise unknown_choice(word, ParticipationStatus.choices)
    return PartyStatus(status, Period.parse(date))


class Links(RelatedColumn):
    """Keys of other records."""

    relation = "links"
    is_written_last = True

    def __init__(self, name: str, kind: LinkKind) -> None:
        super().__init__(name, kind.label)
        self.kind = kind

    def bind(self, model: type[Model], rank: int = 0) -> Self:
        self.start = key_to(model)
        self.owner = f"from_{self.start}"
        return super().bind(model, rank)

    @cached_property
    def ends(self) -> tuple[str, ...]:
        """The types to which the keys may belong; the first that knows a key has it."""
        keys = LINKS[self.start].get(self.kind, ())
        return tuple(resource_of(apps.get_model("relations", key)).slug for key in keys)

    def value_of(self, record: Any) -> tuple[str, ...]:
        return tuple(link.target.key for link in record.links.all() if link.kind == self.kind)

    def render(self, value: Iterable[str]) -> str:
        return join(value)

    def parse(self, cell: str, lookups: Lookups) -> tuple[str, ...]:
        keys = tuple(dict.fromkeys(text for text in split(cell) if text))
        for key in keys:
            self.end_of(key, lookups)
        return keys

    def end_of(self, key: str, lookups: Lookups) -> tuple[str, int | None]:
        """("to_agreement", primary key) of a key; the primary key is None until a record of this sheet is created."""
        end = next((end for end in self.ends if key in lookups.keys(end)), self.ends[0])
        return f"to_{resource_named(end).model._meta.model_name}", lookups.keys(end).find(key)

    def store(self, new: Sequence[RowChange], changed: Sequence[RowChange]) -> None:
        owners = {f"{self.owner}__in": [change.pk for change in changed]}
        RecordLink.objects.filter(kind=self.kind, **owners).delete()
        rows = (row for change in (*new, *changed) for row in self.links(change))
        insert(RecordLink, (self.owner, "kind", "position", *RecordLink.ENDS), rows)

    def links(self, change: RowChange) -> Iterator[tuple[Any, ...]]:
        for i, key in enumerate(change.related[self]):
            end, target = self.end_of(key, change.lookups)
            yield change.pk, self.kind, i, *(target if end == one else None for one in RecordLink.ENDS)
