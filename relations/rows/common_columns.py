"""Columns that all record types have."""

from django.utils.translation import gettext_lazy as _

from .columns import Column, Key, Lines, Text
from .related_columns import Topics

HEAD: tuple[tuple[str, type[Column]], ...] = (
    ("title_ru", Text), ("title_en", Text), ("alternative_titles", Lines), ("summary_ru", Text), ("summary_en", Text),
)  # fmt: skip


def head_columns() -> list[Column]:
    """The columns that begin the row of every type."""
    return [Key("key"), *(column(name) for name, column in HEAD), Topics("topics", _("topics"))]


def tail_columns() -> list[Column]:
    return [Text("notes", private=True)]
