"""How the databases look for what pages, files and the admin ask: by indexes, never through all records of a type.

Not looked at are statements that count everything by nature: how many entries a feed has and when the last of them was
changed, how much is sourced (the home page), and the reading of the index in memory.
"""

import json
import re

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from relations.catalog import RECORD_TYPES
from relations.index.current import kept
from relations.models import Organization, Person
from tests.conftest import bring_index_up_to_date
from tests.helpers.admin import signed_in, url
from tests.helpers.factories import FACTORIES, PlaceFactory
from tests.helpers.many import copy

pytestmark = pytest.mark.django_db

NUMBER = 20_000
TABLES = tuple(one.model._meta.db_table for one in RECORD_TYPES)
COUNTED = re.compile(r'SELECT (COUNT|MAX)\("relations_')
SLUGS = [one.slug for one in RECORD_TYPES]
#: figures are sorted by the names of indicator and area, for which all of them are read
BY_TITLE = [slug for slug in SLUGS if slug != "statistics"]


@pytest.fixture(autouse=True)
def own_index(monkeypatch):
    """The index is read once, since no test of this module changes a record."""
    monkeypatch.setattr(kept, "keeps_uncommitted", True)


@pytest.fixture(scope="module")
def many(django_db_setup, django_db_blocker):
    """Twenty thousand public records, a quarter of which name Kazakhstan; taken back after the tests of this module."""
    kept.forget()
    with django_db_blocker.unblock(), transaction.atomic():
        kazakhstan = PlaceFactory(code="KZ")
        # Which of them are of a country must not be asked for each record.
        for model in (Organization, Person):
            rows = (
                model(key=f"{model._meta.model_name}-{at}", name_ru=f"Имя {at}") for at in range(NUMBER // 4)
            )
            model._base_manager.bulk_create(rows)
        for slug in SLUGS:
            record = FACTORIES[slug](published=True)
            copy(record, NUMBER // len(SLUGS) * 3 // 4)
            with_kazakhstan(record, kazakhstan)
            copy(record, NUMBER // len(SLUGS) // 4, key=lambda at, slug=slug: f"{slug}-kz-{at}")
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                # No disk turns, and five thousand records of a type are few.
                cursor.execute("SET LOCAL random_page_cost = 1.1")
                # As a sweep does: until then an index of words reads a list of what is new.
                for table in TABLES:
                    cursor.execute("SELECT gin_clean_pending_list(%s)", [f"{table}_words"])
            cursor.execute("ANALYZE")
        yield
        transaction.set_rollback(True)


def with_kazakhstan(record, kazakhstan):
    """Makes it one of Kazakhstan."""
    changed, name = record, "ref_area"
    if hasattr(record, "participations"):
        changed, name = record.participations.first(), "place"
    setattr(changed, name, kazakhstan)
    changed.save()


def statements(client, address):
    """What is asked of the tables of records, each statement once, but for what is counted by nature."""
    bring_index_up_to_date()
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
        assert response.status_code == 200, address
        b"".join(response)  # a file asks while it is read
    asked = dict.fromkeys(one["sql"] for one in captured)
    return [
        sql
        for sql in asked
        if sql.startswith(("SELECT", "DECLARE"))
        and any(f'FROM "{table}"' in sql for table in TABLES)
        and not COUNTED.match(sql)
    ]


def scans(sql):
    """The steps of the plan of a statement that read a table of records from one end to the other."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"EXPLAIN (FORMAT JSON) {sql.replace('%', '%%')}", [])
            (plan,) = cursor.fetchone()
            return list(scans_in((plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]))
        cursor.execute(f"EXPLAIN QUERY PLAN {sql.replace('%', '%%')}", [])
        steps = [row[3] for row in cursor.fetchall()]
        return [
            step
            for step in steps
            if step.startswith(tuple(f"SCAN {table}" for table in TABLES)) and "INDEX" not in step
        ]


def scans_in(plan):
    if plan["Node Type"] == "Seq Scan" and plan["Relation Name"] in TABLES:
        yield plan
    for part in plan.get("Plans", ()):
        yield from scans_in(part)


def check(client, *addresses):
    found = [
        (address, sql, steps)
        for address in addresses
        for sql in statements(client, address)
        if (steps := scans(sql))
    ]
    assert not found, found


@pytest.mark.parametrize("slug", SLUGS)
def test_no_public_list_reads_all_records(slug, many, client):
    parameters = ("", "?page=40", "?country=KZ", "?year_from=2001&year_to=2003", "?sort=date", "?q=знак007")
    check(client, *(f"/ru/{slug}/{one}" for one in parameters))


@pytest.mark.parametrize("slug", BY_TITLE)
def test_no_list_by_title_sorts_all_records(slug, many, client):
    check(client, *(f"/{language}/{slug}/?sort=title" for language in ("ru", "en")))


@pytest.mark.parametrize("slug", SLUGS)
def test_no_file_and_no_feed_reads_all_records_before_it_begins(slug, many, client):
    parameters = (".csv", ".csv?country=KZ", ".csv?q=знак007", ".atom", ".atom?country=KZ")
    check(client, *(f"/ru/{slug}{one}" for one in parameters))


@pytest.mark.parametrize("one", RECORD_TYPES, ids=SLUGS)
def test_no_page_of_a_record_reads_all_records(one, many, client):
    check(client, one.model.objects.published()[100].get_absolute_url())


def test_no_page_of_all_types_reads_all_records(many, client):
    check(client, "/ru/timeline/?page=40", "/ru/timeline.atom", "/ru/relations/ru-kz/")


@pytest.mark.parametrize("one", RECORD_TYPES, ids=SLUGS)
def test_no_list_of_the_admin_reads_all_records(one, many, staff):
    parameters = (
        "",
        "p=40",
        "country=KZ",
        # Later pages need so many of five thousand records that PostgreSQL rightly reads them all.
        "country=KZ&p=2",
        "q=знак007",
        "q=знак0",
        "state__exact=draft",
        "o=1",
        "o=-1",
    )
    check(signed_in(staff("publisher"), "ru"), *(f"{url(one.model)}?{each}" for each in parameters))


def test_a_scan_of_all_records_would_be_seen(many):
    assert scans('SELECT "id" FROM "relations_agreement" WHERE "notes" = \'x\'')
    assert not scans('SELECT "id" FROM "relations_agreement" WHERE "id" = 5')
