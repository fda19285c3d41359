"""python -m benchmarks.mutations: plants plausible mistakes in the curated content and counts which are noticed.

Each mistake is made in a copy of one stored row, which is imported as a rehearsal; some are also entered in the form.
A mistake is noticed if there is a finding that the unchanged row does not have, or if the row is rejected. Equal
numbers of each kind, drawn with a seed, so that every run with the same seed is the same.
"""

import argparse
import os
import sys
from collections import Counter, defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

#: kinds of which no rule can know all, with the reason
UNKNOWABLE = {
    "digits swapped in the texts too": "a wrong number that is written alike everywhere contradicts nothing",
    "another source": "a place of the same form in another source of the same sides may well tell the same",
    "the next locator": "only the source itself tells which paragraph it is",
    "some days off": "a date in the same month contradicts nothing in the register, save the day of an event",
}


@dataclass
class World:
    """What mistakes are drawn from: all rows by type, and the codes that may be put in by mistake."""

    random: Random
    rows: dict = field(default_factory=dict)
    countries: tuple = ("RU", "KZ", "KG", "TJ", "TM", "UZ", "BY", "CN", "IR", "TR", "MN", "AZ")
    sources: dict = field(default_factory=dict)

    def other(self, values, but=()):
        return self.random.choice(sorted(set(values) - set(but)))


KINDS = {}


def kind(name, *types):
    """A kind of mistake: a function (row, world) → {column: cell}, or None where it does not apply to a row."""

    def added(make):
        KINDS[name] = (make, types)
        return make

    return added


STATISTICS, AGREEMENTS, FORUMS, VISITS = "statistics", "agreements", "forums", "visits"
EVENTS = (AGREEMENTS, FORUMS, VISITS)
DATE = {AGREEMENTS: "date_signed", FORUMS: "date", VISITS: "date", STATISTICS: "period"}


def split(cell):
    return [part.strip() for part in cell.split(";") if part.strip()]


def shifted(cell, years):
    """The same date so many years later; None where the cell is no date with a year."""
    parts = cell.split("/")
    if not cell or not all(part[:4].isdigit() for part in parts if part != ".."):
        return None
    moved = "/".join(part if part == ".." else f"{int(part[:4]) + years}{part[4:]}" for part in parts)
    return moved.replace("-02-29", "-02-28")


def dated(make):
    """Only rows with a date that has a year."""
    return lambda row, world: make(row, world) if shifted(row.get(DATE[row["_type"]], ""), 0) else None


def swapped(cell, random):
    """The same digits, two neighbours exchanged; None where that changes nothing."""
    whole = list(cell.partition(".")[0])
    places = [i for i in range(len(whole) - 1) if whole[i] != whole[i + 1] and (i or whole[1] != "0")]
    if not places:
        return None
    at = random.choice(places)
    whole[at], whole[at + 1] = whole[at + 1], whole[at]
    return "".join(whole) + cell[len(whole) :]


# Figures.


@kind("digits swapped", STATISTICS)
def _(row, world):
    value = swapped(row.get("value", ""), world.random)
    return value and {"value": value}


@kind("digits swapped in the texts too", STATISTICS)
def _(row, world):
    old, value = row.get("value", ""), swapped(row.get("value", ""), world.random)
    texts = ("summary_ru", "summary_en")
    if not value or not all(old in row.get(name, "") for name in texts):
        return None
    return {"value": value, **{name: row[name].replace(old, value) for name in texts}}


@kind("ten times too large", STATISTICS)
def _(row, world):
    value = row.get("value", "")
    return {"value": f"{float(value) * 10:g}"} if value and float(value) * 10 < 999_999 else None


@kind("ten times too small", STATISTICS)
def _(row, world):
    value = row.get("value", "")
    return {"value": f"{float(value) / 10:g}"} if value else None


@kind("power of ten wrong", STATISTICS)
def _(row, world):
    mult = int(row.get("unit_mult") or 0)
    return row.get("value") and {"unit_mult": str(world.other((0, 3, 6, 9, 12), (mult,)))}


