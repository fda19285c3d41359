"""The history of a record in the admin: its versions, comparing and reverting them, and the trash of its type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import admin, messages
from django.contrib.admin.utils import NestedObjects
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from relations import tasks
from relations.errors import Problem
from relations.models import Version
from relations.models.row_cache import FlatRow
from relations.registry import resource_of
from relations.revisions import trash
from relations.revisions.comments import by_version
from relations.revisions.history import (
    Reverted,
    compare,
    describe,
    present_row,
    refuse_nothing,
    revert,
    revert_since,
    reverted,
    reverted_since,
    title_of,
    version_of,
    versions_of,
)
from relations.revisions.referring import referring_to
from relations.revisions.saving import RowRefused, SavedRow
from relations.rows.resource import SheetResource

T = TypeVar("T")

#: versions, or deleted records, on one page
PER_PAGE = 25
#: the parameter of the page, and the longest reason of a deletion or a reverting
PAGE, LONGEST_REASON = "p", 300
#: what a version is compared with, if not with another one
PRESENT = "present"


class WithHistory(admin.ModelAdmin):
    """Adds the history and the trash to the admin of a model with a row; the right to view suffices to look."""

    import_export_change_list_template = "admin/relations/row_change_list.html"
    delete_confirmation_template = "admin/relations/row_delete_confirmation.html"
    delete_selected_confirmation_template = "admin/relations/row_delete_selected_confirmation.html"

    @property
    def row_resource(self) -> type[SheetResource]:
        return resource_of(self.model)

    def get_urls(self) -> list[URLPattern]:
        pages: list[tuple[str, str, Callable[..., HttpResponse]]] = [
            ("trash", "trash/", self.trash),
            ("compare", "<int:number>/history/compare/", self.compare),
            ("revert", "<int:number>/history/revert/", self.revert),
            ("version", "<int:number>/history/<int:version>/", self.version),
        ]
        named = [
            path(route, self.admin_site.admin_view(view), name=f"relations_{self.opts.model_name}_{name}")
            for name, route, view in pages
        ]
        return [*named, *super().get_urls()]

    def address(self, page: str, *args: Any) -> str:
        return reverse(f"admin:relations_{self.opts.model_name}_{page}", args=args)

    # Looking.

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not object_id.isdecimal() or len(object_id) > 18:
            raise Http404
        number = int(object_id)
        record = self.record_to_look_at(request, number)
        versions = versions_of(self.row_resource, number)
        page = Paginator(versions, PER_PAGE).get_page(request.GET.get(PAGE))
        if record is None and not page.object_list:
            raise Http404
        changes = describe(self.row_resource, page.object_list)
        threads = by_version(self.row_resource, number)
        earliest = threads.get(None, []) if not page.has_next() else []
        context = {
            **self.context(request, record, number),
            "title": _("History"),
            "page": page,
            "changes": [(one, threads.get(one.version.pk, [])) for one in changes],
            "earliest_threads": earliest,
            "newest": changes[0] if changes and page.number == 1 else None,
            "may_revert": bool(record) and self.has_change_permission(request, record),
            "may_see_imports": request.user.has_perm("relations.view_importbatch"),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/relations/history.html", context)

    def version(self, request: HttpRequest, number: int, version: int) -> HttpResponse:
        """One version as a whole."""
        record = self.record_to_look_at(request, number)
        (change,) = describe(self.row_resource, [self.version_or_404(number, version)])
        row = change.after if change.after is not None else change.before or {}
        context = {
            **self.context(request, record, number),
            "title": _("Version %(number)d") % {"number": version},
            "change": change,
            "facts": compare(self.row_resource, {}, row),
        }
        return TemplateResponse(request, "admin/relations/version.html", context)

    def compare(self, request: HttpRequest, number: int) -> HttpResponse:
        """Two versions, or one and the record as it is now."""
        record = self.record_to_look_at(request, number)
        names = [request.GET.get(name, "") for name in ("from", "to")]
        before, after = (self.row_named(number, name, record) for name in names)
        context = {
            **self.context(request, record, number),
            "title": _("Comparison of versions"),
            "sides": [self.side_named(name) for name in names],
            "differences": compare(self.row_resource, before, after),
        }
        return TemplateResponse(request, "admin/relations/compare.html", context)

    def context(self, request: HttpRequest, record: Any, number: int) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "record": record,
            "number": number,
            "subtitle": str(record) if record else self.former_title(number),
            "change_url": self.address("change", number) if record else "",
            "history_url": self.address("history", number),
        }

    def former_title(self, number: int) -> str:
        """What a deleted record was called."""
        last = versions_of(self.row_resource, number).first()
        return title_of(last.before or {}) if last else ""

    def record_to_look_at(self, request: HttpRequest, number: int) -> Any:
        """The record, or None if it was deleted."""
        record = self.get_object(request, str(number))
        if not self.has_view_permission(request, record):
            raise PermissionDenied
        return record

    def version_or_404(self, number: int, version: int) -> Version:
        try:
            return version_of(self.row_resource, number, version)
        except Version.DoesNotExist as missing:
            raise Http404 from missing

    def row_named(self, number: int, name: str, record: Any) -> FlatRow:
        """The row that a version has left; of a deletion, none."""
        if name == PRESENT:
            return present_row(self.row_resource, number) if record else {}
        return self.version_or_404(number, number_in(name)).after or {}

    def side_named(self, name: str) -> str:
        if name == PRESENT:
            return gettext("Now")
        return gettext("Version %(number)d") % {"number": number_in(name)}

    # Reverting.

    def revert(self, request: HttpRequest, number: int) -> HttpResponse:
        """Reverts one version, one column of it, or everything since, once that is confirmed with a reason."""
        record = self.record_to_look_at(request, number)
        if request.method != "POST" or not self.has_change_permission(request, record):
            raise PermissionDenied
        if record is None:
            raise Http404
        version = number_in(request.POST.get("version", ""))
        column, is_since = request.POST.get("column", ""), "since" in request.POST
        resource, user = self.row_resource, request.user
        reason = reason_in(request)
        if "confirmed" not in request.POST or not any(map(str.isalpha, reason)):
            return self.confirm_revert(request, record, version, column, is_since)

        def save() -> SavedRow:
            if is_since:
                return revert_since(resource, number, version, user, reason)
            return revert(resource, number, version, user, column, reason)

        if saved := self.said(request, save):
            self.log_change(request, record, gettext("Version %(number)d reverted") % {"number": version})
            messages.success(request, reverted_in_words(saved))
        return HttpResponseRedirect(self.address("history", number))

    def confirm_revert(
        self, request: HttpRequest, record: Any, version: int, column: str, is_since: bool
    ) -> HttpResponse:
        """Says what would be as it was before, and asks why."""
        resource, pk = self.row_resource, record.pk

        def look() -> Reverted:
            found = (
                reverted_since(resource, pk, version) if is_since else reverted(resource, pk, version, column)
            )
            refuse_nothing(resource, found)
            return found

        found = self.said(request, look)
        if found is None:
            return HttpResponseRedirect(self.address("history", pk))
        context = {
            **self.context(request, record, pk),
            "title": _("Revert"),
            "version": version,
            "column": column,
            "is_since": is_since,
            "said": found.said,
            "differences": compare(resource, found.theirs, found.row),
            "lacks_reason": "confirmed" in request.POST,
            "longest": LONGEST_REASON,
        }
        return TemplateResponse(request, "admin/relations/confirm_revert.html", context)

    def said(self, request: HttpRequest, do: Callable[[], T]) -> T | None:
        """What `do` has done; the reasons why it could not are told to the user."""
        try:
            return do()
        except Version.DoesNotExist as missing:
            raise Http404 from missing
        except RowRefused as refused:
            messages.error(request, " ".join(str(one.problem) for one in refused.findings))
        except Problem as problem:
            messages.error(request, str(problem))
        return None

    # The trash.

    def trash(self, request: HttpRequest) -> HttpResponse:
        """What was deleted of this type; a POST restores one."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        may_restore = self.has_add_permission(request) and self.has_change_permission(request)
        if request.method == "POST":
            if not may_restore:
                raise PermissionDenied
            return self.restore(request)
        page = Paginator(trash.deleted(self.row_resource), PER_PAGE).get_page(request.GET.get(PAGE))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Trash"),
            "subtitle": None,
            "opts": self.opts,
            "page": page,
            "deleted": [(title_of(version.before or {}), version) for version in page.object_list],
            "may_restore": may_restore,
        }
        return TemplateResponse(request, "admin/relations/trash.html", context)

    def restore(self, request: HttpRequest) -> HttpResponse:
        number = number_in(request.POST.get("version", ""))
        saved = self.said(request, lambda: trash.restore(self.row_resource, number, request.user))
        if saved is None:
            return HttpResponseRedirect(self.address("trash"))
        record = saved.change.record
        self.log_addition(request, record, gettext("Restored from the trash"))
        messages.success(request, _("“%(record)s” has been restored.") % {"record": record})
        return HttpResponseRedirect(self.address("change", record.pk))

    # Deleting.

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            with transaction.atomic():
                return super().delete_view(request, object_id, extra_context)
        except Problem as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(self.address("changelist"))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method == "GET" and (number := tasks.number_stale()):
            message = ngettext(
                "%(n)d record is being brought up to date after a change of what it shows.",
                "%(n)d records are being brought up to date after a change of what they show.",
                number,
            )
            messages.info(request, message % {"n": number})
        if request.POST.get("action") != "delete_selected":
            return super().changelist_view(request, extra_context)
        try:
            with transaction.atomic():
                return super().changelist_view(request, extra_context)
        except Problem as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(self.address("changelist"))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Once it is confirmed, what is deleted with these need not be named one by one again; of what keeps them from
        being deleted, which may be thousands of records, a few are named.
        """
        if "post" not in request.POST:
            resource = self.row_resource
            keys = [one.pk for one in objs] if resource.is_reference else []
            if others := referring_to(resource, keys):
                return [], {}, set(), others
            return super().get_deleted_objects(objs, request)
        collector: Any = NestedObjects(using=DEFAULT_DB_ALIAS)
        collector.collect(objs)
        if collector.protected:
            return super().get_deleted_objects(objs, request)
        refused = {
            model._meta.verbose_name
            for model, found in collector.model_objs.items()
            if self.admin_site.is_registered(model)
            and not all(
                self.admin_site.get_model_admin(model).has_delete_permission(request, one) for one in found
            )
        }
        return [], {}, refused, []

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        trash.delete(self.row_resource, [obj.pk], request.user, reason_in(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        keys = list(queryset.values_list("pk", flat=True))
        trash.delete(self.row_resource, keys, request.user, reason_in(request))


def number_in(text: str) -> int:
    """The number of a version in a parameter; Http404 where it is none."""
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise Http404
    return int(text)


def reason_in(request: HttpRequest) -> str:
    return request.POST.get("_reason", "").strip()[:LONGEST_REASON]


def reverted_in_words(saved: SavedRow) -> str:
    if saved.revision:
        return gettext(
            "The change back waits for approval, because the record is public. Readers see it once it is approved."
        )
    return gettext("Reverted. The record has a new version.")
