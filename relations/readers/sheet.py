"""Sheet: the header and rows of a file as text with their positions, whatever the format."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice, pairwise, zip_longest
from pathlib import Path
from typing import Generic, TypeVar

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.rows.sheet_row import SheetRow
from relations.text.characters import UNSEEN
from relations.text.normalize import fold

from .csv_reader import CsvTable, csv_table
from .encoding import decode
from .file_types import refuse_other_kinds
from .json_reader import is_json, json_table
from .workbook import WORKBOOK_STARTS, Remark, Table, workbook_table
from .xlsx_xml import column_number, letters

#: how many rows are searched for the header, since many files begin with titles, notes and blank lines
DEEPEST_HEADING = 30
#: a sheet may have this many times more rows than can be read, if the others are blank
BLANK_ROWS = 10
#: links that are named one by one
MOST_LINK_REMARKS = 20
#: characters that count as blank: spaces, and the zero-width marks of copied text
INVISIBLE = "".join(filter(str.isspace, map(chr, range(0x3001)))) + UNSEEN + "\u3164"


T = TypeVar("T")


class Reiterable(Generic[T]):
    """An iterable that can be iterated more than once without storing its items: `start` makes a new iterator."""

    def __init__(self, start: Callable[[], Iterator[T]]) -> None:
        self.start = start

    def __iter__(self) -> Iterator[T]:
        return self.start()


@dataclass
class Sheet:
    """One sheet: its header and the non-blank rows below it; all cells are text.

    `rows` can be iterated more than once. `expected` is about how many there are, for a progress bar.
    `remarks` are findings of the reader about the file, `remarks_at_end` those that are known once its rows have been
    read; `delimiter` is what divides its cells, "" but for csv.
    A sheet that was made from another one has `sources`: the column there that each of its own comes from, None for
    what stands in no column; `headings` are those of that other one above its own columns.
    """

    name: str
    header_row: int
    header: list[str]
    rows: Iterable[SheetRow]
    sha256: str = ""
    expected: int = 0
    remarks: Sequence[Remark] = ()
    remarks_at_end: Callable[[], Iterable[Remark]] = tuple
    delimiter: str = ""
    sources: tuple[int | None, ...] = ()
    headings: tuple[str, ...] = ()
    #: {(row number, column index): address} of links behind cells
    links: Mapping[tuple[int, int], str] = field(default_factory=dict)

    def where(self, keep: Callable[[SheetRow], bool]) -> "Sheet":
        """This sheet with those rows only for which keep(row) is true."""
        rows = self.rows
        return replace(self, rows=Reiterable(lambda: (row for row in rows if keep(row))))

    def linked(self, columns: Collection[int]) -> "Sheet":
        """This sheet with the addresses of links in these columns, where the text that is shown is no address."""
        at_columns = {self.source(at): at for at in columns}
        found = ((number, at_columns.get(at), address) for (number, at), address in self.links.items())
        links = {(number, at): address for number, at, address in found if at is not None}
        if not links:
            return self
        with_links = Reiterable(partial(rows_with_links, self.rows, links))
        message = _("The address of the link was read: %(address)s.")
        remarks = (
            Remark(row.shown_number, self.source(at), Problem("cell.link", message, address=address[:200]))
            for row in self.rows
            for at, address in links_of(row, links)
        )
        return replace(self, rows=with_links, remarks=[*self.remarks, *islice(remarks, MOST_LINK_REMARKS)])

    def located(self, known: Mapping[str, str]) -> "Sheet":
        """This sheet with the heading row found; `known` are {folded heading: the column it means}."""
        candidates = [SheetRow(self.header_row, self.header), *islice(self.rows, DEEPEST_HEADING - 1)]
        best = heading_row(candidates, known)
        if not best:
            return self
        # A template repeats its headings in another language below.
        repeated = {
            row.number for row in candidates if row.number <= best.number or says_the_same(row, best, known)
        }
        remarks = list(self.remarks)
        remarks += [
            Remark(
                number,
                None,
                Problem("row.headings", _("The headings are repeated in this row, which was skipped.")),
            )
            for before, number in pairwise(sorted(repeated))
            if before >= best.number and number > before + 1
        ]
        if best.number != self.header_row:
            remark = Problem("header.found", _("The headings were found in row %(row)d."), row=best.number)
            remarks.append(Remark(best.number, None, remark))
        header = [cell.strip() for cell in best.cells]
        below = self.where(lambda row: row.number not in repeated)
        return replace(below, header_row=best.number, header=header, remarks=remarks)

    @property
    def all_rows(self) -> Iterator[SheetRow]:
        """The rows from the first filled one."""
        yield SheetRow(self.header_row, self.header)
        yield from self.rows

    def source(self, index: int | None, row: SheetRow | None = None) -> int | None:
        """The column of the author's own table that a column of this sheet, or of one row, comes from."""
        sources = row.sources if row and row.sources else self.sources
        if index is None or not sources:
            return index
        return sources[index] if index < len(sources) else None

    def letter(self, index: int | None, row: SheetRow | None = None) -> str:
        """The letter above a cell as its author sees it; "" for what stands in no column."""
        at = self.source(index, row)
        return "" if at is None else column_letters(at)


def column_letters(index: int) -> str:
    """0 is A, 26 is AA."""
    return letters(index + 1)


