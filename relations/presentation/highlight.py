"""Highlights search words in a text and cuts an excerpt around the first of them."""

import re

from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from relations.search.lemmas import lemmas, query_terms
from relations.text.normalize import fold

#: with the stress that may be written on a vowel
WORD = re.compile(r"\w[\w\u0300-\u036f]*")
#: characters shown before and after the first match
BEFORE, AFTER = 60, 140


class Marker:
    """Marks the words of one search in texts, in any inflection."""

    def __init__(self, words: str) -> None:
        self.wanted = frozenset[str]().union(*query_terms(words))

    def hits(self, word: str) -> bool:
        return any(not self.wanted.isdisjoint(lemmas(part)) for part in fold(word).split())

    def marked(self, text: str) -> str:
        """The text as safe HTML with <mark> around the words that were searched for; markup in it stays text."""
        pieces, at = [], 0
        for match in WORD.finditer(text):
            if self.hits(match[0]):
                pieces += [(text[at : match.start()], match[0])]
                at = match.end()
        marked = format_html_join("", "{}<mark>{}</mark>", pieces)
        return format_html("{}{}", marked, text[at:])

    def snippet(self, *texts: str) -> str:
        """The excerpt around the first match in the first matching text, marked; otherwise empty."""
        for text in filter(None, texts):
            first = next((match for match in WORD.finditer(text) if self.hits(match[0])), None)
            if first:
                start = text.rfind(" ", 0, max(first.start() - BEFORE, 0)) + 1
                end = text.find(" ", first.end() + AFTER)
                piece = text[start : end if end > 0 else None]
                before, after = "… " if start else "", " …" if end > 0 else ""
                return mark_safe(f"{before}{self.marked(piece)}{after}")  # noqa: S308 - marked() has escaped it
        return ""
