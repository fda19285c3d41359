"""The citation columns: parallel lists, one slot a citation, so that a row carries every source losslessly."""

import re
from dataclasses import replace

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from relations.errors import Problem
from relations.models import Citation, Source
from relations.models.bulk import insert
from relations.models.citations import keep_cited
from relations.text.cell_syntax import join_slots, split
from relations.text.normalize import fold

from .cells import refuse_controls
from .citation_slots import Slot, merged, read_locator, slots_of
from .columns import Choice, Column, Date, Key, Text
from .former_labels import former_choices
from .suggestions import unknown_choice

SECOND_ADDRESS = re.compile(r"\S[\s;,|]\s*(?:https?://|www\.)", re.IGNORECASE)


class Part(Column):
    """One of the parallel lists."""

    stored_apart = True
    has_field = False

    def __init__(self, name, label, part, default=""):
        super().__init__(name, label)
        self.part, self.default = part, default

    def value_of(self, record):
        return self.of_slots(slots_of(record))

    def of_slots(self, slots):
        return tuple(getattr(slot, self.part) for slot in slots)

    def render(self, value):
        return join_slots("" if one == self.default else one for one in value)

    def parse_slot(self, text, columns):
        longest = Citation._meta.get_field(self.part).max_length if self.part.startswith("note") else 200
        if len(text) > longest:
            message = _("The text has %(length)d characters; the limit is %(longest)d.")
            raise Problem("text.too_long", message, length=len(text), longest=longest)
        return text


class LocatorPart(Part):
    def of_slots(self, slots):
        return tuple(slot.where for slot in slots)


class FieldsPart(Part):
    def render(self, value):
        return join_slots(",".join(fields) for fields in value)

    def parse_slot(self, text, columns):
        fields = tuple(field.strip() for field in text.split(","))
        for field in filter(None, fields):
            if field not in columns:
                raise Problem(
                    "citation.field", _("“%(field)s” is not a column of this sheet."), field=field[:80]
                )
        return fields


class ConfidencePart(Part):
    def parse_slot(self, text, columns):
        if not text:
            return self.default
        for code in Citation.Confidence.values:
            former = former_choices("citation", "confidence")
            names = {code, *(fold(label) for label, one in former.items() if one == code)}
            for language in ("ru", "en"):
                with override(language):
                    names.add(fold(str(Citation.Confidence(code).label)))
            if fold(text) in names:
                return code
        raise unknown_choice(text, Citation.Confidence.choices)


class OfSource(Text):
    def validate(self, text):
        if text:
            super().validate(text)


class Address(OfSource):
    def validate(self, text):
        if SECOND_ADDRESS.search(text):
            message = _("This cell may contain only one URL; several were found.")
            raise Problem("address.several", message)
        super().validate(text)


KEY = Key("key").bind(Source)
#: how a row describes a source that is not there yet: source_title, source_url, …
DESCRIPTION = [
    OfSource("title").bind(Source),
    Address("url").bind(Source),
    Date("date", attribute="issued").bind(Source),
    OfSource("author").bind(Source),
    Choice("type").bind(Source),
]
NEW_SOURCE = tuple(f"source_{column.name}" for column in DESCRIPTION)


