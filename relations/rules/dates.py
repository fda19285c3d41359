"""Rules about the order of dates, the present day and the years in which states existed and people held office."""

from __future__ import annotations

import re
from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from relations.models import Place
from relations.models.places import COUNTRIES
from relations.values.period import Period

from .context import Context
from .rule import ACTORS, AGREEMENTS, ALL, EVENTS, FORUMS, PROJECTS, STATISTICS, VISITS, Found, Severity, rule
from .shown import shown
from .view import View
from .wording import years_in

ERROR, HINT = Severity.ERROR, Severity.HINT
#: before this year no state of Central Asia concluded treaties of its own; used where a place has no dates
FIRST_YEAR = 1990


def is_before(one: Period, other: Period) -> bool:
    """Whether every reading of one date is earlier than every reading of the other."""
    return bool(one.last_day and other.first_day and one.last_day < other.first_day)


def order(view: View, earlier: str, later: str) -> Found:
    """What contradicts that one date of the row is not later than another."""
    if not view.filled.issuperset((earlier, later)):
        return None
    first, second = view.period(earlier), view.period(later)
    return {"earlier": shown(first), "later": shown(second)} if is_before(second, first) else None


@rule(
    ERROR,
    AGREEMENTS,
    "date_in_force date_signed",
    _("In force (%(later)s) before it was signed (%(earlier)s)."),
    needs="date_in_force",
)
def in_force_before_signed(view: View, context: Context) -> Found:
    return order(view, "date_signed", "date_in_force")


@rule(
    ERROR,
    AGREEMENTS,
    "date_provisional date_signed",
    _("Provisionally applied (%(later)s) before it was signed (%(earlier)s)."),
    needs="date_provisional",
)
def applied_before_signed(view: View, context: Context) -> Found:
    return order(view, "date_signed", "date_provisional")


@rule(
    ERROR,
    AGREEMENTS,
    "date_terminated date_signed",
    _("Terminated (%(later)s) before it was signed (%(earlier)s)."),
    needs="date_terminated",
)
def terminated_before_signed(view: View, context: Context) -> Found:
    return order(view, "date_signed", "date_terminated")


@rule(
    ERROR,
    AGREEMENTS,
    "date_terminated date_in_force date_adopted",
    _("Terminated (%(later)s) before it was adopted or in force (%(earlier)s)."),
    needs="date_terminated",
)
def terminated_before_in_force(view: View, context: Context) -> Found:
    return order(view, "date_in_force", "date_terminated") or order(view, "date_adopted", "date_terminated")


@rule(
    HINT,
    AGREEMENTS,
    "date_adopted date_signed date_in_force",
    _("Adopted (%(earlier)s) after it was signed or in force (%(later)s)."),
    needs="date_adopted",
)
def adopted_after_signed(view: View, context: Context) -> Found:
    return order(view, "date_adopted", "date_signed") or order(view, "date_adopted", "date_in_force")


@rule(
    HINT,
    (AGREEMENTS, PROJECTS),
    "status_as_of date_signed date_adopted date_in_force period status",
    _("The status is as of %(later)s, before the record’s own date: %(earlier)s."),
    needs="status_as_of",
)
def status_before_date(view: View, context: Context) -> Found:
    names = ("date_signed", "date_adopted", "date_in_force", "period")
    if view.slug == PROJECTS and not view.has_happened:  # what is only planned begins later
        return None
    return next((found for name in names if (found := order(view, name, "status_as_of"))), None)


@rule(
    ERROR,
    ALL,
    "date period date_signed date_adopted date_in_force date_provisional date_terminated status_as_of"
    " status event_status visit_status obs_status",
    _("The date is in the future (%(date)s), but the status is neither planned nor forecast."),
)
def in_the_future(view: View, context: Context) -> Found:
    if not view.has_happened:
        return None
    names = ("date", "period", "date_signed", "date_adopted", "date_in_force", "date_provisional")
    for name in (*names, "date_terminated", "status_as_of"):
        date = view.period(name)
        first = date.first_day or date.last_day  # “until 2062” is told from the future too
        if first and first > context.today:
            return {"date": shown(date)}
    return None


@rule(
    HINT,
    ALL,
    "date period date_signed date_adopted date_in_force status event_status visit_status obs_status",
    _("The status is planned or forecast, but the date is past: %(date)s."),
)
def planned_in_the_past(view: View, context: Context) -> Found:
    last = view.date.last_day
    if view.has_happened or not last or last >= context.today or view["event_status"] == "cancelled":
        return None
    return None if view["visit_status"] == "cancelled" else {"date": shown(view.date)}


