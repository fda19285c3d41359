"""Which migrations a database has, and whether this program knows them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState

#: (label of an app, name of a migration)
Key = tuple[str, str]


def migrations_applied() -> set[Key]:
    """Of the database, whether this program knows them or not."""
    return set(MigrationRecorder(connection).applied_migrations())


@dataclass(frozen=True)
class History:
    """Migrations that were applied, seen with the graph of this program's."""

    applied: frozenset[Key]
    loader: MigrationLoader

    @classmethod
    def of(cls, applied: Iterable[Key]) -> "History":
        return cls(frozenset(applied), MigrationLoader(None, ignore_no_migrations=True))

    def unknown(self) -> list[str]:
        """Migrations that a newer program, or another one, has applied."""
        return named(self.applied - self.loader.disk_migrations.keys())

    def gaps(self) -> list[str]:
        """Migrations that are missing although a later one was applied."""
        graph = self.loader.graph
        known = self.applied & graph.nodes.keys()
        before = {one for key in known for one in graph.forwards_plan(key)}
        return named(before - self.applied)

    def missing(self) -> list[str]:
        """Migrations of this program that are still to be applied."""
        return named(self.loader.graph.nodes.keys() - self.applied)

    def state(self) -> ProjectState:
        """The models as they were after these migrations."""
        nodes = [key for key in self.loader.graph.nodes if key in self.applied]
        found: ProjectState = self.loader.project_state(nodes=nodes, at_end=True)
        return found

    def operations(self) -> Iterator[tuple[str, Operation]]:
        """(label of the app, operation) of all of these migrations."""
        for key, migration in self.loader.disk_migrations.items():
            if key in self.applied:
                yield from ((migration.app_label, one) for one in migration.operations)


def named(keys: Iterable[Key]) -> list[str]:
    return sorted(".".join(key) for key in keys)
