"""The form above the grid of figures: what all figures of the table have in common, read as the cells of a sheet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.models import Indicator, Observation, Place, Source
from relations.models.named import reader_language
from relations.models.places import COUNTRIES
from relations.revisions.figure_grid import MOST_CELLS, Block
from relations.rows.citation_columns import CitationColumns
from relations.rows.columns import Column, Whole
from relations.rows.lookups import Lookups
from relations.rows.measure_columns import Measured
from relations.rows.statistics import StatisticsResource
from relations.text.cell_syntax import join, split
from relations.values.period_problems import FIRST_YEAR, LAST_YEAR
from relations.values.quantity_format import MULTS

from .cell_fields import CellField

#: years of a table that is opened without any
USUAL_YEARS = 10
MISSING = Observation.Status.MISSING
#: sources that are named where several are meant
MOST_NAMED = 5
#: the fields without which there is no table
NEEDED = {"indicator", "areas", "first_year", "last_year", "measure", "counterpart"}


class Year(Whole):
    """A year, written as a whole number."""

    has_field = False
    limits = (FIRST_YEAR, LAST_YEAR)

    def parse(self, cell: str, lookups: Lookups) -> int | None:
        return super().parse(cell, lookups) if cell else None


class Areas(Column):
    """Places by any of their names, separated by “;”."""

    has_field = False

    def parse(self, cell: str, lookups: Lookups) -> tuple[Place, ...]:
        return tuple(dict.fromkeys(lookups.places.find(text) for text in split(cell) if text))


class SourceCell(Column):
    """A source by its key, its address or words of its title, as fields with search find it."""

    has_field = False

    def parse(self, cell: str, lookups: Lookups) -> str:
        if not cell or cell in lookups.sources:
            return cell
        found = list(
            Source.objects.filter(Q(url=cell) | Q(title__iexact=cell)).values_list("key", flat=True)[:2]
        )
        if len(found) == 1:
            return found[0]
        like = list(Source.objects.matching(cell, beginnings=True).order_by("title", "pk")[: MOST_NAMED + 1])
        if len(like) == 1:
            return like[0].key
        if like and len(like) <= MOST_NAMED:
            named = "; ".join(f"{one.title} ({one.key})" for one in like)
            message = _("Several sources have these words: %(sources)s. Write the key of one, or more words.")
            raise Problem("source.several", message, sources=named)
        if like:
            raise Problem("source.several", _("Many sources have these words. Write more words, or the key."))
        lookups.sources.find(cell)  # says what may be meant
        return cell


class LocatorCell(Column):
    """A place in a source, as the column of sheets takes it."""

    has_field = False

    def parse(self, cell: str, lookups: Lookups) -> str:
        return str(CitationColumns.locator.parse_slot(cell, ()))


def of_sheet(name: str, **kwargs: Any) -> CellField:
    """The field of a column of the sheet of figures."""
    return CellField(StatisticsResource.column(name), **kwargs)


def text_with(**attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off", **attrs})


def powers_of_ten() -> list[tuple[str, str]]:
    return [(str(power), words or "—") for power, words in MULTS[reader_language()].items()]


def choices_of(name: str, without: Iterable[str] = ()) -> list[tuple[str, Any]]:
    field = StatisticsResource.column(name).field
    return [(code, label) for code, label in field.choices if code not in without]


class GridForm(forms.Form):
    """What the figures have in common; `needs_source` where they are to be checked or stored."""

    indicator = of_sheet("indicator", widget=forms.Select, required=True)
    areas = CellField(
        Areas("areas"),
        label=_("areas"),
        required=True,
        widget=text_with(),
        help_text=_("Names or codes, separated by semicolons."),
    )
    first_year = CellField(
        Year("first_year"), label=_("from year"), required=True, widget=text_with(size="6")
    )
    last_year = CellField(Year("last_year"), label=_("to year"), required=True, widget=text_with(size="6"))
    source = CellField(
        SourceCell("source"),
        label=_("source"),
        widget=text_with(list="grid-sources"),
        help_text=_("Its key, its address or words of its title. It must be in the register."),
    )
    locator = CellField(
        LocatorCell("locator"),
        label=_("where in the source"),
        widget=text_with(),
        help_text=_("For example: page 5, table 2."),
    )
    unit = of_sheet(
        "unit",
        widget=text_with(list="grid-units"),
        help_text=_("Also “USD million” or «млн долл.». If left empty: the usual unit of the indicator."),
    )
    unit_mult = of_sheet("unit_mult", widget=forms.Select)
    measure = of_sheet("measure", widget=forms.Select)
    obs_status = of_sheet("obs_status", widget=forms.Select)
    counterpart = of_sheet("counterpart", widget=text_with(list="grid-places"))
    definition_ru = of_sheet("definition_ru", widget=text_with())
    definition_en = of_sheet("definition_en", widget=text_with())

    def __init__(self, data: Any = None, needs_source: bool = False) -> None:
        super().__init__(data)
        lookups = Lookups()
        for one in self.fields.values():
            one.lookups = lookups  # type: ignore[attr-defined]  # each field here is a CellField
        self.fields["source"].required = needs_source
        indicators = sorted(
            Indicator.objects.values_list("key", f"name_{reader_language()}"), key=lambda one: one[1]
        )
        self.choose("indicator", [("", "—"), *indicators])
        self.choose("unit_mult", powers_of_ten())
        self.choose("measure", choices_of("measure"))
        self.choose("obs_status", choices_of("obs_status", without=[MISSING]))

    def choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].widget.choices = choices

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        first, last, areas = (found.get(name) for name in ("first_year", "last_year", "areas"))
        if first and last and first > last:
            self.add_error("last_year", _("The last year is before the first."))
        elif first and last and areas and (last - first + 1) * len(areas) > MOST_CELLS:
            message = _("A table may have at most %(most)d cells. Choose fewer years or areas.")
            self.add_error(None, ValidationError(message, params={"most": MOST_CELLS}))
        unit = found.get("unit")
        if unit and unit.mult and found.get("unit_mult") not in (0, unit.mult, None):
            self.add_error("unit_mult", _("The unit gives another power of ten."))
        return found

    @property
    def can_be_drawn(self) -> bool:
        """Whether there is a table, whatever else is wrong."""
        self.is_valid()
        return self.cleaned_data.keys() >= NEEDED and not self.non_field_errors()

    @property
    def areas_and_years(self) -> tuple[list[Place], list[int]]:
        """Of a form that can be drawn."""
        years = range(self.cleaned_data["first_year"], self.cleaned_data["last_year"] + 1)
        return list(self.cleaned_data["areas"]), list(years)

    def block(self) -> Block:
        """What the form says of all figures; of one with errors, as far as it can be read."""
        given = self.cleaned_data
        unit, counterpart = given.get("unit") or Measured(None), given["counterpart"]
        if not unit.unit and given["measure"] == Observation.Measure.LEVEL:
            unit = Measured(given["indicator"].unit)
        texts = ("measure", "obs_status", "definition_ru", "definition_en")
        cells = {
            "indicator": given["indicator"].key,
            "counterpart": counterpart.code if counterpart else "",
            "unit": unit.unit.key if unit.unit else "",
            "unit_mult": str(unit.mult or given.get("unit_mult") or 0),
            **{name: given.get(name, "") for name in texts},
        }
        return Block(
            given["indicator"], counterpart, cells, given.get("source", ""), given.get("locator", "")
        )


def initial_data(given: dict[str, str]) -> dict[str, str]:
    """What the page is opened with: the usual areas and years, and the unit of the indicator."""
    codes = [code for code in COUNTRIES if code != "RU"]
    found = {place.code: place.name for place in Place.objects.filter(code__in=codes)}
    year = date.today().year  # noqa: DTZ011 - the year of the editor, to the day
    data = {
        "areas": join(found[code] for code in codes if code in found),
        "first_year": str(year - USUAL_YEARS),
        "last_year": str(year - 1),
        "unit_mult": "0",
        "measure": Observation.Measure.LEVEL.value,
        "obs_status": Observation.Status.NORMAL.value,
    }
    indicator = Indicator.objects.filter(key=given.get("indicator", "")).select_related("unit").first()
    if indicator and indicator.unit:
        data["unit"] = indicator.unit.name
    return data | given
