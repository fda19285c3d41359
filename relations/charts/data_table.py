"""The data points of a chart as table rows: exactly what is drawn."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from relations.text.cell_syntax import join

from .data_points import Figure

COLUMNS = (
    "key",
    "period",
    "area",
    "counterpart",
    "about",
    "value",
    "value_to",
    "qualifier",
    "unit",
    "measure",
    "obs_status",
    "rank",
    "source",
    "source_title",
    "definition_ru",
    "definition_en",
)


def rows_of(figures: Iterable[Figure]) -> Iterator[list[str]]:
    """Lists of cells in the order of COLUMNS; values in the unit itself, without a power of ten."""
    for figure in figures:
        one = figure.observation
        yield [
            one.key,
            str(one.period),
            one.ref_area.code if one.ref_area else "",
            one.counterpart_area.code if one.counterpart_area else "",
            one.public_about.key if one.public_about else "",
            plain(one.quantity.known_base),
            "" if one.value_to is None else plain(one.value_to.scaleb(one.unit_mult)),
            one.qualifier,
            one.unit.key if one.unit else "",
            one.measure,
            one.obs_status,
            one.rank,
            join(source.key for source in figure.sources),
            join(source.title for source in figure.sources),
            one.definition_ru,
            one.definition_en,
        ]


def plain(value: Decimal) -> str:
    """A Decimal without an exponent or trailing zeros."""
    return f"{value.normalize():f}"
