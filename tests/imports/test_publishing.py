"""Rows that an import publishes: written as public ones at once, or kept as drafts by the same rules."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations.imports.options import ImportOptions
from relations.models import Agreement, Source, State, Version
from tests.helpers.sheets import codes, load_rows

pytestmark = pytest.mark.django_db


def load(*rows, **options):
    return load_rows("agreements", *rows, publish=True, keep_batch=True, **options)


def many(treaty, number):
    return [{**treaty, "key": f"treaty-{i}", "title_ru": f"Договор {i}"} for i in range(number)]


def states():
    return dict(Agreement.objects.values_list("key", "state"))


def test_new_rows_are_written_as_public_ones_and_not_once_more(treaty):
    with CaptureQueriesContext(connection) as captured:
        report = load(*many(treaty, 3))
    assert report.published == 3
    assert not [one["sql"] for one in captured if 'UPDATE "relations_agreement"' in one["sql"]]


def test_a_record_written_as_public_is_as_publish_would_leave_it(treaty):
    load(treaty)
    record = Agreement.objects.get()
    written = {
        name: getattr(record, name) for name in ("state", "source_count", "row", "fact_count", "in_scope")
    }
    assert record.published_at == record.updated_at == record.created_at
    record.send_back()
    record.publish()
    assert {name: getattr(record, name) for name in written} == written


def test_the_version_of_a_row_written_as_public_has_the_first_number(treaty):
    load(treaty)
    version = Version.objects.get(type="agreements")
    assert (version.number, version.after["state"], version.before) == (1, "published", None)


def test_of_the_rows_of_one_sheet_those_with_an_error_stay_drafts(treaty):
    good, wrong = many(treaty, 2)
    report = load({**good, "date_in_force": "1993-01-01"}, {**wrong, "date_in_force": "1991-01-01"})
    assert states() == {"treaty-0": State.PUBLISHED, "treaty-1": State.DRAFT}
    assert "publish.rule" in codes(report.warnings)
    assert report.published == 1
    assert Agreement.objects.get(key="treaty-1").published_at is None


def test_a_row_that_refers_to_a_later_one_of_the_same_sheet_stays_a_draft(treaty):
    first, later = many(treaty, 2)
    load({**first, "amends": "treaty-1"}, {**later, "date_signed": "1999-01-01"})
    assert states() == {"treaty-0": State.DRAFT, "treaty-1": State.PUBLISHED}


def test_a_row_whose_described_source_is_older_than_the_event_stays_a_draft(treaty):
    described = {
        "source_title": "Вестник",
        "source_url": "https://example.org/1",
        "source_date": "1990-01-01",
    }
    report = load({**treaty, "source": "", **described})
    assert Source.objects.get(url="https://example.org/1")
    assert states() == {"treaty-1992": State.DRAFT}
    assert "publish.rule" in codes(report.warnings)


def test_a_draft_that_is_there_is_published_together_with_new_rows(treaty):
    stored, new = many(treaty, 2)
    load_rows("agreements", stored)
    report = load(stored, new)
    assert report.published == 2
    assert set(states().values()) == {State.PUBLISHED}


def test_a_dry_run_counts_what_would_be_published_and_stores_nothing(treaty):
    report = load(*many(treaty, 2), dry_run=True)
    assert report.published == 2
    assert not Agreement.objects.exists()


def test_without_the_option_nothing_is_published(treaty):
    assert not ImportOptions().publish
    load_rows("agreements", treaty)
    assert states() == {"treaty-1992": State.DRAFT}


def test_the_number_of_statements_does_not_grow_with_the_published_rows(treaty):
    numbers = []
    for start, number in ((0, 2), (100, 30)):
        rows = [
            {**treaty, "key": f"t-{start + i}", "title_ru": f"Договор {start + i}"} for i in range(number)
        ]
        with CaptureQueriesContext(connection) as captured:
            load(*rows)
        numbers.append(len(captured))
    assert numbers[1] <= numbers[0] + 1  # a page of versions
