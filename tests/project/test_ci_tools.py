"""The tools in .ci: which tests `make quick` chooses, and when `make coverage` fails."""

import os
import shutil
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

pytestmark = pytest.mark.once
ROOT = Path(__file__).parents[2]
#: half of its branches are reached
HALF = "def sign(number):\n    if number < 0:\n        return -1\n    return 1\n\n\nsign(1)\n"
CONFIG = '[tool.slipcover]\nsource = ["relations"]\nbranch = true\n'
MEASURED = ("-m", "slipcover", "--json", "--out", ".coverage.json")


def tool(name):
    spec = spec_from_file_location(name, ROOT / ".ci" / f"{name}.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("changed", "tests"),
    [
        ("relations/values/period.py", ["tests/values/test_period.py"]),
        ("relations/rows/columns.py", ["tests/rows"]),
        ("relations/management/commands/import_sheet.py", ["tests/management"]),
        ("relations/feeds.py", ["tests/test_feeds.py"]),
        ("relations/urls.py", ["tests/views/test_pages.py"]),
        ("templates/404.html", ["tests/views/test_pages.py"]),
        ("templates/admin/index.html", ["tests/admin/test_pages.py"]),
        ("tests/values/test_period.py", ["tests/values/test_period.py"]),
        ("pyproject.toml", ["tests/project/test_checks.py"]),
        ("tests/conftest.py", []),
        ("tests/values/test_removed.py", []),
    ],
)
def test_what_is_run_for_a_change(changed, tests, monkeypatch):
    monkeypatch.chdir(ROOT)
    assert tool("quick").tests_of(changed) == tests


def test_what_counts_as_changed(tmp_path, monkeypatch):
    """What the branch has committed, what it has not, and what is new; not what was there on main."""
    monkeypatch.chdir(tmp_path)

    def git(*arguments):
        options = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        subprocess.run(["git", *options, *arguments], check=True, capture_output=True)

    git("init", "--initial-branch=main")
    for name in ("before.py", "later.py", "now.py"):
        Path(name).write_text("")
    git("add", ".")
    git("commit", "--message=All")
    git("checkout", "-b", "branch")
    Path("later.py").write_text("1")
    git("commit", "--all", "--message=Later")
    Path("now.py").write_text("1")
    Path("new.py").write_text("1")
    assert tool("quick").changed_files() == ["later.py", "new.py", "now.py"]


@pytest.mark.parametrize(("package", "code"), [("values", 1), ("charts", 0)])
def test_too_few_branches_fail_where_there_is_a_floor(tmp_path, package, code):
    folder = tmp_path / "relations" / package
    folder.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text(CONFIG)
    (folder / "signs.py").write_text(HALF)
    script = shutil.copy(ROOT / ".ci" / "coverage_report.py", tmp_path)
    for command in ([*MEASURED, str(folder / "signs.py")], [script]):
        done = subprocess.run(
            [sys.executable, *command],
            cwd=tmp_path,
            env=unmeasured(os.environ),
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    assert done.returncode == code, done.stderr
    assert f"relations/{package}/signs.py: 50 % of branches; not reached: 3" in done.stdout
    assert ("Fewer than 95 % of branches are reached in relations/values" in done.stderr) is bool(code)


def unmeasured(environment):
    """Without what tells a process to add to the measurement of this suite: a second one would delete its folder."""
    return {name: value for name, value in environment.items() if not name.startswith("SLIPCOVER_")}


def test_ranges_of_lines_are_shortened():
    assert tool("coverage_report").runs([12, 13, 14, 20]) == ["12-14", "20"]


def test_a_migration_that_makes_a_type_is_known_by_its_search_index(monkeypatch):
    """It alone may add indexes: its columns are empty yet."""
    monkeypatch.chdir(ROOT)
    lint = tool("lint_migrations")
    assert lint.makes_a_type("0038_projects")
    assert not lint.makes_a_type("0037_order_of_sources")


@pytest.mark.parametrize(("is_type", "left_out"), [(True, [["ADD_UNIQUE", "CREATE_INDEX"]]), (False, [[]])])
def test_only_a_migration_that_makes_a_type_may_add_indexes(is_type, left_out, monkeypatch):
    lint, asked = tool("lint_migrations"), []
    monkeypatch.setattr(lint, "makes_a_type", lambda name: is_type)
    monkeypatch.setattr(lint, "may_be_applied", lambda names, out: asked.append(out) or True)
    assert lint.lint(["0099_some"])
    assert asked == left_out
