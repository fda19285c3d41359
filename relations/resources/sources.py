from relations.keys import slug
from relations.models import Source

from .base import SheetResource
from .citations import Address
from .columns import Choice, Date, Key, Text


class SourceResource(SheetResource):
    slug, model = "sources", Source
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
        Date("issued"),
        Address("url"),
        Text("archive_url"),
        Date("archived_on"),
        Date("accessed"),
        *(Text(name) for name in ("language", "volume", "issue", "number", "page", "doi", "isbn", "notes")),
    ]

    def key_of(self, draft):
        record = draft.record
        return slug(f"{record.author} {record.title} {record.issued}") or "source"
