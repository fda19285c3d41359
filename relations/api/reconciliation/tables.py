"""Names in memory: those of one kind with their types, read once for each state of the names of the register."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, islice
from threading import Lock
from typing import NamedTuple
from weakref import WeakKeyDictionary

from django.db.models import F, Value

from relations.index.current import kept
from relations.index.names import Names
from relations.models import FormerKey, Source
from relations.models.traits import traits_of_work
from relations.rows.lookup_tables import NameTable
from relations.text.names import without_braces
from relations.text.normalize import fold
from relations.text.similarity import ranked

from .kinds import Kind

#: names with less in common are no candidates
NEAR_ENOUGH = 0.6
#: so many names are compared with one text, letter by letter
MOST_COMPARED = 3_000
#: letters by which the words of a larger table are found
BEGINNING = 3
#: candidates that are looked up for one text
MOST_NEAR = 40
WORK_FIELDS = ("title", "title_translation", "author", "url", "doi", "isbn")


class Entry(NamedTuple):
    """One entity with its names as they are compared, one a line."""

    pk: int
    key: str
    folded_names: str
    type: str
    #: URL and numbers of a work
    marks: frozenset[str] = frozenset()

    def natural_key(self) -> tuple[str]:
        return (self.key,)


class MatchTable(NameTable):
    """The table of an import, with the names in any order of their words and with a rank of those that are near."""

    def __init__(self, kind: Kind, entries: Collection[Entry]) -> None:
        super().__init__(entries, str(kind.model._meta.verbose_name))
        self.kind = kind
        self.by_name.pop("", None)
        self.spellings = list(self.by_name)
        self.reordered = [in_any_order(one) for one in self.spellings]
        self.by_mark: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            for mark in entry.marks:
                self.by_mark[mark].append(entry)

    @cached_property
    def by_former_key(self) -> dict[str, Entry]:
        keys = FormerKey.objects.all_of(self.kind.model)
        return {former.casefold(): self.by_key[key.casefold()] for former, key in keys.items()}

    def called(self, text: str) -> list[Entry]:
        """As imports find them; sources by URL, DOI and ISBN too."""
        marks = traits_of_work({"url": text, "doi": text, "isbn": text}) if self.by_mark else set()
        marked = chain.from_iterable(self.by_mark.get(mark, ()) for mark in sorted(marks))
        return super().called(text) or list(dict.fromkeys(marked))

    def near(self, text: str) -> Iterator[tuple[float, Entry]]:
        """The entities with names similar to `text`, from 0 to 1, best first."""
        text, numbers = fold(text), self.to_compare(fold(text))
        best: dict[str, float] = {}
        forms = [(text, self.spellings), (in_any_order(text), self.reordered)]
        for form, spellings in forms if " " in text else forms[:1]:
            for score, place in ranked(form, [spellings[one] for one in numbers], NEAR_ENOUGH):
                name = self.spellings[numbers[place]]
                best[name] = max(score, best.get(name, 0))
        for name in sorted(best, key=lambda one: (-best[one], one)):
            yield from ((best[name], entry) for entry in self.by_name[name])

    def to_compare(self, text: str) -> Sequence[int]:
        """The numbers of the spellings worth comparing: of a large table, those with the rarest words first."""
        if len(self.spellings) <= MOST_COMPARED:
            return range(len(self.spellings))
        lists: list[list[int]] = [self.beginnings.get(word[:BEGINNING], []) for word in set(text.split())]
        lists.sort(key=len)
        return list(dict.fromkeys(islice(chain.from_iterable(lists), MOST_COMPARED)))

    @cached_property
    def beginnings(self) -> Mapping[str, list[int]]:
        """{first letters of a word: numbers of the spellings with such a word}"""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for number, spelling in enumerate(self.spellings):
            for beginning in {word[:BEGINNING] for word in spelling.split()}:
                found[beginning].append(number)
        return found

    def beginning_with(self, prefix: str) -> Iterator[Entry]:
        """The entities with this key, then those with a name that begins so, then those with such a word."""
        yield from self.called(prefix)
        key, text = prefix.casefold(), fold(prefix)
        yield from (entry for one, entry in self.by_key.items() if one.startswith(key))
        begin = [one for one in self.spellings if one.startswith(text)]
        within = [one for one in self.spellings if f" {text}" in one]
        for name in (*sorted(begin), *sorted(within)) if text else ():
            yield from self.by_name[name]


def in_any_order(text: str) -> str:
    return " ".join(sorted(text.split()))


def named_entries(kind: Kind) -> Iterator[Entry]:
    kept_type = F(kind.type_field) if kind.type_field else Value("")
    rows = kind.model._default_manager.order_by("pk").annotate(kept_type=kept_type)
    for row in rows.values_list("pk", kind.resource.key_field, "folded_names", "kept_type"):
        yield Entry(*row)


def entries_of_works(kind: Kind) -> Iterator[Entry]:
    """Of sources: a title is a name, alone and behind its author."""
    for pk, key, type_, *texts in Source.objects.order_by("pk").values_list(
        "pk", "key", "type", *WORK_FIELDS
    ):
        work = dict(zip(WORK_FIELDS, texts, strict=True))
        authored = f"{without_braces(work['author'])} {work['title']}"
        names = (fold(text) for text in (work["title"], work["title_translation"], authored))
        yield Entry(pk, key, "\n".join(dict.fromkeys(names)), type_, frozenset(traits_of_work(work)))


def entries_of(kind: Kind) -> list[Entry]:
    return list(entries_of_works(kind) if kind.model is Source else named_entries(kind))


#: the tables belong to the names that the index knows, and go with them when these change
_tables: WeakKeyDictionary[Names, dict[str, MatchTable]] = WeakKeyDictionary()
_reading = Lock()


def table_of(kind: Kind) -> MatchTable:
    """The names as they are now."""
    names = kept.current().names
    with _reading:  # threads that ask at once wait for one reading
        tables = _tables.setdefault(names, {})
        if kind.slug not in tables:
            tables[kind.slug] = MatchTable(kind, entries_of(kind))
        return tables[kind.slug]
