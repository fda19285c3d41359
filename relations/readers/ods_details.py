"""Reads from a sheet of an .ods workbook what python-calamine omits, in one pass over its XML.

A cell of this format keeps the text it shows beside its value, so that per cent, currency, scale, words and errors
are read from both. Repeated rows and cells are not written out.
"""

import re
import zipfile
from decimal import Decimal
from functools import lru_cache

from relations.text.cell_syntax import FORMULA_ERRORS, NEVER_CALCULATED

from .number_formats import Make, Section, Shown, as_month, as_year, make_of
from .rich_text import lowered, pieces, raised
from .sheet_details import MOST_STRUCK, STRUCK_OUT, Instead, SheetDetails
from .xlsx_xml import bare as without_space
from .xlsx_xml import parse, parser_with

CONTENT = "content.xml"
#: without any of these in it a workbook shows every cell as it is, and need not be read twice
TELLING = (
    *(b"percentage", b"currency", b'"error"', b"formula=", b":span", b":a ", b"visibility=", b"date-value"),
    *(b"number:text", b"display-factor", b":map ", b"line-through"),
)
LONGEST_TELLING = 20
#: a repeated cell is noted in so many columns, more than a sheet may have
MOST_REPEATED = 2000
CELLS = frozenset(("table-cell", "covered-table-cell"))
#: what stands for blanks in a text
BLANKS = {"tab": "\t", "line-break": "\n"}
#: an error by which LibreOffice gives only its number
NUMBERED_ERROR = re.compile(r"Err:\d+")
SHOWN_NUMBER = re.compile(r"(?P<before>\D*?)-?(?P<digits>\d(?:[\d\s.,'’]*\d)?)(?P<after>\D*)")
PLAIN = re.compile(r"-?\d+[.,]\d+")
SHOWN_YEAR = re.compile(r"\d{4}\D*")
SHOWN_MONTH = re.compile(r"(?:[^\W\d]+\.?\s+|\d{1,2}[./-])\d{4}\D*|\d{4}-\d\d")
NOT_WORDS = " ()+-−.,\u00a0\u202f"
#: by which a format may scale a number
POWERS = (0, -3, -6, -9, -12)
PER_CENT = make_of("0%")


#: names recur by the hundred thousand
bare = lru_cache(maxsize=1000)(without_space)


def bare_keys(attributes: dict[str, str]) -> dict[str, str]:
    return {bare(name): value for name, value in attributes.items()} if attributes else attributes


class Cell:
    """One cell while it is read: its attributes, its text, and what of it is struck out."""

    def __init__(self, attributes: dict[str, str]) -> None:
        self.types = {value for name, value in attributes.items() if name.endswith("value-type")}
        self.attributes = bare_keys(attributes)
        self.parts: list[str] = []
        self.struck: list[str] = []
        self.paragraphs, self.is_marked, self.link = 0, False, ""

    @property
    def text(self) -> str:
        return "".join(self.parts)

    @property
    def repeated(self) -> int:
        return count_of(self.attributes, "number-columns-repeated")

    @property
    def is_filled(self) -> bool:
        return bool(self.types or self.parts or "formula" in self.attributes)

    def make(self) -> Make | None:
        """What the cell shows, where that is not its value."""
        if error := self.error():
            return Instead(error)
        if "formula" in self.attributes and not self.types and not self.parts:
            return Instead(NEVER_CALCULATED)
        if self.is_marked:
            return Instead(self.text)
        if "percentage" in self.types:
            return PER_CENT
        if "date" in self.types:
            shown = self.text.strip()
            return (
                as_year if SHOWN_YEAR.fullmatch(shown) else as_month if SHOWN_MONTH.fullmatch(shown) else None
            )
        if self.types & {"float", "currency"}:
            return self.number()
        return None

    def error(self) -> str:
        """The error of a formula, in the words of Excel."""
        if "error" not in self.types and "formula" not in self.attributes:
            return ""
        text = self.text.strip()
        is_error = "error" in self.types or ("formula" in self.attributes and NUMBERED_ERROR.fullmatch(text))
        if not is_error and not ("formula" in self.attributes and text in FORMULA_ERRORS):
            return ""
        return text if text in FORMULA_ERRORS else "#VALUE!"

    def number(self) -> Make | None:
        """A number with the words and the scale that its text shows; a currency by its code."""
        shown, code = self.text.strip(), self.attributes.get("currency", "")
        if not shown and self.paragraphs and not code:
            return Instead("")  # its format hides it
        value = self.attributes.get("value", "")
        if not code and is_just(shown, value):
            return None
        section = shown_section(shown, value)
        if code:
            section = Section(f"{code} ", "", section.power if section else 0, True)
        return None if section is None or section.is_plain else Shown((section,))


