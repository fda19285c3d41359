"""The characters of a text as it was meant: what web pages, word processors and messengers add unseen is left out.

Every text that is kept or compared comes through `meant`: of sheets, forms, grids and commands alike.
"""

import re
import unicodedata

#: zero width, soft hyphens, and marks of writing direction, which change nothing but how a line is set
UNSEEN = "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e" + "".join(
    map(chr, (*range(0x2060, 0x2065), *range(0x2066, 0x2070), 0xFEFF))
)
#: Arabic and Indian scripts, Mongolian and pictures need joiners within a word
NEEDS_JOINERS = "\u0600-\u109f\u1780-\u18af\u2190-\u2bff\ufb1d-\ufeff\U0001f000-\U0001faff"
JOINER = f"[\u200c\u200d](?!(?<=[{NEEDS_JOINERS}].)(?=[{NEEDS_JOINERS}]))"
ALWAYS_UNSEEN = UNSEEN.replace("\u200c", "").replace("\u200d", "")
MARKS = re.compile(f"{JOINER}|[{ALWAYS_UNSEEN}]")
#: spaces of a certain width, and those where a line does not end
SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")


def without_marks(text: str) -> str:
    return text if text.isascii() else MARKS.sub("", text)


def meant(text: str) -> str:
    """A text in composed letters (NFC), with ordinary spaces and without marks that cannot be seen."""
    if text.isascii():
        return text
    plain = SPACES.sub(" ", without_marks(text))
    return unicodedata.normalize("NFC", plain if plain == text else plain.strip())
