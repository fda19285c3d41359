"""Admin pages that upload a sheet for preview, download its template and export the filtered list."""

from typing import Any, BinaryIO, cast

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from import_export.admin import ExportMixin, ImportExportMixin
from import_export.formats.base_formats import Format
from import_export.forms import ExportForm

from relations import tasks
from relations.imports import batches
from relations.presentation.upload_form import UploadForm
from relations.rows.reference_tables import NamesTable
from relations.writers.responses import CONTENT_TYPES, Table, file_response
from relations.writers.template import write_template


class Written(Format):
    """A format offered in the form of django-import-export; the rows themselves are streamed."""

    form = "csv"

    def get_title(self) -> str:
        return self.form

    def can_export(self) -> bool:
        return True


class Xlsx(Written):
    form = "xlsx"


class Json(Written):
    form = "json"


class FileAdmin(ExportMixin):
    """A file of the rows that the list shows."""

    export_formats = [Xlsx, Written, Json]
    export_form_class = ExportForm
    export_template_name = "admin/import_export/export.html"

    def table(self, request: HttpRequest) -> Table:
        """Gives the column names and the rows of the list to the library."""
        return NamesTable(self.model)

    def export_action(self, request: HttpRequest) -> HttpResponseBase:
        """The file holds what the list shows, so a parameter that the list does not know leads back to it."""
        try:
            answer: HttpResponseBase = super().export_action(request)
        except IncorrectLookupParameters:
            name = f"admin:{self.model._meta.app_label}_{self.model._meta.model_name}_changelist"
            return HttpResponseRedirect(f"{reverse(name)}?{ERROR_FLAG}=1")
        return answer

    def get_export_resource_fields_from_form(self, form: Any) -> None:
        """Always all columns, because a partial row could not be imported again completely."""
        return

    def get_export_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Drops the prefetches of the list, because a stored row needs nothing else."""
        return super().get_export_queryset(request).select_related(None).prefetch_related(None)

    def _do_file_export(
        self, file_format: Written, request: HttpRequest, queryset: QuerySet[Any], export_form: Any = None
    ) -> HttpResponseBase:
        """Overrides the one method of the library that makes a file, in order to stream it."""
        return file_response(self.table(request), queryset, file_format.form)


class SheetAdmin(FileAdmin, ImportExportMixin):
    """Adds upload, preview and export of the listed rows to an admin."""

    import_template_name = "admin/import_export/import.html"

    def get_urls(self) -> list[URLPattern]:
        name = "{}_{}_template".format(*self.get_model_info())
        return [path("template/", self.admin_site.admin_view(self.template), name=name), *super().get_urls()]

    def import_action(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Uploads a file; the preview has its own page."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        (resource,) = self.get_resource_classes(request)
        form = UploadForm(request.POST or None, request.FILES or None)
        if form.is_valid():
            batch = batches.begin(resource, request.user, *form.content, form.cleaned_data["sheet"])
            tasks.go_on(batch)
            return HttpResponseRedirect(reverse("admin:relations_importbatch_change", args=[batch.pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Import"),
            "form": form,
            "opts": self.opts,
            "columns": resource.names(),
        }
        status = 413 if form.is_bound and form.is_too_large else 200
        return TemplateResponse(request, self.import_template_name, context, status=status)

    def process_import(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Replaces the library's confirmation by the page of the import."""
        return HttpResponseRedirect(reverse("admin:relations_importbatch_changelist"))

    def template(self, request: HttpRequest) -> HttpResponse:
        """The empty workbook to fill in."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        (resource,) = self.get_resource_classes(request)
        response = HttpResponse(content_type=CONTENT_TYPES["xlsx"])
        response["Content-Disposition"] = f'attachment; filename="{resource.slug}-template.xlsx"'
        write_template(cast(BinaryIO, response), resource)  # a response can be written to as a file can
        return response

    def table(self, request: HttpRequest) -> Table:
        (resource,) = self.get_export_resource_classes(request)
        return resource
