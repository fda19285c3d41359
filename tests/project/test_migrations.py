"""What running migrations backwards loses is said in docs/operations.md."""

import re
from pathlib import Path

import pytest
from django.db.migrations import DeleteModel, RemoveField, RunPython
from django.db.migrations.loader import MigrationLoader

pytestmark = pytest.mark.once
OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"
MIGRATIONS = {
    name: migration
    for (app, name), migration in MigrationLoader(None, ignore_no_migrations=True).disk_migrations.items()
    if app == "relations"
}


def loses(operation):
    """Whether its reverse leaves rows otherwise than they were before, or at least may do so."""
    has_no_way_back = isinstance(operation, RunPython) and operation.reverse_code is RunPython.noop
    return has_no_way_back or isinstance(operation, (RemoveField, DeleteModel)) or not operation.reversible


def test_the_list_names_each_migration_that_loses_something_and_no_other():
    listed = re.findall(r"^\| `([0-9]{4}_\w+)` \|", OPERATIONS.read_text(encoding="utf-8"), re.MULTILINE)
    losing = sorted(name for name, one in MIGRATIONS.items() if any(map(loses, one.operations)))
    assert listed == losing


def test_every_migration_can_be_run_backwards():
    stuck = [name for name, one in MIGRATIONS.items() if not all(step.reversible for step in one.operations)]
    assert stuck == []
