"""Columns of the flat row. Each says the same thing both ways: value_of(record) and parse(cell) → put(draft, value)."""

from decimal import Decimal

from django.db.models import Field
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from relations.folding import fold
from relations.models import Organization, Participation, Person, Place, RecordLink
from relations.periods import Period
from relations.problems import Problem
from relations.quantities import number

from .cells import join, refuse_controls, split


class Column:
    """One column of one type: its canonical `name` and, from the model field, its label in both languages."""

    stored_apart = False

    def __init__(self, name, label=None, attribute=None):
        self.name, self.given_label, self.attribute = name, label, attribute or name

    def bind(self, model):
        self.field = model._meta.get_field(self.attribute) if self.has_field else None
        return self

    has_field = True

    @property
    def label(self):
        return self.given_label or self.field.verbose_name

    @property
    def help_text(self):
        return self.field.help_text if self.field else ""

    def labels(self):
        """The label in each language: what a header may say instead of the canonical name."""
        for language in ("ru", "en"):
            with override(language):
                yield str(self.label)

    def value_of(self, record):
        return getattr(record, self.attribute)

    def render(self, value):
        return str(value)

    def cell_of(self, record):
        return self.render(self.value_of(record))

    def parse(self, cell, book):
        return refuse_controls(cell)

    def put(self, draft, value):
        setattr(draft.record, self.attribute, value)


class Text(Column):
    def parse(self, cell, book):
        text = refuse_controls(cell)
        longest = getattr(self.field, "max_length", None)
        if longest and len(text) > longest:
            message = _("The text has %(length)d characters; at most %(longest)d can be kept.")
            raise Problem("text.too_long", message, length=len(text), longest=longest)
        return text


class Lines(Text):
    """Several texts kept one a line, written with “;” in a cell."""

    def value_of(self, record):
        return tuple(line for line in getattr(record, self.attribute).splitlines() if line.strip())

    def render(self, value):
        return join(value)

    def parse(self, cell, book):
        return tuple(split(refuse_controls(cell)))

    def put(self, draft, value):
        setattr(draft.record, self.attribute, "\n".join(value))


class Key(Text):
    def parse(self, cell, book):
        if cell and not all(letter.isascii() and (letter.isalnum() or letter in "-_") for letter in cell):
            raise Problem(
                "key.letters", _("A key holds Latin letters, digits, hyphens and underscores only.")
            )
        return super().parse(cell, book)


class Choice(Column):
    """A coded value; the code or its label in either language is read."""

    def parse(self, cell, book):
        if not cell:
            return self.field.get_default() or ""
        codes = {str(code).casefold(): code for code, _label in self.field.choices}
        if cell.casefold() in codes:
            return codes[cell.casefold()]
        for language in ("ru", "en"):
            with override(language):
                for code, label in self.field.choices:
                    if fold(str(label)) == fold(cell):
                        return code
        raise Problem(
            "choice.unknown",
            _("“%(text)s” is not among the values of this column: %(choices)s."),
            text=cell[:80],
            choices=", ".join(str(code) for code, _label in self.field.choices),
        )


class Date(Column):
    def parse(self, cell, book):
        return Period.parse(cell)


class Whole(Column):
    """A whole number within `limits`, or empty."""

    limits = (1, 32767)

    def render(self, value):
        return "" if value is None else str(value)

    def parse(self, cell, book):
        if not cell:
            return None if self.field.null else self.field.get_default()
        try:
            value = int(cell)
        except ValueError:
            raise Problem("number.whole", _("“%(text)s” is not a whole number."), text=cell[:80]) from None
        if not self.limits[0] <= value <= self.limits[1]:
            message = _("The number must lie between %(first)d and %(last)d.")
            raise Problem("number.range", message, first=self.limits[0], last=self.limits[1])
        return value


class PowerOfTen(Whole):
    limits = (-6, 15)


class Number(Column):
    """A decimal number, decimal point or comma; empty is None."""

    def render(self, value):
        return "" if value is None else f"{value.normalize():f}"

    def parse(self, cell, book):
        found = number(cell.replace("\u00a0", " "), cell) if cell else None
        return None if found is None else Decimal(found).normalize()

    def value_of(self, record):
        value = getattr(record, self.attribute)
        return None if value is None else Decimal(value).normalize()


class Reference(Column):
    """A foreign key to something with a name; `shelf` is where the book keeps it."""

    def __init__(self, name, shelf, label=None, attribute=None):
        super().__init__(name, label, attribute)
        self.shelf = shelf

    def render(self, value):
        return value.natural_key()[0] if value else ""

    def parse(self, cell, book):
        return getattr(book, self.shelf).find(cell) if cell else None


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


def is_plain(column):
    """Whether the column is one field of the record's own table."""
    return isinstance(getattr(column, "field", None), Field)
