"""What the page of figures says, and that rules and dashboard name nothing else."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from django.conf import settings as project
from django.core.cache import caches
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from relations.metrics import register
from relations.metrics.register import DEAR, Kept, RegisterCollector
from relations.metrics.requests import REGISTRY
from relations.models import ImportBatch
from tests.helpers.factories import ForumFactory
from tests.helpers.tasks import waiting_task

pytestmark = pytest.mark.django_db
FOLDER = Path(project.BASE_DIR, "deploy", "prometheus")


@pytest.fixture(autouse=True)
def switched_on(settings, tmp_path, monkeypatch):
    settings.METRICS, settings.BACKUPS_DIR = True, tmp_path
    monkeypatch.setattr(Kept, "until", 0.0)


@pytest.fixture
def read():
    """A function: {(name, labels as a sorted tuple): figure} of the page."""

    def figures():
        text = Client().get("/metrics").content.decode()
        return {
            (sample.name, tuple(sorted(sample.labels.values()))): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    return figures


def test_requests_are_counted_by_pattern_method_and_status(client, read):
    key = ("relations_requests_total", ("200", "<language>/forums/", "GET"))
    before = read().get(key, 0)
    client.get("/ru/forums/?q=secret")
    client.get("/en/forums/")
    found = read()
    assert found[key] == before + 2
    assert found["relations_request_seconds_count", ("<language>/forums/",)] >= 2
    assert found["relations_statements_total", ("<language>/forums/",)] > 0
    assert found["relations_pages_total", ("made",)] >= 2
    assert "secret" not in str(found)


def test_nothing_is_counted_while_it_is_off(client, read, settings):
    settings.METRICS = False
    client.get("/healthz")
    settings.METRICS = True
    before = read().get(("relations_requests_total", ("200", "GET", "healthz")), 0)
    client.get("/healthz")
    assert read()["relations_requests_total", ("200", "GET", "healthz")] == before + 1


def test_records_and_imports(read):
    ForumFactory(published=True)
    ImportBatch.objects.create(type="forums", created=3, updated=2, unchanged=1, status="stored")
    ImportBatch.objects.create(type="forums", created=9, status="refused")
    found = read()
    assert found["relations_records", ("forums", "published")] == 1
    assert found["relations_imports", ("stored",)] == 1
    assert found["relations_imports", ("refused",)] == 1
    assert found["relations_import_rows", ("created",)] == 3


def test_the_queue(read):
    assert read()["relations_oldest_waiting_task_seconds", ()] == 0
    waiting_task(timedelta(minutes=5))
    found = read()
    assert found["relations_tasks_waiting", ()] == 1
    assert 299 < found["relations_oldest_waiting_task_seconds", ()] < 400


def test_the_last_backup(read, settings):
    assert ("relations_last_backup_timestamp_seconds", ()) not in read()
    at = timezone.now() - timedelta(hours=3)
    file = Path(settings.BACKUPS_DIR, "last-backup.json")
    file.write_text(json.dumps({"at": at.isoformat(), "file": "x.zip", "verified": True}))
    found = read()
    assert found["relations_last_backup_timestamp_seconds", ()] == pytest.approx(at.timestamp())
    assert found["relations_last_backup_verified", ()] == 1
    file.write_text("{")
    assert read()["relations_last_backup_verified", ()] == 0


def test_what_is_dear_is_asked_once_a_minute(read, monkeypatch):
    read()
    ForumFactory()
    with CaptureQueriesContext(connection) as captured:
        found = read()
    assert ("relations_records", ("draft", "forums")) not in found
    assert len(captured) == 3  # the queue and the workers
    monkeypatch.setattr(Kept, "until", 0.0)  # another process, which shares the cache
    assert ("relations_records", ("draft", "forums")) not in read()
    caches["progress"].clear()
    monkeypatch.setattr(Kept, "until", 0.0)
    assert read()["relations_records", ("draft", "forums")] == 1


def test_a_database_that_is_away_is_a_figure_and_no_error(read, monkeypatch):
    def away():
        raise DatabaseError

    monkeypatch.setattr(register, "queue", away)
    found = read()
    assert found["relations_database_up", ()] == 0
    assert found["relations_cache_up", ()] == 1
    assert ("relations_tasks_waiting", ()) not in found


def test_a_cache_that_is_away_is_a_figure_and_no_error(read, settings):
    nowhere = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1"}
    settings.CACHES = {**settings.CACHES, "default": nowhere, "progress": nowhere}
    assert read()["relations_cache_up", ()] == 0


def known_names():
    """Every name under which Prometheus finds a figure."""
    endings = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"], "gauge": [""]}
    registry = CollectorRegistry()
    registry.register(RegisterCollector())
    families = [*REGISTRY.collect(), *registry.collect()]
    at_times = {"relations_last_backup_timestamp_seconds"}
    return at_times | {one.name + ending for one in families for ending in endings[one.type]}


def named_in(expressions):
    return {name for one in expressions for name in re.findall(r"\brelations_\w+", one)}


def test_every_figure_of_the_rules_exists():
    groups = yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    assert all(rule["annotations"]["summary"] for rule in rules)
    named = named_in(rule["expr"] for rule in rules)
    assert "relations_requests_total" in named
    assert named <= known_names()


def test_every_figure_of_the_dashboard_exists_and_none_is_left_out():
    panels = json.loads((FOLDER / "dashboard.json").read_text())["panels"]
    named = named_in(target["expr"] for panel in panels for target in panel["targets"])
    assert named <= known_names()
    assert set(DEAR) <= named
