"""What a cell of an import names and the register lacks is created by its form, and then read in that cell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from relations import tasks
from relations.catalog import ROWS
from relations.errors import Problem
from relations.imports.recipes import adopt, with_cell
from relations.mapping.names import tables_of
from relations.mapping.recipe import storable
from relations.models import ImportBatch
from relations.rows.lookup_tables import NameTable
from relations.rows.lookups import Lookups
from relations.rows.suggestions import HAS_CYRILLIC

from .batch_steps import address_of

#: of the parameters of an address
LONGEST_NAME = 300
FOR_IMPORT = "for_import"


def ways_to_create(
    batch: ImportBatch, column: str, name: str, tables: Iterable[NameTable], user: Any
) -> list[tuple[str, str]]:
    """[(what it would be, address of its form)] of a name that none of these tables has, if the user may add it."""
    found = []
    for model in filter(None, (table.model for table in tables)):
        if user.has_perm(f"relations.add_{model._meta.model_name}"):
            asked = urlencode({FOR_IMPORT: batch.pk, "column": column, "cell": name[:LONGEST_NAME]})
            address = reverse(f"admin:relations_{model._meta.model_name}_add")
            found.append((str(model._meta.verbose_name), f"{address}?{asked}"))
    return found


class CreatedForImport(admin.ModelAdmin):
    """Adds the way back to the preview of an import to the form of something new."""

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The name, in the field of its language."""
        initial: dict[str, Any] = dict(super().get_changeform_initial_data(request))
        name = storable(request.GET.get("cell", ""))[:LONGEST_NAME]
        if FOR_IMPORT in request.GET and name:
            initial["name_ru" if HAS_CYRILLIC.search(name) else "name_en"] = name
        return initial

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        response: HttpResponse = super().response_add(request, obj, post_url_continue)
        number = request.GET.get(FOR_IMPORT, "")
        if number.isascii() and number.isdecimal() and len(number) < 10 and "_save" in request.POST:
            response["Location"] = self.read_as(request, int(number), obj)
        return response

    def read_as(self, request: HttpRequest, number: int, obj: Any) -> str:
        """Reads the cell as what was created; the address of the import."""
        imports: Any = self.admin_site._registry[ImportBatch]
        column, cell = (storable(request.GET.get(name, "")) for name in ("column", "cell"))
        try:
            batch = imports.own_open(request, number)
            tables = tables_of(ROWS[batch.type], column, Lookups())
            if cell and any(table.model is type(obj) for table in tables):
                adopt(batch, with_cell(batch, column, cell, obj.natural_key()[0]), request.user)
                tasks.go_on(batch)
        except Problem as problem:
            messages.error(request, str(problem))
        except (PermissionDenied, Http404):
            messages.error(request, gettext("The import is no longer yours to answer."))
            return reverse("admin:relations_importbatch_changelist")
        return address_of(batch)
