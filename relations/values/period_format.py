"""Formats a Period in words, as precise as the source: «24–26 октября 2018 г.», "since May 1993"."""

from datetime import date

from .period import Period, point_match

MONTHS = {
    "ru": "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь".split(),
    "en": "January February March April May June July August September October November December".split(),
}
GENITIVE = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()
SHORT = {
    "ru": "янв. февр. март апр. май июнь июль авг. сент. окт. нояб. дек.".split(),
    "en": "Jan Feb Mar Apr May June July Aug Sept Oct Nov Dec".split(),
}
SHORT_GENITIVE = "янв. февр. марта апр. мая июня июля авг. сент. окт. нояб. дек.".split()
DIVISIONS = {
    "ru": {
        21: "весна", 22: "лето", 23: "осень", 24: "зима", 33: "I квартал", 34: "II квартал", 35: "III квартал",
        36: "IV квартал", 40: "I полугодие", 41: "II полугодие",
    },
    "en": {
        21: "spring", 22: "summer", 23: "autumn", 24: "winter", 33: "first quarter of", 34: "second quarter of",
        35: "third quarter of", 36: "fourth quarter of", 40: "first half of", 41: "second half of",
    },
}  # fmt: skip
DIVISIONS_GENITIVE = {
    21: "весны", 22: "лета", 23: "осени", 24: "зимы", 33: "I квартала", 34: "II квартала", 35: "III квартала",
    36: "IV квартала", 40: "I полугодия", 41: "II полугодия",
}  # fmt: skip
UNKNOWN = {"ru": "дата не указана", "en": "date not given"}
NO_YEAR = {"ru": "год не указан", "en": "year not given"}
ABOUT = {"ru": "около", "en": "about"}
#: before a word that already has a preposition: «примерно с 2017 г.»
ROUGHLY = {"ru": "примерно", "en": "about"}
SINCE = {"ru": "с", "en": "since"}
UNTIL = {"ru": "до", "en": "until"}
AFTER = {"ru": "не ранее", "en": "after"}
BEFORE = {"ru": "до", "en": "before"}
BETWEEN = {"ru": "не ранее {0}, до {1}", "en": "between {0} and {1}"}
NOT_BEFORE = {"ru": "не ранее", "en": "not before"}
NOT_AFTER = {"ru": "не позднее", "en": "not after"}
ACADEMIC_YEAR = {"ru": "{0}/{1} учебный год", "en": "academic year {0}/{1}"}


def phrase(period: Period, language: str, short: bool = False) -> str:
    """The period in "ru" or "en"; `short` for the date column of lists, without «г.» and with short months."""
    if not period:
        return UNKNOWN[language]
    if "/" not in period.text:
        return doubtful(Point(period.text, language, short), language)
    return interval_phrase(period, language, short)


def typed_phrase(period: Period, language: str) -> str:
    """The period as a field shows it: in words that are read back as the same period; "" without one."""
    return phrase(period, language) if period else ""


def bounds_phrase(after: Period, before: Period, language: str, short: bool = False) -> str:
    """«после 1999 г.», «до 27 мая 2024 г.», "between 1999 and 27 May 2024"; "" where neither is known.

    Both days may themselves be the day: “before” is read as “on that day or before it”.
    """
    words = [
        Point(one.points[0], language, short).words(genitive=True) if one else "" for one in (after, before)
    ]
    if after and before:
        return BETWEEN[language].format(*words)
    if after:
        return f"{AFTER[language]} {words[0]}"
    return f"{BEFORE[language]} {words[1]}" if before else ""


