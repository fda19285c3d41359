"""Who reads at a replica and who at the primary. Here a replica is a second connection to the database of the tests."""

import pytest
from django.core.cache import caches
from django.core.exceptions import MiddlewareNotUsed
from django.db import OperationalError, connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from relations import replicas
from relations.index.current import kept
from relations.models import Forum
from relations.replicas import PRIMARY, ReadsAtReplicas, ReplicaRouter
from relations.views import home
from tests.helpers.admin import signed_in
from tests.helpers.factories import ForumFactory

#: outside of a transaction, within which everything is read at the primary
pytestmark = pytest.mark.django_db(transaction=True)
ALIASES = ("replica_1", "replica_2")
PAGE = "/en/forums/"


class Servers:
    """How far the primary has written and each replica has replayed; None where it is no replica."""

    def __init__(self):
        self.positions = {PRIMARY: 100, "replica_1": 100, "replica_2": 100}
        self.down, self.asked = set(), []

    def position_at(self, alias, _statement):
        self.asked.append(alias)
        if alias in self.down:
            raise OperationalError("the server has closed the connection")
        return self.positions[alias]


@pytest.fixture
def servers(monkeypatch, settings):
    servers = Servers()
    settings.REPLICAS = dict.fromkeys(ALIASES)
    settings.MIDDLEWARE = [*settings.MIDDLEWARE]  # handlers are made anew
    monkeypatch.setattr(replicas, "position_at", servers.position_at)
    monkeypatch.setattr(replicas, "resting", {})
    for alias in ALIASES:
        connections[alias] = connection.copy()
    yield servers
    for alias in ALIASES:
        connections[alias].close()
        del connections[alias]


@pytest.fixture
def one_replica(servers, settings):
    settings.REPLICAS = {"replica_1": None}
    return servers


def read_at(client, path=PAGE, method="get", status=200):
    """The databases that were asked for rows of a page that is not kept yet."""
    caches["pages"].clear()
    found = set()
    captured = {alias: CaptureQueriesContext(connections[alias]) for alias in (PRIMARY, *ALIASES)}
    for one in captured.values():
        one.__enter__()
    try:
        response = getattr(client, method)(path)
        b"".join(response)
        assert response.status_code == status
    finally:
        for alias, one in captured.items():
            one.__exit__(None, None, None)
            if any("relations_" in query["sql"] for query in one.captured_queries):
                found.add(alias)
    return found


# Where is read.


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("path", [PAGE, "/en/forums.csv", "/api/v1/forums/", "/en/search/?q=forum"])
def test_who_only_reads_is_answered_by_a_replica_alone(method, path, one_replica):
    ForumFactory(published=True)
    assert read_at(Client(), path, method) == {"replica_1"}


def test_replicas_are_asked_in_turn(servers):
    assert read_at(Client()) | read_at(Client()) == {"replica_1", "replica_2"}


def test_whoever_has_a_session_and_the_admin_are_answered_by_the_primary(one_replica, publisher):
    editor = signed_in(publisher)
    assert read_at(editor) == {PRIMARY}
    assert read_at(editor, "/admin/") == {PRIMARY}
    assert replicas.resting == {}


def test_what_is_no_reading_is_done_at_the_primary(one_replica):
    forum = ForumFactory(published=True)
    assert read_at(Client(), f"{forum.get_absolute_url()}report/".replace("/ru/", "/en/"), "post", 400) == {
        PRIMARY
    }


def test_commands_and_workers_know_the_primary_alone(one_replica):
    router = ReplicaRouter()
    assert (router.db_for_read(Forum), router.db_for_write(Forum)) == (PRIMARY, PRIMARY)
    assert router.allow_migrate(PRIMARY, "relations")
    assert not router.allow_migrate("replica_1", "relations")


def test_within_a_transaction_and_after_a_write_the_primary_is_read(one_replica):
    router = ReplicaRouter()
    token = replicas._route.set(replicas.Route(lambda: "replica_1"))
    try:
        assert router.db_for_read(Forum) == "replica_1"
        with transaction.atomic():
            assert router.db_for_read(Forum) == PRIMARY
        assert router.db_for_read(Forum) == "replica_1"
        assert router.db_for_write(Forum) == PRIMARY
        assert router.db_for_read(Forum) == PRIMARY
    finally:
        replicas._route.reset(token)


def test_pages_that_need_no_database_ask_none(one_replica):
    Client().get("/healthz")
    assert one_replica.asked == []


def test_without_replicas_the_middleware_is_not_there(settings):
    settings.REPLICAS = {}
    with pytest.raises(MiddlewareNotUsed):
        ReadsAtReplicas(lambda request: None)


# Whoever wrote.


