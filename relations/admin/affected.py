"""Which public records rest on a source, a place, a person …, with links to the lists of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from relations.catalog import RECORD_TYPES, ROWS
from relations.models.foreign_keys import key_to
from relations.models.resting import resting_on

from .widgets import keys_among

#: the parameter of the lists of records
PARAMETER = "rests_on"
#: what records may rest on, by the name of its model
ENTITIES = {key_to(one.model): one.model for one in ROWS.values() if not one.citations}


@dataclass
class RecordList:
    """Public records of one type: “5 agreements”, with the address of their list."""

    number: int
    words: str
    url: str


def affected_by(entity: Any) -> list[RecordList]:
    """The public records that show it, by type; none for a record."""
    return list(lists_of(entity)) if type(entity) in ENTITIES.values() else []


def lists_of(entity: Any) -> Iterator[RecordList]:
    query = urlencode({PARAMETER: f"{key_to(type(entity))}-{entity.pk}", "state__exact": "published"})
    for one in RECORD_TYPES:
        if number := records_on(one.model.objects.published(), entity).count():
            url = reverse(f"admin:relations_{one.model._meta.model_name}_changelist")
            yield RecordList(number, str(one.noun % {"n": number}), f"{url}?{query}")


def records_on(records: QuerySet[Any], entity: Any) -> QuerySet[Any]:
    """Those of these records that show it."""
    model: Any = type(entity)
    keys = model.including([entity.pk]) if hasattr(model, "including") else [entity.pk]
    found = records.model._base_manager.filter(resting_on(model, records.model, keys)).order_by()
    return records.filter(pk__in=found.values("pk"))


def entity_named(text: str) -> Any:
    """The object that “place-5” names, or None if there is none."""
    name, _hyphen, number = text.partition("-")
    if name not in ENTITIES or not number or not keys_among([number]):
        return None
    return ENTITIES[name]._base_manager.filter(pk=number).first()


class RestingFilter(admin.SimpleListFilter):
    """The records that show something; offered only in the address."""

    title, parameter_name = _("rests on"), PARAMETER

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        text = request.GET.get(PARAMETER, "")
        return [(text, str(entity_named(text) or text[:80]))] if text else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not (text := self.value()):
            return queryset
        entity = entity_named(text)
        return records_on(queryset, entity) if entity else queryset.none()
