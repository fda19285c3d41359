"""Recognises rows of a table that are no records: totals, notes, names of sections, repeated headings.

They are passed over, and each is named in the report, so that nothing is lost silently.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.readers.sheet import says_the_same
from relations.rows.lookups import Lookups
from relations.rows.sheet_row import SheetRow
from relations.text.normalize import fold, fold_word

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


#: what the first filled cell of a total is, folded: «Итого», «Всего по странам», “Grand total”
TOTAL = re.compile(
    r"(?:общий |промежуточный )?(?:итого|итог|подытог|сумма|всего|в среднем|среднее)(?: за| по| в| на)?(?: \w+){0,3}"
    r"|(?:grand |sub ?)?totals?(?: (?:for|of|by|in)(?: \w+){1,3})?|sum|average|барлығы|жами|ҳамагӣ|jemi"
)
#: how a note below a table begins
NOTE = re.compile(
    r"\s*(?:\*+|[¹²³⁴⁵⁶⁷⁸⁹]|\d{1,2}\)\s|(?:примечани[ея]|прим\.|источник(?:и|\sданных)?|сноск[аи]|notes?|sources?|remarks?"
    r"|footnotes?|data from|данные|last updated|обновлено)\s*[\d*]*\s*[:.–—-])",
    re.IGNORECASE,
)
#: letters of the name of a section
LONGEST_SECTION = 60


class RowKinds:
    """The rows of one table: `headings` are its own, `known` those of the type."""

    def __init__(self, headings: Sequence[str], known: Mapping[str, str], lookups: Lookups) -> None:
        self.known, self.lookups = known, lookups
        self.heading = SheetRow(0, list(headings))
        self.headings = [fold(text) for text in headings]
        self.width = sum(bool(text) for text in headings)
        self.starts = {"", *self.headings, *known}

    def kind(self, row: SheetRow) -> StrOrPromise:
        """The word for what a row is, "" for a record."""
        if self.width < 2:  # a list of one column has no notes that could be told apart
            return ""
        filled = list(dict.fromkeys(cell for cell in row.cells if cell))  # merged cells say the same
        if not filled or self.is_surely_a_record(filled):
            return ""
        return next((kind for is_so, kind in KINDS if is_so(self, row, filled)), "")

    def is_surely_a_record(self, filled: Sequence[str]) -> bool:
        """Whether the first of several cells neither counts nor sums up nor is a heading, as of most rows."""
        start = fold_word(filled[0])
        return len(filled) > 1 and start not in self.starts and start != "1" and not TOTAL.fullmatch(start)

    def is_repeated_heading(self, row: SheetRow, filled: Sequence[str]) -> bool:
        is_theirs = len(filled) > 1 and all(
            fold(cell) == self.headings[at] for at, cell in enumerate(row.cells[: len(self.headings)]) if cell
        )
        return is_theirs or says_the_same(row, self.heading, self.known)

    def is_of_numbers(self, row: SheetRow, filled: Sequence[str]) -> bool:
        """1, 2, 3, …: the numbers of the columns."""
        counted = [str(number) for number in range(1, len(filled) + 1)]
        return len(filled) > 2 and len(filled) >= self.width - 1 and filled == counted

    def is_total(self, row: SheetRow, filled: Sequence[str]) -> bool:
        """A total that names nothing else, such as a period or the other side."""
        words = [cell for cell in filled if not is_number(cell)]
        return len(words) <= 2 and bool(TOTAL.fullmatch(fold(filled[0])))

    def is_note(self, row: SheetRow, filled: Sequence[str]) -> bool:
        return len(filled) == 1 and bool(NOTE.match(filled[0]))

    def is_section(self, row: SheetRow, filled: Sequence[str]) -> bool:
        """The name of a part of the table: in capitals or in the first column alone, and no more than a name."""
        text = filled[0]
        if len(filled) > 1 or len(text) > LONGEST_SECTION or not any(map(str.isalpha, text)):
            return False
        return text.isupper() or text.endswith(":") or self.is_place(text)

    def is_place(self, text: str) -> bool:
        return bool(self.lookups.places.called(text))


#: (whether a row is of this kind, the word for it), in the order in which they are tried
KINDS: tuple[tuple[Callable[[RowKinds, SheetRow, Sequence[str]], bool], StrOrPromise], ...] = (
    (RowKinds.is_repeated_heading, _("repeated headings")),
    (RowKinds.is_of_numbers, _("numbers of the columns")),
    (RowKinds.is_total, _("a total")),
    (RowKinds.is_note, _("a note")),
    (RowKinds.is_section, _("the name of a section")),
)


def is_number(cell: str) -> bool:
    return not any(map(str.isalpha, cell))


def passed_over(row: SheetRow, kind: StrOrPromise) -> Problem:
    found = next(filter(None, row.cells))
    message = _("This row was skipped: it seems to be %(kind)s, not a record (“%(text)s”).")
    return Problem("row.passed_over", message, kind=kind, text=found[:80])
