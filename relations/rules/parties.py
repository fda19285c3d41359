"""Rules about who takes part and where: levels, places, the countries that titles and keys name."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.utils.translation import gettext_lazy as _

from relations.models import Agreement, Place, Visit
from relations.models.places import COUNTRIES
from relations.text.normalize import fold

from .context import Context
from .rule import ACTORS, AGREEMENTS, ALL, EVENTS, FORUMS, STATISTICS, VISITS, Found, Severity, rule
from .shown import listed
from .view import View

ERROR, HINT = Severity.ERROR, Severity.HINT


def codes_of(places: Iterable[Place]) -> set[str]:
    """The codes of the countries of these places, and of the groups among them."""
    return {(place.country or place).code for place in places}


def allowed_countries(view: View, *more: str) -> set[str] | None:
    """The countries that take part, with those of groups; None where a group of unknown members takes part."""
    found = codes_of((*view.side_places, *view.places(*more)))
    for code in tuple(found):
        if view.reference.places[code].kind == Place.Kind.GROUP:
            members = view.reference.members(code, view.days)
            if not members:
                return None
            found |= codes_of(view.reference.places[member] for member in members)
    return found


def names_of(view: View, codes: Collection[str]) -> object:
    return listed(view.reference.places[code] for code in sorted(codes))


@rule(
    HINT,
    AGREEMENTS,
    "level regions parties",
    _("The level is interstate or intergovernmental, but regions or cities are parties: %(regions)s."),
    needs="regions",
)
def states_with_regions(view: View, context: Context) -> Found:
    if view["level"] in ("interstate", "intergovernmental") and view["regions"]:
        return {"regions": listed(view.places("regions"))}
    return None


@rule(
    HINT,
    AGREEMENTS,
    "level regions parties organizations",
    _("The level is interregional or municipal, but no region or city is a party."),
)
def regions_without_regions(view: View, context: Context) -> Found:
    if view["level"] not in ("interregional", "municipal") or view["regions"] or not view["parties"]:
        return None
    has_group = any(place.kind == Place.Kind.GROUP for place in view.places("parties"))
    return None if has_group else {}


@rule(
    HINT,
    AGREEMENTS,
    "parties regions organizations signatories instrument_type",
    _("Only one party is given, but it is no domestic act."),
)
def one_party(view: View, context: Context) -> Found:
    is_domestic = view["instrument_type"] == Agreement.InstrumentType.LAW_OR_CONCEPT
    is_group = any(place.kind == Place.Kind.GROUP for place in view.side_places)
    return {} if len(view.sides) == 1 and not is_domestic and not is_group else None


@rule(
    HINT,
    AGREEMENTS,
    "level regions",
    _("The level is municipal, but no city is a party: %(regions)s."),
    needs="regions",
)
def municipal_without_cities(view: View, context: Context) -> Found:
    parties = view.places("regions")
    if view["level"] != "municipal" or not parties:
        return None
    has_city = any(place.kind == Place.Kind.CITY or place.is_city_region for place in parties)
    return None if has_city else {"regions": listed(parties)}


@rule(
    HINT,
    AGREEMENTS,
    "place parties regions organizations signatories",
    _("It was signed in %(place)s, in none of the countries that take part."),
    needs="place",
)
def signed_elsewhere(view: View, context: Context) -> Found:
    allowed = allowed_countries(view)
    for place in view.places("place"):
        if allowed and place.country and place.country.code not in allowed:
            return {"place": place}
    return None


@rule(
    HINT,
    FORUMS,
    "places participants hosts organizations",
    _("It was held in %(place)s, in none of the countries that take part."),
    needs="places",
)
def held_elsewhere(view: View, context: Context) -> Found:
    allowed = allowed_countries(view)
    for place in view.places("places"):
        if allowed and place.country and place.country.code not in allowed:
            return {"place": place}
    return None


@rule(
    HINT,
    VISITS,
    "to_places hosts visitor from_place",
    _("The hosts are of %(hosts)s, but the visit led to %(places)s."),
    needs="hosts",
)
def hosts_elsewhere(view: View, context: Context) -> Found:
    hosts, places = countries_of(view, "hosts"), countries_of(view, "to_places")
    if hosts and places and not hosts & places:
        return {"hosts": names_of(view, hosts), "places": names_of(view, places)}
    return None


def countries_of(view: View, *names: str) -> set[str]:
    """The codes of the countries of the participants in these columns; groups have none."""
    found = set()
    for who in view.participants(*names):
        place = who if isinstance(who, Place) else who.place
        if place and place.country:
            found.add(place.country.code)
    return found


@rule(
    HINT,
    VISITS,
    "visitor from_place",
    _("The visitor is of %(visitor)s, but came from %(places)s."),
    needs="from_place",
)
def visitor_from_elsewhere(view: View, context: Context) -> Found:
    visitors, places = countries_of(view, "visitor"), countries_of(view, "from_place")
    if visitors and places and not visitors & places:
        return {"visitor": names_of(view, visitors), "places": names_of(view, places)}
    return None


@rule(
    HINT,
    VISITS,
    "to_places visitor from_place",
    _("The visit led to the visitor’s own country: %(places)s."),
    needs="to_places",
)
def visit_at_home(view: View, context: Context) -> Found:
    places = countries_of(view, "to_places")
    if places and places <= (countries_of(view, "visitor") | countries_of(view, "from_place")):
        return {"places": names_of(view, places)}
    return None


@rule(
    HINT,
    AGREEMENTS,
    "signed_by parties regions organizations signatories",
    _("%(person)s, who signed it, is of none of the countries that take part."),
    needs="signed_by",
)
def signer_of_another_country(view: View, context: Context) -> Found:
    allowed = allowed_countries(view)
    for person in view.people("signed_by"):
        country = person.place.country if person.place else None
        if allowed and country and country.code not in allowed:
            return {"person": person}
    return None


#: words in a person’s office that show which code it has
OFFICES = {
    "head_of_government": ("премьер", "prime minister", "глава правительства", "head of government"),
    "parliament_speaker": (
        "председатель совета федерации",
        "спикер",
        "speaker",
        "federation council",
        "парламент",
    ),
    "foreign_minister": ("иностранных дел", "foreign"),
    "defence_minister": ("министр обороны", "defence"),
    "regional_head": ("губернатор", "governor", "глава республики"),
    "mayor": ("мэр", "mayor"),
    "head_of_state": ("президент", "president of"),
}


def office_in(text: str) -> str:
    """The code of the office that a text names; "" where none."""
    words = f" {fold(text)}"
    return next((code for code, names in OFFICES.items() if any(f" {name}" in words for name in names)), "")


@rule(
    HINT,
    VISITS,
    "office visitor title_ru title_en",
    _("The office of the visitor is “%(office)s”, but the register or the title calls it “%(known)s”."),
)
def another_office(view: View, context: Context) -> Found:
    people = view.people("visitor")
    known = {office_in(f"{one.office_ru} {one.office_en}") for one in people} - {""}
    known = known or (
        {office_in(view["title_ru"]) or office_in(view["title_en"])} - {""} if people else set()
    )
    if view["office"] in ("", "delegation", *known) or not known:
        return None
    labels = dict(Visit.Office.choices)
    return {"office": labels.get(view["office"], ""), "known": labels[sorted(known)[0]]}


# Titles and keys.


@rule(
    HINT,
    EVENTS,
    "parties participants visitor regions organizations signatories hosts to_places from_place places place"
    f" title_ru title_en {ACTORS}",
    _("The title names %(countries)s, which does not take part."),
)
def named_but_absent(view: View, context: Context) -> Found:
    allowed = allowed_countries(view, "places", "place")
    if not allowed:
        return None
    named = set().union(*(view.reference.countries_in(view[f"title_{code}"]) for code in ("ru", "en")))
    missing = named - allowed
    return {"countries": names_of(view, missing)} if missing else None


@rule(
    HINT,
    EVENTS,
    f"parties participants visitor regions hosts to_places from_place title_ru title_en {ACTORS}",
    _("The title names %(named)s, but not %(countries)s, which takes part."),
)
def present_but_unnamed(view: View, context: Context) -> Found:
    """Where a title names two countries, it names both sides of a bilateral record."""
    sides = {place.code for place in view.countries if place.kind == Place.Kind.COUNTRY}
    titles = [view.reference.countries_in(view[f"title_{code}"]) for code in ("ru", "en")]
    named = set().union(*titles)
    missing = sides - named
    if not missing or any(place.kind == Place.Kind.GROUP for place in view.side_places):
        return None
    names_both = len(named) == 2 and bool(named & sides)
    is_enough = names_both or (len(named) == 1 and len(sides) == 2 and not named & sides)
    return {"named": names_of(view, named), "countries": names_of(view, missing)} if is_enough else None


@rule(
    HINT,
    AGREEMENTS,
    "regions parties title_ru title_en",
    _("%(region)s is a party, but its country is neither named in the title nor a party."),
    needs="regions",
)
def region_of_another_country(view: View, context: Context) -> Found:
    named = set().union(*(view.reference.countries_in(view[f"title_{code}"]) for code in ("ru", "en")))
    states = view.places("parties")
    if any(place.kind == Place.Kind.GROUP for place in states) or not (named or states):
        return None
    named = codes_of(states) or named
    for region in view.places("regions"):
        if region.country and region.country.code not in named:
            return {"region": region}
    return None


def codes_in_key(key: str) -> list[str]:
    """The codes of the countries of the register that a key contains, in their order."""
    return [part.upper() for part in key.split("-") if part.upper() in COUNTRIES]


@rule(
    HINT,
    ALL,
    f"parties participants visitor area counterpart regions hosts to_places from_place key {ACTORS}",
    _("The key names %(countries)s, which does not take part."),
)
def key_of_others(view: View, context: Context) -> Found:
    allowed = allowed_countries(view, "places", "place")
    missing = set(codes_in_key(view.key)) - allowed if allowed else set()
    return {"countries": names_of(view, missing)} if missing else None


@rule(
    HINT,
    STATISTICS,
    "area counterpart key",
    _("The key names %(first)s first or alone, but the area is %(area)s."),
)
def key_turned_round(view: View, context: Context) -> Found:
    codes = codes_in_key(view.key)
    area, counterpart = (next(iter(view.places(name)), None) for name in ("area", "counterpart"))
    if not area or not counterpart or not codes:
        return None
    own = [codes_of([place]) for place in (area, counterpart)]
    is_reversed = len(codes) == 2 and codes[0] in own[1] - own[0] and codes[1] in own[0] - own[1]
    # a key that names one side names the area, except where one is ranked among the partners of the other
    is_other = len(codes) == 1 and codes[0] in own[1] - own[0] and view["measure"] != "rank"
    if not is_reversed and not (is_other and area.country):
        return None
    return {"first": view.reference.places[codes[0]], "area": area}


@rule(
    HINT,
    STATISTICS,
    "area counterpart summary_ru summary_en title_ru title_en",
    _("The text names %(named)s, but the figure is of %(sides)s."),
)
def text_of_others(view: View, context: Context) -> Found:
    """A text that names countries names that of the area or its counterpart, directly or by a region or city."""
    named = set().union(*(view.reference.countries_in(text) for text in view.texts.values()))
    sides = {place.code for place in view.countries if place.kind == Place.Kind.COUNTRY}
    if not named or not sides or sides <= named:
        return None
    if len(sides) < len(view.countries):
        allowed = allowed_countries(view) or sides
        if any(place.kind == Place.Kind.GROUP for place in view.places("area")) or named & allowed:
            return None
    # Russia is a side of nearly everything, so that texts often leave it out
    others = named - sides
    is_contradiction = bool(others) and (not named & sides or bool(sides - named - {"RU"}))
    return {"named": names_of(view, others), "sides": names_of(view, sides)} if is_contradiction else None


@rule(
    HINT,
    EVENTS,
    f"title_ru title_en date period date_signed date_adopted parties participants visitor {ACTORS}",
    _("“%(key)s” has the same title, date and sides."),
)
def same_record_twice(view: View, context: Context) -> Found:
    own = (str(view.date), frozenset(codes_of(view.side_places)))
    for other in context.others(context.namesakes, view, "title_ru"):
        if (str(other.date), frozenset(codes_of(other.side_places))) == own:
            return {"key": other.key}
    return None
