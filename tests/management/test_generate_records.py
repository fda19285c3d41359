"""manage.py generate_records: the synthetic records are what an import would store, and go without a trace."""

import os
import subprocess
import sys

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from relations.catalog import RECORD_TYPES, RESOURCES
from relations.errors import Problem
from relations.models import (
    Agreement,
    Citation,
    DataChange,
    Forum,
    Indicator,
    Observation,
    Source,
    Topic,
    Version,
    Visit,
)
from relations.models.row_cache import refresh
from relations.synthetic import writing
from relations.synthetic.agreements import agreement
from tests.helpers.databases import copied_database
from tests.helpers.snapshots import snapshot_of_tables

pytestmark = pytest.mark.django_db
#: so many that there is one forum and one visit
FEW = 20
#: as many of each type
SAMPLE, MANY = 60, 150
SYNTHETIC = {"key__startswith": "synthetic-"}


def generate(size, *more):
    call_command("generate_records", "--size", str(size), *map(str, more))


@pytest.fixture
def as_many_events(monkeypatch):
    """As many forums and visits as agreements."""
    monkeypatch.setattr(writing, "FEWER", 1)


def numbers():
    return {slug: resource.model.objects.filter(**SYNTHETIC).count() for slug, resource in RESOURCES.items()}


def kept(model):
    """{key: all columns} of synthetic records, with the words for search."""
    return {one["key"]: one for one in model.objects.filter(**SYNTHETIC).values()}


def words_in_sqlite(model):
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT rowid, words FROM "{model._meta.db_table}_words" ORDER BY rowid')
        return cursor.fetchall()


def everything():
    """All tables of the register, and the words of SQLite."""
    tables = {model: sorted(rows, key=repr) for model, _columns, rows in snapshot_of_tables()}
    return tables, [words_in_sqlite(resource.model) for resource in RESOURCES.values()]


def test_it_writes_a_twentieth_as_many_forums_and_visits_and_as_many_figures(content):
    generate(FEW)
    made = {slug: number for slug, number in numbers().items() if number}
    assert made == {"sources": 100, "agreements": FEW, "forums": 1, "visits": 1, "statistics": FEW}


def test_the_number_of_figures_can_be_given(content):
    generate(FEW, "--figures", 3)
    assert numbers()["statistics"] == 3


def test_no_versions_are_kept(content):
    before = Version.objects.count()
    generate(FEW)
    assert Version.objects.count() == before


def test_a_smaller_register_begins_a_larger_one(content):
    def rows():
        return {
            one.slug: dict(one.model.objects.filter(**SYNTHETIC).values_list("key", "row"))
            for one in RECORD_TYPES
        }

    generate(FEW)
    small = rows()
    call_command("generate_records", "--remove")
    generate(2 * FEW)
    large = rows()
    for slug, found in small.items():
        assert found.items() <= large[slug].items()


def test_with_more_only_what_is_missing_is_added(content):
    generate(FEW)
    before = kept(Agreement)
    generate(2 * FEW, "--more")
    after = kept(Agreement)
    assert len(after) == 2 * FEW
    assert before.items() <= after.items()


@pytest.mark.slow
def test_several_processes_write_the_same_records(transactional_db, tmp_path):
    def manage(*arguments):
        command = [sys.executable, "manage.py", *arguments]
        environment = {**os.environ, "DATABASE_URL": url}
        return subprocess.run(command, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True)

    def generated(*arguments):
        done = manage("generate_records", *arguments)
        assert done.returncode == 0, done.stderr
        with psycopg.connect(url) as copy:
            query = "SELECT key, row FROM relations_agreement WHERE key LIKE 'synthetic-%'"
            return dict(copy.execute(query).fetchall())

    with copied_database(tmp_path) as url:
        assert manage("load_content", "--only", "seeds").returncode == 0
        if connection.vendor == "sqlite":
            refused = manage("generate_records", "--size", "2k", "--processes", "2")
            assert (refused.returncode, "one process" in refused.stderr) == (2, True)
            return
        by_two = generated("--size", "2k", "--figures", "0", "--processes", "2")
        manage("generate_records", "--remove")
        by_one = generated("--size", str(FEW))
    assert len(by_two) == 2_000
    assert by_one.items() <= by_two.items()


def test_it_refuses_where_synthetic_records_are_there(content):
    generate(FEW)
    with pytest.raises(CommandError, match="already.*--more.*--remove"):
        generate(FEW)
    assert numbers()["agreements"] == FEW


