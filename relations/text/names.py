"""Names of authors: a list separated by “;”, in which each is a person or an organisation.

“Family, Given” and “Фамилия И. О.” are persons. A name in braces is an organisation, as in BibTeX: commas and
semicolons in it separate nothing. What is none of these stays as it is written.
"""

import re
from typing import NamedTuple

from .normalize import fold

AUTHOR = re.compile(r"\s*(?:\{(?P<organization>[^{}]*)\}|(?P<plain>[^;]*))\s*(?:;|$)")
INITIALS = r"[^\W\d_]\.(?:[\s-]?[^\W\d_]\.)*"
WORD = r"[^\W\d_](?:[^\W\d_]|['’-])+"
FAMILY = rf"{WORD}(?:\s{WORD}){{0,2}}"
GIVEN = rf"(?:{INITIALS}|{WORD})(?:\s?{INITIALS}|\s{WORD}){{0,2}}"
PERSON = [
    re.compile(rf"(?P<family>{WORD}),?\s+(?P<given>{INITIALS})"),
    re.compile(rf"(?P<given>{INITIALS})\s*(?P<family>{WORD})"),
    re.compile(rf"(?P<family>{FAMILY}),\s+(?P<given>{GIVEN})"),
]
SPACED = re.compile(r"(?<=\.)(?=[^\W\d_])")


class AuthorName(NamedTuple):
    """`text` as it is written, without braces; a person has `family` and `given` too."""

    text: str
    family: str = ""
    given: str = ""
    is_organization: bool = False

    @property
    def is_person(self) -> bool:
        return bool(self.family)

    @property
    def natural(self) -> str:
        """“Asliddin Suyunov”; «Жапов А. А.», because initials follow the family name in Russian."""
        if not self.is_person:
            return self.text
        return f"{self.family} {self.given}" if "." in self.given else f"{self.given} {self.family}"

    @property
    def identity(self) -> str:
        """The same text for the spellings of one name: of a person, the family name and the first initial."""
        return fold(f"{self.family} {self.given[:1]}" if self.is_person else self.text)


def author_names(authors: str) -> list[AuthorName]:
    found = []
    for match in AUTHOR.finditer(" ".join(authors.split())):
        if organization := (match["organization"] or "").strip():
            found.append(AuthorName(organization, is_organization=True))
        elif plain := (match["plain"] or "").strip():
            found.append(author_name(plain))
    return found


def author_name(text: str) -> AuthorName:
    """One name without braces."""
    for pattern in PERSON:
        match = pattern.fullmatch(text)
        if match and match["given"][0].isupper():
            return AuthorName(text, match["family"], SPACED.sub(" ", match["given"]))
    return AuthorName(text)


def without_braces(authors: str) -> str:
    """The list as readers see it."""
    return "; ".join(name.text for name in author_names(authors))