@kind("value of another row", STATISTICS)
def _(row, world):
    values = {one.get("value") for one in world.rows[STATISTICS]} - {None, "", row.get("value")}
    return row.get("value") and {"value": world.other(values)}


@kind("other currency", STATISTICS)
def _(row, world):
    return {"unit": {"usd": "rub", "rub": "usd"}[row["unit"]]} if row.get("unit") in ("usd", "rub") else None


@kind("another unit", STATISTICS)
def _(row, world):
    counted = ("school", "agreement", "person", "enterprise", "region", "city", "event", "programme")
    return row.get("unit") in counted and row.get("value") and {"unit": world.other(counted, (row["unit"],))}


@kind("area and counterpart swapped", STATISTICS)
def _(row, world):
    area, counterpart = row.get("area"), row.get("counterpart")
    return area and counterpart and {"area": counterpart, "counterpart": area}


@kind("another country as area", STATISTICS)
def _(row, world):
    is_country = row.get("area") in world.countries
    return (
        {"area": world.other(world.countries, (row["area"], row.get("counterpart")))} if is_country else None
    )


@kind("share over 100 per cent", STATISTICS)
def _(row, world):
    is_share = row.get("measure") == "share" and row.get("value")
    return is_share and {"value": str(world.random.randint(101, 900))}


@kind("negative", STATISTICS)
def _(row, world):
    return row.get("value") and row.get("measure") != "growth" and {"value": f"-{row['value']}"}


@kind("no rank", STATISTICS)
def _(row, world):
    return row.get("measure") == "rank" and {"value": world.random.choice(("0", "1.5", "2.5", "0.5"))}


@kind("qualifier lost", STATISTICS)
def _(row, world):
    is_inexact = row.get("qualifier") not in ("exact", "direction_only", "between", None, "")
    return {"qualifier": "exact"} if is_inexact else None


@kind("qualifier invented", STATISTICS)
def _(row, world):
    is_exact = row.get("qualifier") == "exact" and row.get("value")
    return is_exact and {"qualifier": world.random.choice(("about", "more_than", "less_than", "almost"))}


@kind("another measure", STATISTICS)
def _(row, world):
    return row.get("value") and {"measure": world.other(("level", "share", "rank"), (row.get("measure"),))}


@kind("figure in the future", STATISTICS)
@dated
def _(row, world):
    return {"period": shifted(row["period"], world.random.randint(30, 90))}


@kind("figure a decade off", STATISTICS)
@dated
def _(row, world):
    return {"period": shifted(row["period"], world.random.choice((-10, -20)))}


# Agreements.


@kind("in force before signed", AGREEMENTS)
@dated
def _(row, world):
    return {"date_in_force": shifted(row["date_signed"], -world.random.randint(1, 9))}


@kind("terminated before signed", AGREEMENTS)
@dated
def _(row, world):
    return {
        "date_terminated": shifted(row["date_signed"], -world.random.randint(1, 9)),
        "status": "terminated",
    }


@kind("signed before the states existed", AGREEMENTS)
@dated
def _(row, world):
    return {"date_signed": shifted(row["date_signed"], -world.random.randint(35, 90))}


@kind("signed in the future", AGREEMENTS)
@dated
def _(row, world):
    return {"date_signed": shifted(row["date_signed"], world.random.randint(40, 90))}


@kind("agreement a decade off", AGREEMENTS)
@dated
def _(row, world):
    return {"date_signed": shifted(row["date_signed"], world.random.choice((-10, 10, -20)))}


@kind("a party lost", AGREEMENTS)
def _(row, world):
    parties = split(row.get("parties", ""))
    if len(parties) != 2:
        return None
    return {"parties": world.random.choice(parties)}


@kind("another country as party", AGREEMENTS)
def _(row, world):
    parties = split(row.get("parties", ""))
    at = [i for i, code in enumerate(parties) if code in world.countries]
    if not at or len(parties) > 3:
        return None
    parties[world.random.choice(at)] = world.other(world.countries, parties)
    return {"parties": "; ".join(parties)}


