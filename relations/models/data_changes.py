"""Model of data changes: what has been written since, so that what is kept in memory can follow the database."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from random import getrandbits
from typing import ClassVar, NamedTuple

from django.db import connections, models, transaction

#: the newest changes, which are kept; who has missed older ones reads everything again
KEPT = 2_000
#: with more keys than this a change says “any record of the type”
MOST_KEYS = 1_000


class DataVersion(NamedTuple):
    """Two equal versions have the same data: the same changes, in whatever order they were committed."""

    number: int
    newest: int
    marks: int


#: {model: primary keys} of what is written within the outermost together(); None outside of one
_collected: ContextVar[dict[type[models.Model], dict[int, None]] | None] = ContextVar(
    "collected", default=None
)


class DataChangeManager(models.Manager["DataChange"]):
    @contextmanager
    def together(self) -> Iterator[None]:
        """Within it, in one transaction, much is written: it is said once at the end, or not at all after an error."""
        if _collected.get() is not None:
            yield
            return
        collected: dict[type[models.Model], dict[int, None]] = {}
        token = _collected.set(collected)
        try:
            yield
        finally:
            _collected.reset(token)
        self.add(collected)

    def version(self) -> DataVersion:
        """That of the data as this transaction sees them, in one statement."""
        with connections[self.db].cursor() as cursor:  # asked by every request: building a query takes longer
            cursor.execute(f"SELECT COUNT(*), MAX(id), SUM(mark) FROM {self.model._meta.db_table}")
            return DataVersion(*(int(value or 0) for value in cursor.fetchone()))

    def add(self, keys: Mapping[type[models.Model], Collection[int]]) -> None:
        """Says that the records with these primary keys have changed, in the transaction that has changed them."""
        if (collected := _collected.get()) is not None:
            for model, pks in keys.items():
                collected.setdefault(model, {}).update(dict.fromkeys(pks))
            return
        changes = [
            DataChange(
                type=str(model._meta.model_name),
                keys=" ".join(map(str, pks)) if len(pks) <= MOST_KEYS else "",
                mark=getrandbits(31),
            )
            for model, pks in keys.items()
            if pks
        ]
        if not changes:
            return
        with transaction.atomic(savepoint=False):
            made = self.bulk_create(changes)
            for change in made:
                if change.pk % KEPT == 0:
                    self.filter(pk__lt=change.pk - KEPT).delete()


class DataChange(models.Model):
    """Some records of one type were written: `keys` are their primary keys with blanks between, "" for any.

    `mark` is a random number: a change that is rolled back leaves its primary key to the next one.
    """

    type = models.CharField(max_length=40)
    keys = models.TextField(blank=True)
    mark = models.BigIntegerField()

    objects: ClassVar[DataChangeManager] = DataChangeManager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.type} {self.keys}".strip()
