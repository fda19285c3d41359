"""Tables of a dump: one for each record type, one for sources, and one for each kind of reference data."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.db.models.functions import Collate

from relations.catalog import RECORD_TYPES
from relations.models import ForumSeries, Indicator, Organization, Person, Place, Source, Topic, Unit
from relations.models.named import Named
from relations.registry import resource_of
from relations.rows.columns import Column
from relations.rows.public import public_names, public_rows
from relations.rows.reference_tables import NamesTable
from relations.rows.resource import SheetResource
from relations.rows.sources import SourceResource

#: byte order, which is the same in both databases and in Python
COLLATIONS = {"postgresql": "C", "sqlite": "BINARY"}


M = TypeVar("M", bound=Model)


def by_key(entities: QuerySet[M], key: str) -> QuerySet[M]:
    return entities.order_by(Collate(key, COLLATIONS[connection.vendor]))


def shown(resource: type[SheetResource]) -> QuerySet[Any]:
    """What readers see of one type."""
    if resource.citations:
        published: QuerySet[Any] = resource.model.objects.published()
        return published
    if resource.model is Source:
        return Source.objects.public()
    return referred(resource.model)


def referred(model: type[Named]) -> QuerySet[Any]:
    """Places, topics and the like are all shown; organisations, people and series where a public record does."""
    everything: QuerySet[Any] = model.objects.all()
    if model not in (Organization, Person, ForumSeries):
        return everything
    keys: Any = everything.order_by().values_list("pk", flat=True)
    return everything.filter(pk__in=resource_of(model).public_among(keys))


class Published:
    """The public rows of the records of a type or of the sources; `entities` makes the query set."""

    key = "key"

    def __init__(self, resource: type[SheetResource], entities: Callable[[], QuerySet[Any]]) -> None:
        self.resource, self.entities, self.slug = resource, entities, resource.slug
        self.label = resource.model._meta.verbose_name_plural

    def columns(self) -> list[Column]:
        names = self.names()
        return [column for column in self.resource.columns() if column.name in names]

    def names(self) -> list[str]:
        return public_names(self.resource)

    def rows(self) -> Iterator[list[str]]:
        return public_rows(self.resource, by_key(self.entities(), self.key))


class Referred:
    """What columns refer to by its code or key."""

    def __init__(self, model: type[Named], slug: str) -> None:
        self.table, self.slug, self.model = NamesTable(model, slug), slug, model
        self.key, self.label = model.natural_key_field, model._meta.verbose_name_plural

    def entities(self) -> QuerySet[Any]:
        return referred(self.model)

    def columns(self) -> list[Column]:
        return self.table.columns()

    def names(self) -> list[str]:
        return self.table.names()

    def rows(self) -> Iterator[list[str]]:
        return self.table.in_order(by_key(self.entities(), self.key))


Table = Published | Referred
RECORDS = tuple(Published(one.resource, one.model.objects.published) for one in RECORD_TYPES)
TABLES: tuple[Table, ...] = (
    *RECORDS,
    Published(SourceResource, Source.objects.public),
    Referred(Place, "places"),
    Referred(Organization, "organizations"),
    Referred(Person, "people"),
    Referred(ForumSeries, "series"),
    Referred(Indicator, "indicators"),
    Referred(Unit, "units"),
    Referred(Topic, "topics"),
)


@contextmanager
def one_moment() -> Iterator[None]:
    """A consistent snapshot of all tables, while editors continue to work."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:  # atomic() would block every writer of SQLite
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                if connection.connection.in_transaction:  # a full disk has already ended it
                    cursor.execute("ROLLBACK")
