"""Tables of places, people, organisations and other reference data, for export only."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from relations.models import Indicator, Place
from relations.models.row_cache import RECORDS_AT_ONCE

from .columns import Choice, Column, Reference, Text
from .members import Members
from .related_columns import Topics


class TopicsOfIndicators(Topics):
    def __init__(self) -> None:
        super().__init__("topics", _("topics"))

    def cells(self) -> dict[int, str]:
        """{primary key of an indicator: cell}"""
        with_topics = Indicator.objects.filter(topics__isnull=False).distinct()
        return {one.pk: self.cell_of(one) for one in with_topics.for_row().order_by()}


#: columns that are kept in another table, by model
LISTS: tuple[tuple[type[Model], Members | TopicsOfIndicators], ...] = (
    (Place, Members()),
    (Indicator, TopicsOfIndicators()),
)
LEFT_OUT = frozenset({"id", "folded_names", "row"})


class NamesTable:
    """The own columns of places, people, topics and the like; a foreign key is written as the key of its
    target.
    """

    def __init__(self, model: type[Model], slug: str = "") -> None:
        self.model, self.slug = model, slug or f"{model._meta.model_name}s"
        self.fields = [field for field in model._meta.concrete_fields if field.name not in LEFT_OUT]
        self.lists = [column for owner, column in LISTS if owner is model]

    def names(self) -> list[str]:
        return [*(field.name for field in self.fields), *(column.name for column in self.lists)]

    def columns(self) -> list[Column]:
        """Their entries in the codebook, as for the columns of sheets."""
        own = [self.column_of(field) for field in self.fields]
        return [column.bind(self.model) for column in (*own, *self.lists)]

    @staticmethod
    def column_of(field: Any) -> Column:
        if field.is_relation:
            return Reference(field.name, f"{field.related_model._meta.model_name}s")
        return Choice(field.name) if field.choices else Text(field.name)

    def rows(self, entities: QuerySet[Any]) -> Iterator[list[str]]:
        return self.in_order(entities.order_by("pk"))

    def in_order(self, entities: QuerySet[Any]) -> Iterator[list[str]]:
        columns = ["pk", *(self.column(field) for field in self.fields)]
        lists = [column.cells() for column in self.lists]
        for pk, *row in entities.values_list(*columns).iterator(chunk_size=RECORDS_AT_ONCE):
            own = ("" if value is None else str(value) for value in row)
            yield [*own, *(cells.get(pk, "") for cells in lists)]

    @staticmethod
    def column(field: Any) -> str:
        return f"{field.name}__{field.related_model.natural_key_field}" if field.is_relation else field.name


PLACES = NamesTable(Place)
