"""Counts in words, with the noun in the right form: «19 форумов», "19 forums"."""

from decimal import Decimal
from functools import lru_cache

from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from relations.catalog import BY_SLUG
from relations.models.named import reader_language
from relations.values.quantity_format import number_words

#: numbers in words, of which a page has a hundred
MOST_REMEMBERED = 5_000
#: what is counted beside the record types
OTHER_NOUNS = {
    "sources": ngettext_lazy("%(n)d source", "%(n)d sources", "n"),
    "series": ngettext_lazy("%(n)d series", "%(n)d series", "n"),
    "records": ngettext_lazy("%(n)d record", "%(n)d records", "n"),
}


def grouped(number: int) -> str:
    """A formatted number: «16 500», "16,500"."""
    return grouped_in(reader_language(), number)


@lru_cache(MOST_REMEMBERED)
def grouped_in(language: str, number: int) -> str:
    return number_words(Decimal(number), language)


def counted(number: int, slug: str) -> str:
    """«19 форумов» / "19 forums"."""
    return counted_in(reader_language(), number, slug)


@lru_cache(MOST_REMEMBERED)
def counted_in(language: str, number: int, slug: str) -> str:
    """`language` is that of the reader, in which the noun is."""
    nouns = BY_SLUG[slug].noun if slug in BY_SLUG else OTHER_NOUNS[slug]
    return (nouns % {"n": number}).replace(str(number), grouped_in(language, number), 1)


def counted_apart(total: int, context: int, slug: str) -> str:
    """«22 соглашения и ещё 18 для контекста»: what is of the register's subject, and the rest apart."""
    if not context:
        return counted(total, slug)
    if context == total:
        return _("%(counted)s of context") % {"counted": counted(total, slug)}
    numbers = {"counted": counted(total - context, slug), "context": grouped(context)}
    return _("%(counted)s, and %(context)s of context") % numbers


def noun(number: int, slug: str) -> str:
    """«форумов» alone, where the number is displayed separately in larger type."""
    return counted(number, slug).split(" ", 1)[1]


def counting_rule(slug: str) -> str:
    return str(BY_SLUG[slug].counting_rule)
