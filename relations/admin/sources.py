from django.contrib import admin
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from relations.models import Source
from relations.resources.sources import SourceResource

from .sheets import SheetAdmin


@admin.register(Source)
class SourceAdmin(SheetAdmin, admin.ModelAdmin):
    list_display = ["title", "author", "type", "issued", "cited"]
    list_filter = ["type", "language"]
    list_per_page = 50
    ordering = ["title", "pk"]
    search_fields = ["title"]
    search_help_text = _("Words of the title, the author or the journal, or the key.")
    fieldsets = [
        (None, {"fields": [("type", "language"), "title", "title_translation", "author", "key"]}),
        (_("Publication"), {"fields": [("container_title", "volume", "issue", "page"), ("publisher", "publisher_place"), ("issued", "number")]}),
        (_("Where it can be read"), {"fields": ["url", "accessed", "archive_url", "archived_on", ("doi", "isbn")]}),
        (_("For editors"), {"fields": ["notes"]}),
    ]  # fmt: skip

    def get_resource_classes(self, request):
        return [SourceResource]

    get_import_resource_classes = get_export_resource_classes = get_resource_classes

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(cited_by=Count("citations"))

    @admin.display(description=_("citations"), ordering="cited_by")
    def cited(self, source):
        return source.cited_by

    def get_readonly_fields(self, request, obj=None):
        """The key stands in sheets and addresses: once given it stays."""
        return ["key"] if obj else []

    def view_on_site(self, source):
        return source.get_absolute_url()

    def get_search_results(self, request, queryset, search_term):
        term = search_term.replace("\x00", "").strip()
        if not any(map(str.isalnum, term)):
            return queryset, False
        found = Source.objects.matching(term, beginnings=True).values("pk")
        return queryset.filter(Q(pk__in=found) | Q(key__icontains=term)), False
