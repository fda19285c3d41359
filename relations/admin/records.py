"""Admin of the record types: columns, editorial actions and the form of each type."""

from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from relations.catalog import BY_MODEL, RECORD_TYPES
from relations.imports.report import Report
from relations.models import Agreement, Forum, Observation, Project, Record, Visit
from relations.models.country_limits import beyond_limit
from relations.models.foreign_keys import SUBJECT_KEYS
from relations.models.querysets import RecordQuerySet
from relations.models.records import coded_fields
from relations.presentation.dating import date_in_words
from relations.rows.resource import SheetResource
from relations.rules.all_rules import STOPPING

from .actions import BulkActions
from .affected import RestingFilter
from .answers import RuleAnswers
from .best_first import best_first
from .citing_help import CitingHelp
from .figure_grid import FigureGridPage
from .history import WithHistory
from .import_export import SheetAdmin
from .inlines import (
    AgreementParties,
    CitationInline,
    LinkInline,
    ParticipationInline,
    VisitParticipants,
)
from .list_filters import (
    CountryFilter,
    DatedFilter,
    MissingFilter,
    ReadTwiceFilter,
    ScopeFilter,
    SourcedFilter,
    YearFilter,
)
from .merging import Merging
from .open_forms import OpenForms
from .record_list import RecordList, StateFilter
from .saved_filters import SavedFilters
from .second_reading import SecondReading
from .unsaved import UnsavedText
from .widgets import SearchFields


