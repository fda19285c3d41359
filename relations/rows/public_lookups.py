"""Lookups for who has no account: whatever public pages do not name is unknown to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Model, QuerySet

from relations.models import Source
from relations.registry import resource_of

from .lookups import Lookups
from .resource import SheetResource


class PublicLookups(Lookups):
    """The key or name of a draft gives the same answer as one that nothing has."""

    def entities(self, entities: QuerySet[Any]) -> Iterable[Any]:
        keys: Any = entities.model._default_manager.order_by().values_list("pk", flat=True)
        public = resource_of(entities.model).public_among(keys)
        return [one for one in entities if one.pk in public]

    def keyed(self, model: type[Model]) -> QuerySet[Any]:
        entities: Any = model._default_manager.all()
        found: QuerySet[Any] = entities.public() if model is Source else entities.published()
        return found

    def event(self, model: type[Any], pk: int | None, key: str) -> Any:
        """Only its key, since no figure is stored."""
        return model(pk=pk, key=key)

    def published(self, resource: type[SheetResource], keys: Collection[str]) -> set[str]:
        """Those of these keys that readers know already."""
        found = self.keyed(resource.model).filter(key__in=keys).order_by()
        return set(found.values_list("key", flat=True)) if keys else set()