class CitationColumns:
    """The group as one: read from all its cells of a row, compared as slots, written in bulk."""

    source = Part("source", _("source"), "source")
    locator = LocatorPart("locator", _("where in the source"), "locator")
    fields = FieldsPart("cited_fields", _("supported columns"), "fields")
    quoted = Part("quoted_in", _("original source"), "quoted_in")
    confidence = ConfidencePart("confidence", _("confidence"), "confidence", Citation.Confidence.HIGH)
    note_ru = Part("citation_note_ru", _("citation note in Russian"), "note_ru")
    note_en = Part("citation_note_en", _("citation note in English"), "note_en")
    parts = (source, locator, fields, quoted, confidence, note_ru, note_en)

    @staticmethod
    def description():
        """The columns, bound to the source, by which a row describes a new one."""
        return DESCRIPTION

    def parse(self, cells, columns, book, complain):
        """The slots a row gives, or None where it says nothing of sources. `complain(header, problem)` takes errors."""
        lists = {part: split(refuse_controls(cells[part.name])) for part in self.parts if part.name in cells}
        sources = lists.pop(self.source, None)
        if any(cells.get(name) for name in NEW_SOURCE):
            if sources and len(sources) > 1:
                message = _(
                    "This row describes a new source, so this cell may contain only the key of that source."
                )
                complain("source", Problem("source.several", message))
            sources = [self.new_source(cells, (sources or [""])[0], book, complain)]
        if sources is None:
            for part, values in lists.items():
                if any(values):
                    message = _("This column needs a “source” column.")
                    complain(part.name, Problem("citation.no_source", message))
            return None
        slots = (
            self.slot(i, source, lists, columns, book, complain, len(sources))
            for i, source in enumerate(sources)
        )
        slots = merged(slots)
        if len(set(places := [place for slot in slots for place in slot.places()])) < len(places):
            message = _("The same place in this source is cited twice for the same fact.")
            complain("source", Problem("citation.twice", message))
        return slots

    def slot(self, i, source, lists, columns, book, complain, number):
        found = Slot(source)
        self.known(self.source, source, book, complain)
        for part, values in lists.items():
            if len(values) > number and not i:
                problem = Problem("citation.slots", _("This cell has more values than the row has sources."))
                complain(part.name, problem)
            text = values[i] if i < len(values) else ""
            try:
                found = self.with_part(found, part, text, columns)
            except Problem as problem:
                complain(part.name, problem)
        if found.quoted_in:
            self.known(self.quoted, found.quoted_in, book, complain)
        return found

    def with_part(self, slot, part, text, columns):
        if part is self.locator:
            label, locator = read_locator(part.parse_slot(text, columns))
            return replace(slot, locator_label=label, locator=locator)
        return replace(slot, **{part.part: part.parse_slot(text, columns)})

    def cells(self, slots):
        """{part: cell} of the slots; nothing where a sheet says nothing of sources."""
        return {} if slots is None else {part.name: part.render(part.of_slots(slots)) for part in self.parts}

    def completed(self, slots, row, headings):
        """A missing column leaves what is there: its values come from the slot of the same source in the record's row."""
        names = [part.part for part in self.parts if part.name not in headings]
        names += ["locator_label"] if "locator" in names else []
        if not names:
            return slots
        present, full = list(self.slots_of_row(row)), []
        for slot in slots:
            own = next((one for one in present if one.source == slot.source), None)
            if own:
                present.remove(own)
                slot = replace(slot, **{name: getattr(own, name) for name in names})
            full.append(slot)
        return merged(full)

    @staticmethod
    def slots_of(record):
        return slots_of(record)

    def slots_of_row(self, row):
        """The slots of a row the register keeps, in which everything is known to be right."""
        lists = {part: split(row.get(part.name, "")) for part in self.parts}
        fields = frozenset(field for cell in lists[self.fields] for field in cell.split(","))
        slots = []
        for i, source in enumerate(lists.pop(self.source)):
            slot = Slot(source)
            for part, values in lists.items():
                slot = self.with_part(slot, part, values[i] if i < len(values) else "", fields)
            slots.append(slot)
        return slots

    def known(self, part, key, book, complain):
        try:
            book.sources.find(key)
        except Problem as problem:
            is_bare = problem.code == "key.unknown" and "choices" not in problem.params
            is_title = is_bare and part is self.source and reads_like_a_title(key)
            complain(part.name, not_a_key(key) if is_title else problem)

    def new_source(self, cells, key, book, complain):
        """The key of the source described in the row: one that is there already, else to be created with the rows."""
        given = {}
        for column in DESCRIPTION:
            cell = cells.get(f"source_{column.name}", "")
            try:
                given[column.name] = column.parse(refuse_controls(cell), book)
            except Problem as problem:
                complain(f"source_{column.name}", problem)
        try:
            KEY.parse(key, book)
        except Problem as problem:
            complain("source", problem)
        given["title"] = given.get("title") or given.get("url", "")[:500]
        return book.expect_source(Source(key=key, issued=given.pop("date", ""), **given))

    def store(self, new, changed):
        """Replaces the citations of drafts; changed records are counted again, and a public one is never left bare."""
        if changed:
            records = [draft.record for draft in changed]
            owners = {f"{records[0]._meta.model_name}__in": records}
            with keep_cited(records):
                super(type(Citation.objects.all()), Citation.objects.filter(**owners)).delete()
                self.insert(changed)
        self.insert(new)

    def insert(self, drafts):
        if drafts:
            names = (type(drafts[0].record)._meta.model_name, *WRITTEN)
            insert(Citation, names, (row for draft in drafts for row in self.citations(draft)))

    def citations(self, draft):
        """Tuples of the owner and the fields WRITTEN."""
        sources, position = draft.book.sources, 0
        for slot in draft.slots:
            quoted = sources[slot.quoted_in] if slot.quoted_in else None
            where, notes = (slot.locator_label, slot.locator), (slot.note_ru, slot.note_en)
            for field in slot.fields:
                source = sources[slot.source]
                yield draft.pk, source, quoted, field, *where, slot.confidence, *notes, position
                position += 1


WRITTEN = (
    "source", "quoted_in", "field", "locator_label", "locator", "confidence", "note_ru", "note_en", "position",
)  # fmt: skip


def reads_like_a_title(text):
    """Whether a text is a title or an address rather than a key, which holds neither blanks nor colons."""
    return "://" in text or len(text.split()) > 1


def not_a_key(text):
    message = _(
        "“%(text)s” looks like a title or a URL, not the key of a source. If the source is"
        " not yet in the register, describe it in the columns source_title and source_url."
    )
    return Problem("key.unknown", message, text=text[:80])
