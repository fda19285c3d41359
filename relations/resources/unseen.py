"""What the reader of workbooks does not tell of an xlsx: formulas, hidden rows, errors, and cells that show
less than their value.

The XML of the sheet is gone through once, a piece at a time, and looked into only where a piece holds the letters of
such a thing at all.
"""

import io
import re
import zipfile
from dataclasses import dataclass, field
from datetime import date
from functools import partial

CELL = rb'<c\s(?=[^>]*?r="([A-Z]{1,3})(\d+)")'
FORMULA = re.compile(CELL + rb"[^>]*>\s*<f[\s/>]")
UNCALCULATED = re.compile(CELL + rb"[^>/]*>\s*<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>")
HIDDEN_COLUMN = re.compile(rb'<col\s(?=[^>]*?\shidden="(?:1|true)")[^>]*?\smin="(\d+)"')
ERROR = re.compile(CELL + rb'(?=[^>]*?\st="e")[^>]*>(?:<f.*?(?:/>|</f>))?<v>([^<]{1,20})</v>', re.DOTALL)
HIDDEN_ROW = re.compile(rb'<row\s(?=[^>]*?\shidden="(?:1|true)")[^>]*?r="(\d+)"')
SHEET_ENTRY = re.compile(rb'<(?:\w+:)?sheet\s[^>]*?name="([^"]*)"[^>]*?:id="([^"]*)"')
RELATION = re.compile(rb"<Relationship\s[^>]*>")
NUMBER_FORMAT = re.compile(rb"<numFmt\s[^>]*>")
#: built-in number formats: 0% and 0.00%; mmm-yy
PER_CENT, MONTHS = {b"9", b"10"}, {b"17"}
#: what stands for the value of a formula that no program has calculated yet; Excel has the same word
NEVER_CALCULATED = "#CALC!"
#: one remark a cell would drown the others
MOST_REMARKS = 20
#: how much XML is looked at at a time, and how long a cell may be that stands across two pieces
PIECE, LONGEST_CELL = 2**20, 2000


@dataclass
class Unseen:
    """`cells`: {row index: [(column index, what makes the cell what its author sees)]}; the others by their numbers."""

    formulas: dict = field(default_factory=dict)
    hidden: dict = field(default_factory=dict)
    hidden_columns: dict = field(default_factory=dict)
    cells: dict = field(default_factory=dict)

    def look(self, piece, styled):
        if b"<f" in piece:
            self.gather(
                self.formulas, ((int(one[2]), column_index(one[1])) for one in FORMULA.finditer(piece))
            )
            for match in UNCALCULATED.finditer(piece):
                self.note(match, partial(in_place_of, NEVER_CALCULATED))
        if b' hidden="' in piece:
            self.gather(self.hidden, (int(one[1]) for one in HIDDEN_ROW.finditer(piece)))
            self.gather(self.hidden_columns, (int(one[1]) - 1 for one in HIDDEN_COLUMN.finditer(piece)))
        if b' t="e"' in piece:
            for match in ERROR.finditer(piece):
                self.note(match, partial(in_place_of, match[3].decode(errors="replace")))
        for cells, make in styled:
            for match in cells.finditer(piece):
                self.note(match, make)

    @staticmethod
    def gather(found, things):
        """The first ones: a remark on each would drown the others."""
        found.update(zip(things, range(MOST_REMARKS - len(found)), strict=False))

    def note(self, match, make):
        self.cells.setdefault(int(match[2]) - 1, []).append((column_index(match[1]), make))


def in_place_of(text, cell):
    return text


def as_percent(cell):
    """0.25 that shows as 25 % is 25 %."""
    return f"{round(cell * 100, 10):g}%" if type(cell) in (int, float) else cell


def as_month(cell):
    """A date that shows as «май 1993» is a month: nobody has claimed its day."""
    return cell.strftime("%Y-%m") if isinstance(cell, date) else cell


def as_year(cell):
    return cell.strftime("%Y") if isinstance(cell, date) else cell


def unseen_in(data, name):
    """The Unseen of the sheet with this name; nothing of other formats than xlsx."""
    found = Unseen()
    if not data.startswith(b"PK"):
        return found
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        stream = sheet_xml(package, name)
        styled, kept = list(styled_cells(package)), b""
        while stream and (piece := stream.read(PIECE)):
            piece = kept + piece
            # A cell that goes on in the next piece is left to it.
            end = piece.rfind(b"<c ", max(0, len(piece) - LONGEST_CELL))
            kept = piece[end:] if end > 0 else b""
            found.look(piece[:end] if end > 0 else piece, styled)
        found.look(kept, styled)
    return found


def styled_cells(package):
    """[(what finds the cells of a style that shows less or other than the value, what makes of it what is shown)]."""
    xml = package.read("xl/styles.xml") if "xl/styles.xml" in package.namelist() else b""
    formats = [attributes_of(tag) for tag in NUMBER_FORMAT.findall(xml)]
    codes = {one.get(b"numFmtId"): shown_part(one.get(b"formatCode", b"")) for one in formats}
    cells = re.search(rb"<cellXfs.*?</cellXfs>", xml, re.DOTALL)
    styles = (
        [attributes_of(tag).get(b"numFmtId") for tag in re.findall(rb"<xf\s[^>]*>", cells[0])]
        if cells
        else []
    )
    wanted = (
        (as_percent, PER_CENT | {number for number, code in codes.items() if b"%" in code}),
        (
            as_month,
            MONTHS
            | {number for number, code in codes.items() if {*b"my"} <= {*code} and not {*b"dhs"} & {*code}},
        ),
        (as_year, {number for number, code in codes.items() if {*code} == {*b"y"}}),
    )
    for make, numbers in wanted:
        if found := [b"%d" % i for i, number in enumerate(styles) if number in numbers]:
            yield re.compile(CELL + rb'(?=[^>]*?\ss="(?:' + b"|".join(found) + rb')")'), make


def shown_part(code):
    """The letters of a number format that stand for parts of a date, and the per cent sign."""
    code = re.sub(rb'\[[^\]]*\]|"[^"]*"|&quot;.*?&quot;|\\\\.|@.*', b"", code).lower().split(b";")[0]
    return b"".join(re.findall(rb"[dmyhs%]", code))


def attributes_of(tag):
    return dict(re.findall(rb'(\w+)="([^"]*)"', tag))


def sheet_xml(package, name):
    """The XML of the sheet with this name as a stream; None where the package is laid out in another way."""
    parts = set(package.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= parts:
        return None
    ids = {unescaped(title): key for title, key in SHEET_ENTRY.findall(package.read("xl/workbook.xml"))}
    for relation in RELATION.findall(package.read("xl/_rels/workbook.xml.rels")):
        attributes = attributes_of(relation)
        if attributes.get(b"Id") == ids.get(name):
            path = "xl/" + attributes.get(b"Target", b"").decode().removeprefix("/xl/")
            return package.open(path) if path in parts else None
    return None


def unescaped(title):
    text = title.decode("utf-8", errors="replace")
    for entity, letter in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(entity, letter)
    return text


def column_index(letters):
    """A is 0, AA is 26."""
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1
