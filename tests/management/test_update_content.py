"""A new release reaches databases that an earlier one has filled, and leaves alone what people have changed."""

import gzip
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from relations.catalog import REFERENCE
from relations.models import Agreement, Forum, Observation, Source, Visit

#: a database as the release of November 2026 left it
RELEASED = Path(__file__).parent / "golden" / "released_2026_11.db.gz"
EDITED = "treaty-foundations-ru-uz-1992"


#: runs commands one after the other in one process, and prints what each has said on a line of its own
RUN = """
import io, sys, json, django
django.setup()
from django.core.management import call_command
for command in json.loads(sys.argv[1]):
    said = io.StringIO()
    call_command(*command, stdout=said)
    print(json.dumps(said.getvalue()))
"""


def manage(settings, path, *commands):
    """What each command has said, run on the database at `path`."""
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{path}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", RUN, json.dumps(commands)],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def released(tmp_path):
    """The path of that database, in which an editor has changed one agreement since."""
    path = tmp_path / "register.sqlite3"
    path.write_bytes(gzip.decompress(RELEASED.read_bytes()))
    with sqlite3.connect(path) as database:
        database.execute(
            "INSERT INTO auth_user (password, is_superuser, username, first_name, last_name, email, is_staff,"
            " is_active, date_joined) VALUES ('', 0, 'editor', '', '', '', 1, 1, '2026-11-20')"
        )
        database.execute("UPDATE relations_agreement SET summary_ru = 'Правка' WHERE key = ?", [EDITED])
        database.execute(
            "INSERT INTO django_admin_log (action_time, object_id, object_repr, action_flag, change_message,"
            " content_type_id, user_id) SELECT '2026-11-20', a.id, a.key, 2, '', c.id, u.id"
            " FROM relations_agreement a, django_content_type c, auth_user u"
            " WHERE a.key = ? AND c.model = 'agreement' AND u.username = 'editor'",
            [EDITED],
        )
    database.close()
    return path


def rows(path, query):
    with sqlite3.connect(path) as database:
        found = database.execute(query).fetchall()
    database.close()
    return found


@pytest.mark.django_db
@pytest.mark.usefixtures("content")
def test_a_release_changes_what_nobody_has_changed_and_lists_the_rest(released, settings):
    *_before, plain, updated, again = manage(
        settings,
        released,
        ("migrate", "-v0"),
        ("refresh_records", "--missing"),
        ("load_content", "--only", "seeds"),
        ("load_content", "--update", "--only", "seeds"),
        ("load_content", "--update", "--only", "seeds"),
    )
    assert "changed" not in plain
    assert f"since somebody has changed them: {EDITED}" in updated
    assert "changed" not in again.replace("somebody has changed", "")
    for model in (Agreement, Forum, Visit, Observation, Source):
        query = f"SELECT key, row FROM {model._meta.db_table} WHERE key != '{EDITED}'"
        stored = dict(rows(released, query))
        expected = dict(model.objects.exclude(key=EDITED).values_list("key", "row"))
        assert {key: stored.get(key) for key in expected} == expected
    for resource in REFERENCE.values():
        stored = dict(
            rows(released, f"SELECT {resource.key_field}, row FROM {resource.model._meta.db_table}")
        )
        expected = dict(resource.model.objects.values_list(resource.key_field, "row"))
        assert {key: stored.get(key) for key in expected} == expected
    assert rows(released, f"SELECT summary_ru FROM relations_agreement WHERE key = '{EDITED}'") == [
        ("Правка",)
    ]
