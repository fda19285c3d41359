"""What the reader of workbooks does not tell of an xlsx: formulas, hidden rows, errors, and cells that show
less than their value.

The XML of the sheet is gone through once, a piece at a time, and looked into only where a piece holds the letters of
such a thing at all.
"""

import io
import re
import zipfile
from datetime import date
from functools import partial

from relations.text.cell_syntax import NEVER_CALCULATED

from .cell_text import as_text
from .xlsx_xml import begins_as_usual, elements, is_usual, plain

CELL = rb'<c\s(?=[^>]*?r="([A-Z]{1,3})(\d+)")'
FORMULA = re.compile(CELL + rb"[^>]*>\s*<f[\s/>]")
# With t="str" an empty value has been calculated: it is the empty text.
UNCALCULATED = re.compile(
    CELL + rb'(?![^>]*\st="str")[^>/]*>\s*<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>'
)
HIDDEN_COLUMN = re.compile(rb'<col(?=\s(?:[^>]*?\s)?hidden="(?:1|true)")[^>]*?\smin="(\d+)"')
ERROR = re.compile(CELL + rb'(?=[^>]*?\st="e")[^>]*>(?:<f.*?(?:/>|</f>))?<v>([^<]{1,20})</v>', re.DOTALL)
HIDDEN_ROW = re.compile(rb'<row(?=\s(?:[^>]*?\s)?hidden="(?:1|true)")[^>]*?\sr="(\d+)"')
#: one remark a cell would drown the others
MOST_REMARKS = 20
#: how much XML is looked at at a time, and how long a cell may be that stands across two pieces
PIECE, LONGEST_CELL = 2**20, 2000


class Unseen:
    """`cells`: {row index: [(column index, what makes the cell what its author sees)]}; the others by their numbers."""

    def __init__(self):
        self.formulas, self.hidden, self.hidden_columns, self.cells = {}, {}, {}, {}

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

    def is_noted(self, row, column):
        """Whether the cell has more to tell than that it is a formula."""
        return any(at == column and isinstance(make, partial) for at, make in self.cells.get(row - 1, ()))

    def note(self, match, make):
        self.cells.setdefault(int(match[2]) - 1, []).append((column_index(match[1]), make))


def in_place_of(text, cell):
    return text


def as_percent(cell):
    """0.25 that shows as 25 % is 25 %."""
    return f"{as_text(float(round(cell * 100, 10)))}%" if type(cell) in (int, float) else cell


def with_percent(cell):
    """5 that shows as 5 %, since its format writes the sign itself."""
    return f"{as_text(cell)}%" if type(cell) in (int, float) else cell


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
        path, styled = sheet_path(package, name), list(styled_cells(package))
        if path and not look_through(found, pieces(package.open(path)), styled, as_usual=True):
            found = Unseen()
            look_through(found, plain(package.open(path)), styled)
    found.formulas = {place: None for place in found.formulas if not found.is_noted(*place)}
    return found


#: the errors every reader knows
CLASSIC = frozenset((b"#NULL!", b"#DIV/0!", b"#VALUE!", b"#REF!", b"#NAME?", b"#NUM!", b"#N/A"))


def unknown_error(data):
    """(cell, error) of the first error of a newer kind in any sheet of an xlsx; None where there is none."""
    if not data.startswith(b"PK"):
        return None
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in package.namelist():
            for match in ERROR.finditer(package.read(name)) if name.startswith("xl/worksheets/sheet") else ():
                if match[3] not in CLASSIC:
                    return (match[1] + match[2]).decode(), match[3].decode(errors="replace")
    return None


def pieces(stream):
    while piece := stream.read(PIECE):
        yield piece


def look_through(found, xml, styled, as_usual=False):
    """Looks into every piece; False, and no further, where one is laid out in an unusual way and that matters."""
    kept = b""
    for piece in xml:
        piece = kept + piece
        # A cell that goes on in the next piece is left to it.
        end = piece.rfind(b"<c ", max(0, len(piece) - LONGEST_CELL))
        kept, piece = (piece[end:], piece[:end]) if end > 0 else (b"", piece)
        if as_usual and not (is_usual(piece) and begins_as_usual(piece)):
            return False
        found.look(piece, styled)
    if as_usual and not is_usual(kept):
        return False
    found.look(kept, styled)
    return True


def styled_cells(package):
    """[(what finds the cells of a style that shows less or other than the value, what makes of it what is shown)]."""
    styles, codes = cell_styles(package)
    for make, is_so in SHOWN_OTHERWISE:
        if found := [b"%d" % i for i, number in enumerate(styles) if is_so(codes.get(number, ""))]:
            yield re.compile(CELL + rb'(?=[^>]*?\ss="(?:' + b"|".join(found) + rb')")'), make


def cell_styles(package):
    """([number of the format of each cell style], {number: format code})."""
    codes, styles, is_of_cells = dict(BUILT_IN), [], False
    found = elements(package.read("xl/styles.xml")) if "xl/styles.xml" in package.namelist() else ()
    for name, attributes in found:
        if name == "numFmt":
            codes[attributes.get("numFmtId")] = attributes.get("formatCode", "")
        elif name == "xf" and is_of_cells:
            styles.append(attributes.get("numFmtId"))
        elif name in ("cellStyleXfs", "cellXfs", "cellStyles"):
            is_of_cells = name == "cellXfs"
    return styles, codes


#: the built-in number formats that show less or other than the value
BUILT_IN = {"9": "0%", "10": "0.00%", "17": "mmm-yy"}
LITERAL = re.compile(r'"([^"]*)"|\\(.)')


def shown_part(code):
    """The letters of a number format that stand for parts of a date, and the per cent sign."""
    code = re.sub(r"\[[^\]]*\]|@.*", "", LITERAL.sub("", code)).lower().split(";")[0]
    return set(re.findall("[dmyhs%]", code))


def literal_part(code):
    """The text a number format writes itself."""
    return "".join(one or other for one, other in LITERAL.findall(code.split(";")[0]))


#: what is made of a cell, and by which format it is known
SHOWN_OTHERWISE = (
    (as_percent, lambda code: "%" in shown_part(code)),
    (as_month, lambda code: shown_part(code) == {"m", "y"}),
    (as_year, lambda code: shown_part(code) == {"y"}),
    (with_percent, lambda code: "%" in literal_part(code)),
)


def sheet_path(package, name):
    """Where the sheet with this name stands; "" where the package is laid out in another way."""
    parts = set(package.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= parts:
        return ""
    sheets = (one for kind, one in elements(package.read("xl/workbook.xml")) if kind == "sheet")
    key = next((one.get("id") for one in sheets if one.get("name") == name), None)
    relations = (one for _kind, one in elements(package.read("xl/_rels/workbook.xml.rels")))
    target = next((one.get("Target", "") for one in relations if one.get("Id") == key), "")
    path = "xl/" + target.removeprefix("/xl/")
    return path if path in parts else ""


def column_index(letters):
    """A is 0, AA is 26."""
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1
