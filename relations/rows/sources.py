"""Row schema of sources."""

from relations.models import Source
from relations.text.slugs import slug

from .citation_parts import Address
from .columns import Choice, Key, PeriodColumn, Text
from .resource import SheetResource
from .row_change import RowChange


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
        PeriodColumn("issued"),
        Address("url"),
        Text("archive_url"),
        PeriodColumn("archived_on"),
        PeriodColumn("accessed"),
        *(Text(name) for name in ("language", "volume", "issue", "number", "page", "doi", "isbn")),
        Text("notes", private=True),
    ]

    @classmethod
    def key_of(cls, change: RowChange) -> str:
        record = change.record
        return slug(f"{record.author} {record.title} {record.issued}") or "source"
