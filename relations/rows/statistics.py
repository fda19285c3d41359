"""Row schema of figures."""

from relations.models import Observation

from .citation_columns import CitationColumns
from .columns import Choice, Number, PeriodColumn, PowerOfTen, Reference, Text
from .common_columns import head_columns, tail_columns
from .measure_columns import UnitOfMeasure, Value
from .resource import SheetResource
from .row_change import RowChange


class StatisticsResource(SheetResource):
    slug, model, citations = "statistics", Observation, CitationColumns()
    telling_columns = ("indicator", "area", "period", "value")
    needs_title = False
    own_columns = [
        *head_columns(),
        Reference("indicator", "indicators"),
        Reference("area", "places", attribute="ref_area"),
        Reference("counterpart", "places", attribute="counterpart_area"),
        PeriodColumn("period"),
        Value("value", attribute="obs_value"),
        Number("value_to"),
        Choice("qualifier"),
        Choice("direction"),
        UnitOfMeasure("unit", "units"),
        PowerOfTen("unit_mult"),
        Choice("measure"),
        Choice("obs_status"),
        Choice("rank"),
        Text("rank_reason"),
        Text("comment_ru"),
        Text("comment_en"),
        *tail_columns(),
    ]

    @classmethod
    def key_of(cls, change: RowChange) -> str:
        """indicator-area-counterpart-measure-period-source: two sources that differ are two figures."""
        record = change.record
        who = [place.code for place in (record.ref_area, record.counterpart_area) if place]
        measure = "" if record.measure == "level" else record.measure
        source = change.slots[0].source if change.slots else ""
        parts = (record.indicator.key if record.indicator else "", *who, measure, record.period, source)
        key = "-".join(str(part) for part in parts if part).casefold().translate(CLEAN)
        return key[:95].strip("-") or "observation"


CLEAN = {ord(letter): "-" for letter in "/.~?% "}
