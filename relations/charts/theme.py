"""Visual theme of charts: the colours and fonts of the pages, and two widths, for screens and for phones."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

#: the colours of the design: ink, soft ink, line, accent, time, and the six countries
THEMES = {
    "light": {
        "paper": "#fbf9f4",
        "ink": "#1d2329",
        "soft": "#555f69",
        "line": "#ddd6c8",
        "edge": "#857c6a",
        "bar": "#0f5c63",
        "forecast": "#a4461f",
        "RU": "#33507d",
        "KZ": "#0b7fa5",
        "KG": "#b3262e",
        "TJ": "#2f7d3b",
        "TM": "#6a4fa0",
        "UZ": "#a86a00",
    },
    "dark": {
        "paper": "#14171a",
        "ink": "#e6e3dc",
        "soft": "#a8afb5",
        "line": "#343a40",
        "edge": "#7d868d",
        "bar": "#6cc3c8",
        "forecast": "#f0a17c",
        "RU": "#9db8e6",
        "KZ": "#5fc4e6",
        "KG": "#f08a8f",
        "TJ": "#7ecb89",
        "TM": "#b9a1ea",
        "UZ": "#f0bb5a",
    },
}
#: the order in which lines take other colours; Russia comes last because it is in most pairs
OTHER_COLOURS = ("KZ", "KG", "TJ", "TM", "UZ", "RU")
#: fonts of the reader's machine; the last is included in the renderer
FONT = "'Source Serif 4', 'PT Serif', 'Noto Serif', Georgia, 'Times New Roman', serif, sans-serif"
#: the mean width of a letter, as a part of its size; Cyrillic is wider than Latin
LETTER, BOLD = 0.58, 0.66


@dataclass(frozen=True)
class Look:
    """One way to draw: theme, width of the whole picture and sizes of type, in pixels."""

    theme: str = "light"
    is_narrow: bool = False

    @property
    def colours(self) -> dict[str, str]:
        return THEMES[self.theme]

    @property
    def width(self) -> int:
        return 328 if self.is_narrow else 680

    @property
    def title(self) -> int:
        return 17 if self.is_narrow else 20

    @property
    def text(self) -> int:
        return 14 if self.is_narrow else 15

    @property
    def small(self) -> int:
        return 12 if self.is_narrow else 13

    def letters(self, size: int, width: float | None = None, letter: float = LETTER) -> int:
        """How many characters of a size fit on a line."""
        return max(8, int((width or self.width - 8) / (size * letter)))


#: every way to draw, by the part of its address
LOOKS = {
    f"{theme}{'-narrow' if is_narrow else ''}": Look(theme, is_narrow)
    for theme in THEMES
    for is_narrow in (False, True)
}


#: (width, height) in pixels
Size = tuple[int, int]


class Image(NamedTuple):
    """The address of a chart, and the size that a page reserves for it."""

    address: str
    width: int
    height: int


#: by the name of the look, as a template writes it
Looks = dict[str, Image]


def in_looks(address_of: Callable[[str], str], wide: Size, narrow: Size) -> Looks:
    """`address_of` takes the name of a look."""
    return {
        name.replace("-", "_"): Image(address_of(name), *(narrow if look.is_narrow else wide))
        for name, look in LOOKS.items()
    }
