"""The resource of a record type: its flat row, both ways. Export, import, preview and download all go through it."""

from django.db import transaction
from import_export.resources import Resource
from import_export.results import Result
from tablib import Dataset

from relations.keys import key_base

from .reading import CHUNK
from .taking import Taking


class SheetResource(Resource):
    """Rows of one type. Subclasses name the model and the columns; the engine below is the same for all."""

    slug = ""
    model = None
    own_columns = ()
    citations = None
    needs_title = True

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
    def names(cls):
        return [column.name for column in cls.columns()]

    @classmethod
    def prefetched(cls, records):
        """`records` with everything a row is made of, in a constant number of queries."""
        return records.for_detail()

    # Out: records to rows.

    @classmethod
    def row_of(cls, record):
        return [column.cell_of(record) for column in cls.columns()]

    @classmethod
    def rows(cls, records):
        """Rows of a query set, a chunk at a time, so that memory does not grow with their number."""
        for record in cls.prefetched(records).iterator(chunk_size=CHUNK):
            yield cls.row_of(record)

    def export(self, queryset=None, **kwargs):
        """What django-import-export's admin asks for."""
        dataset = Dataset(headers=self.names())
        for row in self.rows(self.model.objects.all() if queryset is None else queryset):
            dataset.append(row)
        return dataset

    @classmethod
    def get_display_name(cls):
        return str(cls.model._meta.verbose_name_plural)

    def get_user_visible_fields(self):
        """The library's form lists the columns by `column_name`."""
        return [type("Heading", (), {"column_name": column.name}) for column in self.columns()]

    get_export_order = get_import_order = names

    # In: a sheet to records.

    def import_data(
        self, dataset, dry_run=False, user=None, file_name="", expected="", request=None, **kwargs
    ):
        """django-import-export's entry: the Result of the library, with our Report at `result.report`.

        `expected` is the fingerprint of the preview: what is confirmed is what was previewed, or nothing.
        """
        result = Result()
        may = user is None or self.may_publish(user)
        result.report, result.drafts = self.take(
            dataset,
            dry_run,
            file_name=file_name or "",
            user=user,
            may_change_public=may,
            expected=expected,
            keep_batch=True,
        )
        if request is not None:
            request.previewed = result.report
        result.touched = [draft for draft in result.drafts if draft.was_new or draft.is_changed]
        result.base_errors = list(result.report.errors)
        return result

    @classmethod
    def may_publish(cls, user):
        """Whether a user may make records of this type public, and change those that are."""
        return not cls.citations or user.has_perm(f"relations.publish_{cls.model._meta.model_name}")

    def take(self, sheet, dry_run=False, publish=False, file_name="", user=None, **more):
        """(Report, drafts) of one sheet: everything or nothing is stored, and nothing in a dry run.

        `more`: may_change_public, expected (the fingerprint of a preview), keep_batch (list it among the imports),
        reason (for the versions).
        """
        taking = Taking(self, sheet, publish, user, **more)
        taking.report.file, taking.report.dry_run = file_name, dry_run
        with transaction.atomic():
            drafts = taking.read()
            taking.check_expected(drafts)
            if not taking.report.errors:
                taking.store(drafts)
            if not taking.report.errors and not dry_run:
                taking.remember(drafts)
            if dry_run or taking.report.errors:
                transaction.set_rollback(True)
        return taking.report, drafts

    def key_of(self, draft):
        """The key of a row without one, made from its content, so that the next import finds the same record."""
        draft.record.key = "-"
        draft.record.settle()
        return key_base(
            draft.record, *self.key_parts(draft.record, {c.name: value for c, value in draft.apart.items()})
        )

    def key_parts(self, record, apart):
        """What tells a record from its namesakes; each type adds its own."""
        return ()
