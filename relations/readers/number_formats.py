"""Number formats of workbooks: what a number shows as, with the words, signs and scale that its format adds.

Rounding is not shown: a figure keeps its precision. Dates, fractions and powers are left to the reader of the cells.
"""

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeGuard

#: turns the value of a cell into what is displayed
Make = Callable[[object], object]
#: one part of a format: a quoted text, one escaped sign, a blank or filling, something in brackets, or any one sign
PART = re.compile(
    r'"(?P<text>[^"]*)"|\\(?P<sign>.)|[_*].|\[\$(?P<currency>[^\]-]*)[^\]]*\]|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>general|standard|основной)|(?P<digits>[0#?][0#?.,]*|\.[0#?]+)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
SECTIONS = re.compile(r'((?:"[^"]*"|\\.|\[[^\]]*\]|[^;"\\])*+)(?:;|$)', re.DOTALL)
CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")
COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}
#: thousands that are not shown: commas behind the last digit
HIDDEN_THOUSANDS = re.compile(r",+(?=\.|$)")
#: signs of a negative or positive number, which the number itself has
SIGNS = " ()+-−\u00a0"
LONGEST_CODE = 500


def is_number(cell: object) -> TypeGuard[int | float]:
    return type(cell) in (int, float)


def as_month(cell: object) -> object:
    """A date that is displayed as «май 1993» is a month, because its day is not meant."""
    return cell.strftime("%Y-%m") if isinstance(cell, date) else cell


def as_year(cell: object) -> object:
    return cell.strftime("%Y") if isinstance(cell, date) else cell


@dataclass(frozen=True)
class Section:
    """One of the formats that a code gives for positive, negative and other numbers."""

    before: str = ""
    after: str = ""
    #: the power of ten by which the number is multiplied to be shown
    power: int = 0
    has_digits: bool = False
    condition: tuple[str, float] | None = None

    @property
    def is_plain(self) -> bool:
        """Whether it shows the number itself."""
        return self.has_digits and not (self.before or self.after or self.power)

    def shown(self, number: int | float) -> object:
        if self.is_plain:
            return number
        if not self.has_digits:
            return (self.before + self.after).strip()
        value = Decimal(f"{number:.15g}").scaleb(self.power)
        text = f"{value.normalize() + 0:f}"
        sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
        return f"{sign}{self.before.lstrip(SIGNS)}{digits}{self.after.rstrip(SIGNS)}"


@dataclass(frozen=True)
class Shown:
    """Shows a number by the section of its format that is meant for it."""

    sections: tuple[Section, ...]

    def __call__(self, cell: object) -> object:
        if not is_number(cell):
            return cell
        if len(self.sections) == 1 and not self.sections[0].condition:
            return self.sections[0].shown(cell)
        found = (one for at, one in enumerate(self.sections) if self.is_meant(at, cell))
        section = next(found, None)
        return section.shown(cell) if section else cell

    def is_meant(self, at: int, number: float) -> bool:
        if condition := self.sections[at].condition:
            return COMPARE[condition[0]](number, condition[1])
        if at == len(self.sections) - 1:
            return True
        if at == 1:
            return number < 0
        return number > 0 or (number == 0 and len(self.sections) == 2)


def make_of(code: str) -> Make | None:
    """What a format makes of a number or a date; None where it shows just that, or is not understood."""
    code = code[:LONGEST_CODE]
    letters = date_letters(code)
    if letters:
        return {"my": as_month, "y": as_year}.get(letters)
    texts = SECTIONS.findall(code)[:-1] or [""]  # the last match is the empty one at the end
    sections = [section_of(text) for text in texts[:3]]
    if None in sections or code.strip().lower() in ("", "@"):
        return None
    known = tuple(filter(None, sections))
    return None if all(one.is_plain for one in known) else Shown(known)


def date_letters(code: str) -> str:
    """The letters of a format that are parts of a date or time, sorted: "dmy"."""
    first = SECTIONS.match(code)
    found = set()
    for match in PART.finditer(first[1] if first else ""):
        elapsed = match["bracket"] or ""
        sign = (match["other"] or "").lower() or (
            elapsed[:1].lower() if len(set(elapsed.lower())) == 1 else ""
        )
        found.add(sign)
    return "".join(sorted(found & set("dmyhs")))


def section_of(text: str) -> Section | None:
    """None for a fraction, a power, a section for texts, or an order of signs that is not understood."""
    before, after, digits, percent, condition = "", "", "", 0, None
    for match in PART.finditer(text):
        kind, part = match.lastgroup, match[match.lastgroup] if match.lastgroup else ""
        if kind == "bracket":
            found = CONDITION.fullmatch(part.strip())
            condition = (found[1], float(found[2])) if found else condition
        elif kind in ("digits", "general"):
            if digits and after.strip():
                return None
            digits, after = digits + (part if kind == "digits" else "0"), ""
        elif kind == "other" and part in "/@eE":
            return None
        else:
            percent += kind == "other" and part == "%"
            before, after = (before, after + part) if digits else (before + part, after)
    power = 2 * percent - 3 * hidden_thousands(digits)
    # a dash alone, or brackets, show zero
    is_number = bool(digits) or (bool(before.strip()) and not before.strip(SIGNS))
    return Section(without_signs(before), without_signs(after), power, is_number, condition)


def hidden_thousands(digits: str) -> int:
    return sum(len(commas) for commas in HIDDEN_THOUSANDS.findall(digits))


def without_signs(text: str) -> str:
    """The text on one side of a number, unless it is only a sign that marks it as negative or as nought."""
    return text if text.strip(SIGNS) else ""