@kind("interstate with regions as parties", AGREEMENTS)
def _(row, world):
    return row.get("regions") and {"level": world.random.choice(("interstate", "intergovernmental"))}


@kind("interregional without regions", AGREEMENTS)
def _(row, world):
    is_of_states = row.get("level") in ("interstate", "intergovernmental") and not row.get("regions")
    return is_of_states and {"level": world.random.choice(("interregional", "municipal"))}


@kind("signed in a third country", AGREEMENTS)
def _(row, world):
    parties = split(row.get("parties", ""))
    known = row.get("date_signed") and all(code in world.countries for code in parties)
    return known and {"place": world.other(world.countries, parties)}


@kind("another kind of instrument", AGREEMENTS)
def _(row, world):
    kinds = ("treaty", "agreement", "protocol", "joint_statement", "programme", "convention", "declaration")
    return row.get("instrument_type") in kinds and {
        "instrument_type": world.other(kinds, (row["instrument_type"],))
    }


@kind("still in force after its end", AGREEMENTS)
@dated
def _(row, world):
    status = world.random.choice(("in_force", "signed", "provisionally_applied"))
    return {"date_terminated": shifted(row["date_signed"], world.random.randint(1, 5)), "status": status}


@kind("not on the day of its event", AGREEMENTS)
@dated
def _(row, world):
    at = row.get("signed_at")
    return at and {"date_signed": shifted(row["date_signed"], world.random.choice((-2, -1, 1, 2)))}


# Forums and visits.


@kind("edition wrong", FORUMS)
def _(row, world):
    return row.get("edition") and {"edition": str(world.other(range(1, 30), (int(row["edition"]),)))}


@kind("forum in a third country", FORUMS)
def _(row, world):
    sides = {code[:2] for code in split(row.get("participants", ""))}
    is_bilateral = sides and sides <= set(world.countries) and row.get("places")
    return is_bilateral and {"places": world.other(world.countries, sides)}


@kind("event a decade off", FORUMS, VISITS)
@dated
def _(row, world):
    return {"date": shifted(row["date"], world.random.choice((-10, 10, -20)))}


@kind("event held in the future", FORUMS, VISITS)
@dated
def _(row, world):
    return {"date": shifted(row["date"], world.random.randint(30, 90))}


@kind("participant of another country", FORUMS)
def _(row, world):
    codes = split(row.get("participants", ""))
    at = [i for i, code in enumerate(codes) if code in world.countries]
    if not at or len(codes) > 4:
        return None
    codes[world.random.choice(at)] = world.other(world.countries, codes)
    return {"participants": "; ".join(codes)}


@kind("from and to swapped", VISITS)
def _(row, world):
    start, end = row.get("from_place"), row.get("to_places")
    return start and end and {"from_place": end, "to_places": start}


@kind("visit to another country", VISITS)
def _(row, world):
    return {"to_places": world.other(world.countries, (row.get("to_places", "")[:2],))}


@kind("another office", VISITS)
def _(row, world):
    offices = ("head_of_state", "head_of_government", "foreign_minister", "regional_head", "mayor")
    is_person = row.get("visitor", "").startswith("person:")
    return is_person and {"office": world.other(offices, (row.get("office"),))}


@kind("another kind of visit", VISITS)
def _(row, world):
    return row.get("visit_type") and {
        "visit_type": world.other(("state", "official", "working"), (row["visit_type"],))
    }


# Texts and sources.


@kind("the two titles disagree on the year", *EVENTS)
def _(row, world):
    title = row.get("title_en", "")
    year = next((word for word in title.split() if word.isdigit() and len(word) == 4), "")
    wrong = str(int(year) + world.random.choice((-10, -1, 1, 9))) if year else ""
    return year and year in row.get("title_ru", "") and {"title_en": title.replace(year, wrong)}


NAMES = {"Uzbekistan": "UZ", "Tajikistan": "TJ", "Kazakhstan": "KZ", "Kyrgyzstan": "KG", "Russia": "RU"}


