"""Merging two entities in the admin: both side by side, what is kept of each, approval and undo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.imports.versions import rows_of
from relations.models import Merge
from relations.models.row_cache import FlatRow
from relations.revisions.history import title_of
from relations.revisions.likely_duplicates import likely_duplicates
from relations.revisions.merges import (
    LONGEST_REASON,
    approve_merge,
    discard_merge,
    propose,
    seen_of,
    shown_of,
    tell_apart,
)
from relations.revisions.moving import referring_objects
from relations.revisions.saving import RowRefused
from relations.revisions.unmerging import undo_merge
from relations.rows.differences import Wording
from relations.rows.resource import SheetResource
from relations.rows.uniting import BOTH, KEPT, MERGED, default_choice, differing, options

from .likely import LikelyHints, told_apart

#: merges on one page, and the longest key
PER_PAGE, LONGEST_KEY = 25, 100
#: the start of the names of the fields in which somebody chooses
CHOOSE = "choose-"
LABELS = {KEPT: _("the one to keep"), MERGED: _("the other"), BOTH: _("both")}


@dataclass
class Choosing:
    """One fact in which two entities differ, in words, and what may be chosen: (value, label, is chosen)."""

    name: str
    label: str
    kept: str
    merged: str
    choices: list[tuple[str, Any, bool]]
    after: str = ""


class Merging(LikelyHints):
    """Adds the pages on which two entities are merged, and the list of merges of the type."""

    def get_urls(self) -> list[URLPattern]:
        pages: list[tuple[str, str, Callable[..., HttpResponse]]] = [
            ("merges", "merges/", self.all_merges),
            ("merged", "merges/<int:number>/", self.one_merge),
            ("merge", "<int:number>/merge/", self.merge_with),
        ]
        named = [
            path(route, self.admin_site.admin_view(view), name=f"relations_{self.opts.model_name}_{name}")
            for name, route, view in pages
        ]
        return [*named, *super().get_urls()]

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        record = kwargs.get("obj")
        if record and record.pk and self.may_publish(request):
            context["merge_url"] = self.page_url("merge", record.pk)
        return super().render_change_form(request, context, *args, **kwargs)

    # Two side by side.

    def merge_with(self, request: HttpRequest, number: int) -> HttpResponse:
        """Choosing another one, or what is kept of each; a POST merges them, or says that they are two."""
        kept = self.get_object(request, str(number))
        if kept is None:
            raise Http404
        if not self.may_publish(request) or not self.has_change_permission(request, kept):
            raise PermissionDenied
        wanted = (request.POST.get("with") or request.GET.get("with") or "").strip()
        other = self.entity_named(wanted)
        if wanted and other is None:
            messages.error(request, gettext("Nothing has the key “%(key)s”.") % {"key": wanted[:LONGEST_KEY]})
        if request.method == "POST" and other is not None:
            verbs = {"merge": self.merge_them, "different": self.tell_apart}
            verb = verbs.get(request.POST.get("verb", ""))
            if verb is None:
                raise PermissionDenied
            if answer := self.tried(request, lambda: verb(request, kept, other)):
                return answer
            return self.merge_page(request, self.get_object(request, str(number)), self.entity_named(wanted))
        return self.merge_page(request, kept, other)

    def entity_named(self, text: str) -> Any:
        """The entity with this key or primary key; None where there is none."""
        text = text.replace("\x00", "")[:LONGEST_KEY]
        found = self.model._base_manager.filter(
            **{f"{self.resource_of_model().key_field}__iexact": text}
        ).first()
        if found is None and text.isascii() and text.isdecimal() and len(text) < 19:
            found = self.model._base_manager.filter(pk=text).first()
        return found

    def merge_page(self, request: HttpRequest, kept: Any, other: Any) -> HttpResponse:
        if kept is None:
            raise Http404
        resource = self.resource_of_model()
        context = {
            **self.about_type(request),
            "title": _("Merge"),
            "record": kept,
            "change_url": self.page_url("change", kept.pk),
            "wanted": request.GET.get("with", "")[:LONGEST_KEY],
        }
        if other is None or other.pk == kept.pk:
            context["likely"] = [
                (one, getattr(one.entity, resource.key_field)) for one in likely_duplicates(resource, kept)
            ]
        else:
            context |= self.two_side_by_side(request, resource, kept, other)
        return TemplateResponse(request, "admin/relations/merge.html", context)

    def two_side_by_side(
        self, request: HttpRequest, resource: type[SheetResource], kept: Any, other: Any
    ) -> dict[str, Any]:
        rows = rows_of(resource, [kept.pk, other.pk])
        return {
            "other": other,
            "other_key": getattr(other, resource.key_field),
            "key": getattr(kept, resource.key_field),
            "facts": choosing(resource, rows[kept.pk], rows[other.pk], chosen_in(request)),
            "seen": seen_of(rows[kept.pk], rows[other.pk]),
            "references": len(referring_objects(resource, other.pk)),
            "reason": request.POST.get("reason", "")[:LONGEST_REASON],
            "longest_reason": LONGEST_REASON,
        }

    def about_type(self, request: HttpRequest) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "merges_url": reverse(f"admin:relations_{self.opts.model_name}_merges"),
        }

    def tried(self, request: HttpRequest, act: Callable[[], HttpResponse]) -> HttpResponse | None:
        """What `act` answers; why it was refused is told to the user."""
        try:
            return act()
        except RowRefused as refused:
            messages.error(request, " ".join(str(one.problem) for one in refused.findings))
        except Problem as problem:
            messages.error(request, str(problem))
        return None

    def merge_them(self, request: HttpRequest, kept: Any, other: Any) -> HttpResponse:
        post, title = request.POST, str(other)
        resource, choices = self.resource_of_model(), chosen_in(request)
        merge = propose(
            resource, kept.pk, other.pk, post.get("seen", ""), choices, request.user, post.get("reason", "")
        )
        if merge.status == Merge.Status.DONE:
            self.log_change(request, kept, gettext("Merged with “%(title)s”") % {"title": title})
            messages.success(
                request, gettext("Merged. All that referred to “%(title)s” leads here.") % {"title": title}
            )
        else:
            messages.success(
                request, gettext("The merge waits for approval, because readers see what it changes.")
            )
        return HttpResponseRedirect(self.page_url("merged", merge.pk))

    def tell_apart(self, request: HttpRequest, kept: Any, other: Any) -> HttpResponse:
        tell_apart(self.resource_of_model(), kept.pk, other.pk, request.user)
        messages.success(request, told_apart(kept, other))
        return HttpResponseRedirect(self.page_url("merge", kept.pk))

    # One merge, and all of them.

    def one_merge(self, request: HttpRequest, number: int) -> HttpResponse:
        """What was or is to be merged; a POST approves, discards or undoes it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        merge = self.of_this_type().filter(pk=number).first()
        if merge is None:
            raise Http404
        if request.method == "POST":
            verbs = {"approve": self.approve_merge, "discard": self.discard_merge, "undo": self.undo_merge}
            verb = verbs.get(request.POST.get("verb", ""))
            is_own = merge.user_id == request.user.pk and verb == self.discard_merge
            if verb is None or not (self.may_publish(request) or is_own):
                raise PermissionDenied
            self.tried(request, lambda: verb(request, merge))
            return HttpResponseRedirect(self.page_url("merged", number))
        resource = self.resource_of_model()
        kept = self.model._base_manager.filter(pk=merge.kept).first()
        context = {
            **self.about_type(request),
            "title": _("Merge"),
            "merge": merge,
            "kept_title": title_of(merge.base_kept),
            "merged_title": title_of(merge.base_merged),
            "facts": choosing(resource, merge.base_kept, merge.base_merged, {}, merge.row),
            "seen": shown_of(merge),
            "may_publish": self.may_publish(request),
            "is_own": settings.TWO_PAIRS_OF_EYES and merge.user_id == request.user.pk,
            "may_discard": self.may_publish(request) or merge.user_id == request.user.pk,
            "change_url": self.page_url("change", kept.pk) if kept else "",
        }
        return TemplateResponse(request, "admin/relations/merged.html", context)

    def of_this_type(self) -> Any:
        merges = Merge.objects.filter(type=self.resource_of_model().slug)
        return merges.select_related("user", "decided_by", "undone_by")

    def approve_merge(self, request: HttpRequest, merge: Merge) -> HttpResponse:
        approve_merge(merge, request.POST.get("seen", ""), request.user)
        return self.told(request, gettext("Approved and merged."))

    def discard_merge(self, request: HttpRequest, merge: Merge) -> HttpResponse:
        discard_merge(merge, request.user)
        return self.told(request, gettext("The merge was discarded."))

    def undo_merge(self, request: HttpRequest, merge: Merge) -> HttpResponse:
        undo_merge(merge, request.user)
        return self.told(request, gettext("Undone: both are as they were before."))

    def told(self, request: HttpRequest, sentence: str) -> HttpResponse:
        messages.success(request, sentence)
        return HttpResponse()

    def all_merges(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        page = Paginator(self.of_this_type().defer("moves"), PER_PAGE).get_page(request.GET.get("p"))
        found = [(one, title_of(one.base_merged), title_of(one.base_kept)) for one in page.object_list]
        context = {**self.about_type(request), "title": _("Merges"), "page": page, "merges": found}
        return TemplateResponse(request, "admin/relations/merges.html", context)


def chosen_in(request: HttpRequest) -> dict[str, str]:
    """{column: what was chosen for it}"""
    return {
        name.removeprefix(CHOOSE): str(value)
        for name, value in request.POST.items()
        if name.startswith(CHOOSE)
    }


def choosing(
    resource: type[SheetResource],
    kept: FlatRow,
    merged: FlatRow,
    chosen: dict[str, str],
    after: FlatRow | None = None,
) -> list[Choosing]:
    """The facts in which two rows differ, in words."""
    wording = Wording(resource)
    found = []
    for group in differing(resource, kept, merged):
        name = group.names[0]
        choice = chosen.get(name) or default_choice(group, kept)
        choices = [(value, LABELS[value], value == choice) for value in options(group)]
        words = [wording.words(group, group.cells(row)) for row in (kept, merged, after or {})]
        found.append(Choosing(name, wording.label(group), words[0], words[1], choices, words[2]))
    return found
