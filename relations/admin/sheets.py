"""django-import-export in the admin, reading and writing the register's own sheets and showing its own report."""

import io

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.signing import BadSignature, Signer
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from import_export.admin import ImportExportMixin
from import_export.formats.base_formats import Format
from import_export.forms import ConfirmImportForm, ExportForm
from import_export.results import Result

from relations.problems import Problem
from relations.resources.annotated import annotated
from relations.resources.sheets import read_sheet
from relations.resources.template import write_template
from relations.resources.writing import write_sheet

from .kept import DatabaseStorage


class Sheet(Format):
    """Any table staff may have: what it is shows in its bytes, not in its name."""

    def __init__(self, encoding=None):
        """The library offers an encoding; the reader finds it in the bytes."""

    def get_title(self):
        return "xlsx, xls, csv, json"

    def create_dataset(self, in_stream):
        return read_sheet(in_stream)

    def can_import(self):
        return True


class Written(Format):
    form, content_type = "csv", "text/csv; charset=utf-8"

    def get_title(self):
        return self.form

    def get_extension(self):
        return self.form

    def get_content_type(self):
        return self.content_type

    def can_export(self):
        return True

    def export_data(self, dataset, **kwargs):
        stream = io.BytesIO()
        write_sheet(stream, dataset.headers, dataset, self.form)
        return stream.getvalue()


class Xlsx(Written):
    form, content_type = "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Json(Written):
    form, content_type = "json", "application/json"


class SignedConfirmForm(ConfirmImportForm):
    """The name of the kept file comes back signed, so that a confirmation reads the previewed file and no other."""

    signer = None
    expected = ""

    def clean_import_file_name(self):
        try:
            name, self.expected = self.signer.unsign(self.cleaned_data["import_file_name"]).rsplit(":", 1)
            return name
        except BadSignature as error:
            raise ValidationError(
                _("This preview cannot be confirmed (any more). Upload the file again.")
            ) from error