@kind("the two titles disagree on a country", *EVENTS)
def _(row, world):
    title = row.get("title_en", "")
    named = [name for name in NAMES if name in title and name + "n" not in title]
    if not named:
        return None
    old = world.random.choice(named)
    return {"title_en": title.replace(old, world.other(NAMES, [name for name in NAMES if name in title]))}


@kind("the two summaries disagree on a number", STATISTICS)
def _(row, world):
    value, summary = row.get("value", ""), row.get("summary_en", "")
    wrong = world.random.choice((f"{value}0", str(int(float(value)) + 7))) if value else ""
    return (
        len(value) > 1
        and f" {value} " in summary
        and {"summary_en": summary.replace(f" {value} ", f" {wrong} ")}
    )


@kind("locator far outside", *EVENTS, STATISTICS)
def _(row, world):
    locators = split(row.get("locator", ""))
    at = [i for i, text in enumerate(locators) if text.startswith("paragraph ")]
    if not at:
        return None
    i = world.random.choice(at)
    _word, _blank, rest = locators[i].partition(" ")
    _number, comma, heading = rest.partition(",")
    locators[i] = f"paragraph {world.random.randint(150, 990)}{comma}{heading}"
    return {"locator": "; ".join(locators)}


@kind("the next locator", *EVENTS, STATISTICS)
def _(row, world):
    locators = split(row.get("locator", ""))
    word, _blank, rest = (locators or [""])[0].partition(" ")
    number, comma, heading = rest.partition(",")
    if word != "paragraph" or not number.isdigit() or len(set(locators)) > 1:
        return None
    return {"locator": "; ".join([f"{word} {int(number) + 1}{comma}{heading}", *locators[1:]])}


@kind("another source", *EVENTS, STATISTICS)
def _(row, world):
    sources = split(row.get("source", ""))
    if not sources:
        return None
    wrong = world.other(world.sources, sources)
    return {"source": "; ".join(wrong if one == sources[0] else one for one in sources)}


@kind("a source older than what it tells", *EVENTS, STATISTICS)
def _(row, world):
    sources, first = split(row.get("source", "")), row.get(DATE[row["_type"]], "")[:4]
    older = [key for key, issued in world.sources.items() if issued[:4].isdigit() and issued[:4] < first]
    if not sources or not older or not first.isdigit():
        return None
    return {"source": "; ".join([world.other(older, sources), *sources[1:]])}


@kind("some days off", AGREEMENTS, FORUMS, VISITS)
def _(row, world):
    cell = row.get(DATE[row["_type"]], "")
    if len(cell) != 10:
        return None
    return {DATE[row["_type"]]: f"{cell[:8]}{world.other(range(1, 28), (int(cell[8:]),)):02d}"}


# The two ways in.


def prepare(folder):
    """Django with the curated content in a database of its own."""
    os.environ["DATABASE_URL"] = f"sqlite:///{Path(folder) / 'mutations.sqlite3'}"
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    from relations.catalog import RECORD_TYPES

    setup_test_environment()  # so that pages tell what they show
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    call_command("migrate", verbosity=0)
    call_command("load_content", only=["seeds"], verbosity=0)
    call_command("create_roles")
    for one in RECORD_TYPES:  # as an editor writes them; a public row would be checked twice
        one.model.objects.update_unchecked(state="draft")


def curated(random):
    from relations.catalog import RECORD_TYPES
    from relations.models import Source
    from relations.models.row_cache import unpacked

    world = World(random, sources={one.key: str(one.issued) for one in Source.objects.order_by("key")})
    for one in RECORD_TYPES:
        rows = one.model.objects.order_by("key").values_list("row", flat=True)
        world.rows[one.slug] = [{**unpacked(row), "_type": one.slug} for row in rows]
    return world


def sentence(problem):
    """The same whatever language a page has left behind."""
    return problem.in_every_language()["en"]


def said(findings):
    return {(one.rule.code, sentence(one.problem)) for one in findings}


