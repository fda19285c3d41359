"""What somebody may have meant: near spellings, and Latin letters that stand in for Cyrillic ones they look like."""

import difflib
import re

#: Latin letters that look like Cyrillic ones, and the other way round
LATIN, CYRILLIC = "AaBCcEeHKMOoPpTXxy", "АаВСсЕеНКМОоРрТХху"
TO_CYRILLIC = str.maketrans(LATIN, CYRILLIC)
TO_LATIN = str.maketrans(CYRILLIC, LATIN)
HAS_CYRILLIC, HAS_LATIN = re.compile("[А-яЁё]"), re.compile("[A-Za-z]")
BOTH = re.compile(r"[A-Za-z][\d_]*[А-яЁё]|[А-яЁё][\d_]*[A-Za-z]")
NEAR_ENOUGH, MOST = 0.75, 3


def unmixed(text):
    """`text` in one alphabet, where the letters of the other are all look-alikes; else the same text."""
    cyrillic, latin = HAS_CYRILLIC.findall(text), HAS_LATIN.findall(text)
    if cyrillic and latin and set(latin) <= set(LATIN):
        return text.translate(TO_CYRILLIC)
    return text.translate(TO_LATIN) if cyrillic and latin and set(cyrillic) <= set(CYRILLIC) else text


def near(text, known):
    """Up to three of the `known` spellings that come near to `text`, best first."""
    return difflib.get_close_matches(text, known, n=MOST, cutoff=NEAR_ENOUGH)


def mixed_words(text):
    """The words of a text in which letters of both alphabets stand, all of one of them look-alikes."""
    if not BOTH.search(text):
        return []
    return [word for word in re.findall(r"\w+", text) if unmixed(word) != word]
