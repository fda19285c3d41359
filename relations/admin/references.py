"""A source in one paste: a box that fills in the form, and says which sources the register has already."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext

from relations.bibliography.reading import ReadReference, read_reference
from relations.errors import Problem
from relations.revisions.known_sources import known_sources

from .review import Reviewing

#: the field with which an editor says that a source is another one than those that the register has
ADD_ANYWAY = "_add_anyway"


class ReferenceBox(Reviewing):
    """Adds the box to the form of a new source."""

    add_form_template = "admin/relations/source_add_form.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.read)
        return [path("read/", view, name="relations_source_read"), *super().get_urls()]

    def read(self, request: Any) -> HttpResponse:
        """The form of a new source, filled in from what was pasted; nothing is stored yet."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        add = reverse("admin:relations_source_add")
        if request.method != "POST":
            return HttpResponseRedirect(add)
        pasted = request.POST.get("reference", "")
        context: dict[str, Any] = {"pasted": pasted, "read_url": request.path}
        try:
            request.reference = read_reference(pasted)
        except Problem as problem:
            messages.error(request, str(problem))
        else:
            context |= {
                "left": request.reference.left,
                "known": known_sources(request.reference.fields),
                "is_read": True,
            }
        request.method, request.path_info = "GET", add
        return self.changeform_view(request, None, add, context)

    def get_changeform_initial_data(self, request: Any) -> dict[str, Any]:
        reference: ReadReference | None = getattr(request, "reference", None)
        initial = super().get_changeform_initial_data(request)
        return initial if reference is None else {**initial, **reference.fields}

    def known_already(self, request: HttpRequest, row: dict[str, str]) -> str:
        """Why a new source should not be stored: the register has that very work."""
        certain = [one for one in known_sources(row) if one.is_certain]
        if not certain or ADD_ANYWAY in request.POST:
            return ""
        message = gettext(
            "The register has this source already: “%(title)s” (%(key)s; %(reason)s)."
            " Use that one, or tick “It is another work” and save again."
        )
        first = certain[0]
        return message % {"title": first.source.title[:120], "key": first.source.key, "reason": first.reason}

    def before_adding(self, request: HttpRequest, row: dict[str, str]) -> list[Problem]:
        refusal = self.known_already(request, row)
        return [Problem("source.known", refusal)] if refusal else []
