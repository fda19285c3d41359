"""The columns that say why a record cannot be earlier or later than a date."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from relations.errors import Problem
from relations.models import BoundReason, LinkKind, RecordLink
from relations.models.bulk import field_of
from relations.models.links import CIRCLE, closes_circle
from relations.text.normalize import fold

from .columns import Label
from .related_columns import Links

if TYPE_CHECKING:
    from .lookups import Lookups
    from .row_change import RowChange

#: the reasons that are words, not the key of a record
WORDS = (BoundReason.SOURCE, BoundReason.TEXT)


class BoundReasonColumn(Links):
    """“source”, “text”, or the key of the record that is earlier or later.

    The value is a tuple: (BoundReason,) or the key in a tuple; empty without a bound.
    """

    def __init__(self, name: str, kind: LinkKind) -> None:
        super().__init__(name, kind)
        self.attribute = name

    def bind(self, model: type[Model], rank: int = 0) -> Self:
        self.model = model
        return super().bind(model, rank)

    @property
    def label(self) -> Label:
        return field_of(self.model, self.attribute).verbose_name

    def value_of(self, record: Any) -> tuple[str, ...]:
        reason = getattr(record, self.attribute)
        if reason == BoundReason.RECORD:
            return super().value_of(record)
        return (reason,) if reason else ()

    def parse(self, cell: str, lookups: Lookups) -> tuple[str, ...]:
        word = reason_of(cell)
        if word or not cell:
            return (word,) if word else ()
        keys = super().parse(cell, lookups)
        if len(keys) > 1:
            raise Problem("bound.several", _("A date can be bounded by one record only."))
        return keys

    def apply(self, change: RowChange, value: tuple[str, ...]) -> None:
        is_word = not value or value[0] in WORDS
        setattr(
            change.record,
            self.attribute,
            value[0] if value and is_word else BoundReason.RECORD if value else "",
        )
        date = self.attribute.removesuffix("_reason")
        if not is_word and date not in change.given:  # it follows from the record
            setattr(change.record, date, "")
        super().apply(change, () if is_word else value)

    def store(self, new: Sequence[RowChange], changed: Sequence[RowChange]) -> None:
        super().store(new, changed)
        owners = {f"{self.owner}__in": [change.pk for change in (*new, *changed)]}
        for link in RecordLink.objects.filter(kind=self.kind, **owners):
            if closes_circle(link):
                raise Problem("link.circle", CIRCLE)


def reason_of(cell: str) -> str:
    """The reason that a word means: its code or its label in either language; "" for anything else."""
    for reason in WORDS:
        names = {fold(reason.value)}
        for language in ("ru", "en"):
            with override(language):
                names.add(fold(str(reason.label)))
        if fold(cell) in names:
            return reason.value
    return ""
