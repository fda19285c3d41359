"""URL path converters."""

from datetime import date


class Day:
    """A calendar day, written only as 2026-01-31."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, text: str) -> date:
        return date.fromisoformat(text)

    def to_url(self, day: date | str) -> str:
        return day if isinstance(day, str) else day.isoformat()
