"""SheetResource: the row schema of one type, used by export, import, preview and download.

“Resource” is django-import-export's word for the description of a table.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from django.db.models import QuerySet
from import_export.resources import Resource
from tablib import Dataset

from relations.errors import Problem
from relations.models import Citation, Participation
from relations.models.citations import QUOTE
from relations.models.foreign_keys import key_to
from relations.models.keys import key_base
from relations.models.row_cache import RECORDS_AT_ONCE, unpacked
from relations.models.scope import TakingPart
from relations.models.streaming import streamed
from relations.text.cell_syntax import split
from relations.text.normalize import fold

from .citation_columns import CitationColumns
from .citation_parts import NEW_SOURCE, Part
from .columns import Column, is_plain
from .coverage import Coverage, coverage, fact_names, is_stated
from .former_labels import former_headings
from .minimum import Need
from .public_content import changed_groups, content_names
from .related_columns import Participants
from .vouching import facts_only_outdated

if TYPE_CHECKING:
    from relations.models.rechecks import CitedPlace
    from relations.models.row_cache import FlatRow
    from relations.models.sources import Work

    from .row_change import RowChange

#: the key of the template's example row
EXAMPLE_KEY = "example"
#: the column that our copy of a user's table has
ERRORS = "_errors"


class SheetResource(Resource):
    """The row of one type. Subclasses name the model and the columns; everything else is the same for all."""

    slug: ClassVar[str] = ""
    model: ClassVar[Any] = None
    own_columns: ClassVar[Sequence[Column]] = ()
    citations: ClassVar[CitationColumns | None] = None
    needs_title: ClassVar[bool] = True
    #: what a new record has at least, beside its title
    minimum: ClassVar[tuple[Need, ...]] = ()
    #: whether it describes places, people and the like, which records refer to
    is_reference: ClassVar[bool] = False
    #: {column: cell} of the example row of a template, for reference data
    example: ClassVar[dict[str, str]] = {}
    #: columns in which a row may name another one of the same type that the sheet brings as well
    own_references: ClassVar[tuple[str, ...]] = ()
    #: columns that say what a table of one source is about, so that a later edition is compared with it alone
    edition_columns: ClassVar[tuple[str, ...]] = ()
    #: names of relations to objects that are a part of the row, and are deleted with it
    parts: ClassVar[tuple[str, ...]] = ()
    #: the field of the model that the column “key” writes
    key_field: ClassVar[str] = "key"
    #: the columns by which a sheet is known to be of this type: what a table without a template needs at least
    telling_columns: ClassVar[tuple[str, ...]] = ()
    #: columns of the sides, which near duplicates have in common; none where titles are not compared
    side_columns: ClassVar[tuple[str, ...]] = ()

    @classmethod
    @cache
    def columns(cls) -> tuple[Column, ...]:
        """All columns of the flat row in their order."""
        parts = cls.citations.parts if cls.citations else ()
        return (*(column.bind(cls.model, rank) for rank, column in enumerate(cls.own_columns)), *parts)

    @classmethod
    def column(cls, name: str) -> Column:
        return next(column for column in cls.columns() if column.name == name)

    @classmethod
    @cache
    def names(cls) -> list[str]:
        return [column.name for column in cls.columns()]

    @classmethod
    @cache
    def citable_columns(cls) -> list[Column]:
        """What a source can support, in every sheet and form: not what only editors see."""
        return [column for column in cls.columns() if column.is_citable and not column.is_private]

    @classmethod
    @cache
    def citable_names(cls) -> list[str]:
        return [column.name for column in cls.citable_columns()]

    @classmethod
    @cache
    def applies_in_order(cls) -> bool:
        """Whether some column may set more than itself."""
        return any(column.apply_order for column in cls.columns())

    @classmethod
    @cache
    def title_columns(cls) -> list[Column]:
        return [column for column in cls.columns() if column.name in ("title_ru", "title_en")]

    @classmethod
    @cache
    def blank_cells(cls) -> FlatRow:
        """The cells of a new record before any value is set: the defaults."""
        return {column.name: column.cell_of(cls.model()) for column in cls.columns() if is_plain(column)}

    @classmethod
    @cache
    def blank_values(cls) -> list[Any]:
        """The defaults of all fields, in their order."""
        blank = cls.model()
        return [getattr(blank, field.attname) for field in cls.model._meta.concrete_fields]

    @classmethod
    def blank_record(cls) -> Any:
        """A new record: cls.model(), without the cost of calling every field for its default."""
        return cls.model(*cls.blank_values())

    @classmethod
    @cache
    def fact_names(cls) -> list[str]:
        return fact_names(cls)

    @classmethod
    def is_stated(cls, name: str, cell: str) -> bool:
        """Whether a cell says something that a source can support."""
        return is_stated(name, cell)

    @classmethod
    def coverage_of(cls, cells: FlatRow, works: Mapping[str, Work]) -> Coverage:
        return coverage(cls, cells, works)

    @classmethod
    @cache
    def content_names(cls) -> list[str]:
        return content_names(cls)

    @classmethod
    def content_of(cls, cells: FlatRow) -> FlatRow:
        """What readers see of a row, or of the row of a version."""
        return {name: cells[name] for name in cls.content_names() if cells.get(name)}

    @classmethod
    def says_otherwise(cls, before: FlatRow, after: FlatRow) -> bool:
        """Whether two rows say something different to readers, whatever the order of lists."""
        return bool(changed_groups(cls, before, after))

    @classmethod
    @cache
    def known_headings(cls) -> dict[str, str]:
        """{normalised heading: canonical name}: the names themselves, their labels in both languages and
        former labels."""
        known = {fold(name): name for name in (*cls.names(), *(NEW_SOURCE if cls.citations else ()))}
        for column in cls.columns():
            for label in column.labels():
                known.setdefault(fold(label), column.name)
        for column in cls.columns():
            for label in former_headings(column.name):
                known.setdefault(fold(label), column.name)
        return known

    # Out: records to rows.

    @classmethod
    def cells_of(cls, record: Any) -> FlatRow:
        """The row of a record, gathered from it and from the other tables that for_row() has fetched."""
        slots = cls.citations.slots_of(record) if cls.citations else ()
        return {
            column.name: column.render(column.of_slots(slots))
            if isinstance(column, Part)
            else column.cell_of(record)
            for column in cls.columns()
        }

    @classmethod
    def rows(cls, records: QuerySet[Any]) -> Iterator[list[str]]:
        """Rows of a query set as they are kept, a chunk at a time, so that memory does not grow with their number."""
        names = cls.names()
        for row in streamed(records.values_list("row", flat=True), RECORDS_AT_ONCE):
            cells = unpacked(row)
            yield [cells.get(name, "") for name in names]

    def export(self, queryset: QuerySet[Any] | None = None, **kwargs: Any) -> Dataset:
        """Required by django-import-export: a table in memory. The admin's own files are streamed instead."""
        records = self.model.objects.all() if queryset is None else queryset
        return Dataset(*self.rows(records), headers=self.names())

    @classmethod
    def get_display_name(cls) -> str:
        return str(cls.model._meta.verbose_name_plural)

    def get_user_visible_fields(self) -> list[Any]:
        """The library's form lists the columns by `column_name`."""
        return [type("Heading", (), {"column_name": column.name}) for column in self.columns()]

    get_export_order = get_import_order = names

    @classmethod
    def facts_only_outdated(cls, cells: FlatRow, marked: Mapping[CitedPlace, str]) -> list[str]:
        """The facts that no citation supports but those of `marked`, which were given for other values."""
        return facts_only_outdated(cls, cells, marked)

    @classmethod
    def public_among(cls, keys: Collection[int]) -> set[int]:
        """Those of these primary keys whose content readers see."""
        return set(cls.model.objects.published().filter(pk__in=keys).values_list("pk", flat=True))

    # In: a sheet to records.

    @classmethod
    def others_named(cls, cells: Mapping[str, str]) -> list[str]:
        """What the cells of `own_references` name, as it is written."""
        return [cell for cell in cells.values() if cell]

    @classmethod
    def may_publish(cls, user: Any) -> bool:
        """Whether a user may make records of this type public, and change those that are."""
        return bool(user.has_perm(f"relations.publish_{cls.model._meta.model_name}"))

    @classmethod
    def may_import(cls, user: Any) -> bool:
        """Whether a user may import sheets of this type."""
        return bool(user.has_perm(f"relations.import_{cls.model._meta.model_name}"))

    @classmethod
    def may_quote(cls, user: Any) -> bool:
        """Whether a user has the right to quote sources."""
        return bool(user.has_perm(QUOTE))

    @classmethod
    def related_for_search(cls, change: RowChange) -> tuple[list[Any], ...]:
        """The arguments of searchable() for a row: its topics and, where the type has any, its participants."""
        if not cls.citations:
            return ()
        topics = [change.lookups.topics.find(key) for key in split(change.after.get("topics", "")) if key]
        if not cls.participant_columns():
            return (topics,)
        return topics, [who for who, _role in cls.taking_part(change, change.after)]

    @classmethod
    def as_after(cls, change: RowChange) -> Any:
        """The record of a change with the citations and participants of its row, without looking for them."""
        record = copy.copy(change.record)
        record._prefetched_objects_cache = {"citations": list(cls.cited_by(change))}
        if cls.participant_columns():
            record._prefetched_objects_cache["participations"] = [
                Participation(role=role, **{key_to(type(who)): who})
                for who, role in cls.taking_part(change, change.after)
            ]
        return record

    @classmethod
    def cited_by(cls, change: RowChange) -> Iterator[Citation]:
        """What each citation of the row supports; as much as publication depends on."""
        for slot in cls.citations.slots_of_row(change.after) if cls.citations else ():
            yield from (Citation(field=field) for field in slot.fields)

    @classmethod
    @cache
    def participant_columns(cls) -> tuple[Participants, ...]:
        return tuple(column for column in cls.columns() if isinstance(column, Participants))

    @classmethod
    def taking_part(
        cls, change: RowChange, cells: Mapping[str, str] = MappingProxyType({})
    ) -> list[TakingPart]:
        """Who takes part in a record whose participants are not written yet; `cells` are those of its row."""
        if not cls.participant_columns():
            found: list[TakingPart] = change.record.taking_part()
            return found
        return [
            TakingPart(who, column.role)
            for column in cls.participant_columns()
            for who in (
                change.related[column]
                if column in change.related
                else column.parse(cells.get(column.name, ""), change.lookups)
            )
        ]

    @classmethod
    def settle(cls, change: RowChange) -> Iterator[tuple[str, Problem]]:
        """Corrects what the values of a row as a whole exclude, and yields (column, warning)."""
        yield from ()

    @classmethod
    def refusals(cls, change: RowChange) -> Iterator[tuple[str, Problem]]:
        """Yields (column, error) where the values of a row as a whole cannot be."""
        yield from ()

    @classmethod
    def key_of(cls, change: RowChange) -> str:
        """The key of a row without one, made from its content, so that the next import finds the same record."""
        change.record.key = "-"
        change.record.derive()
        return key_base(change.record, *cls.key_parts(change.record, change.related_by_name))

    @classmethod
    def key_parts(cls, record: Any, related: Mapping[str, tuple[Any, ...]]) -> Sequence[str]:
        """What distinguishes a record from others of the same title; each type adds its own."""
        return ()
