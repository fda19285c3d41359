"""Finds in an xlsx sheet what python-calamine omits: formulas, hidden rows, errors and number formats.

The XML of the sheet is read once, in pieces; only pieces that contain the relevant tags are parsed.
"""

import html
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import IO, NamedTuple

from relations.text.cell_syntax import NEVER_CALCULATED

from .number_formats import Make, make_of
from .rich_text import Marked, has_marks, is_on, marked_inline, marked_strings
from .sheet_details import MOST_STRUCK, STRUCK_OUT, Instead, SheetDetails
from .workbook_pieces import Place
from .xlsx_xml import begins_as_usual, elements, is_usual, normalised

CELL = rb'<c\s(?=[^>]*?r="([A-Z]{1,3})(\d+)")'
FORMULA = re.compile(CELL + rb"[^>]*>\s*<f[\s/>]")
# With t="str" an empty value has been calculated: it is the empty text.
UNCALCULATED = re.compile(
    CELL + rb'(?![^>]*\st="str")[^>/]*>\s*<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>'
)
HIDDEN_COLUMN = re.compile(rb'<col(?=\s(?:[^>]*?\s)?hidden="(?:1|true)")[^>]*?\smin="(\d+)"')
ERROR = re.compile(CELL + rb'(?=[^>]*?\st="e")[^>]*>(?:<f.*?(?:/>|</f>))?<v>([^<]{1,20})</v>', re.DOTALL)
#: a cell with a shared text, and one with a text of its own
SHARED = re.compile(CELL + rb'(?=[^>]*?\st="s")[^>]*>\s*<v>(\d+)</v>')
INLINE = re.compile(CELL + rb'(?=[^>]*?\st="inlineStr")[^>]*>\s*(<is>.*?</is>)', re.DOTALL)
LINK_FORMULA = re.compile(CELL + rb'[^>]*>\s*<f[^>]*>HYPERLINK\((?:"|&quot;)(https?://[^"<]*?)(?:"|&quot;)')
HYPERLINK = re.compile(
    rb'<hyperlink\s(?=[^>]*?\bref="([A-Z]{1,3})(\d+)(?::[A-Z]+\d+)?")(?=[^>]*?[\s:]id="([^"]+)")'
)
HIDDEN_ROW = re.compile(rb'<row(?=\s(?:[^>]*?\s)?hidden="(?:1|true)")[^>]*?\sr="(\d+)"')
#: how much XML is read at a time, and how long a cell across two pieces may be
PIECE, LONGEST_CELL = 2**20, 2000


class Styled(NamedTuple):
    """The styles that display less or other than the value: a pattern for their cells, and {style: conversion}."""

    cells: re.Pattern[bytes]
    makes: dict[bytes, Make]


class Formats(NamedTuple):
    """What the workbook says of cells outside its sheets: the styles and the shared texts that matter."""

    styled: Styled | None = None
    strings: Mapping[int, Marked] = MappingProxyType({})


class XlsxDetails(SheetDetails):
    """Of a sheet whose XML it looks through."""

    def __init__(self) -> None:
        super().__init__()
        #: {place: key of its link}
        self.link_keys: dict[Place, str] = {}

    def look(self, piece: bytes, formats: Formats) -> None:
        if b"<f" in piece:
            self.gather(self.formulas, map(place_of, FORMULA.finditer(piece)))
            for match in UNCALCULATED.finditer(piece):
                self.note(match, Instead(NEVER_CALCULATED))
        if b' hidden="' in piece:
            self.gather(self.hidden, (int(one[1]) for one in HIDDEN_ROW.finditer(piece)))
            self.gather(self.hidden_columns, (int(one[1]) - 1 for one in HIDDEN_COLUMN.finditer(piece)))
        if b' t="e"' in piece:
            for match in ERROR.finditer(piece):
                self.note(match, Instead(match[3].decode(errors="replace")))
        if b"<hyperlink" in piece or b"HYPERLINK(" in piece:
            self.look_for_links(piece)
        self.look_for_marks(piece, formats)
        if formats.styled:
            for match in formats.styled.cells.finditer(piece):
                self.note(match, make := formats.styled.makes[match[3]])
                if make is STRUCK_OUT:
                    self.gather(self.struck, [place_of(match)], MOST_STRUCK)

    def look_for_links(self, piece: bytes) -> None:
        """Notes the addresses of formulas, and by their key those that another part keeps."""
        for match in LINK_FORMULA.finditer(piece):
            self.note_link(place_of(match), html.unescape(match[3].decode(errors="replace")))
        self.link_keys.update((place_of(match), match[3].decode()) for match in HYPERLINK.finditer(piece))

    def look_for_marks(self, piece: bytes, formats: Formats) -> None:
        """Notes the cells whose text is raised or struck out in part."""
        if formats.strings:
            for match in SHARED.finditer(piece):
                if marked := formats.strings.get(int(match[3])):
                    self.note_marked(match, marked)
        if b"<is>" in piece and has_marks(piece):
            for match in INLINE.finditer(piece):
                if marked := marked_inline(match[3]):
                    self.note_marked(match, marked)

    def note_marked(self, match: re.Match[bytes], marked: Marked) -> None:
        self.note(match, Instead(marked.text))
        if marked.struck and len(self.struck) < MOST_STRUCK:
            self.struck[place_of(match)] = marked.struck

    def note(self, match: re.Match[bytes], make: Make) -> None:
        self.cells.setdefault(int(match[2]) - 1, []).append((column_index(match[1]), make))


