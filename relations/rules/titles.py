"""Rules about texts: the two languages against each other, and against the columns."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from relations.models import Agreement, Forum, Visit
from relations.text.normalize import fold, fold_word

from .context import Context
from .rule import AGREEMENTS, ALL, FORUMS, VISITS, Found, Severity, rule
from .shown import listed, plain
from .view import View
from .wording import editions_in, numbers_in, years_in

HINT = Severity.HINT


@rule(
    HINT,
    ALL,
    "title_ru title_en",
    _("The titles name different years: %(ru)s in Russian, %(en)s in English."),
)
def titles_of_other_years(view: View, context: Context) -> Found:
    ru, en = (years_in(view[f"title_{code}"]) for code in ("ru", "en"))
    return {"ru": listed(sorted(ru)), "en": listed(sorted(en))} if ru and en and ru != en else None


@rule(
    HINT,
    ALL,
    "title_ru title_en",
    _("The titles give different numbers: %(ru)s in Russian, %(en)s in English."),
)
def titles_of_other_numbers(view: View, context: Context) -> Found:
    ru, en = (editions_in(view[f"title_{code}"]) for code in ("ru", "en"))
    return {"ru": listed(ru), "en": listed(en)} if ru and en and not set(ru) & set(en) else None


@rule(
    HINT,
    ALL,
    "title_ru title_en",
    _("The titles name different places: %(ru)s in Russian, %(en)s in English."),
)
def titles_of_other_places(view: View, context: Context) -> Found:
    return other_places(view, "title")


@rule(
    HINT,
    ALL,
    "summary_ru summary_en",
    _("The summaries name different places: %(ru)s in Russian, %(en)s in English."),
    needs="summary_ru summary_en",
)
def summaries_of_other_places(view: View, context: Context) -> Found:
    return other_places(view, "summary")


def other_places(view: View, name: str) -> Found:
    """Where each language names a country that the other does not."""
    ru, en = (view.reference.countries_in(view[f"{name}_{code}"]) for code in ("ru", "en"))
    if not ru - en or not en - ru:
        return None
    places = view.reference.places
    return {
        code: listed(places[one] for one in sorted(own)) for code, own in (("ru", ru - en), ("en", en - ru))
    }


@rule(
    HINT,
    ALL,
    "summary_ru summary_en",
    _("The summaries give different numbers: %(ru)s in Russian, %(en)s in English."),
    needs="summary_ru summary_en",
)
def summaries_of_other_numbers(view: View, context: Context) -> Found:
    ru, en = (numbers_in(view[f"summary_{code}"]) for code in ("ru", "en"))
    if not ru - en or not en - ru:
        return None
    return {"ru": listed(map(plain, sorted(ru - en))), "en": listed(map(plain, sorted(en - ru)))}


@rule(
    HINT,
    FORUMS,
    "edition title_ru title_en",
    _("The edition is %(edition)d, but the title says %(titled)s."),
    needs="edition",
)
def edition_against_title(view: View, context: Context) -> Found:
    edition = view.number("edition")
    titled = [number for code in ("ru", "en") for number in editions_in(view[f"title_{code}"])]
    if not edition or not titled or int(edition) in titled:
        return None
    return {"edition": int(edition), "titled": listed(dict.fromkeys(titled))}


@cache
def names_of(choices: type[TextChoices]) -> dict[str, str]:
    """{folded label in either language: its code}"""
    found: dict[str, str] = {}
    for language in ("ru", "en"):
        with override(language):
            found.update((fold(str(one.label)), str(one.value)) for one in choices)
    return found


def begins_with(title: str, name: str) -> bool:
    """Whether a folded title begins with a name, whose last letter may be another: соглашение, соглашения."""
    stem = name.rstrip("аеиоуыьэюяй") if name[:1] > "z" else name
    rest = title.removeprefix(stem)
    return rest != title and len(rest.split(" ")[0]) <= LONGEST_ENDING


#: letters by which the plural of a name may be longer than its stem, and words of a title that may be one
LONGEST_ENDING, MOST_WORDS = 2, 8


def kinds_named(titles: Iterable[str], choices: type[TextChoices]) -> set[str]:
    """The codes whose label, in singular or plural, begins one of these titles; the longest label of each counts."""
    beginnings = (fold_word(" ".join(title.split()[:MOST_WORDS])) for title in titles)
    return {code for beginning in beginnings if (code := kind_named(beginning, choices))}


@lru_cache(maxsize=20_000)
def kind_named(beginning: str, choices: type[TextChoices]) -> str:
    """The code whose label begins a folded title; the longest one counts. Titles begin alike, so it is kept."""
    fitting = [(len(name), code) for name, code in names_of(choices).items() if begins_with(beginning, name)]
    return max(fitting)[1] if fitting else ""


@rule(
    HINT,
    AGREEMENTS,
    "instrument_type title_ru title_en",
    _("The kind of instrument is “%(kind)s”, but the title begins with “%(named)s”."),
)
def another_instrument(view: View, context: Context) -> Found:
    """A domestic act may call itself anything."""
    if view["instrument_type"] == Agreement.InstrumentType.LAW_OR_CONCEPT:
        return None
    return another_kind(view, "instrument_type", Agreement.InstrumentType)


@rule(
    HINT,
    VISITS,
    "visit_type title_ru title_en",
    _("The kind of visit is “%(kind)s”, but the title begins with “%(named)s”."),
)
def another_kind_of_visit(view: View, context: Context) -> Found:
    return another_kind(view, "visit_type", Visit.VisitType)


def another_kind(view: View, name: str, choices: type[TextChoices]) -> Found:
    named = kinds_named((view["title_ru"], view["title_en"]), choices) if view[name] else set()
    if not named or view[name] in named:
        return None
    return {"kind": view.label(name), "named": choices(sorted(named)[0]).label}


@rule(
    HINT,
    FORUMS,
    "event_type series",
    _("The kind of event is “%(kind)s”, but the series is of the kind “%(usual)s”."),
    needs="series",
)
def kind_against_series(view: View, context: Context) -> Found:
    series = view.reference.series.get(view["series"]) if view["series"] else None
    if not series or not series.event_type or series.event_type == view["event_type"]:
        return None
    label = dict(Forum._meta.get_field("event_type").flatchoices).get(view["event_type"], "")
    return {"kind": label, "usual": series.get_event_type_display()}


@rule(
    HINT,
    FORUMS,
    "series participants organizations places",
    _("The series “%(series)s” is of %(countries)s, which does not take part."),
    needs="series",
)
def series_of_others(view: View, context: Context) -> Found:
    series = view.reference.series.get(view["series"]) if view["series"] else None
    if not series:
        return None
    named = view.reference.countries_in(f"{series.name_ru}. {series.name_en}")
    sides = {place.code for place in view.countries} | {
        place.country.code for place in view.places("places") if place.country
    }
    missing = named - sides
    if not missing or not view.countries or any(place.kind == "group" for place in view.side_places):
        return None
    return {"series": series, "countries": listed(view.reference.places[code] for code in sorted(missing))}
