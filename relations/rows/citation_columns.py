"""Citation columns: parallel lists with one slot per citation, so that a row carries every source without loss."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.models import Citation, Source
from relations.models.bulk import insert
from relations.models.foreign_keys import key_to
from relations.text.cell_syntax import split

from .cells import read_text
from .citation_parts import DESCRIPTION, KEY, NEW_SOURCE, ConfidencePart, FieldsPart, LocatorPart, Part
from .citation_slots import Slot, merged, slots_of
from .columns import Column

if TYPE_CHECKING:
    from relations.models.row_cache import FlatRow

    from .lookups import Lookups
    from .row_change import RowChange

#: takes the name of a column and what is wrong with its cell
Complain = Callable[[str, Problem], None]

#: the fields of a citation that a slot sets
WRITTEN = (
    "source", "quoted_in", "field", "locator_label", "locator", "confidence", "note_ru", "note_en",
    "quotation", "quotation_language", "position",
)  # fmt: skip


class CitationColumns:
    """The citation columns as a group: parsed together, compared as slots, written in bulk."""

    source = Part("source", _("source"), "source")
    locator = LocatorPart("locator", _("where in the source"), "locator")
    fields = FieldsPart("cited_fields", _("supported columns"), "fields")
    quoted = Part("quoted_in", _("original source"), "quoted_in")
    confidence = ConfidencePart("confidence", _("confidence"), "confidence", Citation.Confidence.HIGH.value)
    note_ru = Part("citation_note_ru", _("citation note in Russian"), "note_ru")
    note_en = Part("citation_note_en", _("citation note in English"), "note_en")
    quotation = Part("quotation", _("quotation"), "quotation")
    language = Part("quotation_language", _("language of the quotation"), "quotation_language")
    parts: tuple[Part, ...] = (
        source, locator, fields, quoted, confidence, note_ru, note_en, quotation, language,
    )  # fmt: skip

    @staticmethod
    def description() -> list[Column]:
        """The columns, bound to the source, by which a row describes a new one."""
        return DESCRIPTION

    def parse(
        self, cells: Mapping[str, str], columns: Iterable[str], lookups: Lookups, complain: Complain
    ) -> tuple[Slot, ...] | None:
        """The slots of a row, or None where the sheet has no column of sources."""
        lists = {part: split(read_text(cells[part.name])) for part in self.parts if part.name in cells}
        sources = lists.pop(self.source, None)
        if any(cells.get(name) for name in NEW_SOURCE):
            if sources and len(sources) > 1:
                message = _(
                    "This row describes a new source, so this cell may contain only the key of that source."
                )
                complain("source", Problem("source.several", message))
            sources = [self.new_source(cells, (sources or [""])[0], lookups, complain)]
        if sources is None:
            self.refuse_details_without_source(lists, complain)
            return None
        self.refuse_more_values_than_sources(lists, len(sources), complain)
        slots = merged(
            self.slot(i, source, lists, columns, lookups, complain) for i, source in enumerate(sources)
        )
        places = [place for slot in slots for place in slot.places()]
        if len(set(places)) < len(places):
            message = _("The same place in this source is cited twice for the same fact.")
            complain("source", Problem("citation.twice", message))
        return slots

    def refuse_details_without_source(self, lists: Mapping[Part, list[str]], complain: Complain) -> None:
        for part, values in lists.items():
            if any(values):
                message = _("This column needs a “source” column.")
                complain(part.name, Problem("citation.no_source", message))

    def refuse_more_values_than_sources(
        self, lists: Mapping[Part, list[str]], number: int, complain: Complain
    ) -> None:
        for part, values in lists.items():
            if number and len(values) > number:
                message = _("This cell has more values than the row has sources.")
                complain(part.name, Problem("citation.slots", message))

    def slot(
        self,
        i: int,
        source: str,
        lists: Mapping[Part, list[str]],
        columns: Iterable[str],
        lookups: Lookups,
        complain: Complain,
    ) -> Slot:
        found = Slot(source)
        self.check_key(self.source, source, lookups, complain)
        for part, values in lists.items():
            try:
                found = part.fill(found, values[i] if i < len(values) else "", columns)
            except Problem as problem:
                complain(part.name, problem)
        if found.quoted_in:
            self.check_key(self.quoted, found.quoted_in, lookups, complain)
        return found

    def cells(self, slots: tuple[Slot, ...] | None) -> FlatRow:
        """{part: cell} of the slots; empty where the sheet has no citations."""
        return {} if slots is None else {part.name: part.render(part.of_slots(slots)) for part in self.parts}

    def completed(self, slots: Iterable[Slot], row: FlatRow, headings: Iterable[str]) -> tuple[Slot, ...]:
        """The slots with what the sheet has no columns for, taken from the slot of the same source in `row`."""
        names = [part.part for part in self.parts if part.name not in headings]
        names += ["locator_label"] if "locator" in names else []
        if not names:
            return tuple(slots)
        present, full = list(self.slots_of_row(row)), []
        for slot in slots:
            own = next((one for one in present if one.source == slot.source), None)
            if own:
                present.remove(own)
                slot = replace(slot, **{name: getattr(own, name) for name in names})
            full.append(slot)
        return merged(full)

    @staticmethod
    def slots_of(record: Any) -> tuple[Slot, ...]:
        return slots_of(record)

    def slots_of_row(self, row: FlatRow) -> list[Slot]:
        """The slots of a stored row, which need no validation."""
        lists = {part: split(row.get(part.name, "")) for part in self.parts}
        fields = frozenset(field for cell in lists[self.fields] for field in cell.split(","))
        slots = []
        for i, source in enumerate(lists.pop(self.source)):
            slot = Slot(source)
            for part, values in lists.items():
                slot = part.fill(slot, values[i] if i < len(values) else "", fields)
            slots.append(slot)
        return slots

    def check_key(self, part: Part, key: str, lookups: Lookups, complain: Complain) -> None:
        try:
            lookups.sources.find(key)
        except Problem as problem:
            is_bare = problem.code == "key.unknown" and "choices" not in problem.params
            is_title = is_bare and part is self.source and reads_like_a_title(key)
            complain(part.name, not_a_key(key) if is_title else problem)

    def new_source(self, cells: Mapping[str, str], key: str, lookups: Lookups, complain: Complain) -> str:
        """The key of the source described in the row: a known one, or one to be created with the rows."""
        given: dict[str, Any] = {}
        for column in DESCRIPTION:
            cell = cells.get(f"source_{column.name}", "")
            try:
                given[column.name] = column.parse(read_text(cell), lookups)
            except Problem as problem:
                complain(f"source_{column.name}", problem)
        try:
            KEY.parse(key, lookups)
        except Problem as problem:
            complain("source", problem)
        given["title"] = given.get("title") or given.get("url", "")[:500]
        return lookups.described_sources.expect(Source(key=key, issued=given.pop("date", ""), **given))

    def store(self, new: Sequence[RowChange], changed: Sequence[RowChange]) -> None:
        """Replaces the citations of changed records, which have been counted with their rows."""
        if changed:
            owner, keys = key_to(type(changed[0].record)), [change.pk for change in changed]
            Citation.objects.filter(**{f"{owner}__in": keys}).delete_unguarded()
        self.insert([*new, *changed])

    def insert(self, changes: Sequence[RowChange]) -> None:
        if changes:
            names = (type(changes[0].record)._meta.model_name, *WRITTEN)
            insert(Citation, names, (row for change in changes for row in self.citations(change)))

    def citations(self, change: RowChange) -> Iterator[tuple[Any, ...]]:
        """Tuples of the owner and the fields WRITTEN."""
        sources, position = change.lookups.sources, 0
        for slot in change.slots or ():
            quoted = sources[slot.quoted_in] if slot.quoted_in else None
            where = (slot.locator_label, slot.locator)
            details = (slot.confidence, slot.note_ru, slot.note_en, slot.quotation, slot.quotation_language)
            for field in slot.fields:
                yield change.pk, sources[slot.source], quoted, field, *where, *details, position
                position += 1


def reads_like_a_title(text: str) -> bool:
    """Whether a text is a title or URL rather than a key, which has neither blanks nor colons."""
    return "://" in text or len(text.split()) > 1


def not_a_key(text: str) -> Problem:
    message = _(
        "“%(text)s” looks like a title or a URL, not the key of a source. If the source is not"
        " yet in the register, describe it in the columns source_title and source_url."
    )
    return Problem("key.unknown", message, text=text[:80])
