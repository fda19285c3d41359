"""Converts periods to CSL dates and CSL dates to text, never more precise than the period; the rest stays
literal text.
"""

from collections.abc import Callable
from datetime import date

from relations.bibliography.items import CslDate
from relations.values.period import POINT, Period
from relations.values.period_format import SHORT, SHORT_GENITIVE, academic_year, dating_phrase, phrase

ABOUT = {"ru": "ок.", "en": "ca."}


def csl_date(period: Period, language: str) -> CslDate | None:
    """A date variable of CSL-JSON, None where nothing is known."""
    if not period:
        return None
    language = date_language(language)
    if academic_year(period):  # its months are not named by any source
        return {"literal": phrase(period, language)}
    parts = [known for point in period.points if (known := date_parts(point))]
    # The others are an open end, a decade, a season or quarter, a month of an unknown year.
    if len(parts) < len(period.points):
        return {"literal": phrase(period, language)}
    found: CslDate = {"date-parts": parts}
    if any(mark in period.text for mark in "~?%"):
        found["circa"] = True
    return found


def csl_bounds(not_before: Period, not_after: Period, language: str) -> CslDate | None:
    """“[not before 2018]” of a work without a date; None where nothing is known."""
    words = dating_phrase(not_before, not_after, date_language(language))
    return {"literal": f"[{words}]"} if words else None


def date_language(language: str) -> str:
    """Works are written in any language, dates in two."""
    return language if language in ABOUT else "en"


def date_parts(point: str) -> list[int] | None:
    """[year], [year, month] or [year, month, day] of one EDTF point, None where it is something else."""
    match = POINT.fullmatch(point)
    if not match or not match["year"].isdigit() or int(match["month"] or 1) > 12:
        return None
    return [int(part) for part in match.group("year", "month", "day") if part]


def day_of_access(day: date) -> CslDate:
    return {"date-parts": [[day.year, day.month, day.day]]}


def in_figures(found: CslDate, language: str) -> str:
    """“26.07.2017”, “07.2017”, “2018–2019”, “[ок. 2014]”."""
    return printed(found, language, lambda parts: ".".join(f"{part:02}" for part in reversed(parts)))


def in_years(found: CslDate, language: str) -> str:
    """The year alone, as journals and books are cited."""
    return printed(found, language, lambda parts: str(parts[0]))


def of_a_newspaper(found: CslDate, language: str) -> str:
    """“2022. 19 апр.”: the year, then the day."""
    if "literal" in found or len(found["date-parts"]) > 1 or len(found["date-parts"][0]) < 3:
        return in_figures(found, language)
    months = SHORT_GENITIVE if language == "ru" else SHORT["en"]
    return printed(found, language, lambda parts: f"{parts[0]}. {parts[2]} {months[parts[1] - 1]}")


def printed(found: CslDate, language: str, write: Callable[[list[int]], str]) -> str:
    if "literal" in found:
        return found["literal"]
    text = "–".join(dict.fromkeys(write(parts) for parts in found["date-parts"]))
    return f"[{ABOUT[language]} {text}]" if found.get("circa") else text


def in_words(found: CslDate, language: str) -> str:
    """“24–26 октября 2018 г.”"""
    if "literal" in found:
        return found["literal"]
    mark = "~" if found.get("circa") else ""
    return phrase(Period.parse("/".join(iso(parts) + mark for parts in found["date-parts"])), language)


def is_one_day(found: CslDate) -> bool:
    return len(found.get("date-parts", ())) == 1 and len(found["date-parts"][0]) == 3


def iso(parts: list[int]) -> str:
    """“2017-07-26” as far as it is known."""
    return "-".join(f"{part:02}" for part in parts)
