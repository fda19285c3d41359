"""Admin of the record types: columns, editorial actions and the form of each type."""

from collections.abc import Collection, Iterable
from typing import Any, ClassVar, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.text import format_lazy
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from relations.catalog import BY_MODEL, RECORD_TYPES
from relations.errors import Problem
from relations.models import Agreement, Citation, Forum, Observation, Record, State, Visit
from relations.models.citations import keep_cited
from relations.models.foreign_keys import SUBJECT_KEYS
from relations.models.querysets import RecordQuerySet
from relations.models.records import coded_fields
from relations.models.row_cache import refresh
from relations.presentation.dating import date_in_words
from relations.rows.resource import SheetResource

from .answers import RuleAnswers
from .import_export import SheetAdmin
from .inlines import (
    AgreementParties,
    CitationInline,
    LinkInline,
    ParticipationInline,
    VisitParticipants,
)
from .list_filters import CountryFilter, DatedFilter, ScopeFilter, SourcedFilter


class RecordAdmin(SheetAdmin, RuleAnswers):
    """Base admin of record types; by default it shows the type's own fields, participants and links."""

    list_display: Any = ()
    list_display_links = ["name"]
    shared_filters: ClassVar[list[Any]] = [
        "state",
        ScopeFilter,
        CountryFilter,
        SourcedFilter,
        DatedFilter,
        "topics",
    ]
    list_per_page = 50
    search_fields = ["key"]
    search_help_text = _("Words from the record in any form, names of participants, or the key.")
    autocomplete_fields = ["topics"]
    actions = ["publish", "submit", "send_back", "withdraw"]
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
        return cast("RecordQuerySet[Any]", super().get_queryset(request)).for_list()

    def get_list_display(self, request: HttpRequest) -> Any:
        return self.list_display or ["when", "name", "who", *self.coded_names(), "state", "cited"]

    def get_list_filter(self, request: HttpRequest) -> Any:
        return self.list_filter or [*self.shared_filters, *self.coded_names()]

    def get_fields(self, request: HttpRequest, obj: Record | None = None) -> Any:
        return self.fields or [*self.titles, "period", *self.own_names(), *self.last_fields]

    def get_inlines(self, request: HttpRequest, obj: Record | None) -> Any:
        hanging = {"participations": ParticipationInline, "links": LinkInline}
        own = [inline for name, inline in hanging.items() if hasattr(self.model, name)]
        return self.inlines or [CitationInline, *own]

    def coded_names(self) -> list[str]:
        return [field.name for field in coded_fields(cast("type[Record]", self.model))]

    def own_names(self) -> list[str]:
        """The fields that only this type has."""
        shared = {field.name for field in Record._meta.get_fields()} | {"id"}
        return [
            field.name for field in self.model._meta.fields if field.editable and field.name not in shared
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Record | None = None) -> list[str]:
        """Only users who may publish can change the address of anything ever public."""
        return ["state", "key"] if obj and obj.published_at and not self.may_publish(request) else ["state"]

    def view_on_site(self, record: Any) -> str:
        return record.get_absolute_url()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not search_term.strip():
            return queryset, False
        found = (
            cast("RecordQuerySet[Any]", queryset).matching(search_term, beginnings=True).values("pk")
            if any(map(str.isalnum, search_term))
            else []
        )
        return queryset.filter(Q(pk__in=found) | Q(key__icontains=search_term.replace("\x00", ""))), False

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

    # Form and saving.

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Titles are long: two lines, side by side in both languages."""
        if db_field.name in ("title_ru", "title_en"):
            kwargs["widget"] = forms.Textarea(attrs={"class": "vLargeTextField title-box", "rows": 2})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Citations are saved together, so that the only one of a public record can be replaced by another."""
        if formset.model is not Citation:
            super().save_formset(request, form, formset, change)
            return
        with keep_cited([form.instance]):
            kept = formset.save(commit=False)
            for citation in formset.deleted_objects:
                Model.delete(citation)
            for citation in kept:
                citation.save()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        record = self.model.objects.for_detail().get(pk=form.instance.pk)
        refresh([record])
        self.say_findings(request, record)
        if record.is_published and (problems := record.publication_problems()):
            record.withdraw()
            reasons = " ".join(str(problem) for problem in problems)
            messages.warning(
                request,
                gettext("Saved, but no longer published: %(reasons)s") % {"reasons": reasons},
            )

    def has_delete_permission(self, request: HttpRequest, obj: Record | None = None) -> bool:
        """A public record is withdrawn, not deleted, because its address may have been cited."""
        return super().has_delete_permission(request, obj) and not (obj and obj.published_at)

    # Actions.

    def may_publish(self, request: HttpRequest) -> bool:
        return request.user.has_perm(f"relations.publish_{self.opts.model_name}")

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        if not self.may_publish(request):
            for name in ("publish", "withdraw"):
                actions.pop(name, None)
        return actions

    @admin.action(description=_("Publish"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        ready = queryset.exclude(state=State.PUBLISHED)
        number, records = ready.count(), list(ready)
        refused = self.model.objects.filter(pk__in=[record.pk for record in records]).publish()
        for record, problems in refused:
            self.say_why(request, record, problems)
        for record in set(records) - {record for record, _problems in refused}:
            self.log_change(request, record, gettext("Published."))
        if done := number - len(refused):
            self.message_user(
                request,
                ngettext("%(n)d record published.", "%(n)d records published.", done) % {"n": done},
            )

    def say_why(self, request: HttpRequest, record: Any, problems: Iterable[Problem]) -> None:
        reasons = " ".join(str(problem) for problem in problems)
        message = gettext("“%(record)s” was not published. %(reasons)s") % {
            "record": record,
            "reasons": reasons,
        }
        self.message_user(request, message, messages.ERROR)

    def move(
        self,
        request: HttpRequest,
        queryset: QuerySet[Any],
        verb: str,
        allowed: Collection[str],
        done: str,
    ) -> None:
        moved = 0
        for record in queryset:
            if record.state not in allowed:
                message = gettext("“%(record)s” was not changed. Its state: %(state)s.")
                self.message_user(
                    request,
                    message % {"record": record, "state": record.get_state_display()},
                    messages.WARNING,
                )
                continue
            getattr(record, verb)()
            self.log_change(request, record, f"{done}.")
            moved += 1
        if moved:
            self.message_user(request, f"{done}: {moved}")

    @admin.action(description=_("Submit for review"), permissions=["change"])
    def submit(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self.move(request, queryset, "submit", [State.DRAFT], gettext("Submitted for review"))

    @admin.action(description=_("Return to draft"), permissions=["change"])
    def send_back(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        allowed = [State.REVIEW, State.WITHDRAWN] if self.may_publish(request) else [State.REVIEW]
        self.move(request, queryset, "send_back", allowed, gettext("Returned to draft"))

    @admin.action(description=_("Unpublish"), permissions=["change"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self.move(request, queryset, "withdraw", [State.PUBLISHED], gettext("Unpublished"))


@admin.register(Agreement)
class AgreementAdmin(RecordAdmin):
    inlines = [CitationInline, AgreementParties, LinkInline]
    list_display = ["when", "name", "who", "instrument_type", "status_in_law", "state", "cited"]
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
    list_display = ["when", "name", "who", "event_type", "event_status", "state", "cited"]
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
    list_display = ["when", "name", "who", "visitor_office", "visit_type", "visit_status", "state", "cited"]
    fields = [
        *RecordAdmin.titles,
        ("visitor_office", "visit_type"),
        ("visit_status", "format"),
        "period",
        *RecordAdmin.last_fields,
    ]


@admin.register(Observation)
class ObservationAdmin(RecordAdmin):
    list_display = ["when", "name", "figure", "ref_area", "counterpart_area", "state", "cited"]
    list_filter = [*RecordAdmin.shared_filters, "measure", "obs_status", "rank"]
    subjects: ClassVar[list[str]] = [f"about_{key}" for key in SUBJECT_KEYS]
    autocomplete_fields = ["topics", "indicator", "ref_area", "counterpart_area", "unit", *subjects]
    fields = [
        ("indicator", "period"),
        ("ref_area", "counterpart_area"),
        tuple(subjects),
        ("qualifier", "obs_value", "value_to"),
        ("unit", "unit_mult", "measure"),
        ("direction", "wording_ru", "wording_en"),
        ("definition_ru", "definition_en"),
        ("obs_status", "rank", "rank_reason"),
        ("comment_ru", "comment_en"),
        *RecordAdmin.titles,
        *RecordAdmin.last_fields,
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
