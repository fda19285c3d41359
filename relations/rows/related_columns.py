"""Columns whose value stands in another table: topics, participants in their roles, links to other records."""

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.models import Organization, Participation, Person, Place, RecordLink
from relations.models.bulk import insert
from relations.registry import schemas
from relations.text.cell_syntax import join, split

from .columns import Column


class Apart(Column):
    """A column whose value stands in another table: kept in the draft, written for all drafts at once."""

    stored_apart = True
    #: written when all rows are there, since it may point at any of them
    stored_last = False
    has_field = False

    def put(self, draft, value):
        draft.apart[self] = value

    def store(self, new, changed):
        """Writes what drafts say in this column; what changed records said before gives way to it."""
        raise NotImplementedError


class Topics(Apart):
    def value_of(self, record):
        return tuple(sorted(topic.key for topic in record.topics.all()))

    def render(self, value):
        return join(value)

    def reads_differently(self, cell, stored):
        """Topics have no order of their own."""
        return sorted(split(cell)) != split(stored) and super().reads_differently(cell, stored)

    def parse(self, cell, book):
        return tuple(sorted({book.topics.find(text).key for text in split(cell) if text}))

    def store(self, new, changed):
        model = type((new or changed)[0].record)
        through, owner = model.topics.through, model._meta.model_name
        through.objects.filter(**{f"{owner}__in": [draft.pk for draft in changed]}).delete()
        rows = (
            (draft.pk, draft.book.topics.by_key[key].pk)
            for draft in (*new, *changed)
            for key in draft.apart[self]
        )
        insert(through, (owner, "topic"), rows)


ALL = (Place, Organization, Person)
#: how a participant that is no place is written where a column takes all three
PREFIXES = {Place: "", Organization: "org:", Person: "person:"}
SHELVES = {"": "places", "org:": "organizations", "person:": "people"}


def first_found(shelves, text):
    """The thing on the first shelf that knows `text`; where none does, the Problem that says most, else the first."""
    refusal = None
    for shelf in shelves:
        try:
            return shelf.find(text)
        except Problem as problem:
            if problem.code == "name.ambiguous":
                raise
            refusal = problem if problem.code == "value.commas" else refusal or problem
    raise refusal


class Participants(Apart):
    """Participants in one role. `takes` are the models, `kinds` the kinds of place that belong into this column."""

    def __init__(self, name, label, role, takes=(Place,), kinds=()):
        super().__init__(name, label)
        self.role, self.takes, self.kinds = role, takes, kinds

    def bind(self, model):
        self.owner = model._meta.model_name
        return super().bind(model)

    def is_ours(self, one):
        return one.role == self.role and self.takes_in(one.who)

    def fits(self, place):
        return not self.kinds or place.kind in self.kinds

    def value_of(self, record):
        return tuple(one.who for one in record.participations.all() if self.is_ours(one))

    def render(self, value):
        return join(self.prefix(type(who)) + who.natural_key()[0] for who in value)

    def prefix(self, model):
        return "" if len(self.takes) == 1 else PREFIXES[model]

    def parse(self, cell, book):
        return tuple(dict.fromkeys(self.participant(text, book) for text in split(cell) if text))

    def participant(self, text, book):
        prefix = next((prefix for prefix in ("org:", "person:") if text.casefold().startswith(prefix)), "")
        shelves = [SHELVES[prefix]] if prefix else [SHELVES[PREFIXES[model]] for model in self.takes]
        who = first_found([getattr(book, shelf) for shelf in shelves], text[len(prefix) :].strip())
        if not self.takes_in(who):
            raise self.misplaced(who)
        return who

    def takes_in(self, who):
        return type(who) in self.takes and (type(who) is not Place or self.fits(who))

    def misplaced(self, who):
        """The Problem of a participant that does not belong into this column, with the column that takes it."""
        params = {"who": who, "kinds": lazy(self.kinds_in_words, str)()}
        if other := self.column_for(who):
            message = _(
                "“%(who)s” does not belong in this column. Allowed here: %(kinds)s. Enter it in the"
                " column “%(column)s”."
            )
            return Problem("participant.column", message, column=other.name, **params)
        message = _("“%(who)s” does not belong in this column. Allowed here: %(kinds)s.")
        return Problem("participant.column", message, **params)

    def kinds_in_words(self):
        """What the column takes, in the language of whoever reads the sentence."""
        kinds = [Place.Kind(kind).label for kind in self.kinds] or [Place._meta.verbose_name]
        others = [model._meta.verbose_name for model in self.takes if model is not Place]
        return ", ".join(map(str, (kinds if Place in self.takes else []) + others))

    def column_for(self, who):
        """The column of the same role, in the sheets of the same type, that takes `who`; None where there is none."""
        columns = (
            column
            for resource in schemas()
            if resource.model._meta.model_name == self.owner
            for column in resource.columns()
        )
        ours = (one for one in columns if isinstance(one, Participants) and one.role == self.role)
        return next((one for one in ours if one.takes_in(who)), None)

    def store(self, new, changed):
        if changed:
            mine = Participation.objects.filter(
                role=self.role, **{f"{self.owner}__in": [d.pk for d in changed]}
            )
            there = mine.select_related("place", "organization", "person")
            mine.filter(pk__in=[one.pk for one in there if self.is_ours(one)]).delete()
        rows = (
            (
                draft.pk,
                self.role,
                self.rank * 100 + i,
                *(who.pk if type(who) is model else None for model in ALL),
            )
            for draft in (*new, *changed)
            for i, who in enumerate(draft.apart[self])
        )
        insert(Participation, (self.owner, "role", "position", "place", "organization", "person"), rows)


class Links(Apart):
    """Keys of other records; `ends` are the shelves that may hold them, the first that knows the key wins."""

    stored_last = True

    def __init__(self, name, kind, ends=("agreements",)):
        super().__init__(name, kind.label)
        self.kind, self.ends = kind, ends

    def bind(self, model):
        self.owner = f"from_{model._meta.model_name}"
        return super().bind(model)

    def value_of(self, record):
        return tuple(link.target.key for link in record.links.all() if link.kind == self.kind)

    def render(self, value):
        return join(value)

    def parse(self, cell, book):
        keys = tuple(dict.fromkeys(text for text in split(cell) if text))
        for key in keys:
            self.end_of(key, book)
        return keys

    def end_of(self, key, book):
        """("to_agreement", primary key) of a key, which may be one this sheet creates: None before it has."""
        for shelf in self.ends:
            if key in getattr(book, shelf):
                return f"to_{shelf[:-1]}", getattr(book, shelf)[key]
        return f"to_{self.ends[0][:-1]}", getattr(book, self.ends[0]).find(key)

    def store(self, new, changed):
        RecordLink.objects.filter(
            kind=self.kind, **{f"{self.owner}__in": [draft.pk for draft in changed]}
        ).delete()
        rows = []
        for draft in (*new, *changed):
            for i, key in enumerate(draft.apart[self]):
                end, target = self.end_of(key, draft.book)
                rows.append(
                    (draft.pk, self.kind, i, *(target if end == one else None for one in RecordLink.ENDS))
                )
        insert(RecordLink, (self.owner, "kind", "position", *RecordLink.ENDS), rows)