@rule(
    HINT,
    AGREEMENTS,
    "status date_signed date_in_force date_terminated date_adopted status_as_of",
    _("The status “%(status)s” and the dates do not agree: %(reason)s."),
)
def status_against_dates(view: View, context: Context) -> Found:
    status, signed, ended = view["status"], view["date_signed"], view["date_terminated"]
    is_dated = bool(signed or view["date_adopted"])
    in_force = view["date_in_force"]
    reason = None
    if status == "in_force" and is_dated and not (in_force or view["status_as_of"]):
        reason = _("the date of entry into force is missing")
    elif status == "terminated" and not ended:
        reason = _("the date of termination is missing")
    elif ended and status in ("signed", "in_force", "provisionally_applied", "planned"):
        reason = _("a date of termination is given")
    elif in_force and status in ("signed", "planned"):
        reason = _("a date of entry into force is given")
    elif status == "signed" and not signed and (view["date_adopted"] or in_force):
        reason = _("the date of signature is missing")
    return {"status": view.label("status"), "reason": reason} if reason else None


#: statuses of a project that goes on
GOING_ON = ("under_construction", "operating", "ongoing")


@rule(
    HINT,
    PROJECTS,
    "status period status_as_of",
    _("The status “%(status)s” and the dates do not agree: %(reason)s."),
    needs="period",
)
def status_against_period(view: View, context: Context) -> Found:
    period, reason = view.period("period"), None
    if view["status"] == "closed" and period.points[-1] == "..":
        reason = _("the period has no end")
    elif view["status"] in GOING_ON and is_before(period, view.period("status_as_of")):
        reason = _("the period ends before the date of the status")
    return {"status": view.label("status"), "reason": reason} if reason else None


@rule(
    HINT,
    (AGREEMENTS, VISITS),
    "signed_at date_signed attended date",
    _("The linked event “%(event)s” has another date: %(held)s, not %(date)s."),
    needs="signed_at attended",
)
def event_of_another_date(view: View, context: Context) -> Found:
    own = view.period("date_signed") if view.slug == AGREEMENTS else view.date
    for key in (*view.linked("signed_at"), *view.linked("attended")):
        held = context.dates_of(key)
        if is_before(own, held) or is_before(held, own):
            return {"event": key, "held": shown(held), "date": shown(own)}
    return None


@rule(
    ERROR,
    AGREEMENTS,
    "amends supersedes implements protocol_to cites date_signed date_adopted date_in_force",
    _("It refers to “%(key)s”, which is later: %(later)s, after %(date)s."),
    needs="amends supersedes implements protocol_to cites",
)
def refers_to_later(view: View, context: Context) -> Found:
    for name in ("amends", "supersedes", "implements", "protocol_to", "cites"):
        for key in view.linked(name):
            if is_before(view.date, other := context.dates_of(key)):
                return {"key": key, "later": shown(other), "date": shown(view.date)}
    return None


def began(place: Place) -> int | None:
    """The first year of a state; for those of the register the general one where no date is known."""
    if place.existed.first_day:
        return place.existed.first_day.year
    return FIRST_YEAR if place.code in COUNTRIES and not place.existed else None


@rule(
    ERROR,
    EVENTS,
    "date period date_signed date_adopted date_in_force parties regions participants visitor to_places from_place"
    f" hosts {ACTORS}",
    _("%(place)s was not yet a state at that date: %(date)s."),
)
def before_states(view: View, context: Context) -> Found:
    last = view.date.last_day
    for place in view.countries if last else ():
        first = began(place) if place.kind == Place.Kind.COUNTRY else None
        if first and last and last.year < first:
            return {"place": place, "date": shown(view.date)}
    return None


@rule(
    HINT,
    STATISTICS,
    "period area counterpart",
    _("%(place)s was not yet a state at that date: %(date)s. Is the figure about it?"),
)
def figure_before_states(view: View, context: Context) -> Found:
    return before_states.look(view, context)


