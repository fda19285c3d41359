"""How many there are, in words, and what is counted as one: «19 форумов», "19 forums"."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from relations.models.named import reader_language
from relations.values.quantity_format import number_words


def grouped(number: int) -> str:
    """A number of things: «16 500», "16,500"."""
    return number_words(Decimal(number), reader_language())


def counted(number: int, slug: str) -> str:
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


def noun(number: int, slug: str) -> str:
    """«форумов» alone, where the number stands apart in larger type."""
    return counted(number, slug).split(" ", 1)[1]


def counting_rule(slug: str) -> str:
    return {
        "agreements": _(
            "Each instrument is counted once, however many sources mention it and whatever titles"
            " they give it. Agreements of which only the number is known count as statistics."
        ),
        "forums": _(
            "Each edition of a forum is counted once, however many places it was held in. Planned"
            " and cancelled editions are included and marked."
        ),
        "visits": _("Each visit is counted once, however many stops it had. Planned visits are included."),
        "statistics": _(
            "Each figure from each source is counted once. Competing values for the same fact are"
            " separate figures."
        ),
    }[slug]
