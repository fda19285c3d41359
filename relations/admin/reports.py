"""Admin of error reports: the list, and one report with what it is about and the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from relations.catalog import RESOURCES
from relations.errors import Problem
from relations.models import ErrorReport, Record
from relations.models.reports import LONGEST_ANSWER
from relations.models.row_cache import FlatRow, unpacked
from relations.revisions.reports import (
    answer,
    approve_answer,
    changes_since,
    label_of,
    may_answer_one,
    may_approve_answer,
    newest_version,
    seen_of,
)
from relations.rows.differences import Wording
from relations.rows.merging import groups_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: the verbs of the page, and what they make of a report
VERBS = {"accept": ErrorReport.Status.ACCEPTED, "decline": ErrorReport.Status.DECLINED}


class TypeFilter(admin.SimpleListFilter):
    title, parameter_name = _("type"), "type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, StrOrPromise]]:
        return [(slug, one.model._meta.verbose_name_plural or slug) for slug, one in RESOURCES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ErrorReport]) -> QuerySet[ErrorReport]:
        return queryset.filter(type=self.value()) if self.value() else queryset


@admin.register(ErrorReport)
class ErrorReportAdmin(admin.ModelAdmin):
    list_display = ["excerpt", "kind", "key", "fact", "at", "status"]
    list_filter = ["status", TypeFilter]
    list_per_page = 50
    search_fields = ["key", "text"]
    ordering = ["-status", "pk"]
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Readers write reports, on the public pages."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ErrorReport | None = None) -> bool:
        """An answered report is part of the history of its record."""
        return False

    @admin.display(description=_("what is wrong"))
    def excerpt(self, report: ErrorReport) -> str:
        return Truncator(report.text).chars(100)

    @admin.display(description=_("type"), ordering="type")
    def kind(self, report: ErrorReport) -> StrOrPromise:
        return (RESOURCES[report.type].model._meta.verbose_name or "") if report.type in RESOURCES else ""

    @admin.display(description=_("fact"), ordering="column")
    def fact(self, report: ErrorReport) -> str:
        return label_of(report.type, report.column)

    # The page of one report.

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        report = self.get_object(request, object_id)
        if not self.has_view_permission(request, report):
            raise PermissionDenied
        if report is None:
            raise Http404
        if request.method == "POST":
            return self.keep_answer(request, report)
        return self.page(request, report, report.answer)

    def keep_answer(self, request: HttpRequest, report: ErrorReport) -> HttpResponse:
        if not may_answer_one(request.user, report):
            raise PermissionDenied
        verb, text = request.POST.get("verb", ""), request.POST.get("answer", "")
        if verb == "approve":
            return self.approve_answer(request, report)
        try:
            seen, change = request.POST.get("seen", ""), request.POST.get("change", "")
            report = answer(report.pk, VERBS.get(verb, ""), text, seen, request.user, change)
        except Problem as problem:
            report.refresh_from_db()
            return self.page(request, report, text, str(problem))
        template = gettext("Accepted: %(answer)s") if verb == "accept" else gettext("Declined: %(answer)s")
        self.log_change(request, report, template % {"answer": report.answer})
        messages.success(request, gettext("The answer is stored."))
        return HttpResponseRedirect(reverse("admin:relations_errorreport_change", args=[report.pk]))

    def approve_answer(self, request: HttpRequest, report: ErrorReport) -> HttpResponse:
        try:
            report = approve_answer(report.pk, request.POST.get("seen", ""), request.user)
        except Problem as problem:
            report.refresh_from_db()
            return self.page(request, report, report.answer, str(problem))
        self.log_change(request, report, gettext("Answer approved: %(answer)s") % {"answer": report.answer})
        messages.success(request, gettext("The answer is public."))
        return HttpResponseRedirect(reverse("admin:relations_errorreport_change", args=[report.pk]))

    def page(self, request: HttpRequest, report: ErrorReport, text: str, error: str = "") -> HttpResponse:
        may = may_answer_one(request.user, report)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Error report"),
            "opts": self.opts,
            "report": report,
            "fact": self.fact(report),
            "kind": self.kind(report),
            "may_answer": may,
            "may_approve": report.waits_for_approval and may_approve_answer(request.user, report),
            "address": report.address if may else "",
            "answer": text,
            "error": error,
            "seen": seen_of(report),
            "longest": LONGEST_ANSWER,
            "changes": changes_since(report) if may else [],
            "chosen": request.POST.get("change", "") or chosen(report),
            **self.about(request, report),
        }
        return TemplateResponse(request, "admin/relations/error_report.html", context)

    def about(self, request: HttpRequest, report: ErrorReport) -> dict[str, Any]:
        """What the report is about: its title, its pages, and the fact then and now; little if it is deleted."""
        resource = RESOURCES.get(report.type)
        entity = resource.model._base_manager.filter(pk=report.object_id).first() if resource else None
        if resource is None or entity is None:
            return {"entity": None}
        name = resource.model._meta.model_name
        rights = (f"relations.{verb}_{name}" for verb in ("view", "change"))
        pages = {}
        if any(request.user.has_perm(one) for one in rights):
            pages = {
                f"{page}_url": reverse(f"admin:relations_{name}_{page}", args=[entity.pk])
                for page in ("change", "review", "history")
            }
        is_public = entity.is_published if isinstance(entity, Record) else True
        return {
            "entity": entity,
            **pages,
            "public_url": entity.get_absolute_url() if is_public else "",
            "then": self.value(report, report.version.after or {}) if report.version else "",
            "now": self.value(report, unpacked(entity.row)),
            "has_changed": bool(report.version_id)
            and report.version_id != newest_version(report.type, report.object_id),
        }

    def value(self, report: ErrorReport, row: FlatRow) -> str:
        """The fact in words, as a row has it."""
        wording = Wording(RESOURCES[report.type])
        group = next((one for one in groups_of(wording.resource) if report.column in one.names), None)
        if group is None:
            return ""
        return wording.both(group, {}, group.cells(row))[1]


def chosen(report: ErrorReport) -> str:
    """The change that the present answer names, as the form sends it."""
    if report.change_id:
        return f"version-{report.change_id}"
    return f"revision-{report.revision_id}" if report.revision_id else ""
