"""Row schemas by model. The catalogue registers them when the app is ready; whatever stands below it looks them up here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from django.db.models import Model, QuerySet

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


#: the flat row of a record as sheets hold it, by the names of its columns
FlatRow = dict[str, str]


class Column(Protocol):
    """One column of a flat row."""

    name: str
    label: "StrOrPromise"

    def value_of(self, record: Model) -> object: ...


class Table(Protocol):
    """Rows of text under the names of their columns."""

    @property
    def slug(self) -> str: ...

    def names(self) -> list[str]: ...

    def rows(self, records: "QuerySet[Any]") -> Iterator[list[str]]: ...


class SourceColumns(Protocol):
    """The columns that cite sources."""

    def description(self) -> Sequence[Column]:
        """Those that describe a new source."""
        ...


class RowSchema(Table, Protocol):
    """What other packages ask of the schema of a row."""

    @property
    def model(self) -> type[Model]: ...

    @property
    def citations(self) -> SourceColumns | None: ...

    def columns(self) -> Sequence[Column]: ...

    def column(self, name: str) -> Column: ...

    def known_headings(self) -> Iterable[str]: ...

    def cells_of(self, record: Model) -> FlatRow: ...

    def coverage_of(self, cells: Mapping[str, str]) -> tuple[int, int]: ...


SCHEMAS: dict[type[Model], RowSchema] = {}


def register(schema: RowSchema) -> None:
    SCHEMAS[schema.model] = schema


def schema_of(model: type[Model]) -> RowSchema:
    """The schema of a model's flat row."""
    return SCHEMAS[model]


def schemas() -> tuple[RowSchema, ...]:
    """All registered schemas, in the order of the catalogue."""
    return tuple(SCHEMAS.values())
