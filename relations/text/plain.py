"""What is wrong with a text that a person has typed to be read as it is: no markup, no invisible characters."""

import re
import unicodedata

from django.utils.translation import gettext_lazy as _

from relations.errors import Problem

#: a tag that is opened or closed, or a comment; “a < b” and <https://…> are none
TAG = re.compile(r"<(?:/?[a-z][a-z0-9-]*\s*/?>|[a-z][a-z0-9-]*\s[^<>]*=|!--)", re.IGNORECASE)
#: characters that change the order in which the others are shown
REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: control characters that a text may contain
ALLOWED_CONTROLS = "\n\t"


def with_plain_lines(text: str) -> str:
    """With line ends as they are counted: a browser sends two characters for each."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def check_plain(text: str) -> None:
    """Raises Problem where a text that is not empty has no words, or is not plain."""
    if any(is_hidden(letter) for letter in text):
        message = _("The text contains control characters that cannot be seen. Type it again without them.")
        raise Problem("plain.control", message)
    if not any(map(str.isalnum, text)):
        raise Problem("plain.empty", _("The text has no letters and no digits. Write it in words."))
    if TAG.search(text):
        message = _("The text contains HTML tags. Write it without them.")
        raise Problem("plain.markup", message)


def is_hidden(letter: str) -> bool:
    if letter in REORDERING:
        return True
    return unicodedata.category(letter) in ("Cc", "Cs") and letter not in ALLOWED_CONTROLS