def xlsx_details(package: zipfile.ZipFile, name: str) -> SheetDetails:
    """The details of the sheet with this name."""
    path, formats = sheet_path(package, name), Formats(styled_cells(package), marked_strings(package))
    found = XlsxDetails()
    if path and not scan(found, read_in_pieces(package.open(path)), formats, as_usual=True):
        found = XlsxDetails()
        scan(found, normalised(package.open(path)), formats)
    found.formulas = {place: None for place in found.formulas if not found.is_noted(*place)}
    note_links(package, path, found)
    return found


def note_links(package: zipfile.ZipFile, path: str, found: XlsxDetails) -> None:
    """Notes the addresses behind the keys of links."""
    folder, _slash, file = path.rpartition("/")
    relations = f"{folder}/_rels/{file}.rels"
    if not found.link_keys or relations not in package.namelist():
        return
    targets = {one.get("Id"): one.get("Target", "") for _kind, one in elements(package.read(relations))}
    for place, key in found.link_keys.items():
        found.note_link(place, targets.get(key, ""))


#: the errors every reader knows
CLASSIC = frozenset((b"#NULL!", b"#DIV/0!", b"#VALUE!", b"#REF!", b"#NAME?", b"#NUM!", b"#N/A"))


def unknown_error(data: bytes) -> tuple[str, str] | None:
    """(cell, error) of the first error of a newer kind in any sheet of an xlsx; None where there is none."""
    if not data.startswith(b"PK"):
        return None
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in package.namelist():
            for match in ERROR.finditer(package.read(name)) if name.startswith("xl/worksheets/sheet") else ():
                if match[3] not in CLASSIC:
                    return (match[1] + match[2]).decode(), match[3].decode(errors="replace")
    return None


def read_in_pieces(stream: IO[bytes]) -> Iterator[bytes]:
    while piece := stream.read(PIECE):
        yield piece


def scan(found: XlsxDetails, xml: Iterable[bytes], formats: Formats, as_usual: bool = False) -> bool:
    """Reads every piece; stops with False if an unusual layout prevents that."""
    kept = b""
    for piece in xml:
        piece = kept + piece
        # a cell that continues in the next piece is read there
        tail = max(0, len(piece) - LONGEST_CELL)
        end = max(piece.rfind(b"<c ", tail), piece.rfind(b"<hyperlink ", tail))
        kept, piece = (piece[end:], piece[:end]) if end > 0 else (b"", piece)
        if as_usual and not (is_usual(piece) and begins_as_usual(piece)):
            return False
        found.look(piece, formats)
    if as_usual and not is_usual(kept):
        return False
    found.look(kept, formats)
    return True


def styled_cells(package: zipfile.ZipFile) -> Styled | None:
    """The cells whose format shows less or other than their value, if there is such a format."""
    styles = cell_styles(package)
    made = {number: make_of(styles.codes.get(number, "")) for number, _font in set(styles.cells)}
    makes = {
        b"%d" % at: make
        for at, (number, font) in enumerate(styles.cells)
        if (make := STRUCK_OUT if font in styles.struck else made[number])
    }
    if not makes:
        return None
    return Styled(re.compile(CELL + rb'(?=[^>]*?\ss="(' + b"|".join(makes) + rb')")[^>]*[^>/]>'), makes)


class Styles:
    """`cells` are the number format and the font of each cell style, `struck` the fonts that are struck out."""

    def __init__(self) -> None:
        self.codes, self.cells = dict(BUILT_IN), list[tuple[str | None, str | None]]()
        self.struck: set[str | None] = set()
        self.part, self.fonts = "", 0

    def read(self, name: str, attributes: dict[str, str]) -> None:
        """Reads the next element."""
        if name == "numFmt":
            self.codes[attributes.get("numFmtId")] = attributes.get("formatCode", "")
        elif name == "xf" and self.part == "cellXfs":
            self.cells.append((attributes.get("numFmtId"), attributes.get("fontId")))
        elif name == "font" and self.part == "fonts":
            self.fonts += 1
        elif name == "strike" and self.part == "fonts" and is_on(attributes):
            self.struck.add(str(self.fonts - 1))
        elif name in PARTS:
            self.part = name


#: parts of the styles of a workbook
PARTS = frozenset("fonts fills borders cellStyleXfs cellXfs cellStyles dxfs".split())


def cell_styles(package: zipfile.ZipFile) -> Styles:
    styles = Styles()
    found = elements(package.read("xl/styles.xml")) if "xl/styles.xml" in package.namelist() else ()
    for name, attributes in found:
        styles.read(name, attributes)
    return styles


#: the built-in number formats that display less or other than the value
BUILT_IN: dict[str | None, str] = {"9": "0%", "10": "0.00%", "17": "mmm-yy"}


def sheet_path(package: zipfile.ZipFile, name: str) -> str:
    """The path of the sheet with this name; "" where the package has another layout."""
    parts = set(package.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= parts:
        return ""
    sheets = (one for kind, one in elements(package.read("xl/workbook.xml")) if kind == "sheet")
    key = next((one.get("id") for one in sheets if one.get("name") == name), None)
    relations = (one for _kind, one in elements(package.read("xl/_rels/workbook.xml.rels")))
    target = next((one.get("Target", "") for one in relations if one.get("Id") == key), "")
    path = "xl/" + target.removeprefix("/xl/")
    return path if path in parts else ""


def place_of(match: re.Match[bytes]) -> Place:
    return int(match[2]), column_index(match[1])


def column_index(letters: bytes) -> int:
    """A is 0, AA is 26."""
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1
