"""Columns whose value stands in another table: topics, participants in their roles, links to other records."""

from django.utils.translation import gettext_lazy as _

from relations.models import Organization, Participation, Person, Place, RecordLink
from relations.problems import Problem

from .cells import join, split
from .columns import Column


class Apart(Column):
    """A column whose value stands in another table: kept in the draft, written for all drafts at once."""

    stored_apart = True
    has_field = False

    def put(self, draft, value):
        draft.apart[self] = value

    def store(self, drafts):
        """Replaces what this column says for these drafts, in a constant number of statements."""
        raise NotImplementedError


class Topics(Apart):
    def value_of(self, record):
        return tuple(sorted(topic.key for topic in record.topics.all()))

    def render(self, value):
        return join(value)

    def parse(self, cell, book):
        return tuple(sorted({book.topics.find(text).key for text in split(cell) if text}))

    def store(self, drafts):
        model = type(drafts[0].record)
        through, owner = model.topics.through, f"{model._meta.model_name}_id"
        through.objects.filter(**{f"{owner}__in": [draft.record.pk for draft in drafts]}).delete()
        through.objects.bulk_create(
            through(**{owner: draft.record.pk, "topic_id": draft.book.topics.by_key[key].pk})
            for draft in drafts
            for key in draft.apart[self]
        )


#: how a participant that is no place is written where a column takes all three
PREFIXES = {Place: "", Organization: "org:", Person: "person:"}
ATTRIBUTES = {Place: "place", Organization: "organization", Person: "person"}
SHELVES = {"": "places", "org:": "organizations", "person:": "people"}


def first_found(shelves, text):
    """The thing on the first shelf that knows `text`; the first shelf's Problem where none does."""
    refusal = None
    for shelf in shelves:
        try:
            return shelf.find(text)
        except Problem as problem:
            if problem.code == "name.ambiguous":
                raise
            refusal = refusal or problem
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
        who = one.who
        return (
            one.role == self.role and type(who) in self.takes and (type(who) is not Place or self.fits(who))
        )

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
        if type(who) not in self.takes or (isinstance(who, Place) and not self.fits(who)):
            raise Problem(
                "participant.column", _("“%(who)s” does not belong into this column."), who=who.name
            )
        return who

    def store(self, drafts):
        owner = f"{self.owner}_id"
        old = Participation.objects.filter(
            role=self.role, **{f"{owner}__in": [draft.record.pk for draft in drafts]}
        )
        ours = [one.pk for one in old.select_related("place", "organization", "person") if self.is_ours(one)]
        Participation.objects.filter(pk__in=ours).delete()
        Participation.objects.bulk_create(
            Participation(
                **{owner: draft.record.pk, ATTRIBUTES[type(who)]: who},
                role=self.role,
                position=self.rank * 100 + i,
            )
            for draft in drafts
            for i, who in enumerate(draft.apart[self])
        )


class Links(Apart):
    """Keys of other records; `ends` are the shelves that may hold them, the first that knows the key wins."""

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
        """("to_agreement", record) of a key, which may be one this sheet creates."""
        for shelf in self.ends:
            if key in getattr(book, shelf):
                return f"to_{shelf[:-1]}", getattr(book, shelf)[key]
        return f"to_{self.ends[0][:-1]}", getattr(book, self.ends[0]).find(key)

    def store(self, drafts):
        owners = {f"{self.owner}__in": [draft.record.pk for draft in drafts]}
        RecordLink.objects.filter(kind=self.kind, **owners).delete()
        links = []
        for draft in drafts:
            for i, key in enumerate(draft.apart[self]):
                end, target = self.end_of(key, draft.book)
                if target is None:
                    continue  # a later row of this sheet: only while rows are tried one by one to name the refused one
                links.append(
                    RecordLink(
                        **{f"{self.owner}_id": draft.record.pk, f"{end}_id": target.pk},
                        kind=self.kind,
                        position=i,
                    )
                )
        RecordLink.objects.bulk_create(links)
