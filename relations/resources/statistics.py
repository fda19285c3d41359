from relations.models import Observation
from relations.quantities import BETWEEN, DIRECTION_ONLY, EXACT, Quantity

from .agreements import head_columns, tail_columns
from .base import SheetResource
from .citations import CitationColumns
from .columns import Choice, Date, Number, PowerOfTen, Reference, Text


class Value(Number):
    """The figure; a phrase such as «более 200» or «почти 6,5 трлн» also sets the qualifier and the power of ten."""

    late = True

    def parse(self, cell, book):
        return Quantity.parse(cell)

    def put(self, draft, quantity):
        record = draft.record
        record.obs_value = quantity.value
        if quantity.qualifier == BETWEEN:
            record.value_to = quantity.upper
        if quantity.qualifier != EXACT and (quantity.qualifier != DIRECTION_ONLY or record.obs_status != "O"):
            record.qualifier = quantity.qualifier
        if quantity.mult:
            record.unit_mult = quantity.mult

    def render(self, value):
        return super().render(value.value if isinstance(value, Quantity) else value)


class StatisticsResource(SheetResource):
    slug, model, citations = "statistics", Observation, CitationColumns()
    own_columns = [
        *head_columns(),
        Reference("indicator", "indicators"),
        Reference("area", "places", attribute="ref_area"),
        Reference("counterpart", "places", attribute="counterpart_area"),
        Date("period"),
        Value("value", attribute="obs_value"),
        Number("value_to"),
        Choice("qualifier"),
        Reference("unit", "units"),
        PowerOfTen("unit_mult"),
        Choice("measure"),
        Choice("obs_status"),
        Choice("rank"),
        Text("rank_reason"),
        Text("comment_ru"),
        Text("comment_en"),
        *tail_columns(),
    ]

    def key_of(self, draft):
        """indicator-area-counterpart-measure-period: what makes a figure this figure, without its title."""
        record = draft.record
        who = (
            record.indicator and record.indicator.key,
            *(place and place.code for place in (record.ref_area, record.counterpart_area)),
        )
        measure = "" if record.measure == "level" else record.measure
        parts = [str(part) for part in (*who, measure, record.period) if part]
        return "-".join(parts).casefold().translate(CLEAN)[:100].strip("-") or "observation"


CLEAN = {ord(letter): "-" for letter in "/.~?% "}
