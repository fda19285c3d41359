"""Unsaved text: what is typed into a form is kept in the browser until it is saved.

The scripts in static/js do the work. The server tells them whose form it is and from which version it began, and, by a
cookie, that a form has been saved.
"""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from relations.revisions.approval import fingerprint

#: the hidden field with the name that the script has given to the opened form
NAME = "_unsaved"
#: what the script makes such a name of
VALID_NAME = re.compile(r"[a-z0-9]{8,40}")
#: the beginning of the cookie that tells the script of a saved form, and for how many seconds it does
SAVED, SAVED_SECONDS = "saved_", 24 * 3600


def version_of(obj: Any) -> str:
    """The same as long as the stored entity is the same."""
    stored = type(obj)._base_manager.filter(pk=obj.pk)
    try:
        obj._meta.get_field("row")
    except FieldDoesNotExist:
        values = stored.values().first()
    else:
        values = stored.values("row").first()
    return fingerprint({name: str(value) for name, value in (values or {}).items()})


class UnsavedText(admin.ModelAdmin):
    """Offers what was typed into a form and not saved, when the form is opened again."""

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        obj = kwargs.get("obj")
        may_write = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        if may_write:
            context |= {"unsaved": self.about_form(request, obj)}
        return super().render_change_form(request, context, *args, **kwargs)

    def about_form(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """What the script has to know of the form."""
        name = request.POST.get(NAME, "")
        return {
            "version": version_of(obj) if obj and obj.pk else "",
            "name": name if VALID_NAME.fullmatch(name) else "",
            "is_sent": request.method == "POST",
            "add_url": reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_add"),
        }

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> Any:
        return told_as_saved(request, super().response_add(request, obj, post_url_continue))

    def response_change(self, request: HttpRequest, obj: Any) -> Any:
        return told_as_saved(request, super().response_change(request, obj))


def told_as_saved(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """With the cookie by which the script knows that the text need not be kept any longer."""
    name = request.POST.get(NAME, "")
    if VALID_NAME.fullmatch(name):
        response.set_cookie(
            f"{SAVED}{name}", "1", max_age=SAVED_SECONDS, path=reverse("admin:index"),
            secure=settings.SESSION_COOKIE_SECURE, samesite="Lax",
        )  # fmt: skip
    return response


def unsaved_texts(request: HttpRequest) -> TemplateResponse:
    """The page with all that this user has typed on this device and not saved."""
    context = {**admin.site.each_context(request), "title": _("Unsaved texts")}
    return TemplateResponse(request, "admin/unsaved_texts.html", context)
