from django.utils.translation import gettext_lazy as _

from relations.rows.columns import Key, Lines, Text
from relations.rows.related_columns import Topics

HEAD = (
    ("title_ru", Text), ("title_en", Text), ("alternative_titles", Lines), ("summary_ru", Text), ("summary_en", Text),
)  # fmt: skip


def head_columns():
    """The columns that begin the row of every type."""
    return [Key("key"), *(column(name) for name, column in HEAD), Topics("topics", _("topics"))]


def tail_columns():
    return [Text("notes")]
