"""The database, its disk or the cache is away: pages say so at once, and what needs neither goes on."""

import socket
from collections import defaultdict
from threading import Thread

import psycopg
import pytest
from django.db import InterfaceError, OperationalError
from django.urls import reverse

from relations import database_watch, redis_cache
from relations.database_watch import Watch
from relations.models import DataChange
from relations.redis_cache import FallOpenRedisCache
from relations.views import error_pages

pytestmark = pytest.mark.django_db
NOBODY = "redis://127.0.0.1:1"


@pytest.fixture
def site(client):
    """Errors are answered as on a server."""
    client.raise_request_exception = False
    return client


@pytest.fixture
def failing(monkeypatch):
    """The first question to the database fails with this error."""

    def fail_with(error):
        def fail(*args):
            raise error

        monkeypatch.setattr(type(DataChange.objects), "version", fail)

    return fail_with


@pytest.fixture
def away(monkeypatch):
    watch = Watch("default")
    watch.is_away = True
    monkeypatch.setitem(database_watch.watches, "default", watch)
    return watch


class TestPages:
    @pytest.mark.parametrize(
        "error",
        [
            OperationalError("no connection"),
            InterfaceError("closed"),
            psycopg.OperationalError("server closed the connection unexpectedly"),
        ],
    )
    @pytest.mark.parametrize(
        ("language", "words"),
        [("ru", "База данных сейчас не отвечает"), ("en", "The database does not answer")],
    )
    def test_say_that_the_database_is_away_and_when_to_come_back(self, site, failing, error, language, words):
        failing(error)
        answer = site.get(f"/{language}/agreements/")
        assert (answer.status_code, answer["Retry-After"]) == (503, "10")
        assert words in answer.content.decode()
        assert answer["X-Request-ID"] in answer.content.decode()

    def test_say_that_the_disk_is_full(self, site, failing):
        failing(OperationalError("database or disk is full"))
        answer = site.get("/ru/agreements/")
        assert answer.status_code == 503
        assert "кончилось место" in answer.content.decode()

    def test_say_so_even_where_their_frame_fails(self, site, failing, monkeypatch):
        failing(OperationalError("no connection"))

        def fail(*args, **kwargs):
            raise OperationalError("still none")

        monkeypatch.setattr(error_pages, "page", fail)
        answer = site.get("/en/agreements/")
        assert answer.status_code == 503
        assert "does not answer" in answer.content.decode()

    def test_another_error_is_still_an_error_of_ours(self, site, failing):
        failing(ZeroDivisionError())
        assert site.get("/ru/agreements/").status_code == 500

    def test_programs_are_told_as_of_all_errors(self, site, monkeypatch):
        def fail(*args, **kwargs):
            raise OperationalError("no connection")

        monkeypatch.setattr("relations.api.views.Records.get", fail)
        answer = site.get("/api/v1/agreements/")
        assert (answer.status_code, answer["Retry-After"]) == (503, "10")
        assert answer.json()["status"] == 503


class TestWhileItIsAway:
    @pytest.mark.parametrize(
        "address", ["/ru/", "/en/agreements/", "/admin/", "/api/v1/agreements/", "/sitemap.xml"]
    )
    def test_nobody_waits_for_it(self, client, away, address, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert client.get(address).status_code == 503

    def test_a_process_still_says_that_it_lives(self, client, away):
        assert client.get("/healthz").status_code == 200

    def test_readers_without_a_login_are_left_to_a_replica(self, client, away, settings, monkeypatch):
        settings.REPLICAS = {"replica_1": {}}
        monkeypatch.setattr("relations.replicas.has_replayed", lambda alias, least: False)
        assert client.get("/ru/about/").status_code == 200
        assert client.get(reverse("admin:login")).status_code == 503
        assert client.post("/ru/about/").status_code == 503

    def test_pages_are_back_with_it(self, client, away):
        away.say(False)
        assert client.get("/ru/about/").status_code == 200


class TestWatch:
    def test_what_refuses_is_away_and_is_back_once_it_answers(self, monkeypatch):
        watch, answers = Watch("default"), iter([False, True])

        class Connection:
            def cursor(self):
                if not next(answers):
                    raise OperationalError("refused")
                return self

            def close(self):
                pass

            def execute(self, statement):
                pass

            def __enter__(self):
                return self

            def __exit__(self, *error):
                pass

        found = []
        for _ in range(2):
            watch.ask(Connection())
            found.append(watch.is_away)
        assert found == [True, False]

    def test_whoever_waits_for_what_hangs_is_freed(self, monkeypatch):
        """A server that takes the connection and never says a word."""
        monkeypatch.setattr(database_watch, "PATIENCE", 0.05)
        monkeypatch.setattr(database_watch, "LOOKS_EVERY", 0.01)
        silent, waiting = socket.socketpair()

        class Wrapper:
            alias, connection = "default", waiting

        wrapper = Wrapper()
        monkeypatch.setattr(database_watch, "opened", [wrapper])
        watch = Watch("default")
        watch.asked_at = database_watch.time.monotonic()
        looking = Thread(target=watch.look_on, daemon=True)
        looking.start()
        assert waiting.recv(1) == b""  # for ever, but for the watch
        assert watch.is_away
        watch.stop()
        looking.join()
        silent.close()
        waiting.close()


class TestCacheAway:
    @pytest.fixture(autouse=True)
    def rested(self, monkeypatch):
        monkeypatch.setattr(redis_cache, "rests", defaultdict(redis_cache.Rest))

    @pytest.fixture
    def cache(self):
        return FallOpenRedisCache(NOBODY, {"OPTIONS": {"socket_connect_timeout": 1}})

    def test_is_as_good_as_empty(self, cache):
        cache.set("a", 1)
        assert (cache.get("a"), cache.get("a", 7), cache.get_many(["a"])) == (None, 7, {})
        assert cache.add("a", 1)  # so that whoever comes first begins
        assert (cache.incr("a", 2), cache.has_key("a")) == (2, False)  # noqa: W601
        cache.delete_many(["a"])
        cache.clear()

    def test_is_said_once_a_minute(self, cache, caplog):
        for _ in range(5):
            cache.rest.asked_again_at = 0
            cache.get("a")
        assert len([one for one in caplog.records if "cache does not answer" in one.message]) == 1

    def test_is_not_asked_again_at_once(self, cache, monkeypatch):
        cache.get("a")
        monkeypatch.setattr(type(cache), "_cache", property(lambda self: pytest.fail("it was asked")))
        cache.get("a")

    def test_is_waited_for_once_by_all_threads_and_all_caches_of_a_process(self, cache, monkeypatch):
        cache.get("a")
        monkeypatch.setattr(FallOpenRedisCache, "_cache", property(lambda self: pytest.fail("it was asked")))
        FallOpenRedisCache(NOBODY, {}).set("b", 1)

    def test_another_server_is_asked_meanwhile(self, cache):
        cache.get("a")
        other = FallOpenRedisCache(NOBODY + "/1", {})
        assert other.rest.asked_again_at == 0

    def test_stops_neither_pages_nor_the_api(self, client, settings):
        one = {"BACKEND": "relations.redis_cache.FallOpenRedisCache", "LOCATION": NOBODY}
        settings.CACHES = {"default": one, "pages": one, "progress": one}
        settings.FILE_RATE = "10/minute"
        for address in ("/ru/agreements/", "/ru/agreements.csv", "/api/v1/agreements/", "/readyz"):
            assert client.get(address).status_code == 200, address
        assert client.get("/readyz").content == b"ready, the cache does not respond\n"
