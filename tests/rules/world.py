"""Plain objects that rules look up: some places, people, units, indicators and sources, without a database."""

from datetime import date

from relations.models import ForumSeries, Indicator, Membership, Person, Place, Source, Unit
from relations.rules.context import Context, series_key
from relations.rules.reference import CitedElsewhere, Reference
from relations.rules.view import View
from relations.values.period import Period

TODAY = date(2026, 11, 29)

COUNTRIES = {
    "RU": ("Россия", "Russia", ""),
    "KZ": ("Казахстан", "Kazakhstan", "1991-12-16/.."),
    "UZ": ("Узбекистан", "Uzbekistan", ""),
    "TJ": ("Таджикистан", "Tajikistan", ""),
    "TR": ("Турция", "Turkey", ""),
    "SU": ("СССР", "Soviet Union", "1922/1991-12-26"),
}
BELOW = {
    "RU-ORE": ("region", "RU", "Оренбургская область", "Orenburg Oblast"),
    "ru-orenburg": ("city", "RU", "Оренбург", "Orenburg"),
    "UZ-SA": ("region", "UZ", "Самаркандская область", "Samarkand Region"),
    "tj-khujand": ("city", "TJ", "Худжанд", "Khujand"),
}


def places():
    found = {}
    for number, (code, (ru, en, existed)) in enumerate(COUNTRIES.items(), 1):
        found[code] = Place(
            pk=number, code=code, kind="country", name_ru=ru, name_en=en, existed=Period.parse(existed)
        )
    for number, (code, (kind, parent, ru, en)) in enumerate(BELOW.items(), 20):
        found[code] = Place(pk=number, code=code, kind=kind, parent=found[parent], name_ru=ru, name_en=en)
    for number, code in enumerate(("central-asia", "world"), 40):
        found[code] = Place(pk=number, code=code, kind="group", name_ru=code, name_en=code)
    return found


def unit(key, symbol_en, dimension="count", **names):
    found = {"name_ru": key, "name_en": key, "symbol_ru": key, **names}
    return Unit(key=key, symbol_en=symbol_en, dimension=dimension, **found)


def reference():
    found = Reference()
    found.places = places()
    found.memberships = {
        "central-asia": [Membership(member=found.places[code]) for code in ("KZ", "UZ", "TJ")]
    }
    russia, uzbekistan = found.places["RU"], found.places["UZ"]
    found.people = {
        "orlov": Person(
            pk=1, key="orlov", name_ru="Пётр Орлов", name_en="Pyotr Orlov", place=russia,
            office_en="President of Russia", in_office=Period.parse("2012/2020"),
        ),
        "karimova": Person(pk=2, key="karimova", name_ru="Каримова", name_en="Karimova", place=uzbekistan),
    }  # fmt: skip
    found.organizations = {}
    found.units = {
        "rub": unit("rub", "RUB", "money", name_ru="рубль", name_en="rouble"),
        "usd": unit("usd", "USD", "money", name_ru="доллар", name_en="dollar"),
        "percent": unit("percent", "%", "share"),
        "school": unit("school", "school|schools"),
        "book": unit("book", "book|books"),
        "place-rank": unit("place-rank", "place|places", "rank"),
    }
    found.indicators = {
        key: Indicator(key=key, name_ru=key, name_en=key, unit=found.units[usual])
        for key, usual in (
            ("schools", "school"),
            ("trade", "usd"),
            ("merchandise-exports", "usd"),
            ("merchandise-imports", "usd"),
            ("gas-rank", "place-rank"),
        )
    }
    series = ForumSeries(
        key="forum-ru-uz", name_ru="Форум России и Узбекистана", name_en="Forum of Russia and Uzbekistan"
    )
    series.event_type = "economic_forum"
    found.series = {"forum-ru-uz": series}
    return found


def source(key, title="A text", issued="", **fields):
    fields = {
        name: Period.parse(value) if name in ("accessed", "not_after") else value
        for name, value in fields.items()
    }
    return Source(key=key, title=title, issued=Period.parse(issued), **fields)


#: five other records cite paragraphs 1 to 30 of “plain”, and headings of “headed”
CITED = {
    "plain": [CitedElsewhere(f"other-{i}", "paragraph", str(i * 6)) for i in range(1, 6)],
    "headed": [CitedElsewhere(f"other-{i}", "paragraph", f"{i}, Trade") for i in range(1, 6)],
}
SOURCES = {
    "plain": source("plain", "A text", "2010", extent="footnote 13"),
    "measured": source("measured", "A text", extent="paragraph 52; footnote 13"),
    "headed": source("headed"),
    "on-uzbekistan": source("on-uzbekistan", "Uzbekistan and Russia"),
    "future": source("future", accessed="2030-01-01"),
}


def view(slug, cells, known):
    return View(slug, {"key": "this", **cells}, known)


def applied(rule, slug, cells, others=()):
    """What a rule finds in a row; `others` are (key of the collection, cells) of the records it is compared with."""
    known = reference()
    known.sources, known.cited = SOURCES, CITED
    context = Context(known, TODAY)
    own = view(slug, cells, known)
    for number, other in enumerate(others):
        cells = {"key": f"other-{number}", **other}
        place(context, view(cells.pop("slug", slug), cells, known))
    return rule.apply(own, context)


def place(context, other):
    """Adds a record where the rules look for those that resemble it."""
    context.events[other.key] = context.wholes[other.key] = other
    context.namesakes.setdefault(other["title_ru"], {})[other.key] = other
    context.editions.setdefault(other["series"], {})[other.key] = other
    context.series.setdefault(series_key(other), []).append(other)
    pair = (other["area"], other["counterpart"])
    context.pairs.setdefault(other["indicator"], {}).setdefault(pair, []).append(other)
