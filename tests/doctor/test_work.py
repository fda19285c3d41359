"""Tasks that nobody does, backups and links that nobody makes or checks, caches that lose what they are given."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from relations.doctor.caches import look_at_caches
from relations.doctor.work import look_at_backups, look_at_links, look_at_tasks
from relations.models import LinkCheck
from relations.workers.heartbeats import beat
from tests.helpers.factories import SourceFactory
from tests.helpers.tasks import waiting_task

pytestmark = pytest.mark.django_db
NOW = timezone.now


@pytest.fixture(autouse=True)
def workers_on_demand(settings):
    settings.START_WORKERS = True


def only(lines):
    (line,) = lines
    return line


def test_a_task_that_waits_for_a_minute_without_a_worker():
    waiting_task(timedelta(seconds=30))
    assert only(look_at_tasks()).level == "ok"
    waiting_task(timedelta(seconds=90))
    line = only(look_at_tasks())
    assert (line.level, line.advice) == ("error", "manage.py worker")
    assert "no worker has been seen" in line.text
    DBTaskResult.objects.filter(pk=waiting_task(timedelta(seconds=5)).pk).update(status="RUNNING")
    assert only(look_at_tasks()).level == "error"  # it may be that of a dead worker
    beat("one", None, NOW())
    assert only(look_at_tasks()).level == "ok"  # a worker is busy


def test_a_worker_that_lives_and_does_nothing():
    waiting_task(timedelta(seconds=90))
    beat("one", None, NOW())
    line = only(look_at_tasks())
    assert (line.level, "no worker does one" in line.text) == ("error", True)


def test_no_worker_where_one_is_to_run_all_the_time(settings):
    settings.START_WORKERS = False
    assert only(look_at_tasks()).level == "warning"
    beat("one", None, NOW())
    line = only(look_at_tasks())
    assert (line.level, "1 workers have been seen" in line.text) == ("ok", True)


def test_tasks_that_have_failed():
    task = waiting_task(timedelta(hours=30))
    DBTaskResult.objects.update(status="FAILED", finished_at=NOW() - timedelta(hours=3))
    assert [line.level for line in look_at_tasks()] == ["ok", "warning"]
    DBTaskResult.objects.filter(pk=task.pk).update(finished_at=NOW() - timedelta(hours=26))
    assert only(look_at_tasks()).level == "ok"


@pytest.fixture
def backed_up(settings):
    """A function: writes what `manage.py backup` writes."""

    def write(text=None, hours=1.0, verified=True):
        folder = Path(settings.BACKUPS_DIR)
        folder.mkdir(exist_ok=True)
        at = (NOW() - timedelta(hours=hours)).isoformat()
        said = {"at": at, "file": "register.zip", "verified": verified}
        (folder / "last-backup.json").write_text(json.dumps(said) if text is None else text)

    return write


def test_there_has_never_been_a_backup(settings):
    settings.DEBUG = False
    assert only(look_at_backups()).level == "error"
    settings.DEBUG = True
    assert only(look_at_backups()).level == "warning"


@pytest.mark.parametrize(
    ("hours", "verified", "level"),
    [(35, True, "ok"), (37, True, "error"), (1, False, "warning"), (37, False, "error")],
)
def test_a_backup_is_to_be_new_and_read_again(backed_up, hours, verified, level):
    backed_up(hours=hours, verified=verified)
    assert only(look_at_backups()).level == level


def test_how_old_a_backup_may_become_can_be_set(backed_up, settings):
    settings.BACKUP_MAX_HOURS = 2
    backed_up(hours=3)
    assert only(look_at_backups()).level == "error"


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"at": 3}', '{"at": "yesterday"}', "\x00"])
def test_a_description_that_cannot_be_read_is_said(backed_up, text):
    backed_up(text)
    line = only(look_at_backups())
    assert line.level == "error"
    assert "last-backup.json cannot be read" in line.text


def test_a_time_without_a_zone_is_utc(backed_up):
    backed_up(json.dumps({"at": "2026-01-01T00:00:00", "verified": True}))
    assert only(look_at_backups()).text.startswith("The last backup is ")


def test_links_are_to_be_checked():
    assert only(look_at_links()).text == "No source has a link."
    source = SourceFactory(url="https://example.org/")
    assert only(look_at_links()).level == "warning"
    check = LinkCheck(source=source, url=source.url, status=200, outcome="alive")
    check.checked_at = check.last_alive_at = NOW() - timedelta(days=1)
    check.save()
    assert only(look_at_links()).level == "ok"


class TestCaches:
    def test_that_answer(self, settings):
        settings.WEB_CONCURRENCY = 1
        assert only(look_at_caches()).level == "ok"

    def test_that_are_away(self, settings):
        nowhere = {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1",
        }
        settings.CACHES = {**settings.CACHES, "default": nowhere}
        line = only(look_at_caches())
        assert line.level == "error"
        assert "The cache “default” does not answer" in line.text

    def test_of_one_process_where_there_are_several(self, settings):
        settings.DEBUG, settings.WEB_CONCURRENCY = False, 4
        settings.CACHES = {
            **settings.CACHES,
            "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
        }
        assert [line.level for line in look_at_caches()] == ["ok", "warning"]
        settings.WEB_CONCURRENCY = 1
        assert [line.level for line in look_at_caches()] == ["ok"]
