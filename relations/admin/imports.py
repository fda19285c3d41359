"""Imports as objects: who stored what from which file, and the way to take it back."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from relations.catalog import RESOURCES
from relations.models import ImportBatch
from relations.models.names import reader_language
from relations.problems import Problem
from relations.resources.history import undo

MOST_LINKS = 500


@admin.register(ImportBatch)
class ImportBatchAdmin(admin.ModelAdmin):
    list_display = ["__str__", "type", "user", "created_at", "created", "updated", "unchanged", "undone_at"]
    list_filter = ["type", "user"]
    list_select_related = ["user"]
    search_fields = ["file", "sha256"]
    actions = ["undo"]
    fields = [
        ("type", "file", "sha256"),
        ("user", "created_at"),
        ("rows", "created", "updated", "unchanged"),
        ("undone_at", "undone_by"),
        "warnings",
        "records",
    ]
    readonly_fields = [name for row in fields for name in ([row] if isinstance(row, str) else row)]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        """An import is part of the history of its records."""
        return False

    @admin.display(description=_("records"))
    def records(self, batch):
        """Links to every record the import made or changed."""
        resource = RESOURCES[batch.type]
        versions = batch.versions.filter(type=batch.type).order_by("pk")[:MOST_LINKS]
        there = set(
            resource.model.objects.filter(pk__in=[one.object_id for one in versions]).values_list(
                "pk", flat=True
            )
        )
        address = f"admin:relations_{resource.model._meta.model_name}_change"
        links = [
            (reverse(address, args=[one.object_id]), one.key) for one in versions if one.object_id in there
        ]
        return format_html_join(", ", '<a href="{}">{}</a>', links) or "—"

    @admin.display(description=_("warnings"))
    def warnings(self, batch):
        language = reader_language()
        found = batch.report.get("warnings", [])[:MOST_LINKS]
        lines = ((f"{one['column']}{one['row'] or ''}", one["message"][language]) for one in found)
        return format_html_join("\n", "<div>{}: {}</div>", lines) or "—"

    @admin.action(description=_("Undo these imports"), permissions=["view"])
    def undo(self, request, queryset):
        for batch in queryset:
            resource = RESOURCES[batch.type]
            if not request.user.has_perm(f"relations.import_{resource.model._meta.model_name}"):
                raise PermissionDenied
            self.undo_one(request, batch, resource)

    def undo_one(self, request, batch, resource):
        try:
            resources = {slug: one() for slug, one in RESOURCES.items()}
            undoing = undo(batch, resources, request.user, resource.may_publish(request.user))
        except Problem as problem:
            self.message_user(request, f"{batch}: {problem}", messages.ERROR)
            return
        counts = {"restored": undoing.restored, "deleted": undoing.deleted}
        done = gettext("Undone: %(restored)d restored, %(deleted)d deleted.") % counts
        self.message_user(request, f"{batch}. {done}")
        if undoing.skipped:
            left = ngettext(
                "Left, since it has changed: %(keys)s",
                "Left, since they have changed: %(keys)s",
                len(undoing.skipped),
            )
            self.message_user(request, left % {"keys": ", ".join(undoing.skipped)}, messages.WARNING)