@pytest.fixture
def writing(monkeypatch):
    """The page about the register writes something."""
    usual = home.render

    def render(request, *args, **kwargs):
        Forum.objects.filter(key="none").update(notes="")
        return usual(request, *args, **kwargs)

    monkeypatch.setattr(home, "render", render)


def test_whoever_wrote_reads_at_a_replica_only_when_it_has_her_write(one_replica, writing):
    writer, stranger = Client(), Client()
    one_replica.positions[PRIMARY] = 200
    assert PRIMARY in read_at(writer, "/en/about/")
    assert read_at(writer) == {PRIMARY}
    assert read_at(stranger) == {"replica_1"}
    one_replica.positions["replica_1"] = 200
    assert read_at(writer) == {"replica_1"}


def test_of_two_replicas_the_writer_gets_the_one_that_is_far_enough(servers, writing):
    writer = Client()
    servers.positions |= {PRIMARY: 200, "replica_2": 200}
    read_at(writer, "/en/about/")
    assert [read_at(writer) for _ in range(3)] == [{"replica_2"}] * 3


def test_a_forged_position_counts_for_nothing(one_replica):
    for value in ("99999", "99999:abc:def", "x" * 5000):
        stranger = Client()
        stranger.cookies[replicas.COOKIE] = value
        assert read_at(stranger) == {"replica_1"}


def test_who_only_reads_gets_no_cookie(one_replica):
    reader = Client()
    reader.get(PAGE)
    assert not reader.cookies


# A replica that fails.


def test_a_replica_that_is_down_is_replaced_by_the_primary_and_asked_again_later(one_replica, monkeypatch):
    one_replica.down = {"replica_1"}
    assert read_at(Client()) == {PRIMARY}
    one_replica.down = set()
    assert read_at(Client()) == {PRIMARY}
    assert one_replica.asked == ["replica_1"]
    now = replicas.time.monotonic()
    monkeypatch.setattr(replicas.time, "monotonic", lambda: now + replicas.FAILED_FOR)
    assert read_at(Client()) == {"replica_1"}


def test_another_replica_answers_for_one_that_is_down(servers):
    servers.down = {"replica_1"}
    assert [read_at(Client()) for _ in range(3)] == [{"replica_2"}] * 3


def test_a_replica_that_has_become_a_primary_is_not_read(one_replica):
    one_replica.positions["replica_1"] = None
    assert read_at(Client()) == {PRIMARY}


def test_a_page_whose_replica_fails_on_the_way_is_made_again_at_the_primary(one_replica, monkeypatch):
    usual, failed = home.render, []

    def fail_once(*args, **kwargs):
        if not failed:
            failed.append(True)
            raise OperationalError("canceling statement due to conflict with recovery")
        return usual(*args, **kwargs)

    monkeypatch.setattr(home, "render", fail_once)
    assert read_at(Client(), "/en/about/") == {"replica_1", PRIMARY}
    assert read_at(Client(), "/en/about/") == {PRIMARY}


def test_a_failure_of_the_primary_is_a_failure(one_replica, monkeypatch):
    one_replica.down = {"replica_1"}

    def fail(*args, **kwargs):
        raise OperationalError("gone")

    monkeypatch.setattr(home, "render", fail)
    client = Client(raise_request_exception=False)
    assert client.get("/en/about/").status_code == 503


# The index of a process.


def test_a_replica_behind_what_this_process_has_shown_is_left_for_the_primary(one_replica, monkeypatch):
    """The replica has not replayed the second forum, which this process has already counted."""
    ForumFactory(published=True)
    behind = kept.current().version
    seen_behind = replicas_view()
    ForumFactory(published=True)
    assert kept.current().version != behind
    usual_version, usual_seen = index_functions()
    monkeypatch.setattr(
        "relations.models.data_changes.DataChangeManager.version",
        lambda self: behind if replicas.reads_at_replica() else usual_version(self),
    )
    monkeypatch.setattr(
        "relations.index.current.changes_seen",
        lambda: seen_behind if replicas.reads_at_replica() else usual_seen(),
    )
    newest = kept.indexes
    assert read_at(Client()) <= {PRIMARY, "replica_1"}
    assert kept.indexes is newest
    assert PRIMARY in read_at(Client())


def replicas_view():
    from relations.index.current import changes_seen

    return changes_seen()


def index_functions():
    from relations.index.current import changes_seen
    from relations.models.data_changes import DataChangeManager

    return DataChangeManager.version, changes_seen


def test_an_index_follows_a_replica_that_is_ahead(one_replica):
    ForumFactory(published=True)
    kept.current()
    before = kept.indexes
    ForumFactory(published=True)
    assert read_at(Client()) == {"replica_1"}
    assert kept.indexes is not before
    assert connection.alias == PRIMARY