class SheetAdmin(ImportExportMixin):
    """Upload, preview, confirm; and a file of whatever the list shows."""

    import_formats = [Sheet]
    export_formats = [Xlsx, Written, Json]
    export_form_class = ExportForm
    confirm_form_class = SignedConfirmForm
    tmp_storage_class = DatabaseStorage
    import_template_name = "admin/import_export/import.html"
    export_template_name = "admin/import_export/export.html"

    def get_urls(self):
        model = "{}_{}".format(*self.get_model_info())
        own = [
            path(f"{view.__name__}/", self.admin_site.admin_view(view), name=f"{model}_{view.__name__}")
            for view in (self.template, self.marked, self.good)
        ]
        return [*own, *super().get_urls()]

    def import_action(self, request, **kwargs):
        """The library's page; a refused file is kept, so that it can be fetched with its errors marked."""
        response = super().import_action(request, **kwargs)
        context = getattr(response, "context_data", None) or {}
        form = context.get("form")
        if context.get("result") and "confirm_form" not in context and form.is_valid():
            context["kept"] = self.signer(request).sign(form.cleaned_data["import_file"].tmp_storage_name)
        return response

    def marked(self, request):
        """The refused file back, with its errors marked."""
        data, resource, may = self.refused(request)
        if not data:
            return self.upload_again(request)
        report, _drafts = resource().take(
            read_sheet(data), dry_run=True, user=request.user, may_change_public=may
        )
        content, extension = annotated(data, report)
        response = HttpResponse(content, content_type="application/octet-stream")
        response["Content-Disposition"] = f'attachment; filename="{resource.slug}-errors.{extension}"'
        return response

    def template(self, request):
        """The empty workbook to fill in."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        (resource,) = self.get_resource_classes(request)
        response = HttpResponse(content_type=Xlsx.content_type)
        response["Content-Disposition"] = f'attachment; filename="{resource.slug}-template.xlsx"'
        write_template(response, resource)
        return response

    def refused(self, request):
        """(bytes, resource, may change public records) of the refused file named in the form; no bytes if it is gone."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        (resource,) = self.get_resource_classes(request)
        try:
            data = DatabaseStorage(name=self.signer(request).unsign(request.POST.get("kept", ""))).read()
        except (BadSignature, FileNotFoundError):
            data = b""
        return data, resource, resource.may_publish(request.user)

    def upload_again(self, request):
        messages.error(request, _("The file is no longer kept. Upload it again."))
        return HttpResponseRedirect(reverse("admin:{}_{}_import".format(*self.get_model_info())))

    def good(self, request):
        """Stores the rows without errors and leaves the others."""
        data, resource, may = self.refused(request)
        if not data:
            return self.upload_again(request)
        sheet = read_sheet(data)
        details = {"user": request.user, "may_change_public": may}
        first, _drafts = resource().take(sheet, dry_run=True, **details)
        bad = first.bad_rows
        sheet.rows = [row for row in sheet.rows if row.number not in bad]
        name = request.POST.get("file", "")[:200]
        report, drafts = resource().take(sheet, file_name=name, keep_batch=True, **details)
        result = Result()
        result.report, result.drafts = report, drafts
        if not report.errors:
            messages.warning(request, _("Rows left: %(rows)s") % {"rows": ", ".join(map(str, sorted(bad)))})
        return self.process_result(result, request)

    def get_export_resource_fields_from_form(self, form):
        """All columns, always: a row without some of them could not be read back whole."""
        return

    def get_export_queryset(self, request):
        """Without what the list has prefetched: the resource fetches its own, and the two contradict each other."""
        return super().get_export_queryset(request).prefetch_related(None)

    def signer(self, request):
        """Binds a preview to its type and to the user who saw it."""
        return Signer(salt=f"{self.opts.label}-{request.user.pk}")

    def get_confirm_form_initial(self, request, import_form):
        initial = super().get_confirm_form_initial(request, import_form)
        if initial:
            seen = f"{initial['import_file_name']}:{request.previewed.fingerprint}"
            initial["import_file_name"] = self.signer(request).sign(seen)
        return initial

    def get_import_data_kwargs(self, request, form=None, **kwargs):
        """A preview leaves its report with the request; a confirmation expects what that report has seen."""
        return {"request": request, "expected": getattr(form, "expected", ""), **kwargs}

    def create_confirm_form(self, request, import_form=None):
        form = super().create_confirm_form(request, import_form)
        form.signer = self.signer(request)
        return form

    def process_import(self, request, **kwargs):
        """The uploaded file is kept for one confirmation only; a form somebody has tampered with confirms nothing."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        try:
            if self.create_confirm_form(request).is_valid():
                return super().process_import(request, **kwargs)
        except (FileNotFoundError, IndexError, ValueError):
            pass  # the file is gone, or the form names no format: said below
        messages.error(request, _("This preview cannot be confirmed (any more). Upload the file again."))
        return HttpResponseRedirect(reverse("admin:{}_{}_import".format(*self.get_model_info())))

    def add_data_read_fail_error_to_form(self, form, e):
        form.add_error("import_file", str(e) if isinstance(e, Problem) else _("The file cannot be read."))

    def process_result(self, result, request):
        """What was confirmed is stored, or, if the register has changed meanwhile, refused with its reasons."""
        if result.report.errors:
            for finding in result.report.errors[:20]:
                messages.error(request, str(finding))
            messages.error(request, _("Nothing was stored: the register has changed since the preview."))
            return HttpResponseRedirect(reverse("admin:{}_{}_import".format(*self.get_model_info())))
        return super().process_result(result, request)

    def generate_log_entries(self, result, request):
        """One line a record in the admin's log, as for a change by hand."""
        from django.contrib.admin.models import ADDITION, CHANGE, LogEntry

        new = [draft.record for draft in result.drafts if not draft.before]
        changed = [draft.record for draft in result.drafts if draft.before and draft.is_changed]
        for records, flag in ((new, ADDITION), (changed, CHANGE)):
            if records:
                LogEntry.objects.log_actions(
                    request.user.pk, records, flag, change_message=_("Imported from a sheet.")
                )

    def add_success_message(self, result, request):
        report = result.report
        message = _("Stored: %(created)d new, %(updated)d changed; %(unchanged)d were already so.")
        counts = {"created": report.created, "updated": report.updated, "unchanged": report.unchanged}
        messages.success(request, message % counts)
