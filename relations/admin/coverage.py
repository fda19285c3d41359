"""The page that shows how many records each country has in each year, and leads to them."""

from __future__ import annotations

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from relations.catalog import RECORD_TYPES
from relations.revisions.country_years import country_years
from relations.revisions.overview import may_look


def coverage(request: HttpRequest) -> TemplateResponse:
    """One record type at a time, of those that the user may see."""
    types = [one for one in RECORD_TYPES if may_look(request.user, one)]
    if not types:
        raise PermissionDenied
    wanted = request.GET.get("type", "")
    chosen = next((one for one in types if one.slug == wanted), types[0])
    context = {
        **admin.site.each_context(request),
        "title": _("Records by country and year"),
        "types": types,
        "chosen": chosen,
        "model_name": chosen.model._meta.model_name,
        "table": country_years(chosen),
    }
    return TemplateResponse(request, "admin/coverage.html", context)
