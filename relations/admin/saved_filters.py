"""Saved filters: what an editor has chosen in a list is kept under a name, and one click away."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.models import SavedFilter
from relations.models.saved_filters import LONGEST_NAME, LONGEST_QUERY
from relations.text.plain import check_plain

#: saved filters of one user in one list
MOST = 50
#: parameters of a list that choose nothing: its page, the mark of an error, all on one page
NOT_CHOSEN = ("p", "e", "all")


class SavedFilters(admin.ModelAdmin):
    """Adds the saved filters of the user to a list."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.save_filter)
        name = f"relations_{self.opts.model_name}_filters"
        return [path("filters/", view, name=name), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        context = {"saved_filters": self.saved_filters(request), "chosen": chosen(request.GET)}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    def saved_filters(self, request: HttpRequest) -> Any:
        return SavedFilter.objects.filter(user=request.user.pk or 0, model=self.opts.model_name or "")

    def save_filter(self, request: HttpRequest) -> HttpResponse:
        """Saves what is chosen under a name, or deletes a saved filter of the user."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if not self.has_view_permission(request):
            raise PermissionDenied
        query = chosen(QueryDict(request.POST.get("query", "")[: LONGEST_QUERY + 1]))
        number = request.POST.get("delete", "")
        try:
            if number:
                self.saved_filters(request).filter(pk=as_key(number)).delete()
            else:
                self.keep_filter(request, request.POST.get("name", "").strip(), query)
        except Problem as problem:
            messages.error(request, str(problem))
        return HttpResponseRedirect(
            f"{reverse(f'admin:relations_{self.opts.model_name}_changelist')}?{query}"
        )

    def keep_filter(self, request: HttpRequest, name: str, query: str) -> None:
        """A filter of the same name is replaced. Raises Problem where it cannot be kept."""
        if not name:
            raise Problem("filter.name", _("Give the filter a name."))
        check_plain(name)
        if len(name) > LONGEST_NAME or len(query) > LONGEST_QUERY:
            raise Problem("filter.long", _("The name or the choice is too long to be saved."))
        if not query:
            raise Problem(
                "filter.empty", _("Nothing is chosen in the list. Choose filters or search words first.")
            )
        own = self.saved_filters(request)
        if own.exclude(name=name).count() >= MOST:
            raise Problem("filter.many", _("%(n)s filters are saved here. Delete one first."), n=MOST)
        about: dict[str, Any] = {"user_id": request.user.pk, "model": self.opts.model_name, "name": name}
        SavedFilter.objects.update_or_create(**about, defaults={"query": query})
        messages.success(request, gettext("The filter is saved."))


def chosen(parameters: QueryDict) -> str:
    """The query string of what is chosen in a list."""
    kept = parameters.copy()
    for name in NOT_CHOSEN:
        kept.pop(name, None)
    return kept.urlencode()


def as_key(text: str) -> int:
    """0 for what is no primary key."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
