"""Rows that the answers about a table leave out: counted while it is read, and said after it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.readers.workbook import Remark
from relations.text.normalize import fold
from relations.text.similarity import most_similar

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: different texts that are counted apart, and how many of them one sentence names
MOST_COUNTED, MOST_NAMED = 1000, 8
#: how similar a cell must be to one that is kept to be named for itself
SEEMS_TO_BE = 0.8


class LeftOut:
    """The rows left out in one reading of a table with headings in the row `above`."""

    def __init__(self, above: int) -> None:
        self.above = above
        self.named: Counter[str] = Counter()
        #: {position of a column: rows without a cell that was asked for, by their cell}
        self.others: defaultdict[int, Counter[str]] = defaultdict(Counter)
        self.below = 0
        #: {position of a column: the texts asked for that were met, folded}
        self.met: defaultdict[int, set[str]] = defaultdict(set)

    def add_named(self, text: str) -> None:
        """A row that was to be skipped by this text."""
        count(self.named, text)

    def add_other(self, at: int, cell: str) -> None:
        """A row whose cell in this column is none of those asked for."""
        count(self.others[at], cell)

    def remarks(self, wanted: Sequence[tuple[int, Sequence[str]]], last_row: int) -> Iterator[Remark]:
        """`wanted` are the texts asked for by column, `last_row` the last one that was read."""
        if self.named:
            message = _("Rows skipped, as the answers say: %(number)d (%(texts)s).")
            yield self.remark(None, "rows.skipped", message, self.named)
        for at, texts in wanted:
            others = self.others[at]
            message = _(
                "Rows not read, since only those with certain cells were asked for: %(number)d (%(texts)s)."
            )
            if others:
                yield self.remark(at, "rows.others", message, others)
            folded = {fold(text) or text for text in texts}
            alike = Counter(
                {one: n for one, n in others.items() if most_similar(fold(one), folded, 1, SEEMS_TO_BE)}
            )
            message = _(
                "Cells that are not read, although they look like others that are: %(texts)s. If they belong to them,"
                " change how the table is read."
            )
            if alike:
                yield self.remark(at, "rows.others_alike", message, alike)
            absent = Counter(text for text in texts if (fold(text) or text) not in self.met[at])
            message = _("Asked for, but in no row of the table: %(texts)s.")
            if absent:
                yield self.remark(at, "rows.absent", message, absent)
        if self.below:
            message = _("Rows below row %(row)d, the last one that is read: %(number)d.")
            yield Remark(last_row, None, Problem("rows.below", message, row=last_row, number=self.below))

    def remark(self, at: int | None, code: str, message: StrOrPromise, found: Counter[str]) -> Remark:
        texts = [text[:60] for text, _number in found.most_common(MOST_NAMED) if text]
        texts += ["…"] if len(found) > MOST_NAMED else []
        return Remark(
            self.above, at, Problem(code, message, number=found.total(), texts="; ".join(texts) or "…")
        )


def count(found: Counter[str], text: str) -> None:
    found[text if text in found or len(found) < MOST_COUNTED else ""] += 1