def before_any_mistake(world):
    """{(type, key): what the rules say of the row as it is}"""
    from relations.rules.findings import findings_of

    found = {}
    for slug, rows in world.rows.items():
        for row, findings in zip(rows, findings_of(slug, rows), strict=True):
            found[slug, row["key"]] = said(findings)
    return found


def through_import(slug, row):
    """{what a rehearsal says of a row}, and what it rejects it for."""
    report = rehearse(slug, row)
    warned = {(one.problem.code.removeprefix("rule."), sentence(one.problem)) for one in report.warnings
              if one.problem.code.startswith("rule.")}  # fmt: skip
    return warned | {("rejected", str(one.problem)) for one in report.errors}


def rehearse(slug, row, dry_run=True):
    from relations.catalog import RESOURCES
    from relations.imports.pipeline import load_sheet
    from relations.readers.sheet import make_sheet

    cells = {name: cell for name, cell in row.items() if name != "_type"}
    names = RESOURCES[slug].names()
    sheet = make_sheet("sheet", [names, [cells.get(name, "") for name in names]], "")
    return load_sheet(RESOURCES[slug], sheet, dry_run=dry_run)


@contextmanager
def undone():
    """Whatever is stored inside is forgotten."""
    from django.db import transaction

    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def through_form(client, slug, row):
    """{what the form says of a row after it was saved there}; a refused form counts as rejected."""
    from relations.catalog import BY_SLUG
    from tests.helpers.admin import url

    model = BY_SLUG[slug].model
    address = url(model, "change", model.objects.get(key=row["key"]).pk)
    with undone():
        if rehearse(slug, row, dry_run=False).errors:
            return {("rejected", "")}
        wanted = client.get(address)
        main, rows = parts_of(wanted)
    now, there = parts_of(client.get(address))
    data = {**now, **main}
    for prefix, forms in rows.items():
        data.update(merged(prefix, there.get(prefix, []), forms))
    with undone():
        page = client.post(address, {**data, "_continue": "1"}, follow=True)
        if page.context.get("errors"):
            return {("rejected", str(page.context["errors"]))}
        shown = page.context["open_findings"]
    return said(one.finding for one in shown)


def parts_of(page):
    """(values of the form itself, {prefix of an inline: [values of its rows]})"""
    form = page.context["adminform"].form
    rows = {}
    for inline in page.context["inline_admin_formsets"]:
        forms = [one for one in inline.formset.forms if one.instance.pk]
        rows[inline.formset.prefix] = [
            {name: sent(one[name].value()) for name in one.fields} for one in forms
        ]
    return {field.html_name: sent(field.value()) for field in form}, rows


def sent(value):
    return "" if value is None else value


def merged(prefix, there, wanted):
    """The data of an inline that turns the rows there are into those wanted."""
    hidden = ("id", "DELETE", "agreement", "forum", "visit", "project", "observation")
    hidden += tuple(f"from_{name}" for name in hidden)

    def own(row):
        return {name: value for name, value in row.items() if name not in hidden}

    data, left = {}, [own(row) for row in wanted]
    for i, row in enumerate(there):
        data.update({f"{prefix}-{i}-{name}": value for name, value in row.items() if name != "DELETE"})
        if own(row) in left:
            left.remove(own(row))
        else:
            data[f"{prefix}-{i}-DELETE"] = "on"
    for i, row in enumerate(left, len(there)):
        data.update({f"{prefix}-{i}-{name}": value for name, value in row.items()})
    counts = {"TOTAL_FORMS": len(there) + len(left), "INITIAL_FORMS": len(there)}
    return {**data, **{f"{prefix}-{name}": number for name, number in counts.items()}}


# Counting.

#: rules that compare the row with its key
KEY_RULES = {"year_against_key", "key_of_others", "key_turned_round"}


def planted(world, name, number):
    """`number` mistakes of a kind, each as (type, row with the mistake, the cells it changed)."""
    make, types = KINDS[name]
    rows = [row for slug in types for row in world.rows[slug]]
    found, tries = [], 0
    while len(found) < number and tries < 200 * number:
        tries += 1
        row = world.random.choice(rows)
        changed = make(row, world)
        if changed and any(row.get(column, "") != cell for column, cell in changed.items()):
            found.append((row["_type"], {**row, **changed}, changed))
    return found


