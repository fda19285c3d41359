"""Admin of reference data: places, people, organisations, topics, indicators and units, with search in both
languages.
"""

from typing import Any, cast

from django.contrib import admin
from django.db.models import Case, Q, QuerySet, When
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from relations.models import ForumSeries, Indicator, Membership, Organization, Person, Place, Topic, Unit
from relations.models.named import Named, NamedQuerySet
from relations.rows.members import TWICE

from .created_for_import import CreatedForImport
from .form_rows import ChildForm
from .history import WithHistory
from .import_export import FileAdmin
from .inlines import KeptForms
from .merging import Merging
from .open_forms import OpenForms
from .review import Reviewing
from .unsaved import UnsavedText
from .widgets import SearchFields


class NamedAdmin(CreatedForImport, WithHistory, SearchFields, FileAdmin, UnsavedText, OpenForms, Reviewing):
    search_fields = ["folded_names"]
    search_help_text = _("Any name in Russian or English, including former names.")
    list_per_page = 100
    ordering = ["name_ru"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """As a cell finds them: by any name, and by the key or code."""
        if not search_term.strip():
            return queryset, False
        named = cast("NamedQuerySet[Any]", queryset).named(search_term)
        exact = self.exactly(search_term.replace("\x00", "").strip())
        found = queryset.filter(Q(pk__in=named.order_by().values("pk")) | exact)
        return found.order_by(Case(When(exact, then=0), default=1), *named.query.order_by), False

    def exactly(self, text: str) -> Q:
        """What a cell of a sheet takes beside names."""
        return Q(**{f"{self.model.natural_key_field}__iexact": text})

    def get_readonly_fields(self, request: HttpRequest, obj: Named | None = None) -> list[str]:
        """A key or code cannot change, because sheets and addresses use it."""
        return [self.model.natural_key_field] if obj else []

    def get_prepopulated_fields(self, request: HttpRequest, obj: Named | None = None) -> dict[str, Any]:
        return {} if obj else super().get_prepopulated_fields(request, obj)


class MembershipFormSet(KeptForms):
    relation = "memberships"
    identity = ("member",)
    said_twice = TWICE


class MembershipInline(SearchFields, admin.TabularInline):
    model = Membership
    form = ChildForm
    formset = MembershipFormSet
    fk_name = "group"
    extra = 0
    autocomplete_fields = ["member", "joined_source", "left_source"]
    fields = ["member", "joined", "joined_source", "left", "left_source"]
    verbose_name, verbose_name_plural = _("member"), _("members of the group")


@admin.register(Place)
class PlaceAdmin(Merging, NamedAdmin):
    list_display = ["name_ru", "name_en", "code", "kind", "parent"]
    list_filter = ["kind"]
    list_select_related = ["parent"]
    autocomplete_fields = ["parent"]
    inlines = [MembershipInline]
    fields = [
        ("code", "kind"),
        ("parent", "is_city_region"),
        ("name_ru", "name_en"),
        ("other_names_ru", "other_names_en"),
        ("former_names_ru", "former_names_en"),
        "existed",
    ]

    def view_on_site(self, place: Place) -> str:
        return place.get_absolute_url()


@admin.register(Organization)
class OrganizationAdmin(Merging, NamedAdmin):
    list_display = ["name_ru", "name_en", "place"]
    list_select_related = ["place"]
    autocomplete_fields = ["place"]
    prepopulated_fields = {"key": ["name_en"]}
    fields = [("name_ru", "name_en"), ("other_names_ru", "other_names_en"), ("place", "key")]


@admin.register(Person)
class PersonAdmin(Merging, NamedAdmin):
    list_display = ["name_ru", "name_en", "place"]
    list_select_related = ["place"]
    autocomplete_fields = ["place"]
    prepopulated_fields = {"key": ["name_en"]}
    fields = [
        ("name_ru", "name_en"),
        ("other_names_ru", "other_names_en"),
        ("office_ru", "office_en"),
        "in_office",
        ("place", "key"),
    ]


@admin.register(Topic)
class TopicAdmin(NamedAdmin):
    list_display = ["name_ru", "name_en", "key"]
    prepopulated_fields = {"key": ["name_en"]}
    fields = [("name_ru", "name_en"), ("other_names_ru", "other_names_en"), "key"]


@admin.register(ForumSeries)
class ForumSeriesAdmin(NamedAdmin):
    list_display = ["name_ru", "name_en", "event_type"]
    list_filter = ["event_type"]
    prepopulated_fields = {"key": ["name_en"]}
    fields = [("name_ru", "name_en"), ("other_names_ru", "other_names_en"), ("event_type", "key")]


@admin.register(Unit)
class UnitAdmin(NamedAdmin):
    list_display = ["name_ru", "name_en", "symbol_ru", "symbol_en"]
    prepopulated_fields = {"key": ["name_en"]}
    fields = [
        ("name_ru", "name_en"),
        ("symbol_ru", "symbol_en"),
        "dimension",
        ("other_names_ru", "other_names_en"),
        "key",
    ]

    def exactly(self, text: str) -> Q:
        return super().exactly(text) | Q(symbol_ru__icontains=text) | Q(symbol_en__icontains=text)


@admin.register(Indicator)
class IndicatorAdmin(NamedAdmin):
    change_form_template = "admin/relations/indicator_form.html"
    list_display = ["name_ru", "name_en", "unit"]
    list_select_related = ["unit"]
    autocomplete_fields = ["unit", "topics"]
    prepopulated_fields = {"key": ["name_en"]}
    fields = [
        ("name_ru", "name_en"),
        ("other_names_ru", "other_names_en"),
        ("definition_ru", "definition_en"),
        "former_keys",
        ("unit", "key"),
        ("producer_ru", "producer_en"),
        ("processing_ru", "processing_en"),
        "topics",
    ]

    def view_on_site(self, indicator: Indicator) -> str:
        return indicator.get_absolute_url()