def column_index(name: str) -> int:
    """A is 0, AA is 26."""
    return column_number(name) - 1


def links_of(row: SheetRow, links: Mapping[tuple[int, int], str]) -> list[tuple[int, str]]:
    """[(column index, address)] of the cells of a row whose text is no address itself."""
    return [
        (at, links[row.shown_number, at])
        for at, cell in enumerate(row.cells)
        if cell and (row.shown_number, at) in links and not cell.lower().startswith(("http://", "https://"))
    ]


def rows_with_links(rows: Iterable[SheetRow], links: Mapping[tuple[int, int], str]) -> Iterator[SheetRow]:
    for row in rows:
        found = links_of(row, links)
        if not found:
            yield row
            continue
        cells = list(row.cells)
        for at, address in found:
            cells[at] = address
        yield row._replace(cells=cells)


def heading_row(candidates: list[SheetRow], known: Collection[str]) -> SheetRow | None:
    """The header row, or None. The first filled row needs one known heading, a lower one two.

    A lower row must have two more than a row above it, since a record may contain one or two by chance; a single
    cell above is a title.
    """
    best, needed = None, 1
    for row in candidates:
        number = sum(fold(cell) in known for cell in row.cells)
        if number >= needed:
            best, needed = row, number + 2 if len(list(filter(None, row.cells))) > 1 else 2
        needed = max(needed, 2)
    return best


def says_the_same(row: SheetRow, heading: SheetRow, known: Mapping[str, str]) -> bool:
    """Whether a row repeats the headings: at least two cells, each of which names its own column."""
    filled = [
        (fold(cell), fold(above))
        for cell, above in zip_longest(row.cells, heading.cells, fillvalue="")
        if cell
    ]
    return len(filled) > 1 and all(
        cell in known and known[cell] == known.get(above) for cell, above in filled
    )


def read_file(path: str | Path, sheet_name: str = "", encoding: str = "") -> Sheet:
    return read_sheet(Path(path).read_bytes(), sheet_name, encoding)


def read_sheet(data: bytes, sheet_name: str = "", encoding: str = "") -> Sheet:
    """A Sheet of the bytes of an uploaded file. Raises Problem if it is not a table.

    `encoding` is that of a text file, where it is known; else it is found.
    Rows beyond the limits raise theirs when they are reached.
    """
    if len(data) > settings.MAX_UPLOAD_BYTES:
        limit = settings.MAX_UPLOAD_BYTES // 2**20
        raise Problem("file.too_large", _("The file is larger than %(limit)d MB."), limit=limit)
    if not data.strip():
        raise Problem("file.empty", _("The file is empty."))
    table = content_of(data, sheet_name, encoding)
    sheet = make_sheet(table.name, table.rows, hashlib.sha256(data).hexdigest())
    sheet.remarks, sheet.expected = table.remarks, table.expected
    sheet.links = table.links
    if not table.shows_formats:
        rows = sheet.rows
        sheet.rows = Reiterable(lambda: (row._replace(is_bare=True) for row in rows))
    sheet.delimiter = table.rows.delimiter if isinstance(table.rows, CsvTable) else ""
    return sheet


def content_of(data: bytes, sheet_name: str, given: str = "") -> Table:
    """The Table of a file, chosen by its bytes, not by its name."""
    refuse_other_kinds(data)
    if data.startswith(WORKBOOK_STARTS):
        return workbook_table(data, sheet_name)
    text, encoding = decode(data, given)
    remark = Problem("file.encoding_found", _("The file was read as %(encoding)s."), encoding=encoding)
    remarks = [] if encoding == "utf-8" else [Remark(None, None, remark)]
    if is_json(text):
        rows, expected = json_table(text)
        return Table("", rows, expected, remarks)
    return Table("", csv_table(text), text.count("\n"), remarks)


def make_sheet(name: str, rows: Iterable[Sequence[object]], sha256: str) -> Sheet:
    """A Sheet of lists of cells, whose first filled row is the heading."""
    filled = Reiterable(partial(filled_rows, rows))
    header = next(iter(filled), None)
    if header is None:
        raise Problem("file.empty", _("The file is empty."))
    below = Reiterable(lambda: islice(filled, 1, None))
    return Sheet(name, header.number, header.cells, below, sha256)


def filled_rows(rows: Iterable[Sequence[object]]) -> Iterator[SheetRow]:
    """Non-blank rows of text, with their numbers. Cells and rows beyond the limits are refused."""
    found = 0
    for number, cells in enumerate(rows, 1):
        if number > BLANK_ROWS * settings.MOST_ROWS:
            raise too_long()
        if not cells:
            continue
        texts = [(cell if type(cell) is str else str(cell)).strip(INVISIBLE) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        if not texts:
            continue
        found += 1
        if len(texts) > settings.MOST_COLUMNS:
            message = _("Row %(row)d has %(width)d columns; the limit is %(most)d.")
            raise Problem("sheet.too_wide", message, row=number, width=len(texts), most=settings.MOST_COLUMNS)
        if found > settings.MOST_ROWS + DEEPEST_HEADING:
            raise too_long()
        yield SheetRow(number, texts, len(cells))


def too_long() -> Problem:
    message = _("The sheet has more than %(most)d rows. Split it into smaller sheets.")
    return Problem("sheet.too_long", message, most=settings.MOST_ROWS)
