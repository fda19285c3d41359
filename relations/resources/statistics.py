from types import SimpleNamespace

from django.utils.functional import lazy

from relations.models import Observation
from relations.models.names import reader_language
from relations.quantities import BETWEEN, DIRECTION_ONLY, EXACT, Quantity
from relations.quantity_phrases import phrase

from .agreements import head_columns, tail_columns
from .base import SheetResource
from .citations import CitationColumns
from .columns import Choice, Date, Number, PowerOfTen, Reference, Text

#: the unit that a cell sets by its sign alone, before the units of the register are asked
PERCENT = SimpleNamespace(key="percent", symbol_ru="%", symbol_en="%")


class Value(Number):
    """The figure; a phrase such as «более 200» or «почти 6,5 трлн» also sets the qualifier and the power of ten."""

    late = True

    def parse(self, cell, book):
        return Quantity.parse(cell)

    def says_all(self, quantity):
        """Whether the cell is a bare figure, which sets no other column of a record that has the same one."""
        return quantity.qualifier == EXACT and not quantity.mult and not quantity.is_percent

    def put(self, draft, quantity):
        """Sets what the figure says; columns of their own keep the word on qualifier, upper value and power of ten."""
        record, phrase = draft.record, quantity.qualifier != EXACT or quantity.mult
        record.obs_value = quantity.value
        if "value_to" not in draft.given or quantity.qualifier == BETWEEN:
            record.value_to = quantity.upper
        if "qualifier" not in draft.given or phrase:
            record.qualifier = quantity.qualifier
        if quantity.qualifier == DIRECTION_ONLY and record.obs_status == "O":
            record.qualifier = EXACT
        if "unit_mult" not in draft.given or quantity.mult:
            record.unit_mult = quantity.mult
        if quantity.is_percent and not record.unit:
            record.unit = draft.book.units.by_key.get("percent")

    def render(self, value):
        return super().render(value.value if isinstance(value, Quantity) else value)

    def said(self, quantity):
        """All that the cell set, «почти 6,5 трлн»; a bare figure as it is stored."""
        return super().said(quantity) if self.says_all(quantity) else lazy(in_words, str)(quantity)


def in_words(quantity):
    """A Quantity in the language of whoever reads the report."""
    return phrase(quantity, PERCENT if quantity.is_percent else None, reader_language())


class StatisticsResource(SheetResource):
    slug, model, citations = "statistics", Observation, CitationColumns()
    needs_title = False
    own_columns = [
        *head_columns(),
        Reference("indicator", "indicators"),
        Reference("area", "places", attribute="ref_area"),
        Reference("counterpart", "places", attribute="counterpart_area"),
        Date("period"),
        Value("value", attribute="obs_value"),
        Number("value_to"),
        Choice("qualifier"),
        Choice("direction"),
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
        """indicator-area-counterpart-measure-period-source: two sources that differ are two figures."""
        record = draft.record
        who = [place.code for place in (record.ref_area, record.counterpart_area) if place]
        measure = "" if record.measure == "level" else record.measure
        source = draft.slots[0].source if draft.slots else ""
        parts = (record.indicator.key if record.indicator else "", *who, measure, record.period, source)
        key = "-".join(str(part) for part in parts if part).casefold().translate(CLEAN)
        return key[:95].strip("-") or "observation"


CLEAN = {ord(letter): "-" for letter in "/.~?% "}
