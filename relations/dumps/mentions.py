"""What former versions of public records name, and no public record refers to any more: its name and no more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from relations.catalog import REFERENCE, RESOURCES, ROWS
from relations.models import FormerKey, Organization, Person, Version
from relations.models.row_cache import RECORDS_AT_ONCE, FlatRow
from relations.models.streaming import streamed
from relations.registry import resource_of
from relations.rows.about_column import AboutColumn
from relations.rows.columns import Column, Reference
from relations.rows.related_columns import PREFIXES, Participants
from relations.rows.resource import SheetResource
from relations.text.cell_syntax import split

from .tables import by_key, shown

NAMES = ("name_ru", "name_en", "event_type", "title", "title_translation", "author", "language")
#: the columns of citations that name sources
OF_SOURCES = ("source", "quoted_in")
#: what may be named and not be public; all else of the reference data is in its own tables
KINDS = ("sources", "organizations", "people", "series")


class Mentions:
    """The keys, former ones included, by the type of what they name."""

    def __init__(self, named: dict[str, set[str]]) -> None:
        self.named = named

    @classmethod
    def of_register(cls) -> Mentions:
        named: defaultdict[str, set[str]] = defaultdict(set)
        for resource in RESOURCES.values():
            public = shown(resource).order_by().values("pk")
            found = Version.objects.filter(type=resource.slug, number__isnull=False, object_id__in=public)
            for row in streamed(found.order_by("pk").values_list("after", flat=True), RECORDS_AT_ONCE):
                for slug, key in named_in(resource, row or {}):
                    named[slug].add(key)
        return cls(named)

    def entities(self, slug: str) -> Any:
        """Those that exist and are not public."""
        resource = ROWS[slug]
        former = FormerKey.objects.present(resource.model, self.named.get(slug, set()))
        keys = {*self.named.get(slug, set()), *former.values()}
        found = resource.model._default_manager.filter(**{f"{resource.key_field}__in": keys})
        return found.exclude(pk__in=shown(resource).order_by().values("pk"))

    def redirects(self, slug: str) -> list[tuple[str, str]]:
        """(former key, present key) by which versions name them."""
        if slug not in KINDS:
            return []
        named = self.named.get(slug, set())
        present = {one.key for one in self.entities(slug)}
        former = FormerKey.objects.present(ROWS[slug].model, named)
        return sorted((old, key) for old, key in former.items() if key in present)

    def rows(self) -> Iterator[list[str]]:
        for slug in KINDS:
            for one in by_key(self.entities(slug), "key"):
                yield [slug, one.key, *(str(getattr(one, name, "")) for name in NAMES)]


def named_in(resource: type[SheetResource], row: FlatRow) -> Iterator[tuple[str, str]]:
    """(type, key) of what a row names."""
    for column in resource.columns():
        cell = "" if column.is_private else row.get(column.name, "")
        for text in split(cell) if cell else ():
            if slug := kind_named(column, text):
                yield slug, text.partition(":")[2] if text.startswith(WITH_PREFIX) else text


WITH_PREFIX = tuple(prefix for prefix in PREFIXES.values() if prefix)


def kind_named(column: Column, text: str) -> str:
    """The type of what a value of a column names; "" for what is in a table of its own in any case."""
    if column.name in OF_SOURCES:
        return "sources"
    if isinstance(column, Reference):
        return column.lookup if column.lookup in REFERENCE and column.lookup in KINDS else ""
    if isinstance(column, (Participants, AboutColumn)):
        for model in (Organization, Person):
            if text.startswith(PREFIXES[model]):
                return resource_of(model).slug
        alone = column.takes if isinstance(column, Participants) and len(column.takes) == 1 else ()
        return next((resource_of(model).slug for model in alone if resource_of(model).slug in KINDS), "")
    return ""
