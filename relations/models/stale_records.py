"""Model of stale records: too many at once for a request, so a worker brings up to date what they take from others."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.apps import apps
from django.db import models, transaction
from django.db.models import Sum

from relations.registry import bring_up_to_date

#: with more dependent records than this, those are left to a worker
MOST_AT_ONCE = 1_000
#: records that a worker takes in one transaction
PART = 500


class StaleRecordsManager(models.Manager["StaleRecords"]):
    def leave(self, keys: Mapping[type[models.Model], Sequence[int]]) -> None:
        """Leaves records to a worker, in the transaction that has changed what they show."""
        self.note(keys)
        transaction.on_commit(bring_up_to_date)

    def note(self, keys: Mapping[type[models.Model], Sequence[int]]) -> None:
        """The same, for who calls the worker himself."""
        self.bulk_create(
            StaleRecords(type=str(model._meta.model_name), keys=" ".join(map(str, part)), number=len(part))
            for model, pks in keys.items()
            for part in (pks[start : start + PART] for start in range(0, len(pks), PART))
        )

    def number(self) -> int:
        """How many records wait to be brought up to date."""
        return self.aggregate(number=Sum("number"))["number"] or 0


class StaleRecords(models.Model):
    """Some records of one type: `keys` are their primary keys with blanks between.

    The row is deleted together with the writing of what it names, so no worker that dies can lose it.
    """

    type = models.CharField(max_length=40)
    keys = models.TextField()
    number = models.PositiveIntegerField()

    objects: ClassVar[StaleRecordsManager] = StaleRecordsManager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.type}: {self.number}"

    @property
    def named(self) -> dict[Any, list[int]]:
        return {apps.get_model("relations", self.type): list(map(int, self.keys.split()))}
