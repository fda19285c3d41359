"""Each step of `make check` fails for the fault that it looks for, and its last line says what to do."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once
ROOT = Path(__file__).parents[2]
PARTS = (".ci", "config", "relations", "templates", "manage.py", "Makefile", "pyproject.toml")
LOCKS = ("requirements.txt", "requirements-dev.txt")
PERIOD = "relations/values/period.py"


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A copy of what the steps look at, with this Python in the place of its own."""
    folder = tmp_path_factory.mktemp("tree")
    for part in (*PARTS, *LOCKS):
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, folder / part)
    (folder / ".venv").symlink_to(sys.prefix, target_is_directory=True)
    return folder


@pytest.fixture
def broken(tree):
    """Adds text to the end of a file, or puts it in the place of other text; everything is as before after the test."""
    before = {}

    def change(name, text, instead_of=None):
        path = tree / name
        before[path] = old = path.read_text(encoding="utf-8") if path.exists() else None
        assert instead_of is None or instead_of in old
        new = (old or "") + text if instead_of is None else old.replace(instead_of, text, 1)
        path.write_text(new, encoding="utf-8")

    yield change
    for path, old in before.items():
        path.unlink() if old is None else path.write_text(old, encoding="utf-8")


def check(tree, step, *variables):
    """(exit code, all that was written, its last line but for make's own)."""
    # The stamp of the environment counts as new: nothing is installed here.
    command = ["make", "--old-file=.venv/.dev", f"check-{step}", *variables]
    done = subprocess.run(
        command, cwd=tree, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False
    )
    lines = [line for line in done.stdout.splitlines() if line.strip() and not line.startswith("make")]
    advice = re.findall(r"^make check: (.+)$", done.stdout, re.MULTILINE)
    return done.returncode, "\n".join(lines), advice[-1] if advice else ""


@pytest.mark.parametrize("step", ["locks", "style", "imports", "translations", "migrations"])
def test_the_tree_as_it_is_passes(tree, step):
    code, output, advice = check(tree, step)
    assert (code, advice) == (0, ""), output


def test_an_import_against_the_order(tree, broken):
    broken(PERIOD, "\nfrom relations.views import lists  # noqa\n")
    code, output, advice = check(tree, "imports")
    assert code
    assert "relations.values.period -> relations.views.lists" in output
    assert "Move the code into the package where it belongs" in advice


def test_a_module_without_a_place_in_the_order(tree, broken):
    broken("relations/oddments.py", '"""Oddments."""\n')
    code, output, advice = check(tree, "imports")
    assert code
    assert "oddments" in output
    assert "gets its place in pyproject.toml" in advice


def test_values_that_import_the_database(tree, broken):
    broken(PERIOD, "from django.db import models  # noqa: F401\n\nimport re\n", instead_of="import re\n")
    code, output, advice = check(tree, "style")
    assert code
    assert "Values, text and geo know no Django models" in output
    assert advice.startswith("Correct the lines named above.")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (f'\nWORDS = "{"long " * 24}"\n', "E501"),
        ("\nimport os\n", "E402"),
        (f"\nNUMBERS = [{'10_000, ' * 20}]\n", "E501"),
    ],
)
def test_lines_that_the_style_forbids(tree, broken, text, rule):
    broken(PERIOD, text)
    code, output, advice = check(tree, "style")
    assert code
    assert rule in output
    assert advice.startswith("Correct the lines named above.")


def test_a_function_without_its_type_hints(tree, broken):
    broken("relations/values/oddments.py", "def twice(value):\n    return 2 * value\n")
    code, output, advice = check(tree, "types", "FILES=relations/values/oddments.py")
    assert code
    assert "oddments.py:1: error: Function is missing a type annotation" in output
    assert advice.startswith("Give every function named above its type hints")


def test_code_that_is_not_formatted(tree, broken):
    broken(PERIOD, "\nWORDS = [ 'one','two' ]\n")
    code, output, advice = check(tree, "style")
    assert code
    assert "period.py" in output
    assert advice.startswith("Format the files named above")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (PERIOD, '\nADDED = _("Words that no one has translated.")\n'),
        ("templates/404.html", '{% translate "Words that no one has translated." %}'),
        ("templates/relations/map.svg", '{% translate "Words that no one has translated." %}'),
        (
            "templates/404.html",
            "{% blocktranslate count n=1 %}Words that no one has translated.{% plural %}{{ n }}{% endblocktranslate %}",
        ),
    ],
)
def test_a_message_that_the_catalogue_lacks(tree, broken, name, text):
    broken(name, text)
    code, output, advice = check(tree, "translations")
    assert code
    assert f"Words that no one has translated. ({name})" in output
    assert advice.startswith("Run makemessages")


def test_an_entry_without_its_translation(tree, broken):
    broken("relations/locale/ru/LC_MESSAGES/django.po", '\nmsgid "Words without a translation."\nmsgstr ""\n')
    code, output, advice = check(tree, "translations")
    assert code
    assert "Words without a translation." in output
    assert advice.startswith("Run makemessages")


@pytest.mark.parametrize(
    ("name", "old", "new", "complaint"),
    [
        ("pyproject.toml", "Django==5.2.19", "Django==5.2.18", "requirements.txt has django 5.2.19"),
        ("pyproject.toml", "binary,pool", "binary", "requirements.txt was not made from the dependencies"),
        ("pyproject.toml", '"ruff==', '"rough==', "requirements-dev.txt has rough not at all"),
        ("requirements.txt", "asgiref==3", "asgiref==2", "requirements-dev.txt has asgiref 3"),
        ("requirements.txt", "    --hash=sha256:", "    # ", "requirements.txt has packages without a hash."),
    ],
)
def test_pins_that_disagree(tree, broken, name, old, new, complaint):
    broken(name, new, instead_of=old)
    code, output, advice = check(tree, "locks")
    assert code
    assert complaint in output
    assert advice.endswith("make lock")


MIGRATION = "relations/migrations/9001_oddments.py"
LOCKING = """from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("relations", "{last}")]
    operations = [migrations.RemoveField("forum", "summary_ru")]
"""


def test_a_migration_that_loses_a_column(tree, broken):
    last = sorted(path.stem for path in (ROOT / "relations/migrations").glob("[0-9]*.py"))[-1]
    broken(MIGRATION, LOCKING.format(last=last))
    code, output, advice = check(tree, "migrations")
    assert code
    assert "9001_oddments" in output
    assert "DROPPING columns" in output
    assert advice.startswith("A new migration locks a table for long or loses columns.")
