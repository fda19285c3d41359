"""The indexes of this process, brought up to date by what has changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

from django.db import connection

from relations.catalog import BY_SLUG
from relations.models import DataChange, Record
from relations.models.data_changes import DataVersion
from relations.replicas import leave_replica, reads_at_replica

from .names import TYPES, Names
from .record_index import RecordIndex

BY_NAME = {one.model._meta.model_name: one.model for one in BY_SLUG.values()}


@dataclass(frozen=True)
class Indexes:
    """The indexes of one data version; each is read when it is first asked for."""

    version: DataVersion
    #: the changes that it has, as (primary key, mark)
    seen: frozenset[tuple[int, int]]
    names: Names = field(default_factory=Names)
    read: dict[type[Record], RecordIndex] = field(default_factory=dict)
    reading: Lock = field(default_factory=Lock)

    def of(self, model: type[Record]) -> RecordIndex:
        with self.reading:  # threads that ask at once wait for one reading
            if model not in self.read:
                self.read[model] = RecordIndex(model, self.names)
            return self.read[model]

    def has_more_than(self, seen: frozenset[tuple[int, int]]) -> bool:
        """Changes that were taken back since, or that a replica has not replayed yet; oldest ones are swept away."""
        oldest = min(seen, default=(0, 0))
        return any(change > oldest for change in self.seen - seen)

    def followed_by(self, version: DataVersion) -> Indexes:
        """The indexes of a later version."""
        seen = changes_seen()
        oldest = min(seen, default=(0, 0))
        were_missed = self.version.newest < oldest[0] - 1
        if were_missed or self.has_more_than(seen):
            return Indexes(version, seen)
        changed = [pk for pk, _mark in seen - self.seen]
        changes = DataChange.objects.filter(pk__in=changed).values_list("type", "keys")
        names, read = self.names, dict(self.read)
        others_changed = False
        keys: dict[str, set[int] | None] = {}
        for name, text in changes:
            if name in TYPES:
                names = Names()
            others_changed |= name not in BY_NAME
            known = keys.setdefault(name, set())
            keys[name] = known | set(map(int, text.split())) if text and known is not None else None
        if others_changed:
            read = {model: index.with_names(names) for model, index in read.items()}
        for name, written in keys.items():
            if (model := BY_NAME.get(name)) in read:
                index = read[model].with_changes(written) if written is not None else None
                read[model] = index or RecordIndex(model, names)
        return Indexes(version, seen, names, read)


class Kept:
    """The newest indexes, shared by the threads of this process."""

    #: whether what a transaction has not committed yet is kept too, as a test within one needs it
    keeps_uncommitted = False

    def __init__(self) -> None:
        self.lock = Lock()
        self.indexes: Indexes | None = None

    def current(self) -> Indexes:
        """Those of the data as they are now."""
        version = DataChange.objects.version()
        found = self.indexes
        if found and found.version == version:
            return found
        with self.lock:
            found = self.indexes
            if (
                found
                and found.version != version
                and reads_at_replica()
                and found.has_more_than(changes_seen())
            ):
                leave_replica()  # which is behind: nothing is shown that is older than what was shown before
                version = DataChange.objects.version()
            if not found or found.version != version:
                found = found.followed_by(version) if found else new(version)
                if self.keeps_uncommitted or not connection.in_atomic_block:
                    self.indexes = found
            return found

    def forget(self) -> None:
        self.indexes = None


def new(version: DataVersion) -> Indexes:
    return Indexes(version, changes_seen())


def changes_seen() -> frozenset[tuple[int, int]]:
    return frozenset(DataChange.objects.values_list("pk", "mark"))


kept = Kept()
