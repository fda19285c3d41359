"""The filter set of the timeline: what every type knows, and which types are wanted."""

from django.utils.translation import gettext_lazy as _

from relations.catalog import BY_MODEL, RECORD_TYPES
from relations.filters.parameters import ManyFilter
from relations.filters.record_filters import RecordFilter
from relations.models.querysets import RecordQuerySet


class RecordTypeFilter(ManyFilter):
    """Types of records by their slugs."""

    def __init__(self) -> None:
        super().__init__(_("record type"), [(one.slug, one.label) for one in RECORD_TYPES])

    def chosen(self, records: RecordQuerySet, values: list[str]) -> RecordQuerySet:
        return records if BY_MODEL[records.model].slug in values else records.none()


class TimelineFilter(RecordFilter):
    type = RecordTypeFilter()
