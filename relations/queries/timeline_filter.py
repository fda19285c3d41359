"""Filter set of the timeline: the parameters that all types have, and a choice of types."""

from django.utils.translation import gettext_lazy as _

from relations.catalog import BY_MODEL, RECORD_TYPES
from relations.filters.parameters import Bits, Index, ManyFilter, Records
from relations.filters.record_filters import RecordFilter


class RecordTypeFilter(ManyFilter):
    """Types of records by their slugs."""

    def __init__(self) -> None:
        super().__init__(_("record type"), [(one.slug, one.label) for one in RECORD_TYPES])

    def chosen(self, records: Records, values: list[str]) -> Records:
        return records if BY_MODEL[records.model].slug in values else records.none()

    def found(self, index: Index, values: list[str]) -> Bits:
        return index.everything if BY_MODEL[index.model].slug in values else index.of("", ())


class TimelineFilter(RecordFilter):
    type = RecordTypeFilter()
