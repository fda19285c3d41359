"""Row schema of sources."""

from collections.abc import Collection
from typing import Any

from relations.models import Source
from relations.models.sources import extent_in_words
from relations.text.locators import canonical_extent
from relations.text.slugs import slug

from .citation_parts import Address
from .columns import Choice, Derived, Key, PeriodColumn, Text
from .lookups import Lookups
from .resource import SheetResource
from .row_change import RowChange


class Extent(Text):
    """The last number of each kind of place in a source; reads the words for them in both languages."""

    def parse(self, cell: str, lookups: Lookups) -> str:
        return super().parse(canonical_extent(cell), lookups)

    def typed(self, value: str) -> str:
        return extent_in_words(value)

    def in_words(self, value: str) -> str:
        return extent_in_words(value)


#: the date of a source and its bounds, in the order of the row
DATES = ("issued", "not_before", "not_after")


class SourceDate(PeriodColumn):
    """The date of a source or one of its bounds; the last one given is compared with the others."""

    def apply(self, change: RowChange, value: Any) -> None:
        super().apply(change, value)
        later = DATES[DATES.index(self.name) + 1 :]
        if change.given.isdisjoint(later) and (problem := change.record.bounds_problem()):
            raise problem


class SourceResource(SheetResource):
    slug, model = "sources", Source
    telling_columns = ("title", "author", "url")
    own_columns = [
        Key("key"),
        Choice("type"),
        *(
            Text(name)
            for name in (
                "title",
                "title_translation",
                "author",
                "container_title",
                "publisher",
                "publisher_place",
            )
        ),
        *(SourceDate(name) for name in DATES),
        Text("dating_ru"),
        Text("dating_en"),
        Address("url"),
        Text("archive_url"),
        PeriodColumn("archived_on"),
        PeriodColumn("accessed"),
        *(Text(name) for name in ("language", "volume", "issue", "number", "page", "doi", "isbn")),
        Text("licence"),
        Extent("extent"),
        Derived("identified_by"),
        Text("notes", private=True),
    ]

    @classmethod
    def public_among(cls, keys: Collection[int]) -> set[int]:
        """Readers see the sources that public records cite, and those of memberships."""
        return set(Source.objects.public().order_by().filter(pk__in=keys).values_list("pk", flat=True))

    @classmethod
    def key_of(cls, change: RowChange) -> str:
        record = change.record
        return slug(f"{record.author} {record.title} {record.issued}") or "source"
