"""The list of records in the admin: as quick with a million records, since nothing counts or sorts all of them."""

from __future__ import annotations

from typing import Any, NamedTuple, cast

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import InvalidPage
from django.db.models import F, QuerySet
from django.http import HttpRequest
from pyroaring import BitMap

from relations.index.current import kept
from relations.index.record_index import RecordIndex
from relations.models import Record, State

#: of more records than this the list says “more than”, where the index does not know their number
MOST_COUNTED = 10_000
#: states of records that the index does not have
NOT_PUBLIC = [state for state in State.values if state != State.PUBLISHED]


class Number(NamedTuple):
    """How many records there are; `is_more`: at least so many."""

    counted: int
    is_more: bool = False


def number_of(records: QuerySet[Any]) -> Number:
    """The number of records, of which no more than MOST_COUNTED are looked at."""
    found = records.order_by().values("pk")[: MOST_COUNTED + 1].count()
    return Number(min(found, MOST_COUNTED), found > MOST_COUNTED)


class StateFilter(admin.ChoicesFieldListFilter):
    """The state, of which the index knows one."""

    def expected_parameters(self) -> list[str | None]:
        """Every record has a state, so this does not ask for those without one."""
        return [self.lookup_kwarg]

    def found(self, index: RecordIndex) -> BitMap:
        return index.everything if State.PUBLISHED in (self.lookup_val or ()) else BitMap()


class RecordList(ChangeList):
    """Its filters may have a method `found`: what they find among the public records, in the index."""

    def get_filters(self, request: HttpRequest) -> Any:
        found = super().get_filters(request)
        self.other_lookups = found[2]
        return found

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        """Records without a day are the last of a descending list, as in the index of that order."""
        return [NULLS_SMALLEST.get(str(one), one) for one in super().get_ordering(request, queryset)]

    def get_results(self, request: HttpRequest) -> None:
        """As Django has it, but counted as below; and the rows of a page are fetched by their keys alone."""
        self.result_count, self.is_more = self.number()
        self.paginator = self.model_admin.get_paginator(request, self.queryset, self.list_per_page)
        self.paginator.count = self.result_count
        self.can_show_all = self.result_count <= self.list_max_show_all
        self.multi_page = self.result_count > self.list_per_page
        self.show_full_result_count, self.show_admin_actions = False, True
        self.full_result_count = None if self.is_narrowed else self.result_count
        shown = self.queryset
        if self.multi_page and not (self.show_all and self.can_show_all):
            try:
                shown = self.paginator.page(self.page_num).object_list
            except InvalidPage as error:
                raise IncorrectLookupParameters from error
        keys = list(shown.values_list("pk", flat=True))
        self.result_list = self.root_queryset.filter(pk__in=keys).order_by(*self.queryset.query.order_by)

    @property
    def is_narrowed(self) -> bool:
        return bool(self.query.strip() or self.other_lookups or self.active_filters)

    @property
    def active_filters(self) -> list[Any]:
        return [one for one in self.filter_specs if one.used_parameters]

    def number(self) -> Number:
        """Of public records by the index, where that knows all that was asked; of the others by the database."""
        if self.query.strip() or self.other_lookups:
            return number_of(self.queryset)
        if not all(hasattr(one, "found") for one in self.active_filters):
            return number_of(self.queryset)
        index = kept.current().of(cast("type[Record]", self.model))
        found = index.everything
        for one in self.active_filters:
            found = found & one.found(index)
        others, is_more = number_of(self.queryset.filter(state__in=NOT_PUBLIC))
        return Number(len(found) + others, is_more)


#: PostgreSQL sorts NULL as the largest value, SQLite as the smallest; the index has it as the smallest
NULLS_SMALLEST = {
    "first_day": F("first_day").asc(nulls_first=True),
    "-first_day": F("first_day").desc(nulls_last=True),
}
