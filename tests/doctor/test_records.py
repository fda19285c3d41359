"""Rows that are not what the tables say, and uploads that nobody waits for."""

from datetime import timedelta

import pytest
from django.utils import timezone

from relations.doctor.records import look_at_rows, look_at_uploads
from relations.models import Forum, ImportBatch, KeptFile, Place, StaleRecords
from tests.helpers.factories import ForumFactory

pytestmark = pytest.mark.django_db


def only(lines):
    (line,) = lines
    return line


@pytest.mark.parametrize("is_full", [True, False])
def test_rows_are_compared_with_the_tables(is_full, uzbekistan):
    forum = ForumFactory(participants=[("participant", uzbekistan)], published=True)
    line = only(look_at_rows(is_full))
    assert line.level == "ok"
    Forum._base_manager.filter(pk=forum.pk).update(row="{}")
    line = only(look_at_rows(is_full))
    assert (line.level, line.advice) == ("error", "manage.py refresh_records")
    assert f"forums {forum.pk}" in line.text


def test_rows_of_reference_data_are_compared_too(uzbekistan):
    Place._base_manager.filter(pk=uzbekistan.pk).update(row="{}")
    assert f"places {uzbekistan.pk}" in only(look_at_rows(is_full=True)).text


def test_rows_that_a_worker_is_to_bring_up_to_date_are_no_error():
    forum = ForumFactory()
    Forum._base_manager.update(row="{}")
    StaleRecords.objects.create(type="forum", keys=str(forum.pk), number=1)
    assert only(look_at_rows(is_full=True)).level == "warning"


def test_all_rows_of_the_curated_content_are_true(content):
    line = only(look_at_rows(is_full=True))
    assert line.level == "ok"
    assert int(line.text.split()[0]) > 200


def test_an_upload_that_nobody_waits_for():
    batch = ImportBatch.objects.create(type="forums", status="previewed")
    kept = KeptFile.objects.create(batch=batch, data=b"x")
    assert only(look_at_uploads()).level == "ok"
    KeptFile.objects.filter(pk=kept.pk).update(kept_at=timezone.now() - timedelta(days=3))
    assert only(look_at_uploads()).level == "warning"
    KeptFile.objects.filter(pk=kept.pk).update(kept_at=timezone.now())
    ImportBatch.objects.update(status="stored")
    assert only(look_at_uploads()).level == "warning"
