"""What the reader of workbooks does not tell of an xlsx: formulas, hidden rows, shares shown as per cent, errors.

The XML of the sheet is gone through once, a piece at a time, and looked into only where a piece holds the letters of
such a thing at all.
"""

import io
import re
import zipfile
from dataclasses import dataclass, field
from functools import partial

from django.utils.translation import gettext_lazy as _

from relations.problems import Problem

CELL = rb'<c\s(?=[^>]*?r="([A-Z]{1,3})(\d+)")'
FORMULA = re.compile(CELL + rb"[^>]*>\s*<f[\s/>]")
ERROR = re.compile(CELL + rb'(?=[^>]*?\st="e")[^>]*>(?:<f.*?(?:/>|</f>))?<v>([^<]{1,20})</v>', re.DOTALL)
HIDDEN_ROW = re.compile(rb'<row\s(?=[^>]*?\shidden="(?:1|true)")[^>]*?r="(\d+)"')
SHEET_ENTRY = re.compile(rb'<(?:\w+:)?sheet\s[^>]*?name="([^"]*)"[^>]*?:id="([^"]*)"')
RELATION = re.compile(rb"<Relationship\s[^>]*>")
NUMBER_FORMAT = re.compile(rb"<numFmt\s[^>]*>")
#: the built-in number formats 0% and 0.00%
PER_CENT = {b"9", b"10"}
#: one remark a cell would drown the others
MOST_REMARKS = 20
#: how much XML is looked at at a time, and how long a cell may be that stands across two pieces
PIECE, LONGEST_CELL = 2**20, 2000


@dataclass
class Unseen:
    """`cells`: {row index: [(column index, what makes the cell what its author sees)]}."""

    formulas: dict = field(default_factory=dict)
    hidden: dict = field(default_factory=dict)
    cells: dict = field(default_factory=dict)

    def remarks(self):
        """(row number, column index, Problem) of formulas and hidden rows."""
        formula = Problem("cell.formula", _("A formula: its last calculated value was read."))
        yield from ((row, column, formula) for row, column in self.formulas)
        hidden = Problem("row.hidden", _("This row is hidden in the sheet; it was read all the same."))
        yield from ((row, None, hidden) for row in self.hidden)

    def look(self, piece, percent):
        if b"<f" in piece and len(self.formulas) < MOST_REMARKS:
            found = ((int(match[2]), column_index(match[1])) for match in FORMULA.finditer(piece))
            self.formulas.update(zip(found, range(MOST_REMARKS - len(self.formulas)), strict=False))
        if b' hidden="' in piece and len(self.hidden) < MOST_REMARKS:
            rows = (int(match[1]) for match in HIDDEN_ROW.finditer(piece))
            self.hidden.update(zip(rows, range(MOST_REMARKS - len(self.hidden)), strict=False))
        if b' t="e"' in piece:
            for match in ERROR.finditer(piece):
                self.note(match, partial(in_place_of, match[3].decode(errors="replace")))
        for match in percent.finditer(piece) if percent else ():
            self.note(match, as_percent)

    def note(self, match, make):
        self.cells.setdefault(int(match[2]) - 1, []).append((column_index(match[1]), make))


def in_place_of(text, cell):
    return text


def as_percent(cell):
    """0.25 that shows as 25 % is 25 %."""
    return f"{round(cell * 100, 10):g}%" if isinstance(cell, (int, float)) else cell


def unseen_in(data, name):
    """The Unseen of the sheet with this name; nothing of other formats than xlsx."""
    found = Unseen()
    if not data.startswith(b"PK"):
        return found
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        stream = sheet_xml(package, name)
        percent, kept = percent_cells(package), b""
        while stream and (piece := stream.read(PIECE)):
            piece = kept + piece
            # A cell that goes on in the next piece is left to it.
            end = piece.rfind(b"<c ", max(0, len(piece) - LONGEST_CELL))
            kept = piece[end:] if end > 0 else b""
            found.look(piece[:end] if end > 0 else piece, percent)
        found.look(kept, percent)
    return found


def percent_cells(package):
    """What finds the cells whose style is written with a per cent sign; None where there is no such style."""
    xml = package.read("xl/styles.xml") if "xl/styles.xml" in package.namelist() else b""
    formats = (attributes_of(tag) for tag in NUMBER_FORMAT.findall(xml))
    per_cent = PER_CENT | {one.get(b"numFmtId") for one in formats if b"%" in one.get(b"formatCode", b"")}
    cells = re.search(rb"<cellXfs.*?</cellXfs>", xml, re.DOTALL)
    styles = (
        [attributes_of(tag).get(b"numFmtId") for tag in re.findall(rb"<xf\s[^>]*>", cells[0])]
        if cells
        else []
    )
    numbers = [b"%d" % i for i, number in enumerate(styles) if number in per_cent]
    return re.compile(CELL + rb'(?=[^>]*?\ss="(?:' + b"|".join(numbers) + rb')")') if numbers else None


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
