"""Admin of import batches: the list, and one page to preview and confirm an import."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from relations import tasks
from relations.catalog import ROWS
from relations.errors import Problem
from relations.imports import batches, progress
from relations.imports.pipeline import load_sheet
from relations.models import ImportBatch
from relations.workers.takeover import take_care
from relations.writers.annotated import annotated

from .batch_steps import address_of, may
from .failed_tasks import FailedTaskPages
from .import_preview import Tabs
from .mapping import MappingPages

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


Status = ImportBatch.Status
admin.site.unregister(DBTaskResult)  # editors need no access to the worker queue


@admin.register(ImportBatch)
class ImportBatchAdmin(FailedTaskPages, MappingPages):
    list_display = [
        "__str__", "kind", "user", "created_at", "status", "new", "changed", "waiting", "undone_at",
    ]  # fmt: skip
    list_filter = ["status", "type", "user"]
    list_select_related = ["user"]
    search_fields = ["file", "sha256"]
    actions = ["undo"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ImportBatch | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ImportBatch | None = None) -> bool:
        """An import is part of the history of its records."""
        return False

    @admin.display(description=_("type"), ordering="type")
    def kind(self, batch: ImportBatch) -> "StrOrPromise":
        return ROWS[batch.type].model._meta.verbose_name_plural

    @admin.display(description=_("new"), ordering="created", empty_value="–")
    def new(self, batch: ImportBatch) -> int | None:
        """Only of what was stored."""
        return batch.created if batch.status == Status.STORED else None

    @admin.display(description=_("changed"), ordering="updated", empty_value="–")
    def changed(self, batch: ImportBatch) -> int | None:
        return batch.updated if batch.status == Status.STORED else None

    def get_urls(self) -> list[URLPattern]:
        steps = [
            path(
                f"<int:number>/{name}/",
                self.admin_site.admin_view(view),
                name=f"relations_importbatch_{name}",
            )
            for name, view in (
                ("progress", self.progress),
                ("confirm", self.confirm),
                ("good", self.good),
                ("cancel", self.cancel),
                ("marked", self.marked),
            )
        ]
        return [*steps, *super().get_urls()]

    # The page of one import.

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        batch = self.visible(request, object_id)
        take_care(batch)
        is_own = batch.user_id == request.user.pk and may(request.user, "import", batch.type)
        if batch.status == Status.MAPPING and is_own:
            return HttpResponseRedirect(address_of(batch, "mapping"))
        context = {
            **self.admin_site.each_context(request),
            "title": str(batch),
            "batch": batch,
            "opts": self.opts,
            "type": ROWS[batch.type].model._meta,
            "is_own": is_own,
            "encodings": batches.encodings_of(batch) if is_own and batch.status == Status.REFUSED else (),
            "next": self.steps(request, batch),
            "tabs": None
            if batch.is_under_way
            else Tabs(batch, request.GET.get("tab", ""), request.GET.get("page"), request.user),
            "is_waiting_long": batch.status == Status.WAITING and timezone.now() - batch.created_at > LONG,
            "progress": progress.of(batch) if batch.is_under_way else None,
            "findings": batch.report.get("errors", []) if batch.status == Status.STALE else [],
        }
        return TemplateResponse(request, "admin/import_export/batch.html", context)

    def progress(self, request: HttpRequest, number: int) -> JsonResponse:
        """Polled by the page while a worker is running."""
        batch = self.own(request, number, reading=True)
        take_care(batch)
        come = progress.of(batch)
        return JsonResponse(
            {
                "is_under_way": batch.is_under_way,
                "step": batch.get_status_display(),
                "done": come.done,
                "total": come.total,
                "seconds_left": come.seconds_left,
            }
        )

    def own(self, request: HttpRequest, number: int, reading: bool = False) -> ImportBatch:
        """The import, if the user may act on it; other users may only view it."""
        batch = self.visible(request, number)
        if not reading and not may(request.user, "import", batch.type):
            raise PermissionDenied
        if not reading and (request.method != "POST" or batch.user_id != request.user.pk):
            raise PermissionDenied(gettext("This import belongs to another user. Upload the file yourself."))
        return batch

    def back_to(self, batch: ImportBatch) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:relations_importbatch_change", args=[batch.pk]))

    def confirm(self, request: HttpRequest, number: int, only_good: bool = False) -> HttpResponseRedirect:
        """Stores what was previewed."""
        batch = self.own(request, number)
        try:
            batches.confirm(batch, only_good)
        except Problem as problem:
            messages.error(request, str(problem))
            return self.back_to(batch)
        tasks.go_on(batch)
        batch.refresh_from_db()
        if batch.status == Status.STORED:
            self.say_stored(request, batch)
        elif batch.status == Status.STALE:
            messages.error(
                request, gettext("Nothing was stored: the register has changed since the preview.")
            )
        return self.back_to(batch)

    def say_stored(self, request: HttpRequest, batch: ImportBatch) -> None:
        message = gettext("Stored: %(created)d new, %(updated)d changed, %(unchanged)d unchanged.")
        counts = {"created": batch.created, "updated": batch.updated, "unchanged": batch.unchanged}
        messages.success(request, message % counts)
        if batch.proposed:
            waiting = ngettext(
                "%(n)d change of a public record waits for approval.",
                "%(n)d changes of public records wait for approval.",
                batch.proposed,
            )
            messages.info(request, waiting % {"n": batch.proposed})
        if batch.only_good:
            rows = ", ".join(map(str, batch.report.get("bad_rows", [])[:MOST_NAMED]))
            messages.warning(request, gettext("Rows not stored: %(rows)s") % {"rows": rows})

    def good(self, request: HttpRequest, number: int) -> HttpResponseRedirect:
        """Stores the rows without errors and leaves the others."""
        return self.confirm(request, number, only_good=True)

    def cancel(self, request: HttpRequest, number: int) -> HttpResponseRedirect:
        batch = self.own(request, number)
        batches.cancel(batch)
        return self.back_to(batch)

    def marked(self, request: HttpRequest, number: int) -> HttpResponse:
        """The user's own file back, with its errors marked."""
        batch = self.own(request, number)
        resource = ROWS[batch.type]
        try:
            data = batches.data_of(batch)
            recipe = batches.recipe_of(batch)
            report = load_sheet(
                resource, batches.sheet_of(batch), recipe, dry_run=True, **batches.options_of(batch)
            )
        except Problem as problem:
            messages.error(request, str(problem))
            return self.back_to(batch)
        content, extension = annotated(data, report, batch.sheet, batch.encoding)
        response = HttpResponse(content, content_type="application/octet-stream")
        response["Content-Disposition"] = f'attachment; filename="{resource.slug}-errors.{extension}"'
        return response


#: by then an available worker has started an import
LONG = timedelta(minutes=1)
#: rows and keys named in one sentence
MOST_NAMED = 50