def run(options):
    random = Random(options.seed)
    world = curated(random)
    usual = before_any_mistake(world)
    client = signed_in_publisher()
    each = -(-options.number // len(KINDS))
    noticed, made, forms = Counter(), Counter(), Counter()
    by_rule = defaultdict(Counter)
    for name in KINDS:
        for i, (slug, row, changed) in enumerate(planted(world, name, each)):
            new = through_import(slug, row) - usual[slug, row["key"]]
            made[name] += 1
            noticed[name] += bool(new)
            codes = {code for code, _sentence in new}
            by_rule[name].update(codes)
            noticed["by the key alone"] += bool(codes) and codes <= KEY_RULES
            if options.form_every and not i % options.form_every:
                in_form = through_form(client, slug, row) - usual[slug, row["key"]]
                forms["made"] += 1
                forms["noticed"] += bool(in_form)
                forms["alike"] += same_outcome(in_form, new)
            if options.missed and not new:
                print(f"missed: {name}: {slug} {row['key']}: {changed}", flush=True)
    tell(options, world, usual, noticed, made, forms, by_rule)


def same_outcome(one, other):
    """Both are rejected, for whatever reason comes first, or both are remarked on in the same words."""
    rejected = [any(code == "rejected" for code, _sentence in said) for said in (one, other)]
    return all(rejected) or (not any(rejected) and one == other)


def signed_in_publisher():
    from django.contrib.auth import get_user_model

    from tests.helpers.admin import signed_in

    user = get_user_model().objects.create_user("publisher", is_staff=True, is_superuser=True)
    return signed_in(user)


def percent(part, whole):
    return f"{100 * part / whole:.1f} %" if whole else "–"


def tell(options, world, usual, noticed, made, forms, by_rule):
    print(f"seed {options.seed}, {sum(made.values())} mistakes of {len(KINDS)} kinds\n")
    width = max(map(len, KINDS))
    for name in KINDS:
        most = ", ".join(code for code, _number in by_rule[name].most_common(3))
        mark = "*" if name in UNKNOWABLE else " "
        print(
            f"{mark} {name:{width}} {noticed[name]:4} of {made[name]:4} {percent(noticed[name], made[name]):>8}  {most}"
        )
    by_key = noticed.pop("by the key alone")
    known = [name for name in KINDS if name not in UNKNOWABLE]
    print("\n* cannot be known, or only in part:")
    for name, why in UNKNOWABLE.items():
        print(f"  {name}: {why}")
    rows = sum(map(len, world.rows.values()))
    remarked = sum(map(bool, usual.values()))
    print(f"\nnoticed overall: {percent(sum(noticed.values()), sum(made.values()))}")
    print(
        f"noticed of what a rule can know: {percent(sum(noticed[n] for n in known), sum(made[n] for n in known))}"
    )
    print(f"noticed by the key of the record alone: {percent(by_key, sum(made.values()))}")
    print(f"true rows remarked on: {remarked} of {rows}, {percent(remarked, rows)}")
    if forms["made"]:
        alike = percent(forms["alike"], forms["made"])
        print(
            f"also entered in the form: {forms['made']}, noticed {forms['noticed']}, as in the import {alike}"
        )


def parse(arguments):
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutations", description=__doc__)
    parser.add_argument(
        "--seed", type=int, default=int(f"{datetime.now(tz=UTC):%Y%m%d}"), help="default: today"
    )
    parser.add_argument("--number", type=int, default=1000, help="how many mistakes (default: 1000)")
    parser.add_argument(
        "--form-every", type=int, default=10, help="every n-th goes through the form too; 0: none"
    )
    parser.add_argument("--missed", action="store_true", help="name what was not noticed")
    return parser.parse_args(arguments)


def main(arguments=None):
    options = parse(arguments)
    with TemporaryDirectory(prefix="mutations-") as folder:
        prepare(folder)
        run(options)


if __name__ == "__main__":
    main(sys.argv[1:])