class RecordAdmin(
    SearchFields,
    Merging,
    UnsavedText,
    OpenForms,
    CitingHelp,
    BulkActions,
    WithHistory,
    SavedFilters,
    SecondReading,
    SheetAdmin,
    RuleAnswers,
):
    """Base admin of record types; by default it shows the type's own fields, participants and links."""

    change_form_template = "admin/relations/record_form.html"
    list_display: Any = ()
    list_display_links = ["name"]
    shared_filters: ClassVar[list[Any]] = [
        ("state", StateFilter),
        ScopeFilter,
        CountryFilter,
        SourcedFilter,
        MissingFilter,
        ReadTwiceFilter,
        DatedFilter,
        YearFilter,
        "topics",
        RestingFilter,
    ]
    list_per_page = 50
    search_fields = ["key"]
    search_help_text = _(
        "Words from the record in any form, names of participants, or the beginning of the key."
    )
    autocomplete_fields = ["topics"]
    save_on_top = True
    titles: list[str | tuple[str, ...]] = [
        ("title_ru", "title_en"),
        "alternative_titles",
        ("summary_ru", "summary_en"),
    ]
    last_fields: list[str | tuple[str, ...]] = [
        ("not_before", "not_before_reason", "not_after", "not_after_reason"),
        "topics",
        "notes",
        ("key", "state"),
    ]

    def get_resource_classes(self, request: HttpRequest) -> list[type[SheetResource]]:
        return [BY_MODEL[self.model].resource]

    get_import_resource_classes = get_export_resource_classes = get_resource_classes

    def get_queryset(self, request: HttpRequest) -> RecordQuerySet[Any]:
        return cast("RecordQuerySet[Any]", super().get_queryset(request)).for_list().with_readings()

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return RecordList

    def get_list_display(self, request: HttpRequest) -> Any:
        return self.list_display or [
            "when",
            "name",
            "state",
            "cited",
            "read_twice",
            "who",
            *self.coded_names(),
        ]

    def get_list_filter(self, request: HttpRequest) -> Any:
        return self.list_filter or [*self.shared_filters, *self.coded_names()]

    def get_fields(self, request: HttpRequest, obj: Record | None = None) -> Any:
        return self.fields or [*self.titles, "period", *self.own_names(), *self.last_fields]

    def get_inlines(self, request: HttpRequest, obj: Record | None) -> Any:
        hanging = {"participations": ParticipationInline, "links": LinkInline}
        own = [inline for name, inline in hanging.items() if hasattr(self.model, name)]
        return self.inlines or [CitationInline, *own]

    def coded_names(self) -> list[str]:
        """The coded fields that only this type has."""
        own = self.own_names()
        return [field.name for field in coded_fields(cast("type[Record]", self.model)) if field.name in own]

    def own_names(self) -> list[str]:
        """The fields that only this type has."""
        shared = {field.name for field in Record._meta.get_fields()} | {"id"}
        return [
            field.name for field in self.model._meta.fields if field.editable and field.name not in shared
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Record | None = None) -> list[str]:
        """Only users who may publish can change the address of anything ever public."""
        return ["state", "key"] if obj and obj.published_at and not self.may_publish(request) else ["state"]

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        """The rows with which the form of a new record begins."""
        found = super().get_formset_kwargs(request, obj, inline, prefix)
        rows = getattr(inline, "begins_with", ())
        return found | ({"initial": rows} if rows and obj.pk is None else {})

    def view_on_site(self, record: Any) -> str:
        return record.get_absolute_url()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not (term := search_term.replace("\x00", "").strip()):
            return queryset, False
        matching = cast("RecordQuerySet[Any]", queryset).named(term)
        return best_first(request, matching, term, "key", "title_ru", "title_en"), False

    @admin.display(description=_("date"), ordering="first_day")
    def when(self, record: Any) -> str:
        return date_in_words(record, short=True)

    @admin.display(description=_("title"))
    def name(self, record: Any) -> str:
        return str(record)

    @admin.display(description=_("participants"))
    def who(self, record: Any) -> str:
        return ", ".join(place.name for place in record.sides())

    @admin.display(description=_("sources"), ordering="source_count")
    def cited(self, record: Any) -> int:
        return record.source_count

    @admin.display(description=_("checked by a second reader"))
    def read_twice(self, record: Any) -> str:
        return f"{record.reading_count} / {record.citation_count}"

    # Form and saving.

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Titles are long: two lines, side by side in both languages."""
        if db_field.name in ("title_ru", "title_en"):
            kwargs["widget"] = forms.Textarea(attrs={"class": "vLargeTextField title-box", "rows": 2})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        report = request.saved.report
        if sentences := remarks_of(report, is_stopping=True):
            message = _("Saved, but it will not be approved like this: %(sentences)s")
            messages.error(request, message % {"sentences": sentences})
        if sentences := remarks_of(report, is_stopping=False):
            messages.warning(request, _("Please check: %(sentences)s") % {"sentences": sentences})

    def has_change_permission(self, request: HttpRequest, obj: Record | None = None) -> bool:
        return super().has_change_permission(request, obj) and self.is_within_limit(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Record | None = None) -> bool:
        """A public record is withdrawn, not deleted, because its address may have been cited."""
        may = super().has_delete_permission(request, obj) and not (obj and obj.published_at)
        return may and self.is_within_limit(request, obj)

    def is_within_limit(self, request: Any, record: Record | None) -> bool:
        """Whether the countries to which the user may be limited take part; asked once a request."""
        if record is None or record.pk is None:
            return True
        known: dict[int, bool] = request.__dict__.setdefault("within_limit", {})
        if record.pk not in known:
            known[record.pk] = not beyond_limit(request.user, self.model, [record.pk])
        return known[record.pk]


def remarks_of(report: Report, is_stopping: bool) -> str:
    """What the rules and the search for duplicates say of a saved row: what stops its approval, or the rest."""
    left_out = ("converted", "approval.rule")  # the latter adds nothing to the error itself
    problems = (one.problem for one in report.warnings if one.problem.code not in left_out)
    return " ".join(str(one) for one in problems if (one.code in STOPPING) == is_stopping)


@admin.register(Agreement)
class AgreementAdmin(RecordAdmin):
    inlines = [CitationInline, AgreementParties, LinkInline]
    list_display = ["when", "name", "state", "cited", "read_twice", "who", "instrument_type", "status_in_law"]
    fields = [
        *RecordAdmin.titles,
        ("instrument_type", "level"),
        ("signed", "adopted"),
        ("entered_into_force", "provisionally_applied"),
        ("terminated",),
        ("status_in_law", "status_as_of"),
        *RecordAdmin.last_fields,
    ]


@admin.register(Forum)
class ForumAdmin(RecordAdmin):
    list_display = ["when", "name", "state", "cited", "read_twice", "who", "event_type", "event_status"]
    list_filter = [*RecordAdmin.shared_filters, "event_type", "event_status", "series"]
    autocomplete_fields = ["topics", "series"]
    fields = [
        *RecordAdmin.titles,
        ("series", "edition_number"),
        ("event_type", "event_status"),
        "period",
        *RecordAdmin.last_fields,
    ]


@admin.register(Visit)
class VisitAdmin(RecordAdmin):
    inlines = [CitationInline, VisitParticipants, LinkInline]
    list_display = [
        "when",
        "name",
        "state",
        "cited",
        "read_twice",
        "who",
        "visitor_office",
        "visit_type",
        "visit_status",
    ]
    fields = [
        *RecordAdmin.titles,
        ("visitor_office", "visit_type"),
        ("visit_status", "format"),
        "period",
        *RecordAdmin.last_fields,
    ]


@admin.register(Project)
class ProjectAdmin(RecordAdmin):
    list_display = ["when", "name", "state", "cited", "read_twice", "who", "project_type", "status"]
    fields = [
        *RecordAdmin.titles,
        ("project_type", "period"),
        ("status", "status_as_of"),
        *RecordAdmin.last_fields,
    ]


@admin.register(Observation)
class ObservationAdmin(FigureGridPage, RecordAdmin):
    import_export_change_list_template = "admin/relations/figure_change_list.html"
    list_display = ["when", "name", "figure", "state", "cited", "read_twice", "ref_area", "counterpart_area"]
    list_filter = [*RecordAdmin.shared_filters, "measure", "obs_status", "rank"]
    subjects: ClassVar[list[str]] = [f"about_{key}" for key in SUBJECT_KEYS]
    autocomplete_fields = ["topics", "indicator", "ref_area", "counterpart_area", "unit", *subjects]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("indicator", "period"),
                    ("ref_area", "counterpart_area"),
                    tuple(subjects),
                    ("qualifier", "obs_value", "value_to"),
                    ("unit", "unit_mult", "measure"),
                ]
            },
        ),
        (
            _("Wording and status"),
            {
                "fields": [
                    ("direction", "wording_ru", "wording_en"),
                    ("definition_ru", "definition_en"),
                    ("obs_status", "rank", "rank_reason"),
                    ("comment_ru", "comment_en"),
                ]
            },
        ),
        (_("Title, dates and notes"), {"fields": [*RecordAdmin.titles, *RecordAdmin.last_fields]}),
    ]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """What a figure is about is one of several fields, each named after its type."""
        if db_field.name in self.subjects:
            name = db_field.related_model._meta.verbose_name
            kwargs["label"] = format_lazy("{}: {}", db_field.verbose_name, name)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=_("figure"), ordering="obs_value")
    def figure(self, record: Any) -> str:
        return record.in_words()


for record_type in RECORD_TYPES:
    if not admin.site.is_registered(record_type.model):
        admin.site.register(record_type.model, RecordAdmin)