def is_just(shown: str, value: str) -> bool:
    """Whether a number shows all its digits and nothing else, as most do."""
    return shown == value or (bool(PLAIN.fullmatch(shown)) and shown.replace(",", ".").rstrip("0") == value)


def shown_section(shown: str, value: str) -> Section | None:
    """The words beside a shown number, and the power of ten by which it is its value; None where it is another."""
    match = SHOWN_NUMBER.fullmatch(shown)
    if not match:
        is_words = re.search(r"[^\W\d_]", shown) and not re.search(r"\d", shown)
        return Section(shown) if is_words else None
    power = power_between(value, match["digits"])
    if power is None:
        return None
    before, after = (text if text.strip(NOT_WORDS) else "" for text in (match["before"], match["after"]))
    return Section(before, after, power, True)


def power_between(value: str, digits: str) -> int | None:
    """0 for 16500 shown as 16 500, -6 for 18500000 shown as 18,5."""
    plain = re.sub(r"[\s'’]", "", digits)
    whole, sign, decimals = plain.rpartition("," if plain.rfind(",") > plain.rfind(".") else ".")
    readings = [re.sub(r"[.,]", "", plain)]
    if sign:
        readings.insert(0, f"{re.sub('[.,]', '', whole)}.{decimals}")
    try:
        number = abs(Decimal(value))
        found = (
            power for power in POWERS for one in readings if is_shown_as(number.scaleb(power), Decimal(one))
        )
        return next(found, None)
    except ArithmeticError:  # a value that is no number
        return None


def is_shown_as(number: Decimal, reading: Decimal) -> bool:
    """Whether a number can be shown so, rounded to its decimals."""
    return abs(number - reading) <= Decimal("0.51").scaleb(int(reading.as_tuple().exponent))


class TextStyles:
    """The automatic styles by which a part of a text is raised, lowered or struck out, by their names."""

    def __init__(self) -> None:
        self.name = ""
        self.raised: set[str] = set()
        self.lowered: set[str] = set()
        self.struck: set[str] = set()

    def read(self, name: str, attributes: dict[str, str]) -> None:
        if name == "style":
            self.name = bare_keys(attributes).get("name", "")
        elif name == "text-properties" and self.name:
            of = bare_keys(attributes)
            position = of.get("text-position", "").split(" ")[0]
            if position == "super" or position.strip("0%").rstrip("%").isdecimal():
                self.raised.add(self.name)
            elif position == "sub" or position.startswith("-"):
                self.lowered.add(self.name)
            lines = {of.get("text-line-through-style", "none"), of.get("text-line-through-type", "none")}
            if lines != {"none"}:
                self.struck.add(self.name)


