"""List filters of records in the admin: by country, by sources and their checks, by what is missing, by date."""

from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from pyroaring import BitMap

from relations.index.record_index import RecordIndex
from relations.models import Place
from relations.models.places import COUNTRIES
from relations.models.querysets import RecordQuerySet

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class CountryFilter(admin.SimpleListFilter):
    """The country with its regions, cities, organisations and people."""

    title, parameter_name = _("country"), "country"

    def lookups(self, request: HttpRequest, model_admin: Any) -> "list[tuple[str, StrOrPromise]]":
        countries = Place.objects.filter(code__in=COUNTRIES)
        return [(place.code, place.name) for place in countries]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        records = cast("RecordQuerySet[Any]", queryset)
        return records.involving([code]) if (code := self.value()) else records

    def found(self, index: RecordIndex) -> BitMap:
        return index.places(code) if (code := self.value()) else index.everything


class ScopeFilter(admin.SimpleListFilter):
    """Whether both sides of the register take part."""

    title, parameter_name = _("scope"), "scope"

    def lookups(self, request: HttpRequest, model_admin: Any) -> "list[tuple[str, StrOrPromise]]":
        return [("subject", _("of the register’s subject")), ("context", _("context"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        records = cast("RecordQuerySet[Any]", queryset)
        match self.value():
            case "subject":
                return records.in_scope()
            case "context":
                return records.context()
        return records

    def found(self, index: RecordIndex) -> BitMap:
        asked = {"subject": [True], "context": [False]}
        return index.of("scope", asked.get(self.value() or "", [True, False]))


class SourcedFilter(admin.SimpleListFilter):
    title, parameter_name = _("sources"), "sourced"

    def lookups(self, request: HttpRequest, model_admin: Any) -> "list[tuple[str, StrOrPromise]]":
        return [("no", _("without a source")), ("one", _("one source")), ("more", _("several sources"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        wanted = {"no": Q(source_count=0), "one": Q(source_count=1), "more": Q(source_count__gt=1)}
        return queryset.filter(wanted.get(self.value() or "", Q()))


class MissingFilter(admin.SimpleListFilter):
    """What an editor still has to do in a record."""

    title, parameter_name = _("missing"), "missing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> "list[tuple[str, StrOrPromise]]":
        return [
            ("sources", _("a source for a fact")),
            ("check", _("a check of a source, as the value has changed")),
            ("translation", _("a title in the other language")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        records = cast("RecordQuerySet[Any]", queryset)
        match self.value():
            case "sources":
                return records.covered(["some"])
            case "check":
                return records.to_check_again()
            case "translation":
                return records.not_translated()
        return records


class ReadTwiceFilter(admin.SimpleListFilter):
    """Whether second readers have found the citations to be supported by their sources."""

    title, parameter_name = _("checked by a second reader"), "read_twice"

    def lookups(self, request: HttpRequest, model_admin: Any) -> "list[tuple[str, StrOrPromise]]":
        return [("all", _("all citations")), ("some", _("some citations")), ("none", _("no citation"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        records = cast("RecordQuerySet[Any]", queryset)
        how = self.value()
        return records.read_twice(how) if how in ("all", "some", "none") else records


class DatedFilter(admin.SimpleListFilter):
    title, parameter_name = _("date"), "dated"

    def lookups(self, request: HttpRequest, model_admin: Any) -> "list[tuple[str, StrOrPromise]]":
        return [("yes", _("dated")), ("no", _("undated"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "yes":
                return queryset.exclude(period="")
            case "no":
                return queryset.filter(period="")
        return queryset


class YearFilter(admin.SimpleListFilter):
    """The year in which a date begins: the coverage page leads to it, and the list offers only the chosen one."""

    title, parameter_name = _("year"), "year"

    def lookups(self, request: HttpRequest, model_admin: Any) -> "list[tuple[str, StrOrPromise]]":
        return [(year, year)] if (year := self.value()) else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        year = self.value() or ""
        if not year:
            return queryset
        return queryset.filter(first_day__year=int(year)) if is_year(year) else queryset.none()

    def found(self, index: RecordIndex) -> BitMap:
        year = self.value() or ""
        if not year:
            return index.everything
        return index.of("begins", [int(year)] if is_year(year) else [])


def is_year(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 4 and int(text) > 0
