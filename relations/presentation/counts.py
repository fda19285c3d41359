"""How many there are, in words, and what is counted as one: «19 форумов», "19 forums"."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from relations.models.named import reader_language
from relations.values.quantity_format import number_words


def grouped(number):
    """A number of things: «16 500», "16,500"."""
    return number_words(Decimal(number), reader_language())


def counted(number, slug):
    """«19 форумов» / "19 forums"."""
    words = {
        "agreements": ngettext("%(n)d agreement", "%(n)d agreements", number),
        "forums": ngettext("%(n)d forum", "%(n)d forums", number),
        "visits": ngettext("%(n)d visit", "%(n)d visits", number),
        "statistics": ngettext("%(n)d figure", "%(n)d figures", number),
        "sources": ngettext("%(n)d source", "%(n)d sources", number),
        "records": ngettext("%(n)d record", "%(n)d records", number),
    }
    return (words[slug] % {"n": number}).replace(str(number), grouped(number), 1)


def noun(number, slug):
    """«форумов» alone, where the number stands apart in larger type."""
    return counted(number, slug).split(" ", 1)[1]


def counting_rule(slug):
    return {
        "agreements": _(
            "One instrument is counted once, however many sources name it and under however many"
            " titles. Agreements known only by their number are statistics."
        ),
        "forums": _(
            "Every edition of a forum is counted once, however many places it was held in;"
            " planned and cancelled ones are included and say so."
        ),
        "visits": _("Every visit is counted once, however many stops it had; planned ones are included."),
        "statistics": _(
            "Every figure of every source is counted once; competing values of one fact are separate figures."
        ),
    }[slug]
