"""The date of a record in words: what it gives, or the bounds that are known, each with its reason."""

from django.utils.translation import gettext as _

from relations.models.links import LinkKind
from relations.models.named import reader_language
from relations.models.records import BoundReason, Record
from relations.values.period import Period
from relations.values.period_format import bounds_phrase, phrase
from relations.values.readings import EARLIEST, LATEST


def bounds_of(record: Record) -> tuple[Period, Period]:
    """(not before, not after) of a record without a date; unknown where nothing bounds it."""
    after, before = record.not_before, record.not_after
    if record.not_before_reason == BoundReason.RECORD and record.possible_from not in (None, EARLIEST):
        after = Period.parse(record.possible_from)
    if record.not_after_reason == BoundReason.RECORD and record.possible_to not in (None, LATEST):
        before = Period.parse(record.possible_to)
    return after, before


def date_in_words(record: Record, short: bool = False) -> str:
    """«25 мая 1993 г.», "before 27 May 2024", "date not given"."""
    if not record.is_undated:
        return phrase(record.period, reader_language(), short)
    bounds = bounds_phrase(*bounds_of(record), reader_language(), short)
    if bounds and record.period:  # a month of an unknown year
        return f"{phrase(record.period, reader_language(), short)}; {bounds}"
    return bounds or phrase(record.period, reader_language(), short)


def dated_by(record: Record) -> list[str]:
    """Why the bounds of its date are what they are: “date of the source”, the title of another record."""
    reasons = []
    for name, kind in (("not_before", LinkKind.AFTER), ("not_after", LinkKind.BEFORE)):
        reason = getattr(record, f"{name}_reason")
        if reason == BoundReason.RECORD:
            reasons += [str(link.target) for link in record.links.all() if link.kind == kind]
        elif getattr(record, name):
            reasons.append(_("date of the source") if reason == BoundReason.SOURCE else _("said by the text"))
    return list(dict.fromkeys(reasons))
