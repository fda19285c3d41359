"""Places in a source: “paragraph 36”, and how far a source extends: “paragraph 52; footnote 13”."""

import re

from django.utils.translation import gettext_lazy as _

from relations.errors import Problem

from .normalize import fold

#: {label: its words in both languages}
LOCATOR_WORDS = {
    "page": ("page", "p.", "pp.", "с.", "стр.", "страница"),
    "paragraph": ("paragraph", "para.", "абзац", "абз."),
    "article": ("article", "art.", "статья", "ст."),
    "line": ("line", "строка"),
    "footnote": ("footnote", "note", "сноска", "прим."),
    "sheet-row": ("sheet-row", "sheet row", "row", "строка таблицы"),
    "section": ("section", "раздел"),
}
LABEL_OF_WORD = {fold(word): label for label, words in LOCATOR_WORDS.items() for word in words}
#: longer words first: «строка таблицы» begins with «строка»
WORDS = sorted((word for words in LOCATOR_WORDS.values() for word in words), key=len, reverse=True)
LOCATOR = re.compile(rf"({'|'.join(map(re.escape, WORDS))})\s+(.+)", re.IGNORECASE | re.DOTALL)
NUMBER = re.compile(r"[1-9][0-9]{0,6}", re.ASCII)


def read_locator(text: str) -> tuple[str, str]:
    """("paragraph", "36") of «абзац 36» or "paragraph 36"; text without a known word keeps no label."""
    match = LOCATOR.fullmatch(text)
    return (LABEL_OF_WORD[fold(match[1])], match[2].strip()) if match else ("", text)


def read_extent(text: str) -> dict[str, int]:
    """{"paragraph": 52, "footnote": 13}: the last number of each kind. Raises Problem with what is wrong."""
    found: dict[str, int] = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        label, number = read_locator(part)
        if not label or not NUMBER.fullmatch(number):
            message = _("“%(text)s” is not an extent. Write, for example, paragraph 52; footnote 13.")
            raise Problem("extent.unreadable", message, text=part[:80])
        if label in found:
            message = _("The extent gives two numbers of the same kind: “%(text)s”.")
            raise Problem("extent.twice", message, text=part[:80])
        found[label] = int(number)
    return found


def canonical_extent(text: str) -> str:
    """“paragraph 52; footnote 13” of «абз. 52; сноска 13»."""
    return "; ".join(f"{label} {number}" for label, number in read_extent(text).items())
