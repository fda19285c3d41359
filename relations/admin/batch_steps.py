"""What follows a stored import, from its page: its new records submitted or published, or the import undone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from relations.catalog import BY_SLUG, RECORD_TYPES, ROWS
from relations.errors import Problem
from relations.imports.undo import MOST_NAMED, Undoing, may_undo, undo
from relations.models import ImportBatch, State

from .actions import LONGEST_REASON, MOST_AT_ONCE, PUBLISH, SUBMIT, Move
from .batch_review import BatchReviewing

Status = ImportBatch.Status


@dataclass
class Steps:
    """What this user may do with a stored import: the numbers of new records that wait for each step."""

    to_submit: int = 0
    to_publish: int = 0
    in_review: int = 0
    may_undo: bool = False


class BatchSteps(BatchReviewing):
    """Adds the steps to the admin of imports. Who may not see all imports sees her own."""

    def get_urls(self) -> list[URLPattern]:
        steps = {"submit": self.submit, "publish": self.publish, "undo": self.undo_this}
        return [
            path(
                f"<int:number>/{name}/",
                self.admin_site.admin_view(view),
                name=f"relations_importbatch_{name}",
            )
            for name, view in steps.items()
        ] + super().get_urls()

    # Who may.

    def sees_all(self, request: HttpRequest) -> bool:
        return request.user.has_perm("relations.view_importbatch")

    def has_view_permission(self, request: HttpRequest, obj: ImportBatch | None = None) -> bool:
        """Who writes records sees the imports that her own grids and actions have made."""
        if self.sees_all(request):
            return True
        writes = any(may(request.user, "change", one.slug) for one in RECORD_TYPES)
        return writes and (obj is None or obj.user_id == request.user.pk)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportBatch]:
        """Those of the list."""
        batches = super().get_queryset(request)
        return batches if self.sees_all(request) else batches.filter(user=request.user.pk)

    def may_undo(self, request: HttpRequest, batch: ImportBatch) -> bool:
        return may_undo(request.user, batch, ROWS[batch.type])

    def steps(self, request: HttpRequest, batch: ImportBatch) -> Steps:
        if batch.status != Status.STORED:
            return Steps()
        found = Steps(may_undo=not batch.undone_at and self.may_undo(request, batch))
        if batch.type in BY_SLUG:
            in_states = {state: new_records(batch, state).count() for state in (State.DRAFT, State.REVIEW)}
            found.in_review = in_states[State.REVIEW]
            if self.may_move(request, batch, SUBMIT):
                found.to_submit = in_states[State.DRAFT]
            if self.may_move(request, batch, PUBLISH):
                found.to_publish = sum(in_states.values())
        return found

    def may_move(self, request: HttpRequest, batch: ImportBatch, move: Move) -> bool:
        if move is SUBMIT:
            return may(request.user, "change", batch.type)
        is_own = settings.TWO_PAIRS_OF_EYES and batch.user_id == request.user.pk
        return may(request.user, "publish", batch.type) and not is_own

    # New records, moved together.

    def submit(self, request: HttpRequest, number: int) -> HttpResponse:
        return self.move(request, number, SUBMIT, State.DRAFT)

    def publish(self, request: HttpRequest, number: int) -> HttpResponse:
        return self.move(request, number, PUBLISH, State.DRAFT, State.REVIEW)

    def move(self, request: HttpRequest, number: int, move: Move, *states: State) -> HttpResponse:
        """The page of the action of the list, for the new records of an import."""
        batch = self.visible(request, number)
        if batch.status != Status.STORED or batch.type not in BY_SLUG:
            raise Http404
        if not self.may_move(request, batch, move):
            raise PermissionDenied
        records: Any = self.admin_site._registry[ROWS[batch.type].model]
        some = list(new_records(batch, *states).order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE])
        chosen = records.model.objects.for_list().filter(pk__in=some).order_by("pk")
        page = records.confirm(request, chosen, move)
        return page or HttpResponseRedirect(address_of(batch))

    # Undoing.

    @admin.action(description=_("Undo the selected import"), permissions=["view"])
    def undo(self, request: HttpRequest, queryset: QuerySet[ImportBatch]) -> HttpResponse | None:
        chosen = list(queryset[:2])
        if len(chosen) == 1:
            return HttpResponseRedirect(address_of(chosen[0], "undo"))
        self.message_user(request, gettext("Undo one import at a time."), messages.ERROR)
        return None

    def undo_this(self, request: HttpRequest, number: int) -> HttpResponse:
        """Says what the undo will do and asks why; with the answer, undoes."""
        batch = self.visible(request, number)
        if not self.may_undo(request, batch):
            raise PermissionDenied
        reason = request.POST.get("reason", "").strip()[:LONGEST_REASON]
        about = (batch, ROWS, request.user, ROWS[batch.type].may_publish(request.user), reason)
        try:
            planned = undo(*about, dry_run=True)
            lacks_reason = "confirmed" in request.POST and not any(map(str.isalpha, reason))
            if "confirmed" in request.POST and not lacks_reason:
                if request.POST.get("seen") == planned.seen:
                    self.say_undone(request, batch, undo(*about))
                    return HttpResponseRedirect(address_of(batch))
                messages.warning(request, gettext("Something has changed meanwhile. Look again."))
        except Problem as problem:
            messages.error(request, f"{batch}: {problem}")
            return HttpResponseRedirect(address_of(batch))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Undo this import"),
            "subtitle": str(batch),
            "opts": self.opts,
            "batch": batch,
            "planned": planned,
            "left": planned.left[:MOST_NAMED],
            "reason": reason,
            "lacks_reason": lacks_reason,
            "longest": LONGEST_REASON,
        }
        return TemplateResponse(request, "admin/import_export/undo.html", context)

    def say_undone(self, request: HttpRequest, batch: ImportBatch, undoing: Undoing) -> None:
        done = gettext(
            "%(restored)d restored, %(deleted)d deleted, %(withdrawn)d unpublished,"
            " %(discarded)d proposed changes discarded."
        )
        counts = {name: getattr(undoing, name) for name in ("restored", "deleted", "withdrawn", "discarded")}
        is_whole = not undoing.left and not undoing.proposed
        start = gettext("Import undone:") if is_whole else gettext("A part of the import is undone:")
        level = messages.SUCCESS if is_whole else messages.WARNING
        self.message_user(request, f"{batch}. {start} {done % counts}", level)
        if undoing.proposed:
            waiting = ngettext(
                "%(n)d restored row waits for approval",
                "%(n)d restored rows wait for approval",
                undoing.proposed,
            ) % {"n": undoing.proposed}
            address = reverse("admin:relations_importbatch_proposals", args=[undoing.proposals])
            self.message_user(request, format_html('<a href="{}">{}</a>', address, waiting), messages.INFO)
        if undoing.left:
            left = gettext("Not undone, but you can try again later: %(rows)s")
            rows = "; ".join(f"{key} – {reason}" for key, reason in undoing.left[:MOST_NAMED])
            self.message_user(request, left % {"rows": rows}, messages.WARNING)


def may(user: Any, verb: str, slug: str) -> bool:
    if verb == "import":
        return ROWS[slug].may_import(user)
    return bool(user.has_perm(f"relations.{verb}_{ROWS[slug].model._meta.model_name}"))


def new_records(batch: ImportBatch, *states: State) -> QuerySet[Any]:
    """The records that an import has made, as far as they are in one of these states."""
    made = batch.versions.filter(type=batch.type, before__isnull=True).order_by().values("object_id")
    records: QuerySet[Any] = BY_SLUG[batch.type].model.objects.filter(pk__in=made, state__in=states)
    return records


def address_of(batch: ImportBatch, page: str = "change") -> str:
    return reverse(f"admin:relations_importbatch_{page}", args=[batch.pk])
