"""The flat row of a record for programs: the columns of the files, several values as a list."""

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from rest_framework import serializers

from relations.models.row_cache import unpacked
from relations.rows.citation_columns import Part
from relations.rows.columns import Lines
from relations.rows.public import public_columns
from relations.rows.related_columns import Links, RelatedColumn
from relations.text.cell_syntax import split


def holds_several(column):
    return isinstance(column, Lines | RelatedColumn | Part)


class Columns(serializers.Field):
    """The kept row of a record, from which nothing is gathered anew."""

    def __init__(self, resource, **kwargs):
        self.resource = resource
        super().__init__(source="*", read_only=True, **kwargs)

    def to_representation(self, record):
        cells = unpacked(record.row)
        return {column.name: value_of(column, cells.get(column.name, ""), record) for column in public_columns(self.resource)}  # fmt: skip


def value_of(column, cell, record):
    if isinstance(column, Links):  # the row also names records that are not public
        return [link.target.key for link in record.links.all() if link.kind == column.kind and link.target.is_published]  # fmt: skip
    return split(cell) if holds_several(column) else cell


class DescribedColumns(OpenApiSerializerFieldExtension):
    """Each column in the description, with its label and what the model says to help."""

    target_class = Columns

    def get_name(self):
        return f"{self.target.resource.model.__name__}Columns"

    def map_serializer_field(self, auto_schema, direction):
        columns = public_columns(self.target.resource)
        properties = {column.name: described(column) for column in columns}
        return {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }


def described(column):
    words = ". ".join(filter(None, (str(column.label), str(getattr(column, "help_text", "") or ""))))
    kind = {"type": "array", "items": {"type": "string"}} if holds_several(column) else {"type": "string"}
    choices = getattr(getattr(column, "field", None), "choices", None)
    if choices:
        kind["enum"] = list(dict.fromkeys([*(code for code, _label in choices), ""]))
    return {**kind, "description": words}
