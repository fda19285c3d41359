"""Normalises the XML of an xlsx sheet to one layout, whatever program wrote it.

Workbooks may have prefixes, single quotes, comments, CDATA and cells without an address. Excel writes none of
these, so most files need no normalising.
"""

import re
from collections.abc import Callable, Iterator
from typing import IO, NoReturn
from xml.parsers import expat
from xml.parsers.expat import XMLParserType

PIECE, LOOKED_AT = 2**20, 2**12
#: elements whose text counts
WITH_TEXT = frozenset({"v", "f", "t"})


def is_usual(piece: bytes) -> bool:
    """Whether every cell in a piece of a sheet is written as by Excel: <c r="A1" …>."""
    return b"<!" not in piece and piece.count(b"<c") == piece.count(b'<c r="') + piece.count(b"<col")


def begins_as_usual(piece: bytes) -> bool:
    """Whether a sheet has no prefixes; a program that uses them does so from the beginning."""
    return re.search(rb"<\w+:(?:worksheet|sheetData|c)[\s>]", piece[:LOOKED_AT]) is None


def normalised(stream: IO[bytes]) -> Iterator[bytes]:
    """The pieces of an XML stream in the one layout. Raises ValueError for invalid XML, or declared entities."""
    layout = Layout()
    while piece := stream.read(PIECE):
        yield layout.of(piece)
    yield layout.of(b"", True)


def elements(xml: bytes) -> list[tuple[str, dict[str, str]]]:
    """[(name, {attribute: value})] of a small part, without prefixes."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = parser_with(lambda name, attributes: found.append((bare(name), bare_keys(attributes))))
    parse(parser, xml, True)
    return found


def parser_with(start: Callable[[str, dict[str, str]], object]) -> XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EntityDeclHandler = start, refuse_entities
    return parser


def parse(parser: XMLParserType, piece: bytes, is_last: bool) -> None:
    try:
        parser.Parse(piece, is_last)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from error


def refuse_entities(*declaration: object) -> NoReturn:
    raise ValueError("a workbook declares no entities")


def bare(name: str) -> str:
    return name.rpartition(" ")[2]


def bare_keys(attributes: dict[str, str]) -> dict[str, str]:
    return {bare(name): value for name, value in attributes.items()}


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


class Layout:
    """Writes every element without prefix, in double quotes, and gives each cell its address as the first attribute."""

    def __init__(self) -> None:
        self.parser, self.inside = parser_with(self.start), ""
        self.written: list[str] = []
        self.parser.EndElementHandler, self.parser.CharacterDataHandler = self.end, self.text
        self.row = self.column = 0

    def of(self, piece: bytes, is_last: bool = False) -> bytes:
        parse(self.parser, piece, is_last)
        text, self.written = "".join(self.written), []
        return text.encode()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name, attributes = bare(name), bare_keys(attributes)
        if name == "row":
            self.row, self.column = int(attributes.get("r", self.row + 1)), 0
            attributes["r"] = str(self.row)
        elif name == "c":
            place = attributes.pop("r", "") or f"{letters(self.column + 1)}{self.row}"
            self.column = column_number(place.rstrip("0123456789"))
            attributes = {"r": place, **attributes}
        self.inside = name
        said = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
        self.written.append(f"<{name}{said}>")

    def end(self, name: str) -> None:
        self.inside = ""
        self.written.append(f"</{bare(name)}>")

    def text(self, text: str) -> None:
        if self.inside in WITH_TEXT:
            self.written.append(escape(text))


def letters(number: int) -> str:
    """1 is A, 27 is AA."""
    found = ""
    while number:
        number, rest = divmod(number - 1, 26)
        found = chr(65 + rest) + found
    return found


def column_number(name: str) -> int:
    """A is 1, AA is 27."""
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number
