"""The catalogue: the one list of record types. It holds references; pages, files, search and tests loop over it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from relations.filters.record_filters import (
    AgreementFilter,
    ForumFilter,
    RecordFilter,
    StatisticsFilter,
    VisitFilter,
)
from relations.models import Agreement, Forum, Observation, Record, Visit
from relations.registry import register
from relations.rows.agreements import AgreementResource
from relations.rows.forums import ForumResource
from relations.rows.resource import SheetResource
from relations.rows.sources import SourceResource
from relations.rows.statistics import StatisticsResource
from relations.rows.visits import VisitResource

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class RecordType:
    """References of one type: `slug` is its address, its sheet TYPE and the name of its templates."""

    slug: str
    model: type[Record]
    filterset: type[RecordFilter]
    resource: type[SheetResource]

    @property
    def label(self) -> "StrOrPromise":
        return self.model._meta.verbose_name_plural or ""

    @property
    def row_template(self) -> str:
        return f"relations/rows/{self.slug}.html"


RECORD_TYPES = (
    RecordType("agreements", Agreement, AgreementFilter, AgreementResource),
    RecordType("forums", Forum, ForumFilter, ForumResource),
    RecordType("visits", Visit, VisitFilter, VisitResource),
    RecordType("statistics", Observation, StatisticsFilter, StatisticsResource),
)
BY_SLUG = {record_type.slug: record_type for record_type in RECORD_TYPES}
BY_MODEL: dict[type[Record], RecordType] = {record_type.model: record_type for record_type in RECORD_TYPES}
#: what `import_sheet` and `export_sheet` know: the record types and the sources they rest on
RESOURCES: dict[str, type[SheetResource]] = {
    **{record_type.slug: record_type.resource for record_type in RECORD_TYPES},
    "sources": SourceResource,
}

for resource in RESOURCES.values():
    register(resource)


def record_type_of(record: Record) -> RecordType:
    return BY_MODEL[type(record)]
