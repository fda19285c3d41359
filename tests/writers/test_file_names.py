"""A downloaded file is named by what is in it: the query and the day."""

import re
from datetime import date

import pytest
from django.http import QueryDict

from relations.catalog import RECORD_TYPES
from relations.writers import file_names
from relations.writers.file_names import file_name
from tests.helpers.factories import FACTORIES, PlaceFactory

DAY = date(2026, 11, 29)
SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
SLUGS = [one.slug for one in RECORD_TYPES]


@pytest.fixture(autouse=True)
def on_one_day(monkeypatch):
    monkeypatch.setattr(file_names, "today", lambda: DAY)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("", "agreements"),
        ("country=UZ&year_from=2018&year_to=2020", "agreements-UZ-2018-2020"),
        ("country=UZ&country=KZ", "agreements-KZ-UZ"),
        ("country=UZ&with=KZ", "agreements-UZ-with-KZ"),
        ("region=ru-orenburg", "agreements-ru-orenburg"),
        ("year_from=2018&year_to=2018", "agreements-2018"),
        ("year_from=2018", "agreements-since-2018"),
        ("year_to=2018&undated=0", "agreements-until-2018-dated"),
        ("q=договор о дружбе", "agreements-dogovor-o-druzhbe"),
        ("q=../../etc/passwd", "agreements-etc-passwd"),
        ('q=a"; b\r\nX: y', "agreements-a-b-x-y"),
        ("sort=title", "agreements"),
    ],
)
def test_the_name_holds_the_query(query, name):
    assert file_name("agreements", "csv", QueryDict(query.replace(";", "%3B"))) == f"{name}_2026-11-29.csv"


def test_the_order_of_the_parameters_does_not_matter():
    there = file_name("visits", "csv", QueryDict("country=UZ&topic=trade&country=KZ"))
    assert there == file_name("visits", "csv", QueryDict("country=KZ&country=UZ&topic=trade"))


def test_a_long_query_is_cut_and_still_has_a_name_of_its_own():
    names = [
        file_name("statistics", "csl.json", QueryDict("&".join(f"topic=topic-{i}" for i in range(n))))
        for n in (40, 41)
    ]
    assert len(set(names)) == 2
    assert all(SAFE.fullmatch(name) and name.endswith("_2026-11-29.csl.json") for name in names)


def test_words_without_latin_letters_have_names_of_their_own():
    names = {file_name("visits", "csv", QueryDict(f"q={words}")) for words in ("山", "水", "")}
    assert len(names) == 3
    assert all(SAFE.fullmatch(name) for name in names)


FORMS = ["csv", "xlsx", "json", "ris", "bib", "csl"]
ADDRESSES = {
    **{f"{slug}.{form}": (slug, form) for slug in SLUGS for form in FORMS},
    **{
        f"map/{slug}.{form}": (f"map-{slug}", form)
        for slug in ("timeline", "visits")
        for form in ("csv", "svg", "png")
    },
    "years/forums/years.csv": ("forums-years", "csv"),
    "years/forums/light.svg": ("forums-years", "svg"),
    "years/forums/dark.png": ("forums-years", "png"),
}


@pytest.mark.django_db
def test_every_file_of_a_query_is_named_by_it(client, uzbekistan):
    for make in FACTORIES.values():
        make(published=True)
    for path, (stem, form) in ADDRESSES.items():
        ending = "csl.json" if form == "csl" else form
        for query, words in (("", ""), ("?country=UZ&year_to=2030&sort=date&year_from=", "-UZ-until-2030")):
            assert named(client, f"/ru/{path}{query}") == f"{stem}{words}_2026-11-29.{ending}"
    assert named(client, "/api/v1/statistics.csv?area=UZ&lang=en") == "statistics-UZ_2026-11-29.sdmx.csv"
    for form in FORMS:
        ending = "csl.json" if form == "csl" else form
        assert named(client, f"/ru/sources.{form}?type=book&q=&page=2") == f"sources-book_2026-11-29.{ending}"


@pytest.mark.django_db
def test_files_without_a_query_are_named_by_the_day(client):
    PlaceFactory()
    FACTORIES["statistics"](published=True)
    assert named(client, "/ru/places.csv") == "places_2026-11-29.csv"
    assert named(client, "/ru/indicators/enterprises/chart.csv") == "enterprises-chart_2026-11-29.csv"


def named(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    name = re.search(r'filename="([^"]+)"', response["Content-Disposition"])[1]
    assert SAFE.fullmatch(name)
    return name