class Point:
    """One EDTF point in one language."""

    def __init__(self, text: str, language: str, short: bool) -> None:
        match = point_match(text)
        self.language, self.short, self.doubt = language, short, match["doubt"]
        self.year, self.month, self.day = match["year"], int(match["month"] or 0), int(match["day"] or 0)

    @property
    def precision(self) -> str:
        if self.year.endswith("X"):
            return "decade"
        return (
            "day" if self.day else "month" if 0 < self.month <= 12 else "division" if self.month else "year"
        )

    def before_year(self, genitive: bool = False) -> str:
        """Everything but the year: «25 мая», «сентябрь» or, after a preposition, «сентября»."""
        if not self.month:
            return ""
        if self.month > 12:
            if genitive and self.language == "ru":
                return DIVISIONS_GENITIVE[self.month]
            words = DIVISIONS[self.language][self.month]
            return f"the {words}" if genitive and words.endswith(" of") else words
        month = self.month_name(genitive or bool(self.day))
        return f"{self.day} {month}" if self.day else month

    def month_name(self, genitive: bool) -> str:
        if self.language == "ru" and genitive:
            return (SHORT_GENITIVE if self.short else GENITIVE)[self.month - 1]
        return (SHORT if self.short else MONTHS)[self.language][self.month - 1]

    def year_words(self, genitive: bool = False) -> str:
        if self.precision == "decade":
            return self.decade_words(genitive)
        return self.year if self.short or self.language == "en" else f"{self.year} г."

    def decade_words(self, genitive: bool) -> str:
        """«1990-е гг.» and «1990-х гг.», "1990s" and "the 1990s"."""
        decade = f"{self.year[:3]}0"
        if self.language == "en":
            return f"the {decade}s" if genitive else f"{decade}s"
        return f"{decade}-{'х' if genitive else 'е'}{'' if self.short else ' гг.'}"

    def words(self, genitive: bool = False) -> str:
        if self.year == "XXXX":
            return f"{self.before_year(genitive)}, {NO_YEAR[self.language]}"
        return f"{self.before_year(genitive)} {self.year_words(genitive)}".strip()


def doubtful(point: Point, language: str, genitive: bool = False) -> str:
    """«около 2014 г.» for ~, «2014 г. (?)» for ?, both for %."""
    about = point.doubt in ("~", "%") and point.doubt
    words = point.words(genitive or bool(about))
    words = f"{ABOUT[language]} {words}" if about else words
    return f"{words} (?)" if point.doubt in ("?", "%") and point.doubt else words


def interval_phrase(period: Period, language: str, short: bool) -> str:
    start, end = period.points
    if start == "..":
        return open_phrase(UNTIL[language], Point(end, language, short), language)
    if end == "..":
        return open_phrase(SINCE[language], Point(start, language, short), language)
    if years := academic_year(period):
        return ACADEMIC_YEAR[language].format(*years)
    first, last = Point(start, language, short), Point(end, language, short)
    return joined(first, last, language)


def open_phrase(preposition: str, point: Point, language: str) -> str:
    """«со 2 мая 2014 г.», «примерно с 2017 г.» / "since about 2017"."""
    words = point.words(genitive=True)
    if preposition == "с" and words.startswith(("2 ", "II ")):  # read as «второго»
        preposition = "со"
    both = f"{preposition} {words}"
    if point.doubt in ("~", "%"):
        about = ROUGHLY[language]
        both = f"{about} {both}" if language == "ru" else f"{preposition} {about} {words}"
    return f"{both} (?)" if point.doubt in ("?", "%") else both


def dating_phrase(not_before: Period, not_after: Period, language: str) -> str:
    """Of an undated work: «не ранее 2018 г., не позднее мая 2024 г.», "not before 2018"; "" without bounds."""
    bounds = [(NOT_BEFORE, not_before.points[0]), (NOT_AFTER, not_after.points[-1])]
    return ", ".join(
        f"{words[language]} {doubtful(Point(point, language, short=False), language, genitive=True)}"
        for words, point in bounds
        if point not in ("", "..")
    )


def joined(first: Point, last: Point, language: str) -> str:
    """Two points with their common parts once; points of different precision are each written in full."""
    alike = first.precision == last.precision and not first.doubt and not last.doubt
    if not alike or first.precision == "decade":
        return f"{doubtful(first, language)} – {doubtful(last, language)}"
    if first.year != last.year:
        if first.precision == "year":
            years = f"{first.year}–{last.year}"
            return years if first.short or language == "en" else f"{years} гг."
        return f"{first.words()} – {last.words()}"
    if first.day and first.month == last.month:
        return f"{first.day}–{last.words()}"
    return f"{first.before_year().removesuffix(' of')} – {last.words()}"


def academic_year(period: Period) -> tuple[str, str] | None:
    """("2015", "16") for 2015-09/2016-08, else None."""
    first, last = period.first_day, period.last_day
    if not first or not last:
        return None
    whole = period.text == f"{first.year}-09/{first.year + 1}-08" and last.year == first.year + 1
    return (str(first.year), f"{last.year % 100:02}") if whole else None


def missing_part(period: Period) -> str:
    """What a reader may miss: "day" for a month, "" for everything else. The missing day is named, never made up."""
    return "day" if period.precision == "month" else ""


def span(first_day: date | None, last_day: date | None) -> str:
    """The years two days span, for totals: "2003–2024" or "2003"."""
    years = [day.year for day in (first_day, last_day) if isinstance(day, date)]
    return "–".join(dict.fromkeys(str(year) for year in years))
