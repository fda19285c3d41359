"""Rules about figures: by themselves, against their text, and against the other figures of the indicator."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from statistics import median
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from relations.models import Indicator, Observation, Place, Unit
from relations.models.mirrors import mirror_of
from relations.models.statistics import Dimension
from relations.text.normalize import fold

from .context import Context, series_key
from .parties import codes_in_key
from .rule import STATISTICS, Found, Severity, rule
from .shown import listed, plain
from .view import View
from .wording import ALLOWED, WORD, numbers_in, qualifiers_of, years_in

ERROR, HINT = Severity.ERROR, Severity.HINT
#: how many times larger or smaller than its series a figure must be to be asked about
FACTOR = 30
#: the whole world, as a place
WORLD = "world"
#: with fewer other figures of an indicator, the order of its sides is not known
FEWEST = 3
#: how far a mirror figure may differ before it is asked about
MIRROR_FACTOR = 5
#: by how many times producers raise an export to estimate the import on the other side (freight and insurance), and
#: how exactly a figure must have it: two reports meet it by chance about once in twenty thousand
COPIED, COPIED_WITHIN = (Decimal("1.06"), Decimal("1.1")), Decimal("0.00001")
IMPORTS, ESTIMATED = "merchandise-imports", Observation.Status.ESTIMATED


def unit_of(view: View) -> Unit | None:
    return view.reference.units.get(view["unit"])


def is_money(unit: Unit) -> bool:
    """Whether a unit is a currency: so it is marked, or it is shown by its code of three letters."""
    return unit.dimension == Dimension.MONEY or unit.symbol_en == unit.key.upper()


def is_percent(unit: Unit) -> bool:
    return unit.symbol_en.strip() == "%"


@rule(ERROR, STATISTICS, "value measure unit qualifier", _("A share of %(value)s %% is more than the whole."))
def share_over_100(view: View, context: Context) -> Found:
    unit, value = unit_of(view), view.number("value")
    is_share = view["measure"] == Observation.Measure.SHARE and unit is not None and is_percent(unit)
    return (
        {"value": plain(value)} if is_share and value is not None and view.base and view.base > 100 else None
    )


@rule(
    ERROR,
    STATISTICS,
    "value measure unit",
    _("%(value)s is negative, but it is a number, a share or a rank."),
)
def negative(view: View, context: Context) -> Found:
    unit, value = unit_of(view), view.number("value")
    may_be = view["measure"] in (Observation.Measure.GROWTH, Observation.Measure.INDEX)
    if value is None or value >= 0 or may_be or (unit and is_money(unit)):
        return None
    return {"value": plain(value)}


@rule(
    ERROR, STATISTICS, "value measure unit_mult", _("%(value)s is no rank: ranks are whole numbers from one.")
)
def no_rank(view: View, context: Context) -> Found:
    if view["measure"] != Observation.Measure.RANK or view.base is None:
        return None
    is_whole = view.base == view.base.to_integral_value()
    return None if view.base >= 1 and is_whole else {"value": plain(view.base)}


@rule(HINT, STATISTICS, "value unit unit_mult", _("%(value)s is not whole, but “%(unit)s” is counted."))
def not_whole(view: View, context: Context) -> Found:
    unit = unit_of(view)
    if not unit or view.base is None or view["measure"] != Observation.Measure.LEVEL or is_measured(unit):
        return None
    return None if view.base == view.base.to_integral_value() else {"value": plain(view.base), "unit": unit}


def is_measured(unit: Unit) -> bool:
    """Whether a unit may have fractions: all that is not counted."""
    return (
        unit.dimension != Dimension.COUNT or is_money(unit) or is_percent(unit) or "|" not in unit.symbol_en
    )


@rule(
    HINT,
    STATISTICS,
    "measure unit",
    _("The measure “%(measure)s” does not go with the unit “%(unit)s”."),
)
def measure_against_unit(view: View, context: Context) -> Found:
    unit, measure = unit_of(view), view["measure"]
    if not unit or view["qualifier"] == "direction_only":
        return None
    is_level = measure == Observation.Measure.LEVEL and is_percent(unit)
    is_amount = measure in ("share", "growth", "index") and is_money(unit) and measure != "growth"
    is_share = measure == "share" and not is_percent(unit) and unit.dimension not in ("share",)
    is_rank = (measure == "rank") != (unit.dimension == Dimension.RANK or "rank" in unit.key)
    wrong = is_level or is_amount or is_share or is_rank
    return {"measure": dict(Observation.Measure.choices).get(measure, ""), "unit": unit} if wrong else None


class LevelUnits(NamedTuple):
    """The unit of a level and the usual one of its indicator; other measures, such as growth, have their own."""

    indicator: Indicator
    unit: Unit
    usual: Unit

    @classmethod
    def of(cls, view: View) -> LevelUnits | None:
        indicator, unit = view.reference.indicators.get(view["indicator"]), unit_of(view)
        usual = indicator.unit if indicator else None
        is_level = view["measure"] == Observation.Measure.LEVEL
        return cls(indicator, unit, usual) if is_level and indicator and unit and usual else None

    @property
    def dimensions(self) -> tuple[Dimension, Dimension]:
        return dimension_of(self.unit), dimension_of(self.usual)


def dimension_of(unit: Unit) -> Dimension:
    return Dimension.MONEY if is_money(unit) else Dimension(unit.dimension)


@rule(
    ERROR,
    STATISTICS,
    "unit indicator measure",
    _(
        "The unit “%(unit)s” measures another dimension (%(dimension)s) than the indicator, which is counted in"
        " “%(usual)s” (%(other)s)."
    ),
)
def another_dimension(view: View, context: Context) -> Found:
    units = LevelUnits.of(view)
    if not units or units.dimensions[0] == units.dimensions[1]:
        return None
    dimension, other = (one.label for one in units.dimensions)
    return {"unit": units.unit, "dimension": dimension, "usual": units.usual, "other": other}


@rule(
    HINT,
    STATISTICS,
    "unit indicator measure",
    _("The unit is “%(unit)s”, but the indicator “%(indicator)s” is usually given in “%(usual)s”."),
)
def another_unit(view: View, context: Context) -> Found:
    """Of what is counted; currencies, tonnes and kilometres may well differ."""
    units = LevelUnits.of(view)
    if not units or set(units.dimensions) != {Dimension.COUNT} or units.unit.key == units.usual.key:
        return None
    is_named = names_unit(view, units.unit)
    return None if is_named else {"unit": units.unit, "indicator": units.indicator, "usual": units.usual}


@rule(
    HINT,
    STATISTICS,
    "area counterpart measure",
    _("A rank is of one place among others, but the area is the group “%(area)s”."),
)
def rank_of_a_group(view: View, context: Context) -> Found:
    is_rank = view["measure"] == Observation.Measure.RANK
    groups = [place for place in view.places("area") if place.kind == Place.Kind.GROUP]
    return {"area": groups[0]} if is_rank and groups else None


# Against the text.


def summary_numbers(view: View) -> dict[str, frozenset[Decimal]]:
    """{language: the numbers of its summary, without years}; a title may well number something else"""
    texts = {code: view[f"summary_{code}"] for code in view.texts}
    return {
        code: frozenset(number for number in numbers_in(text) if number not in years_in(text))
        for code, text in texts.items()
    }


@rule(
    HINT,
    STATISTICS,
    "value unit_mult value_to summary_ru summary_en",
    _("The figure is %(value)s, but the text says %(numbers)s."),
)
def value_against_text(view: View, context: Context) -> Found:
    if view.base is None:
        return None
    for code, numbers in summary_numbers(view).items():
        # “one of” counts nothing; «первое место» is a rank
        telling = {number for number in numbers if number > 1 or view["measure"] == Observation.Measure.RANK}
        if telling and view.base not in numbers_in(view.texts[code]):
            return {"value": plain(view.base), "numbers": ", ".join(map(plain, sorted(telling)))}
    return None


@rule(
    HINT,
    STATISTICS,
    "qualifier value quotation summary_ru summary_en",
    _("The qualifier is “%(qualifier)s”, but the text says it otherwise."),
)
def qualifier_lost(view: View, context: Context) -> Found:
    if view.base is None or view["qualifier"] in ("between", "direction_only"):
        return None
    quotations = " ".join(cited.quotation for cited in view.citations)
    said = set().union(*(qualifiers_of(text, view.base) for text in (*view.texts.values(), quotations)))
    own = view["qualifier"] or "exact"
    if (said and not any(own in ALLOWED[group] for group in said)) or (
        not said and own != "exact" and any(view.base in numbers_in(text) for text in view.texts.values())
    ):
        return {"qualifier": dict(Observation.Qualifier.choices).get(own, own)}
    return None


def money_words(unit: Unit) -> set[str]:
    """The beginnings of the words for a currency, in both languages."""
    names = " ".join((unit.name_ru, unit.name_en, unit.other_names_ru, unit.other_names_en, unit.symbol_en))
    words = {fold(word) for word in WORD.findall(names)} - {"сша", "us", "российский", "russian"}
    return {word[:4] if len(word) > 4 else word for word in words if len(word) >= 3}


@rule(
    HINT,
    STATISTICS,
    "unit summary_ru summary_en",
    _("The unit is “%(unit)s”, but the text names another currency: %(named)s."),
)
def currency_against_text(view: View, context: Context) -> Found:
    unit = unit_of(view)
    if not unit or view.base is None:
        return None
    named = named_currencies(view)
    return {"unit": unit, "named": listed(named)} if named and unit not in named else None


def named_currencies(view: View) -> list[Unit]:
    """The currencies that the text names."""
    words = [fold(word) for text in view.texts.values() for word in WORD.findall(text)]
    if not any(word[:4] in ALL_MONEY or word in ALL_MONEY for word in words) and "$" not in str(view.texts):
        return []
    found = []
    for unit in view.reference.units.values():
        if is_money(unit) and any(word.startswith(tuple(money_words(unit))) for word in words):
            found.append(unit)
    return found


#: a quick look before the units are gone through
ALL_MONEY = frozenset(
    "рубл долл долларов евро юан тенг сум сом rubl roub doll euro yuan teng usd rub eur руб".split()
)
PERCENT = re.compile(r"%|процент|per ?cent", re.IGNORECASE)


@rule(
    HINT,
    STATISTICS,
    "unit measure summary_ru summary_en",
    _("The text gives per cent, but the unit is “%(unit)s”."),
)
def percent_against_text(view: View, context: Context) -> Found:
    unit = unit_of(view)
    if not unit or view.base is None or is_percent(unit):
        return None
    has_percent = all(PERCENT.search(view[f"summary_{code}"]) for code in ("ru", "en"))
    return {"unit": unit} if has_percent else None


def names_unit(view: View, unit: Unit) -> bool:
    """Whether the English text names what is counted."""
    forms = {fold(form.split()[-1]) for form in unit.symbol_en.split("|") if form}
    return any(fold(word) in forms for word in WORD.findall(view.texts["en"]))


# Against other figures.


def series_of(view: View, context: Context) -> list[View]:
    """The other figures of its series."""
    return [one for one in context.series.get(series_key(view), ()) if one.key != view.key]


def same_pair(view: View, context: Context, pair: tuple[str, str]) -> list[View]:
    """The other figures of the indicator with this area and counterpart."""
    found = context.pairs.get(view["indicator"], {}).get(pair, ())
    return [one for one in found if one.key != view.key]


def factor_between(one: Decimal | None, other: Decimal | None) -> Decimal:
    """How many times the larger of two figures is the smaller; 1 where there is nothing to compare."""
    if not one or not other or one * other < 0:
        return Decimal(1)
    factor = abs(one / other)
    return factor if factor >= 1 else 1 / factor


@rule(
    HINT,
    STATISTICS,
    "value unit_mult unit",
    _(
        "%(value)s is %(factor)s times larger or smaller than the other figures of its series, whose"
        " middle is %(middle)s."
    ),
)
def out_of_series(view: View, context: Context) -> Found:
    others = [one.base for one in series_of(view, context) if one.base]
    if not others or not view.base:
        return None
    middle = Decimal(median(others))
    factor = factor_between(view.base, middle)
    if factor < FACTOR:
        return None
    return {"value": plain(view.base), "factor": plain(factor.quantize(Decimal(1))), "middle": plain(middle)}


@rule(
    HINT,
    STATISTICS,
    "value unit_mult part_of",
    _("%(value)s is said to be a part of “%(key)s”, which is only %(whole)s."),
)
def more_than_whole(view: View, context: Context) -> Found:
    for key in view.linked("part_of"):
        whole = context.wholes.get(key)
        is_alike = whole and (whole["unit"], whole["measure"]) == (view["unit"], view["measure"])
        if whole and is_alike and view.base and whole.base and view.base > whole.base:
            return {"value": plain(view.base), "key": key, "whole": plain(whole.base)}
    return None


@rule(
    HINT,
    STATISTICS,
    "value unit_mult area counterpart period",
    _(
        "%(value)s is %(factor)s times larger or smaller than the figure of the other side, “%(key)s”: %(other)s."
    ),
)
def against_mirror(view: View, context: Context) -> Found:
    for other in mirrors(view, context):
        factor = factor_between(view.base, other.base)
        if factor >= MIRROR_FACTOR:
            numbers = {"value": plain(view.base or Decimal(0)), "other": plain(other.base or Decimal(0))}
            return {"factor": plain(factor.quantize(Decimal("0.1"))), "key": other.key, **numbers}
    return None


def mirrors(view: View, context: Context) -> Iterator[View]:
    """What the counterpart says of the same flow and period."""
    if not view["counterpart"] or not view["period"]:
        return
    found = context.pairs.get(mirror_of(view["indicator"]), {}).get((view["counterpart"], view["area"]), ())
    for other in found:
        if other.key != view.key and all(other[name] == view[name] for name in ("period", "unit", "measure")):
            yield other


@rule(
    HINT,
    STATISTICS,
    "value unit_mult obs_status area counterpart period",
    _(
        "Between this and “%(key)s” the import is exactly %(ratio)s times the export: one of the two may be no report"
        " but the producer’s estimate from the other."
    ),
)
def made_from_mirror(view: View, context: Context) -> Found:
    for other in mirrors(view, context):
        is_import = view["indicator"] == IMPORTS
        if other["indicator"] == view["indicator"] or ESTIMATED in (view["obs_status"], other["obs_status"]):
            continue
        bought, sold = (view.base, other.base) if is_import else (other.base, view.base)
        ratio = next(
            (one for one in COPIED if bought and sold and abs(bought / sold - one) < COPIED_WITHIN), None
        )
        if ratio:
            return {"ratio": plain(ratio), "key": other.key}
    return None


@rule(
    HINT,
    STATISTICS,
    "unit indicator area counterpart",
    _("The unit is “%(unit)s”, but the other figures of this indicator for these sides are in “%(usual)s”."),
)
def another_currency(view: View, context: Context) -> Found:
    unit = unit_of(view)
    if not unit or not is_money(unit) or text_names(view, unit):
        return None
    others = same_pair(view, context, (view["area"], view["counterpart"]))
    same = [one["unit"] for one in others if (other := unit_of(one)) and is_money(other)]
    usual = {*same}
    if len(usual) != 1 or unit.key in usual:
        return None
    return {"unit": unit, "usual": view.reference.units[same[0]]}


def text_names(view: View, unit: Unit) -> bool:
    """Whether the text itself gives the figure in this currency."""
    return unit in named_currencies(view)


@rule(
    HINT,
    STATISTICS,
    "area counterpart indicator",
    _(
        "Area and counterpart are the other way round in the other figures of this indicator, such as “%(key)s”."
    ),
)
def turned_round(view: View, context: Context) -> Found:
    area, counterpart = sides_of(view)
    if not area or not counterpart:
        return None
    found = context.pairs.get(view["indicator"], {}).values()
    others = [(sides_of(one), one.key) for same in found for one in same[:2] if one.key != view.key]
    # a figure of the whole world says nothing about the order of two sides
    others = [(pair, key) for pair, key in others if WORLD not in pair]
    areas, counterparts = {pair[0] for pair, _key in others}, {pair[1] for pair, _key in others}
    reversed_ones = [key for pair, key in others if pair == (counterpart, area)]
    is_strange = area in counterparts - areas or counterpart in areas - counterparts
    if (area, counterpart) in dict(others) or not (reversed_ones or (is_strange and len(others) >= FEWEST)):
        return None
    if [code for code in codes_in_key(view.key) if code in (area, counterpart)][:1] == [area]:
        return None  # the key says so too
    return {"key": (reversed_ones or [key for _pair, key in others])[0]}


def sides_of(view: View) -> tuple[str, str]:
    """The countries of area and counterpart; a region stands for its country, a group for itself."""
    found = (next(iter(view.places(name)), None) for name in ("area", "counterpart"))
    first, second = (code_of(place) for place in found)
    return first, second


def code_of(place: Place | None) -> str:
    return (place.country or place).code if place else ""


@rule(
    HINT,
    STATISTICS,
    "value period indicator area counterpart",
    _("“%(key)s” gives the same value for the same series and date."),
)
def same_figure_twice(view: View, context: Context) -> Found:
    for other in series_of(view, context):
        if other.base == view.base and other["period"] == view["period"] and shares_source(view, other):
            return {"key": other.key}
    return None


def shares_source(view: View, other: View) -> bool:
    """Two sources that give the same figure confirm each other; one source twice is a repetition."""
    return bool(sources_of(view.citations) & sources_of(other.citations))


def sources_of(citations: Iterable[object]) -> set[str]:
    return {getattr(cited, "source", "") for cited in citations}
