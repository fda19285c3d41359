"""Long lists behind PgBouncer, which keeps no cursor between two statements: the same rows, a chunk at a time."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations.models import Forum
from relations.models.streaming import streamed
from tests.helpers.factories import ForumFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def forums():
    for number in range(7):
        ForumFactory(period=str(2010 + number % 3), published=True)
    return Forum.objects.published()


@pytest.mark.parametrize(
    "given", [lambda forums: forums, lambda forums: forums.values_list("row", flat=True)]
)
def test_the_same_rows_come_in_the_same_order(given, forums, settings):
    rows = given(forums)
    wanted = [*streamed(rows, 3)]
    settings.PGBOUNCER = True
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert [*streamed(rows, 3)] == wanted
    assert len(captured) == 4  # the keys, and three chunks


def test_a_part_of_a_list_is_streamed_too(forums, settings):
    settings.PGBOUNCER = True
    assert [*streamed(forums[2:5], 2)] == [*forums[2:5]]


@pytest.mark.parametrize("form", ["csv", "json", "ris"])
def test_files_are_the_same_with_and_without_it(form, forums, settings, client):
    def read():
        return b"".join(client.get(f"/en/forums.{form}"))

    wanted = read()
    settings.PGBOUNCER = True
    assert read() == wanted


def test_the_database_is_prepared_only_where_there_is_something_to_do(settings):
    call_command("prepare_database")
    settings.PGBOUNCER = True
    with CaptureQueriesContext(connection) as captured:
        call_command("prepare_database")
    told = [query["sql"] for query in captured if "ALTER ROLE" in query["sql"]]
    assert len(told) == len(settings.POSTGRES) * (connection.vendor == "postgresql")
