"""Admin of sources, with a filter by the outcome of the last link check."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet, URLField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from relations.models import LinkCheck, Source
from relations.rows.resource import SheetResource
from relations.rows.sources import SourceResource
from relations.templatetags.register import day

from .best_first import best_first
from .cell_fields import in_words_of
from .history import WithHistory
from .import_export import SheetAdmin
from .merging import Merging
from .open_forms import OpenForms
from .references import ReferenceBox
from .saved_filters import SavedFilters
from .second_reading import SampleOfMonth
from .unsaved import UnsavedText

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class LinkFilter(admin.SimpleListFilter):
    title, parameter_name = _("link check"), "link"

    def lookups(self, request: HttpRequest, model_admin: Any) -> "list[tuple[str, StrOrPromise]]":
        return [
            ("dead", _("broken links")),
            ("failing", _("no response at the last check")),
            ("answers", _("responds")),
            ("unasked", _("never checked")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Source]) -> QuerySet[Source]:
        checks = LinkCheck.objects
        if self.value() == "unasked":
            return queryset.exclude(url="").exclude(link_check__in=checks.current())
        match self.value():
            case "dead":
                return queryset.filter(link_check__in=checks.dead())
            case "failing":
                return queryset.filter(link_check__in=checks.failing())
            case "answers":
                return queryset.filter(link_check__in=checks.answering())
        return queryset


@admin.register(Source)
class SourceAdmin(
    Merging, WithHistory, SavedFilters, SampleOfMonth, SheetAdmin, UnsavedText, OpenForms, ReferenceBox
):
    list_display = [
        "title",
        "author",
        "type",
        in_words_of(Source._meta.get_field("issued")),
        "cited",
        "link_state",
    ]
    list_select_related = ["link_check"]
    list_filter = [LinkFilter, "type", "language"]
    list_per_page = 50
    ordering = ["title", "pk"]
    # An address typed without its scheme; Django 6 assumes the same.
    formfield_overrides = {URLField: {"assume_scheme": "https"}}
    search_fields = ["title"]
    search_help_text = _("Words from the title, the author or the journal, or the key.")
    fieldsets = [
        (None, {"fields": [("type", "language"), "title", "title_translation", "author", "key"]}),
        (
            _("Publication"),
            {
                "fields": [
                    ("container_title", "volume", "issue", "page"),
                    ("publisher", "publisher_place"),
                    ("issued", "number"),
                    ("not_before", "not_after"),
                    ("dating_ru", "dating_en"),
                    "extent",
                ]
            },
        ),
        (
            _("Where to read it"),
            {
                "fields": [
                    "url",
                    "last_check",
                    "accessed",
                    "archive_url",
                    "archived_on",
                    ("doi", "isbn"),
                    "licence",
                    "identification",
                ]
            },
        ),
        (_("For editors"), {"fields": ["notes"]}),
    ]

    def get_resource_classes(self, request: HttpRequest) -> list[type[SheetResource]]:
        return [SourceResource]

    get_import_resource_classes = get_export_resource_classes = get_resource_classes

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        return super().get_queryset(request).annotate(cited_by=Count("citations"))

    @admin.display(description=_("citations"), ordering="cited_by")
    def cited(self, source: Any) -> int:
        return source.cited_by

    readonly_fields = ["last_check", "identification"]

    @admin.display(description=_("identified by"))
    def identification(self, source: Source) -> "StrOrPromise":
        return source.identification

    @admin.display(description=_("link check"), ordering="link_check__outcome", empty_value="–")
    def link_state(self, source: Source) -> "StrOrPromise | None":
        if not source.link:
            return None
        return _("broken") if source.link.is_dead else source.link.get_outcome_display()

    @admin.display(description=_("last check"))
    def last_check(self, source: Source) -> "StrOrPromise":
        """All that is known of the address."""
        if not (check := source.link):
            return _("not checked yet")
        said = [f"{day(check.checked_at)}: {check.get_outcome_display()}"]
        said += [_("HTTP status %(status)d") % {"status": check.status}] if check.status else []
        said += [check.get_reason_display()] if check.reason else []
        if not check.answers and check.failing_since:
            about = {"n": check.failures, "since": day(check.failing_since)}
            said.append(_("consecutive failures: %(n)d, since %(since)s") % about)
            if check.last_alive_at:
                said.append(_("last response on %(day)s") % {"day": day(check.last_alive_at)})
        return "; ".join(str(one) for one in said)

    def view_on_site(self, source: Source) -> str:
        return source.get_absolute_url()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Source], search_term: str
    ) -> tuple[QuerySet[Source], bool]:
        term = search_term.replace("\x00", "").strip()
        if not any(map(str.isalnum, term)):
            return queryset, False
        found = Source.objects.matching(term, beginnings=True).values("pk")
        matching = queryset.filter(Q(pk__in=found) | Q(key__icontains=term))
        return best_first(request, matching, term, "key", "title"), False
