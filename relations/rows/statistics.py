"""Row schema of figures."""

import hashlib
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.models import LinkKind, Observation

from .about_column import AboutColumn
from .citation_columns import CitationColumns
from .columns import Choice, Number, PeriodColumn, PowerOfTen, Reference, Text
from .common_columns import head_columns, tail_columns
from .measure_columns import UnitOfMeasure, Value
from .minimum import Need
from .related_columns import Links
from .resource import SheetResource
from .row_change import RowChange


class StatisticsResource(SheetResource):
    slug, model, citations = "statistics", Observation, CitationColumns()
    telling_columns = ("indicator", "area", "period", "value")
    needs_title = False
    edition_columns = ("indicator", "area", "about", "measure", "definition_ru", "definition_en")
    minimum = (
        Need(("indicator",), _("an indicator")),
        Need(("area", "counterpart", "about"), _("a territory or a partner")),
        Need(
            ("value", "direction", "wording_ru", "wording_en", "obs_status=O"),
            _("a figure, or a word that there is none"),
            of_sheets=True,
        ),
    )
    own_columns = [
        *head_columns(),
        Reference("indicator", "indicators"),
        Reference("area", "places", attribute="ref_area"),
        Reference("counterpart", "places", attribute="counterpart_area"),
        AboutColumn("about"),
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
        Text("definition_ru"),
        Text("definition_en"),
        Text("wording_ru"),
        Text("wording_en"),
        Links("part_of", LinkKind.PART_OF),
        Text("comment_ru"),
        Text("comment_en"),
        *tail_columns(),
    ]

    @classmethod
    def settle(cls, change: RowChange) -> Iterator[tuple[str, Problem]]:
        """A statement in words keeps no unit."""
        record = change.record
        if record.has_no_unit and record.unit:
            message = _("A statement in words has no unit: “%(unit)s” was left out.")
            yield "unit", Problem("statement.unit", message, unit=record.unit.name)
            record.unit, record.unit_mult = None, 0

    @classmethod
    def refusals(cls, change: RowChange) -> Iterator[tuple[str, Problem]]:
        """A row whose value was left empty says nothing, unless it gives a direction or a statement in words."""
        record = change.record
        says = record.direction or record.wording_ru or record.wording_en
        if "value" in change.given and record.is_statement and not says:
            message = _(
                "There is no figure in this row. Enter a value, a direction or the statement in words, or “n/a” if the"
                " source has no figure."
            )
            yield "value", Problem("figure.none", message)

    @classmethod
    def key_of(cls, change: RowChange) -> str:
        """indicator-area-counterpart-about-measure-definition-period-source: what differs in one is another figure."""
        record = change.record
        about = record.about.key if record.about else ""
        area, counterpart = (
            place.code if place else "" for place in (record.ref_area, record.counterpart_area)
        )
        source = change.slots[0].source if change.slots else ""
        indicator = record.indicator.key if record.indicator else ""
        return key_of_parts(
            indicator,
            area,
            counterpart,
            about,
            record.measure,
            str(record.period),
            source,
            definition_of(record),
        )


def definition_of(record: Observation) -> str:
    return record.definition_en or record.definition_ru


def key_of_parts(
    indicator: str,
    area: str,
    counterpart: str,
    about: str,
    measure: str,
    period: str,
    source: str,
    definition: str = "",
) -> str:
    """The key of a figure; a level needs no word for its measure, and a definition of its own is a few digits."""
    said = "" if measure == Observation.Measure.LEVEL else measure
    mark = hashlib.sha256(definition.encode()).hexdigest()[:6] if definition else ""
    parts = filter(None, (indicator, area, counterpart, about, said, mark, period, source))
    return "-".join(parts).casefold().translate(CLEAN)[:95].strip("-") or "observation"


CLEAN = {ord(letter): "-" for letter in "/.~?% "}
