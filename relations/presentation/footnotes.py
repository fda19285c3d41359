"""Footnotes of a record: its citations, numbered, each with the facts it supports."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from relations.models import Citation, Observation, Source
from relations.models.named import TextInLanguage, in_reader_language
from relations.models.records import Record


@dataclass
class Footnote:
    """One numbered note: a source at one place in it. `fields` are the columns it supports, "" the whole record."""

    number: int
    citation: Citation
    fields: list[str] = field(default_factory=list)
    repeats: bool = False  # the note before it names the same source

    @property
    def source(self) -> Source:
        return self.citation.source

    @property
    def archived_copy(self) -> str:
        """The URL of the archived copy if that of the work is broken; shown once among notes of the same source."""
        return self.source.archive_url if self.source.has_dead_link and not self.repeats else ""

    @property
    def note(self) -> TextInLanguage:
        """The note on the citation."""
        return in_reader_language(self.citation, "note")

    @property
    def quoted(self) -> str:
        """The quotation in the marks of its language."""
        opening, closing = "«»" if self.citation.language_of_quotation.startswith("ru") else "“”"
        return f"{opening}{self.citation.quotation}{closing}"

    @property
    def is_doubtful(self) -> bool:
        return self.citation.confidence != "high"


class Footnotes:
    """All footnotes of a record, and the columns that each supports."""

    def __init__(self, record: Record) -> None:
        self.all: list[Footnote] = []
        self.behind: defaultdict[str, list[Footnote]] = defaultdict(list)
        found: dict[tuple[object, ...], Footnote] = {}
        for citation in record.citations.all():
            origin = (citation.source_id, citation.locator_label, citation.locator, citation.quoted_in_id)
            quotation = (citation.quotation, citation.quotation_language)
            place = (*origin, citation.note_ru, citation.note_en, citation.confidence, *quotation)
            if place not in found:
                repeats = bool(self.all) and self.all[-1].citation.source_id == citation.source_id
                found[place] = Footnote(len(self.all) + 1, citation, repeats=repeats)
                self.all.append(found[place])
            found[place].fields.append(citation.field)
            self.behind[citation.field].append(found[place])

    def __iter__(self) -> Iterator[Footnote]:
        return iter(self.all)

    def __len__(self) -> int:
        return len(self.all)

    def of_any(self, *columns: str) -> list[Footnote]:
        """The footnotes of any of these columns, each once, in their order."""
        found = {note.number: note for column in columns for note in self.behind.get(column, [])}
        return [found[number] for number in sorted(found)]

    @property
    def of_the_whole(self) -> list[Footnote]:
        return self.of_any("", "title_ru", "title_en")

    @property
    def of_the_summary(self) -> list[Footnote]:
        return self.of_any("summary_ru", "summary_en")

    @property
    def of_the_topics(self) -> list[Footnote]:
        return self.of_any("topics")

    @property
    def of_the_other_titles(self) -> list[Footnote]:
        return self.of_any("alternative_titles")

    @property
    def of_the_figure(self) -> list[Footnote]:
        return self.of_any("value", "value_to", "qualifier", "unit", "unit_mult", "measure")

    def of(self, column: str) -> list[Footnote]:
        """The notes that support one column by name."""
        return self.behind.get(column, [])


class Figure(NamedTuple):
    """One figure in the table of an indicator."""

    observation: Observation
    notes: Footnotes
