"""The resource of a record type: its flat row, both ways. Export, import, preview and download all go through it."""

from functools import cache

from import_export.resources import Resource
from tablib import Dataset

from relations.models.keys import key_base
from relations.models.row_cache import CHUNK, unpacked
from relations.text.normalize import fold

from .citation_columns import NEW_SOURCE
from .columns import is_plain
from .coverage import coverage
from .former_labels import former_headings
from .related_columns import Participants

#: the key of the template's example row
EXAMPLE_KEY = "example"


#: the column that our own copy of somebody's table has
ERRORS = "_errors"


class SheetResource(Resource):
    """Rows of one type. Subclasses name the model and the columns; the engine below is the same for all."""

    slug = ""
    model = None
    own_columns = ()
    citations = None
    needs_title = True
    #: columns of the sides, which near duplicates have in common; none where titles are not compared
    twin_columns = ()

    @classmethod
    def columns(cls):
        """All columns of the flat row in their order."""
        if "bound_columns" not in cls.__dict__:
            parts = cls.citations.parts if cls.citations else ()
            cls.bound_columns = [column.bind(cls.model) for column in cls.own_columns] + list(parts)
            for rank, column in enumerate(cls.bound_columns):
                column.rank = rank
        return cls.bound_columns

    @classmethod
    def column(cls, name):
        return next(column for column in cls.columns() if column.name == name)

    @classmethod
    @cache
    def names(cls):
        return [column.name for column in cls.columns()]

    @classmethod
    @cache
    def has_late(cls):
        return any(column.late for column in cls.columns())

    @classmethod
    @cache
    def title_columns(cls):
        return [column for column in cls.columns() if column.name in ("title_ru", "title_en")]

    @classmethod
    @cache
    def blank_cells(cls):
        """{column: cell} of a record about which nothing has been said: the defaults."""
        return {column.name: column.cell_of(cls.model()) for column in cls.columns() if is_plain(column)}

    @classmethod
    @cache
    def blank_values(cls):
        """What blank_record() is made of: the defaults of all fields, in their order."""
        blank = cls.model()
        return [getattr(blank, field.attname) for field in cls.model._meta.concrete_fields]

    @classmethod
    def blank_record(cls):
        """A record about which nothing has been said: cls.model(), without asking every field for its default."""
        return cls.model(*cls.blank_values())

    @classmethod
    def coverage_of(cls, cells):
        """(number of facts, how many of them are sourced) of a flat row."""
        return coverage(cls, cells)

    @classmethod
    @cache
    def known_headings(cls):
        """{folded heading: canonical name}: the names themselves, their labels in both languages and former labels."""
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
    def cells_of(cls, record):
        """{column: cell} gathered from the record and what stands in other tables, fetched by for_row()."""
        slots = cls.citations.slots_of(record) if cls.citations else ()
        return {
            column.name: column.render(column.of_slots(slots))
            if hasattr(column, "of_slots")
            else column.cell_of(record)
            for column in cls.columns()
        }

    @classmethod
    def rows(cls, records):
        """Rows of a query set as they are kept, a chunk at a time, so that memory does not grow with their number."""
        names = cls.names()
        for row in records.values_list("row", flat=True).iterator(chunk_size=CHUNK):
            cells = unpacked(row)
            yield [cells.get(name, "") for name in names]

    def export(self, queryset=None, **kwargs):
        """What django-import-export asks for: a table in memory. The admin's own files are streamed instead."""
        records = self.model.objects.all() if queryset is None else queryset
        return Dataset(*self.rows(records), headers=self.names())

    @classmethod
    def get_display_name(cls):
        return str(cls.model._meta.verbose_name_plural)

    def get_user_visible_fields(self):
        """The library's form lists the columns by `column_name`."""
        return [type("Heading", (), {"column_name": column.name}) for column in self.columns()]

    get_export_order = get_import_order = names

    # In: a sheet to records.

    @classmethod
    def may_publish(cls, user):
        """Whether a user may make records of this type public, and change those that are."""
        return not cls.citations or user.has_perm(f"relations.publish_{cls.model._meta.model_name}")

    @classmethod
    def said_apart(cls, draft):
        """What searchable() takes from other tables, as the draft of a new record says it."""
        if not cls.citations:
            return ()
        said, who = {column.name: value for column, value in draft.apart.items()}, []
        for column, value in draft.apart.items():
            who += value if isinstance(column, Participants) else ()
        topics = [draft.book.topics.by_key[key] for key in said.get("topics", ())]
        return (
            (topics, who) if any(isinstance(column, Participants) for column in cls.columns()) else (topics,)
        )

    @classmethod
    def key_of(cls, draft):
        """The key of a row without one, made from its content, so that the next import finds the same record."""
        draft.record.key = "-"
        draft.record.settle()
        return key_base(
            draft.record, *cls.key_parts(draft.record, {c.name: value for c, value in draft.apart.items()})
        )

    @classmethod
    def key_parts(cls, record, apart):
        """What tells a record from its namesakes; each type adds its own."""
        return ()
