"""Serializer field for the flat row of a record: the columns of the files, with several values as a list."""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from rest_framework import serializers

from relations.models.row_cache import unpacked
from relations.rows.about_column import AboutColumn
from relations.rows.bound_columns import BoundReasonColumn
from relations.rows.citation_parts import Part
from relations.rows.columns import Column, Lines
from relations.rows.public import is_no_key, public_columns
from relations.rows.related_columns import Links, RelatedColumn
from relations.rows.resource import SheetResource
from relations.text.cell_syntax import split


def holds_several(column: Column) -> bool:
    is_list = isinstance(column, Lines | RelatedColumn | Part)
    return is_list and not isinstance(column, BoundReasonColumn)


class Columns(serializers.Field):
    """The stored row of a record, so that nothing is computed again."""

    def __init__(self, resource: type[SheetResource], **kwargs: Any) -> None:
        self.resource = resource
        super().__init__(source="*", read_only=True, **kwargs)

    def to_representation(self, record: Any) -> dict[str, str | list[str]]:
        cells = unpacked(record.row)
        return {
            column.name: value_of(column, cells.get(column.name, ""), record)
            for column in public_columns(self.resource)
        }


def value_of(column: Column, cell: str, record: Any) -> str | list[str]:
    if isinstance(column, BoundReasonColumn):
        return cell if is_no_key(cell) else next(iter(public_targets(column, record)), "")
    if isinstance(column, AboutColumn):
        return cell if record.public_about else ""
    if isinstance(column, Links):  # the row also names records that are not public
        return public_targets(column, record)
    return split(cell) if holds_several(column) else cell


def public_targets(column: Links, record: Any) -> list[str]:
    """The keys of the published records to which it links in this column."""
    links = (link for link in record.links.all() if link.kind == column.kind)
    return [link.target.key for link in links if link.target.is_published]


class DescribedColumns(OpenApiSerializerFieldExtension):
    """Describes each column, with its label and the help text of the model."""

    target_class = Columns

    def get_name(self) -> str:
        return f"{self.target.resource.model.__name__}Columns"

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        columns = public_columns(self.target.resource)
        properties = {column.name: column_schema(column) for column in columns}
        return {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }


def column_schema(column: Column) -> dict[str, Any]:
    words = ". ".join(filter(None, (str(column.label), str(getattr(column, "help_text", "") or ""))))
    text = {"type": "string"}
    kind: dict[str, Any] = {"type": "array", "items": text} if holds_several(column) else text
    choices = getattr(getattr(column, "field", None), "choices", None)
    if choices:
        kind = {**kind, "enum": list(dict.fromkeys([*(code for code, _label in choices), ""]))}
    return {**kind, "description": words}
