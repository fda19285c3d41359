"""ListIndex: an index in the order of a list, with what has no value at the end."""

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Statement


class ListIndex(models.Index):
    """Descending columns are DESC NULLS LAST, as lists sort them: PostgreSQL uses no index that sorts otherwise.

    SQLite sorts them so anyway, and refuses the words in an index.
    """

    def create_sql(
        self,
        model: type[models.Model],
        schema_editor: BaseDatabaseSchemaEditor,
        using: str = "",
        **kwargs: Any,
    ) -> Statement:
        if schema_editor.connection.vendor != "postgresql":
            return super().create_sql(model, schema_editor, using, **kwargs)
        plain = models.Index(fields=self.fields, name=self.name)
        plain.fields_orders = [
            (name, f"{order} NULLS LAST" if order and model._meta.get_field(name).null else order)
            for name, order in self.fields_orders
        ]
        return plain.create_sql(model, schema_editor, using, **kwargs)
