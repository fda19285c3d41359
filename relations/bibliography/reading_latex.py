"""Plain text of the LaTeX in BibTeX files: accents, letters, marks; commands it does not know stay as written."""

import re
import unicodedata
from collections.abc import Iterator

#: accent commands and the marks of Unicode that combine with a letter
ACCENTS = {
    "`": "\u0300",
    "'": "\u0301",
    "^": "\u0302",
    "~": "\u0303",
    '"': "\u0308",
    "=": "\u0304",
    ".": "\u0307",
    "u": "\u0306",
    "v": "\u030c",
    "H": "\u030b",
    "c": "\u0327",
    "k": "\u0328",
    "r": "\u030a",
    "d": "\u0323",
    "b": "\u0331",
}
LETTERS = {
    "ss": "ß",
    "o": "ø",
    "O": "Ø",
    "l": "ł",
    "L": "Ł",
    "ae": "æ",
    "AE": "Æ",
    "oe": "œ",
    "OE": "Œ",
    "aa": "å",
    "AA": "Å",
    "i": "i",
    "j": "j",
    "textbackslash": "\\",
    "textbraceleft": "{",
    "textbraceright": "}",
    "textasciitilde": "~",
    "textasciicircum": "^",
    "textendash": "–",
    "textemdash": "—",
    "textquoteleft": "‘",
    "textquoteright": "’",
    "textquotedblleft": "“",
    "textquotedblright": "”",
    "textnumero": "№",
    "textunderscore": "_",
    "guillemotleft": "«",
    "guillemotright": "»",
    "ldots": "…",
    "dots": "…",
    "S": "§",
    "copyright": "©",
}
#: commands of type, whose text alone counts
OF_TYPE = frozenset("emph textit textbf textsc textrm texttt textup mkbibquote url href enquote".split())
MARKS = {"---": "—", "--": "–", "``": "“", "''": "”", "~": "\u00a0", "{": "", "}": ""}
TOKEN = re.compile(
    r"\\(?P<word>[A-Za-z]+)(?:\{\}|[ \t]*)|\\(?P<mark>[^A-Za-z])|(?P<plain>---?|``|''|[~{}])", re.DOTALL
)
#: the letter under an accent: \'e, \'{e}, \'{\i}
UNDER = re.compile(r"\s{0,3}(?:\{\s{0,3}\\?([^\W\d_])\s{0,3}\}|\\?([^\W\d_])(?![A-Za-z]{0,1}\{))")
ADDRESS = re.compile(r"\\textasciitilde(?:\{\})?|\\([&%$#_{}~])(?:\{\})?|[{}]")


def plain_text(text: str) -> str:
    return unicodedata.normalize("NFC", "".join(pieces(text)))


def pieces(text: str) -> Iterator[str]:
    place = 0
    while match := TOKEN.search(text, place):
        yield text[place : match.start()]
        place = match.end()
        command = match["word"] or match["mark"]
        if match["plain"]:
            yield MARKS[match["plain"]]
        elif command in ACCENTS and (under := UNDER.match(text, place)):
            yield (under[1] or under[2]) + ACCENTS[command]
            place = under.end()
        else:
            yield meaning(match)
    yield text[place:]


def meaning(match: re.Match[str]) -> str:
    """Of a command without an accent."""
    if match["mark"]:
        return " " if match["mark"] in "\\\n," else "" if match["mark"] in "-/" else match["mark"]
    return LETTERS.get(match["word"], "" if match["word"] in OF_TYPE else f"\\{match['word']} ")


def plain_address(text: str) -> str:
    """In an address “~” is a letter, and some programs escape what needs no escape there."""
    return ADDRESS.sub(lambda match: match[1] or ("~" if match[0].startswith("\\") else ""), text)