class OdsSheet:
    """Reads the XML of a workbook and notes the details of one of its sheets."""

    def __init__(self, name: str) -> None:
        self.name, self.details, self.styles = name, SheetDetails(), TextStyles()
        self.parser = parser_with(self.start)
        self.parser.EndElementHandler, self.parser.CharacterDataHandler = self.end, self.add
        self.parser.buffer_text = True
        self.open: list[str] = []
        self.sheet_depth = self.paragraph_depth = self.cell_depth = self.row = self.column = self.columns = 0
        self.is_found = self.row_is_filled = False
        self.row_attributes: dict[str, str] = {}
        self.cell: Cell | None = None
        self.spans: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = bare(name)
        self.open.append(name)
        if not self.sheet_depth:
            self.styles.read(name, attributes)
            is_it = name == "table" and not self.is_found and bare_keys(attributes).get("name") == self.name
            self.sheet_depth = len(self.open) if is_it else 0
        elif self.cell is not None:
            self.start_in_cell(name, bare_keys(attributes))
        elif name == "table-row":
            self.row_attributes, self.column, self.row_is_filled = bare_keys(attributes), 0, False
        elif name == "table-column":
            self.start_column(bare_keys(attributes))
        elif name in CELLS:
            self.cell, self.spans, self.cell_depth = Cell(attributes), [], len(self.open)

    def start_column(self, attributes: dict[str, str]) -> None:
        number = count_of(attributes, "number-columns-repeated")
        if (
            is_hidden(attributes) and number < MOST_REPEATED
        ):  # all to the right of the table is no column of it
            self.details.gather(self.details.hidden_columns, range(self.columns, self.columns + number))
        self.columns += number

    def start_in_cell(self, name: str, attributes: dict[str, str]) -> None:
        assert self.cell is not None  # the caller has looked
        if name == "p" and self.open[-2] in CELLS and not self.paragraph_depth:
            self.paragraph_depth = len(self.open)
            self.cell.parts += ["\n"] if self.cell.paragraphs else []
            self.cell.paragraphs += 1
        elif self.paragraph_depth and name == "span":
            self.spans.append(attributes.get("style-name", ""))
        elif self.paragraph_depth and name == "a":
            self.cell.link = self.cell.link or attributes.get("href", "")
        elif self.paragraph_depth and name == "s":
            self.add(" " * min(count_of(attributes, "c"), MOST_REPEATED))
        elif self.paragraph_depth and name in BLANKS:
            self.add(BLANKS[name])

    def add(self, text: str) -> None:
        if self.cell is None or not self.paragraph_depth:
            return
        if not self.spans and len(self.open) == self.paragraph_depth:
            self.cell.parts.append(text)
            return
        if "annotation" in self.open[self.paragraph_depth :]:
            return
        spans, styles = set(self.spans), self.styles
        if spans & styles.struck:
            self.cell.struck.append(text)
        elif spans & styles.raised:
            self.cell.parts.append(raised(text))
        else:
            self.cell.parts.append(lowered(text) if spans & styles.lowered else text)
        self.cell.is_marked |= bool(spans & (styles.struck | styles.raised | styles.lowered))

    def end(self, name: str) -> None:
        name, depth = bare(name), len(self.open)
        self.open.pop()
        if not self.sheet_depth:
            return
        if depth == self.paragraph_depth:
            self.paragraph_depth = 0
        elif self.paragraph_depth and name == "span":
            self.spans.pop()
        elif self.cell is not None and depth == self.cell_depth:
            self.end_cell(self.cell)
        elif self.cell is None and name == "table-row":
            self.end_row()
        elif depth == self.sheet_depth:
            self.sheet_depth, self.is_found = 0, True

    def end_cell(self, cell: Cell) -> None:
        self.cell, first = None, self.column
        self.column += cell.repeated
        if not cell.is_filled:
            return
        self.row_is_filled = True
        columns = range(first, min(self.column, first + MOST_REPEATED))
        make, place = cell.make(), (self.row + 1, first)
        if cell.attributes.get("style-name", "") in self.styles.struck and cell.text.strip():
            make = STRUCK_OUT
            cell.struck = [cell.text]
        if make:
            noted = self.details.cells.setdefault(self.row, [])
            noted += [(column, make) for column in columns]
        if cell.struck and len(self.details.struck) < MOST_STRUCK:
            self.details.struck[place] = "".join(cell.struck)
        if "formula" in cell.attributes and not isinstance(make, Instead):
            self.details.gather(self.details.formulas, [place])
        if cell.link:
            self.details.note_link(place, cell.link)

    def end_row(self) -> None:
        number = count_of(self.row_attributes, "number-rows-repeated")
        if self.row in self.details.cells and number > 1:
            self.details.alike[self.row] = self.row + number - 1
        if self.row_is_filled and is_hidden(self.row_attributes):
            self.details.gather(self.details.hidden, range(self.row + 1, self.row + number + 1))
        self.row += number


def is_hidden(attributes: dict[str, str]) -> bool:
    return attributes.get("visibility", "visible") != "visible"


def count_of(attributes: dict[str, str], name: str) -> int:
    """How often a cell, row or blank is repeated. Raises ValueError for what is no number."""
    return max(1, int(attributes[name][:9])) if name in attributes else 1


def tells(package: zipfile.ZipFile) -> bool:
    """Whether the workbook has cells that show other than their value; a quick look at all of it."""
    before = b""
    for piece in pieces(package, CONTENT):
        looked_at = before + piece
        if any(mark in looked_at for mark in TELLING):
            return True
        before = piece[-LONGEST_TELLING:]
    return False


def ods_details(package: zipfile.ZipFile, name: str) -> SheetDetails:
    sheet = OdsSheet(name)
    if not tells(package):
        return sheet.details
    for piece in pieces(package, CONTENT):
        parse(sheet.parser, piece, False)
    parse(sheet.parser, b"", True)
    return sheet.details
