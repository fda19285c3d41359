"""The series of a figure: what must be the same where figures are joined, compared or said to rise and fall."""

from typing import TYPE_CHECKING, NamedTuple

from .foreign_keys import SUBJECT_KEYS

if TYPE_CHECKING:
    from .statistics import Observation

#: the foreign keys and the texts of a figure that make up its series
REFERENCES = ("indicator", "ref_area", "counterpart_area", *(f"about_{key}" for key in SUBJECT_KEYS), "unit")
SERIES_FIELDS = (*REFERENCES, "measure", "definition_ru", "definition_en")


class SeriesKey(NamedTuple):
    """Equal for figures of one series; `definition` is empty where the figure counts as its indicator does."""

    indicator: int | None
    area: int | None
    counterpart: int | None
    about: tuple[int | None, ...]
    unit: int | None
    measure: str
    definition: tuple[str, str]


def series_of(one: "Observation") -> SeriesKey:
    about = tuple(getattr(one, f"about_{key}_id") for key in SUBJECT_KEYS)
    return SeriesKey(
        one.indicator_id,
        one.ref_area_id,
        one.counterpart_area_id,
        about,
        one.unit_id,
        one.measure,
        (one.definition_ru, one.definition_en),
    )
