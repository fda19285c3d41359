"""Less work with citations: the last source that an editor used, and the citations of another record of the type."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import URLPattern, path, reverse

from relations.models import Citation, Source, Version
from relations.models.citations import QUOTE
from relations.models.foreign_keys import key_to
from relations.rows.citation_slots import Slot, slots_of
from relations.text.cell_syntax import split

#: how many of the last versions of an editor are searched for a source
VERSIONS_SEARCHED = 20


class CitingHelp(admin.ModelAdmin):
    """Adds both to the form of a record; nothing is stored before the form is saved."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.citations)
        name = f"relations_{self.opts.model_name}_citation_rows"
        return [path("<int:number>/citation-rows/", view, name=name), *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        address = reverse(f"admin:relations_{self.opts.model_name}_citation_rows", args=[0])
        context |= {
            "last_source": last_source_of(request.user),
            "copy_from": self.choice_of_record(),
            "citations_url": address,
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def choice_of_record(self) -> str:
        """A select box with search; without a name, so that it is not sent with the form."""
        select = AutocompleteSelect(Citation._meta.get_field(key_to(self.model)), self.admin_site)
        choice = forms.ModelChoiceField(self.model.objects.none(), widget=select, required=False)
        return str(choice.widget.render("", None, {"id": "copy-from"}))

    def citations(self, request: HttpRequest, number: int) -> JsonResponse:
        """The citations of a record as rows of the form: {"rows": [{name of the field: value}]}."""
        record = self.get_object(request, str(number))
        if record is None or not self.has_view_permission(request, record):
            raise Http404
        slots = slots_of(self.model.objects.for_row().get(pk=record.pk))
        keys = {key for slot in slots for key in (slot.source, slot.quoted_in) if key}
        sources = {source.key: source for source in Source.objects.filter(key__in=keys)}
        may_quote = request.user.has_perm(QUOTE)
        return JsonResponse({"rows": [row_of_form(slot, sources, may_quote) for slot in slots]})


def row_of_form(slot: Slot, sources: dict[str, Source], may_quote: bool) -> dict[str, Any]:
    """The values of one row; sources as {"id", "text"}."""
    row: dict[str, Any] = {
        "source": chosen(sources[slot.source]),
        "quoted_in": chosen(sources[slot.quoted_in]) if slot.quoted_in else None,
        "facts": [field for field in slot.fields if field],
    }
    names = ["locator_label", "locator", "confidence", "note_ru", "note_en"]
    names += ["quotation", "quotation_language"] if may_quote else []
    return row | {name: getattr(slot, name) for name in names}


def chosen(source: Source) -> dict[str, str]:
    return {"id": str(source.pk), "text": str(source)}


def last_source_of(user: Any) -> Source | None:
    """The source that the user has cited last: one that the last change added, else one that it kept."""
    versions = Version.objects.filter(user=user, after__isnull=False).exclude(type="sources").order_by("-pk")
    keys: list[str] = []
    for before, after in versions.values_list("before", "after")[:VERSIONS_SEARCHED]:
        cited = [key for key in split((after or {}).get("source", "")) if key]
        added = [key for key in cited if key not in split((before or {}).get("source", ""))]
        keys += reversed(added or cited)
    there = {
        source.key: source for source in Source.objects.filter(key__in=keys or [""])
    }  # always one statement
    return next((there[key] for key in keys if key in there), None)
