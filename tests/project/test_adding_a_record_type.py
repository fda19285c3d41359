"""docs/adding-a-record-type.md, done word by word in a copy of the tree: ten edits make a sixth type that works."""

import os
import shlex
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from tests.helpers.recipe import contiguous_changes, copied_tree, edits_between, steps_of
from tests.project.test_ci_tools import unmeasured

PAGE = settings.BASE_DIR / "docs" / "adding-a-record-type.md"
#: tests of the new type, which only a tree that has it can run
WALK = "tests/project/walk_of_a_sixth_type.py"
MOST_EDITS = 10


@pytest.fixture
def tree(tmp_path):
    """A checkout in which the register has run: its translations are compiled."""
    copy = copied_tree(settings.BASE_DIR, tmp_path / "tree")
    run(copy, ".venv/bin/python manage.py compile_translations")
    return copy


def run(tree, command, more=()):
    """What a command prints; it has a database of its own, of the kind of this test's."""
    program, *arguments = shlex.split(command)
    assert program == ".venv/bin/python", command
    environment = unmeasured(os.environ) | {"DATABASE_URL": database_url(tree, "pytest" in arguments)}
    done = subprocess.run(
        [sys.executable, *arguments, *more],
        cwd=tree,
        env=environment,
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-6000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def database_url(tree, is_test):
    url = os.environ.get("DATABASE_URL", "")
    if not is_test or not url.startswith("postgres"):
        return f"sqlite:///{tree / 'register.sqlite3'}"
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    parts = urlsplit(url)
    return parts._replace(path=f"{parts.path}_sixth{worker}").geturl()


def test_the_page_makes_a_sixth_type(tree):
    steps = steps_of(PAGE)
    changes = [step for step in steps if not step.commands()]
    assert len(changes) >= MOST_EDITS
    for step in steps:
        for command in step.commands():
            is_pytest = "pytest" in command
            run(tree, command, [WALK, "-n", "0", "-q", "-p", "no:cacheprovider"] if is_pytest else ())
        if step in changes:
            step.apply(tree)
    edits = edits_between(settings.BASE_DIR, tree)
    assert sum(edits.values()) <= MOST_EDITS, edits
    assert "relations/catalog.py" in edits


class TestCounting:
    """The count of edits, which the page promises, is a true one."""

    def test_every_contiguous_change_counts(self, tmp_path):
        before, after = tmp_path / "before.py", tmp_path / "after.py"
        before.write_text("one\ntwo\nthree\nfour\n")
        after.write_text("one\n2\ntwo\nthree\n4\n")
        assert contiguous_changes(before, after) == 2

    def test_every_new_file_counts(self, tmp_path):
        before, after = tmp_path / "before", tmp_path / "after"
        for folder in (before, after):
            folder.mkdir()
            (folder / "same.py").write_text("same\n")
        (after / "new.py").write_text("new\n")
        assert edits_between(before, after) == {"new.py": 1}
