"""Nothing starts without compiled translations, but for what compiles them and prepares the database."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

pytestmark = pytest.mark.once
SENTENCE = "The translations are not compiled (ru). Run: manage.py compile_translations"


@pytest.fixture
def run(tmp_path):
    """A function: (exit code, output) of a command in a fresh clone."""
    source = tmp_path / "locale" / "ru" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n')
    variables = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.helpers.untranslated_settings",
        "UNTRANSLATED": str(tmp_path / "locale"),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'register.sqlite3'}",
    }

    def ran(*words):
        done = subprocess.run(
            [sys.executable, *words],
            cwd=settings.BASE_DIR,
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    return ran


@pytest.mark.parametrize(
    "words",
    [
        ("import_sheet", "forums", "none.csv"),
        ("check",),
        ("runserver", "--noreload", "127.0.0.1:0"),
    ],
)
def test_a_command_is_refused_with_the_one_to_run(run, words):
    code, written = run("manage.py", *words)
    assert code == 1
    assert SENTENCE in written
    assert "Traceback (most recent call last)" not in written or words[0] == "runserver"


def test_a_fresh_clone_can_be_made_ready(run):
    code, written = run("manage.py", "migrate", "--verbosity", "0")
    assert (code, written) == (0, "")
    assert run("manage.py", "compile_translations") == (0, "")
    code, written = run("manage.py", "check")
    assert code == 0
    assert SENTENCE not in written


def test_a_server_is_refused_where_they_cannot_be_compiled(run):
    assert run("manage.py", "migrate", "--verbosity", "0")[0] == 0
    code, written = run(
        "-c",
        "from pathlib import Path\n"
        "import polib\n"
        "def refuse(*args): raise PermissionError(13, 'Permission denied')\n"
        "polib.POFile.save_as_mofile = refuse\n"
        "from config.serve import prepare\n"
        "prepare()\n",
    )
    assert code == 1
    assert written.splitlines() == [
        "The translations cannot be compiled: [Errno 13] Permission denied",
        "The register cannot be served: the translations are not compiled. Look at DATABASE_URL, and run: make set-up",
    ]
