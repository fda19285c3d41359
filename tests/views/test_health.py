"""/readyz says which part is away."""

from threading import Event

import pytest
from django.db import DatabaseError

from relations.doctor import bounded, database, examination
from relations.doctor.bounded import Check

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_waits():
    bounded.waiting.clear()


def ready(client):
    response = client.get("/readyz")
    return response.status_code, response.content.decode().strip()


def test_a_register_in_order_is_ready(client):
    assert ready(client) == (200, "ready")


def test_the_database_is_away(client, monkeypatch):
    def fail(*args):
        raise DatabaseError

    monkeypatch.setattr(database, "ask", fail)
    assert ready(client) == (503, "the database does not respond")


def test_the_database_hangs(client, monkeypatch):
    ended = Event()

    def hang():
        ended.wait(30)
        return []

    monkeypatch.setattr(examination, "ANSWER", Check("database", hang, seconds=0.05))
    assert ready(client) == (503, "the database does not respond")
    ended.set()


def test_without_its_cache_a_register_still_answers_and_says_so(client, settings):
    nowhere = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1"}
    settings.CACHES = {**settings.CACHES, "default": nowhere}
    assert ready(client) == (200, "ready, the cache does not respond")


def test_the_translations_are_away(client, settings, tmp_path):
    source = tmp_path / "ru" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text("")
    settings.LOCALE_PATHS = [tmp_path]
    assert ready(client) == (503, "the translations are not compiled")
