"""URL path converters."""

from datetime import date


class Day:
    """A day of the calendar, written 2026-01-31 and in no other way."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, text: str) -> date:
        return date.fromisoformat(text)

    def to_url(self, day: date | str) -> str:
        return day if isinstance(day, str) else day.isoformat()