@rule(
    ERROR,
    ALL,
    "date period date_signed date_adopted date_in_force parties regions participants visitor to_places from_place"
    f" hosts area counterpart {ACTORS}",
    _("%(place)s no longer existed at that date: %(date)s."),
)
def after_end(view: View, context: Context) -> Found:
    for place in (*view.side_places, *view.countries):
        if is_before(place.existed, view.date):
            return {"place": place, "date": shown(view.date)}
    return None


@rule(
    HINT,
    EVENTS,
    "signed_by visitor hosts participants date period date_signed",
    _("%(person)s held the office in the register at another time: %(years)s, not %(date)s."),
    needs="signed_by visitor hosts participants",
)
def out_of_office(view: View, context: Context) -> Found:
    for person in view.people("signed_by", "visitor", "hosts", "participants"):
        held = person.in_office
        if is_before(held, view.date) or is_before(view.date, held):
            return {"person": person, "years": shown(held), "date": shown(view.date)}
    return None


@rule(
    ERROR,
    ALL,
    "source date period date_signed date_adopted date_in_force",
    _("The source “%(source)s” (%(issued)s) is older than what it supports (%(date)s)."),
    needs="source",
)
def source_before_event(view: View, context: Context) -> Found:
    for cited in view.citations if view.has_happened else ():
        source = context.reference.sources.get(cited.source)
        issued = (source.issued or source.not_after) if source else Period()
        if source and view.date.first_day and is_before(issued, Period.parse(view.date.first_day)):
            return {"source": source.title, "issued": shown(issued), "date": shown(view.date)}
    return None


@rule(HINT, ALL, "source", _("The source “%(source)s” is dated in the future: %(date)s."), needs="source")
def source_in_the_future(view: View, context: Context) -> Found:
    for cited in view.citations:
        source = context.reference.sources.get(cited.source)
        for date in (source.issued, source.accessed) if source else ():
            if date.first_day and date.first_day > context.today and source:
                return {"source": source.title, "date": shown(date)}
    return None


#: a programme is often signed some years before those in its title
YEARS_APART = 3


@rule(
    HINT,
    EVENTS,
    "date period date_signed date_adopted date_in_force title_ru title_en",
    _("The title names %(years)s, but the date is %(date)s."),
)
def year_against_title(view: View, context: Context) -> Found:
    titles = f"{view['title_ru']} {view['title_en']}"
    return years_apart(view, years_in(titles), YEARS_APART if view.slug == AGREEMENTS else 0)


@rule(
    HINT,
    STATISTICS,
    "period title_ru title_en summary_ru summary_en",
    _("The text names %(years)s, but the date is %(date)s."),
)
def year_against_text(view: View, context: Context) -> Found:
    return years_apart(view, years_in(" ".join(view.texts.values())), 0)


KEY_YEAR = re.compile(r"(?<![0-9a-z])(?:19|20)\d\d(?![0-9a-z])")


@rule(
    HINT,
    ALL,
    "date period date_signed date_adopted date_in_force key",
    _("The key names %(years)s, but the date is %(date)s."),
)
def year_against_key(view: View, context: Context) -> Found:
    years = {int(year) for year in KEY_YEAR.findall(view.key)}
    if ".." in view.date.points:  # «с февраля 2017 года»: the key names the end that is known
        known = Period.parse("".join(view.date.points).replace("..", ""))
        return years_apart(view, years, 0, known)
    return years_apart(view, years, 0)


def years_apart(view: View, years: Collection[int], allowed: int, within: Period | None = None) -> Found:
    """What contradicts that one of these years is within the date, or at most so many years away."""
    first, last = (within or view.date).first_day, (within or view.date).last_day
    if not years or not (first or last):
        return None
    if any(
        (not first or year + allowed >= first.year) and (not last or year - allowed <= last.year)
        for year in years
    ):
        return None
    return {"years": ", ".join(map(str, sorted(years))), "date": shown(view.date)}


@rule(
    HINT,
    FORUMS,
    "date edition series",
    _("The editions are out of order: No. %(number)d, %(date)s; No. %(other)d, %(other_date)s."),
    needs="edition",
)
def editions_out_of_order(view: View, context: Context) -> Found:
    number = view.number("edition")
    for other in context.others(context.editions, view, "series") if number else ():
        its = other.number("edition")
        if not its or not number:
            continue
        if (its < number and is_before(view.date, other.date)) or (
            its > number and is_before(other.date, view.date)
        ):
            dates = {"date": shown(view.date), "other_date": shown(other.date)}
            return {"number": int(number), "other": int(its), **dates}
    return None
