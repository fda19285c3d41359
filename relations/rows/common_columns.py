"""Columns that all record types have."""

from django.utils.translation import gettext_lazy as _

from relations.models import LinkKind

from .bound_columns import BoundReasonColumn
from .columns import Column, Key, Lines, PeriodColumn, Scope, Text
from .related_columns import Topics

HEAD: tuple[tuple[str, type[Column]], ...] = (
    ("title_ru", Text), ("title_en", Text), ("alternative_titles", Lines), ("summary_ru", Text), ("summary_en", Text),
)  # fmt: skip


def head_columns() -> list[Column]:
    """The columns that begin the row of every type."""
    return [Key("key"), *(column(name) for name, column in HEAD), Topics("topics", _("topics"))]


def tail_columns() -> list[Column]:
    return [
        PeriodColumn("not_before"),
        BoundReasonColumn("not_before_reason", LinkKind.AFTER),
        PeriodColumn("not_after"),
        BoundReasonColumn("not_after_reason", LinkKind.BEFORE),
        Scope("scope", _("scope"), attribute="in_scope"),
        Text("notes", private=True),
    ]
