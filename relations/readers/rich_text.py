"""Rich text of xlsx: parts of a cell that are raised, lowered or struck out.

A raised part is a mark, such as that of a footnote, and becomes raised letters; a part that is struck out is not part
of the value.
"""

import zipfile
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .xlsx_xml import PIECE, bare, bare_keys, parse, parser_with

STRINGS = "xl/sharedStrings.xml"
#: what marks such parts, whatever the prefix
MARKS = (b"vertAlign", b"strike")
RAISED = str.maketrans("0123456789()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾")
LOWERED = str.maketrans("0123456789()", "₀₁₂₃₄₅₆₇₈₉₍₎")
#: marks that are raised by themselves
RAISED_ALREADY = frozenset("*†‡°")


class Marked(NamedTuple):
    """The text of a cell as it counts, and what is struck out."""

    text: str
    struck: str = ""


def raised(text: str) -> str:
    """2 as ², and «а», which has no raised letter of its own, as ⁽а⁾."""
    return moved(text, RAISED, "⁽⁾")


def lowered(text: str) -> str:
    return moved(text, LOWERED, "₍₎")


def moved(text: str, letters: dict[int, int], brackets: str) -> str:
    mark = text.strip()
    if not mark or set(mark) <= RAISED_ALREADY:
        return text
    if set(mark) <= set("0123456789()"):
        return mark.translate(letters)
    return f"{brackets[0]}{mark}{brackets[1]}"


class RichTexts:
    """The texts of the elements `si` and `is`, in their order, of which `found` has those with such parts."""

    def __init__(self) -> None:
        self.parser = parser_with(self.start)
        self.parser.buffer_text = True  # a text comes as a whole
        self.parser.EndElementHandler, self.parser.CharacterDataHandler = self.end, self.add
        self.number, self.found = 0, dict[int, Marked]()
        self.inside, self.is_reading = "", True
        self.clear()

    def clear(self) -> None:
        self.kept: list[str] = []
        self.left_out: list[str] = []
        self.align, self.struck, self.is_marked = "", False, False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = bare(name)
        self.inside = name
        if name == "rPh":  # how to pronounce the text
            self.is_reading = False
        elif name == "r":
            self.align, self.struck = "", False
        elif name == "vertAlign":
            self.align = bare_keys(attributes).get("val", "")
        elif name == "strike":
            self.struck = is_on(bare_keys(attributes))

    def add(self, text: str) -> None:
        if self.inside != "t" or not self.is_reading:
            return
        self.is_marked |= self.struck or self.align in ("superscript", "subscript")
        if self.struck:
            self.left_out.append(text)
        elif self.align == "superscript":
            self.kept.append(raised(text))
        else:
            self.kept.append(lowered(text) if self.align == "subscript" else text)

    def end(self, name: str) -> None:
        name, self.inside = bare(name), ""
        if name == "rPh":
            self.is_reading = True
        elif name in ("si", "is"):
            if self.is_marked:
                self.found[self.number] = Marked("".join(self.kept), "".join(self.left_out).strip())
            self.number += 1
            self.clear()


def is_on(attributes: dict[str, str]) -> bool:
    """Whether a property such as <strike/> is set."""
    return attributes.get("val", "1") not in ("0", "false", "none")


def marked_strings(package: zipfile.ZipFile) -> dict[int, Marked]:
    """{number: text} of the shared texts with such parts."""
    if STRINGS not in package.namelist() or not any_has_marks(pieces(package, STRINGS)):
        return {}
    texts = RichTexts()
    for piece in pieces(package, STRINGS):
        parse(texts.parser, piece, False)
    parse(texts.parser, b"", True)
    return texts.found


def marked_inline(xml: bytes) -> Marked | None:
    """The text of one <is> with such parts."""
    if not has_marks(xml):
        return None
    texts = RichTexts()
    parse(texts.parser, xml, True)
    return texts.found.get(0)


def any_has_marks(pieces: Iterable[bytes]) -> bool:
    before = b""
    for piece in pieces:
        if has_marks(before + piece):
            return True
        before = piece[-len(MARKS[0]) :]
    return False


def has_marks(xml: bytes) -> bool:
    return any(mark in xml for mark in MARKS)


def pieces(package: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with package.open(name) as stream:
        while piece := stream.read(PIECE):
            yield piece