def test_it_refuses_without_reference_data(db):
    with pytest.raises(CommandError, match="load_content.*KZ"):
        generate(FEW)
    assert not Source.objects.exists()


def test_it_names_what_reference_data_are_missing(content):
    Topic.objects.filter(key="language").update(key="other")
    with pytest.raises(CommandError, match=r"\(language\)"):
        generate(FEW)


@pytest.mark.parametrize("size", ["many", "10g", "-1", "11m"])
def test_it_refuses_sizes_that_are_none(content, size):
    with pytest.raises(CommandError):
        call_command("generate_records", f"--size={size}")


def test_all_records_are_published_by_default(content):
    generate(FEW)
    for one in RECORD_TYPES:
        assert not one.model.objects.filter(**SYNTHETIC).exclude(state="published").exists()
        assert not one.model.objects.filter(published_at=None, **SYNTHETIC).exists()


def test_a_share_of_records_stays_drafts(content):
    generate(10 * FEW, "--drafts", "0.25")
    drafts = Agreement.objects.filter(state="draft", **SYNTHETIC)
    assert 30 <= drafts.count() <= 70
    assert not drafts.exclude(published_at=None).exists()


def test_facts_are_cited_with_places_in_their_sources(content):
    generate(FEW)
    cited = Citation.objects.filter(agreement__key__startswith="synthetic-")
    assert cited.exclude(field="").exists()
    assert not cited.filter(locator="").exists()


@pytest.mark.slow
def test_records_keep_what_a_refresh_would_keep(content, as_many_events):
    generate(SAMPLE)
    for model in (Source, Agreement, Forum, Visit, Observation):
        before, words = kept(model), words_in_sqlite(model)
        sample = list(model.objects.filter(**SYNTHETIC).order_by("key")[:SAMPLE])
        assert len(sample) == SAMPLE
        refresh(sample)
        assert kept(model) == before
        assert words_in_sqlite(model) == words
    indicators = kept(Indicator)
    refresh(list(Indicator.objects.filter(**SYNTHETIC)))
    assert kept(Indicator) == indicators


@pytest.mark.slow
def test_nothing_speaks_against_publishing_what_is_published(content, as_many_events):
    generate(SAMPLE)
    for one in RECORD_TYPES:
        for record in one.model.objects.filter(**SYNTHETIC):
            assert record.publication_problems() == []


@pytest.mark.slow
def test_the_rules_find_no_errors_and_few_hints(content, as_many_events, capsys):
    generate(MANY)
    call_command("check_content")
    *findings, _total = capsys.readouterr().out.splitlines()
    synthetic = [line for line in findings if " synthetic-" in line]
    assert not [line for line in synthetic if ": error " in line]
    assert len(synthetic) <= 0.02 * len(RECORD_TYPES) * MANY


@pytest.mark.parametrize("cells", [{"parties": "RU"}, {"topics": "no such topic"}])
def test_a_record_that_publish_or_an_import_would_refuse_is_not_written(content, monkeypatch, cells):
    monkeypatch.setattr(writing, "agreement", lambda number, there: agreement(number, there) | cells)
    with pytest.raises((Problem, ValueError)):
        generate(FEW)
    assert numbers()["agreements"] == 0


def test_lists_show_them(content, client):
    generate(FEW)
    for one in RECORD_TYPES:
        page = client.get(f"/ru/{one.slug}/")
        assert page.context["query_summary"].query.total == one.model.objects.published().count()
    record = Agreement.objects.filter(in_scope=True, **SYNTHETIC).first()
    found = client.get("/ru/agreements/", {"q": record.title_ru.rpartition("№")[2]})
    assert [one.key for one in found.context["page"]] == [record.key]
    assert record.title_ru in client.get(record.get_absolute_url()).content.decode()


def test_removing_leaves_the_register_as_it_was(content, capsys):
    DataChange.objects.all().delete()
    before = everything()
    generate(FEW)
    assert everything() != before
    call_command("generate_records", "--remove")
    DataChange.objects.all().delete()  # that there were such records stays said
    assert everything() == before
    assert f"{2 * FEW + 2} removed" in capsys.readouterr().out


def test_removing_leaves_what_other_records_refer_to(content):
    generate(FEW)
    other = Agreement.objects.exclude(**SYNTHETIC).first()
    other.cite(Source.objects.filter(**SYNTHETIC).first(), locator_label="page", locator="1")
    with pytest.raises(CommandError, match="Other records refer"):
        call_command("generate_records", "--remove")
    assert Observation.objects.filter(**SYNTHETIC).count() == 0
    assert Source.objects.filter(**SYNTHETIC).exists()
