"""Values of columns in a form that belongs to no database: what JSON knows, exact for each kind of column."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Context, Decimal
from typing import Any
from uuid import UUID

from django.db.models import Field

from .errors import BackupError

#: kind of a column, by what Django calls the type of its field
KINDS = {
    **dict.fromkeys(("AutoField", "BigAutoField", "SmallAutoField"), "integer"),
    **dict.fromkeys(("IntegerField", "BigIntegerField", "SmallIntegerField"), "integer"),
    **dict.fromkeys(
        ("PositiveIntegerField", "PositiveBigIntegerField", "PositiveSmallIntegerField"), "integer"
    ),
    **dict.fromkeys(("CharField", "TextField", "SlugField", "GenericIPAddressField"), "text"),
    "BooleanField": "boolean",
    "FloatField": "float",
    "DateField": "date",
    "DateTimeField": "moment",
    "DecimalField": "decimal",
    "JSONField": "json",
    "BinaryField": "binary",
    "UUIDField": "uuid",
}
Convert = Callable[[Any], Any]


@dataclass(frozen=True)
class Column:
    """One column of a table; `digits` and `places` are those of a decimal."""

    name: str
    kind: str
    digits: int = 0
    places: int = 0


def column_of(field: "Field[Any, Any]") -> Column:
    target: Any = field
    while target.remote_field:  # a foreign key holds what it refers to
        target = target.target_field
    kind = KINDS.get(target.get_internal_type())
    if kind is None:
        raise BackupError(
            f"Backups do not know columns of the kind {target.get_internal_type()} ({field}). "
            "Add it to relations/backups/kinds.py."
        )
    digits, places = (target.max_digits, target.decimal_places) if kind == "decimal" else (0, 0)
    return Column(str(field.column), kind, digits or 0, places or 0)


def plain_json(text: str) -> str:
    """The same JSON in one form; the order of keys stays as it is."""
    return json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))


def canonical_json(text: str) -> str:
    """PostgreSQL keeps no order of keys, so tables are compared without it."""
    return json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def plain_date(value: date | str) -> str:
    return value if isinstance(value, str) else value.isoformat()


def plain_moment(value: datetime | str) -> str:
    """SQLite keeps moments without their time zone, which is UTC."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="microseconds")


def plain_decimal(column: Column) -> Convert:
    context, unit = Context(prec=column.digits), Decimal(1).scaleb(-column.places)

    def plain(value: Decimal | float | int | str) -> str:
        # SQLite keeps decimals as floats, of which fifteen digits are certain
        exact = (
            Context(prec=15).create_decimal_from_float(value) if isinstance(value, float) else Decimal(value)
        )
        return format(exact.quantize(unit, context=context), "f")

    return plain


def to_plain(column: Column) -> Convert | None:
    """What makes a value of the database plain; None where it is so already."""
    if column.kind == "decimal":
        return plain_decimal(column)
    return PLAIN.get(column.kind)


PLAIN: dict[str, Convert] = {
    "boolean": bool,
    "date": plain_date,
    "moment": plain_moment,
    "json": plain_json,
    "binary": lambda value: base64.b64encode(bytes(value)).decode(),
    "uuid": lambda value: str(value if isinstance(value, UUID) else UUID(value)),
}


def from_plain(column: Column, vendor: str) -> Convert | None:
    """What makes a plain value one that this database takes, as Django writes it; None where it is so already."""
    if column.kind == "binary":
        return base64.b64decode
    return (IN_POSTGRESQL if vendor == "postgresql" else IN_SQLITE).get(column.kind)


IN_POSTGRESQL: dict[str, Convert] = {
    "date": date.fromisoformat,
    "moment": datetime.fromisoformat,
    "decimal": Decimal,
    "uuid": UUID,
}
IN_SQLITE: dict[str, Convert] = {
    "boolean": int,
    "moment": lambda value: str(datetime.fromisoformat(value).replace(tzinfo=None)),
    "json": lambda value: json.dumps(json.loads(value)),
    "uuid": lambda value: UUID(value).hex,
}


def canonical(column: Column) -> Convert | None:
    """What makes equal values of one kind equal texts."""
    return canonical_json if column.kind == "json" else None
