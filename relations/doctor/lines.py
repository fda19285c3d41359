"""One line of what the doctor says."""

from dataclasses import asdict, dataclass
from typing import Literal

Level = Literal["ok", "warning", "error"]


@dataclass(frozen=True)
class Line:
    """`part` is what was looked at, `text` what was found, `advice` what to do, mostly a command."""

    level: Level
    part: str
    text: str
    advice: str = ""

    def as_json(self) -> dict[str, str]:
        return asdict(self)


def ok(part: str, text: str) -> Line:
    return Line("ok", part, text)


def warning(part: str, text: str, advice: str) -> Line:
    return Line("warning", part, text, advice)


def error(part: str, text: str, advice: str) -> Line:
    return Line("error", part, text, advice)


def first_line(failure: BaseException) -> str:
    """What an exception says, as the end of a sentence; below it databases repeat values."""
    said = " ".join(str(failure).strip().partition("\n")[0].split())
    return said.rstrip(".") or type(failure).__name__
