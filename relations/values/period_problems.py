"""What may be wrong with a date: one Problem each, with the text as it was written."""

from django.utils.translation import gettext_lazy as _

from relations.errors import Problem

FIRST_YEAR, LAST_YEAR = 1500, 2200


def unreadable(text: str) -> Problem:
    return Problem(
        "date.unreadable",
        _(
            "“%(text)s” could not be read as a date. Write, for example, 25.05.1993, 2009-09,"
            " 2009 or 2018-10-24/2018-10-26."
        ),
        text=text[:80],
    )


def impossible(text: str) -> Problem:
    return Problem("date.impossible", _("“%(text)s” is not a date in the calendar."), text=text[:80])


def year_out_of_range(text: str) -> Problem:
    return Problem(
        "date.out_of_range",
        _("The year in “%(text)s” must be between %(first)d and %(last)d."),
        text=text[:80],
        first=FIRST_YEAR,
        last=LAST_YEAR,
    )


def day_or_month(text: str) -> Problem:
    message = _("“%(text)s” could be day/month or month/day. Write it as 25.05.1993 or 1993-05-25.")
    return Problem("date.ambiguous", message, text=text)


def either_century(text: str, years: str) -> Problem:
    """`years` are two digits, or two times two."""
    message = _(
        "“%(text)s” has a year of two digits: %(first)s or %(second)s. Write the year with four digits."
    )
    first, second = ("–".join(century + year for year in years.split()) for century in ("19", "20"))
    return Problem("date.century", message, text=text[:80], first=first, second=second)


def year_or_serial(text: str, day: str) -> Problem:
    message = _(
        "“%(text)s” could be a mistyped year, or %(day)s in the count of days of a spreadsheet. Write the year"
        " with four digits, or the day as 25.05.1993."
    )
    return Problem("date.ambiguous", message, text=text[:80], day=day)
