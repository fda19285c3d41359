"""Review of what an import has proposed: all changes in words, approved or discarded together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from relations.catalog import RECORD_TYPES, ROWS
from relations.errors import Problem
from relations.imports.batches import title_of
from relations.imports.stored_rows import StoredRow
from relations.models import ImportBatch, Revision, State, Version
from relations.models.row_cache import unpacked
from relations.revisions.approval import CHANGED, check_waiting, row_to_store
from relations.revisions.batch_approval import (
    DELETED,
    MOST_APPROVED,
    Approver,
    Outcome,
    approve_batch,
    discard_batch,
    live_rows,
    pending_of,
    seen_of_all,
    to_confirm_of_all,
)
from relations.revisions.desk import FIGURES, titles_of_figures
from relations.rows.differences import Wording
from relations.rows.resource import SheetResource

from .review import Evidence, Reviewed

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

CHANGES_A_PAGE = 50
#: rows named with the reason why they were left out
MOST_NAMED = 50


@dataclass
class Proposed:
    """One proposed change as the page shows it.

    `problem` is why it cannot be approved as it is; `to_confirm` are the cited places to be checked again, in words.
    """

    key: str
    title: str
    url: str
    reviewed: list[Reviewed]
    problem: str = ""
    to_confirm: Sequence[str] = ()


class BatchReviewing(admin.ModelAdmin):
    """Adds the page on which the changes that an import has proposed are reviewed."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.proposals)
        return [
            path("<int:number>/proposals/", view, name="relations_importbatch_proposals"),
            *super().get_urls(),
        ]

    def proposals_url(self, batch: ImportBatch) -> str:
        return reverse("admin:relations_importbatch_proposals", args=[batch.pk])

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImportBatch]:
        return with_waiting(super().get_queryset(request))

    @admin.display(description=_("awaiting approval"), ordering="number_waiting", empty_value="–")
    def waiting(self, batch: Any) -> str | None:
        """How many proposed changes and new records; the link leads to the changes, else to the import."""
        number = batch.number_waiting + batch.number_in_review
        if not number:
            return None
        page = "proposals" if batch.number_waiting else "change"
        address = reverse(f"admin:relations_importbatch_{page}", args=[batch.pk])
        return format_html('<a href="{}">{}</a>', address, number)

    def visible(self, request: HttpRequest, number: int | str) -> ImportBatch:
        """The import, if the user may see it."""
        keys = [int(number)] if str(number).isdecimal() and len(str(number)) < 19 else []
        batch = with_waiting(ImportBatch.objects.filter(pk__in=keys)).first()
        if batch is None:
            raise Http404
        if not self.has_view_permission(request, batch):
            raise PermissionDenied
        return batch

    def proposals(self, request: HttpRequest, number: int) -> HttpResponse:
        batch = self.visible(request, number)
        if request.method == "POST":
            return self.decide_all(request, batch)
        context = self.proposals_context(request, batch)
        return TemplateResponse(request, "admin/import_export/proposals.html", context)

    def proposals_context(self, request: HttpRequest, batch: ImportBatch) -> dict[str, Any]:
        resource = ROWS[batch.type]
        page = Paginator(pending_of(batch), CHANGES_A_PAGE).get_page(request.GET.get("page"))
        may_approve = resource.may_publish(request.user)
        shown = list(pending_of(batch)[:MOST_APPROVED]) if may_approve else []
        waiting = page.paginator.count
        return {
            **self.admin_site.each_context(request),
            "title": _("Proposed changes"),
            "subtitle": str(batch),
            "opts": self.opts,
            "batch": batch,
            "page": page,
            "proposed": proposed_changes(resource, list(page.object_list)),
            "waiting": waiting,
            "at_once": len(shown),
            "seen": written(seen_of_all(resource, shown)),
            "to_confirm": sum(
                map(bool, to_confirm_of_all(resource, shown, live_rows(resource, shown)).values())
            ),
            "may_approve": may_approve,
            "is_own": settings.TWO_PAIRS_OF_EYES and batch.user_id == request.user.pk,
            "may_discard": self.may_discard(request, batch),
        }

    def may_discard(self, request: HttpRequest, batch: ImportBatch) -> bool:
        """Who uploaded the sheet may, and who may publish."""
        return batch.user_id == request.user.pk or ROWS[batch.type].may_publish(request.user)

    # What the reviewer does.

    def decide_all(self, request: HttpRequest, batch: ImportBatch) -> HttpResponse:
        verbs: Mapping[str, Callable[[HttpRequest, ImportBatch], None]] = {
            "approve": self.approve_all,
            "discard": self.discard_all,
        }
        verb = verbs.get(request.POST.get("verb", ""))
        if verb is None:
            raise PermissionDenied
        try:
            verb(request, batch)
        except Problem as problem:
            messages.error(request, str(problem))
        return HttpResponseRedirect(self.proposals_url(batch))

    def approve_all(self, request: HttpRequest, batch: ImportBatch) -> None:
        resource: type[SheetResource] = ROWS[batch.type]
        user: Any = request.user
        if not resource.may_publish(user):
            raise PermissionDenied
        shown = read(request.POST.get("seen", ""))
        if not shown:
            raise Problem("approval.changed", CHANGED)
        outcome = approve_batch(batch, resource, Approver(user, shown, "confirms_all" in request.POST))
        approved = resource.model.objects.filter(pk__in=outcome.approved)
        LogEntry.objects.log_actions(user.pk, approved, CHANGE, gettext("Approved."))
        self.say_outcome(request, outcome)

    def say_outcome(self, request: HttpRequest, outcome: Outcome) -> None:
        number = len(outcome.approved)
        done = ngettext("%(n)d change approved and public.", "%(n)d changes approved and public.", number)
        if number:
            messages.success(request, done % {"n": number})
        if not outcome.left:
            return
        number = len(outcome.left)
        left = ngettext("%(n)d change left out: %(rows)s", "%(n)d changes left out: %(rows)s", number)
        rows = "; ".join(f"{key} – {reason}" for key, reason in outcome.left[:MOST_NAMED])
        messages.warning(request, left % {"n": number, "rows": rows})

    def discard_all(self, request: HttpRequest, batch: ImportBatch) -> None:
        if not self.may_discard(request, batch):
            raise PermissionDenied
        number = discard_batch(batch, request.user, request.POST.get("comment", "").strip())
        done = ngettext("%(n)d proposed change discarded.", "%(n)d proposed changes discarded.", number)
        messages.success(request, done % {"n": number})


def link_to(batch: int, label: str) -> SafeString:
    """A link to the page of an import or action, from where it goes on or is undone."""
    address = reverse("admin:relations_importbatch_change", args=[batch])
    return format_html('<a href="{}">{}</a>', address, label)


def with_waiting(batches: QuerySet[ImportBatch]) -> QuerySet[ImportBatch]:
    """With how many changes and how many new records of each import wait for approval."""
    pending = Count("revisions", filter=Q(revisions__status__in=Revision.PENDING))
    return batches.annotate(number_waiting=pending, number_in_review=Coalesce(new_in_review(), 0))


def new_in_review() -> Subquery:
    """How many records that an import has made are in review."""
    in_review = Q(pk__in=[])
    for one in RECORD_TYPES:
        records = one.model.objects.filter(state=State.REVIEW).order_by().values("pk")
        in_review |= Q(type=one.slug, object_id__in=records)
    made = Version.objects.filter(in_review, batch=OuterRef("pk"), before__isnull=True).order_by()
    return Subquery(made.values("batch").annotate(number=Count("pk")).values("number"))


def proposed_changes(resource: type[SheetResource], revisions: Sequence[Revision]) -> list[Proposed]:
    """Old and new in words, as an approval would store them; in a constant number of statements."""
    live = live_rows(resource, revisions)
    wording = Wording(resource)
    wording.learn(row for one in revisions for row in (one.base, one.row))
    wording.learn(unpacked(stored.row) for stored in live.values())
    places = to_confirm_of_all(resource, revisions, live)
    proposed = [proposed_change(resource, one, live.get(one.object_id), wording) for one in revisions]
    if resource.slug == FIGURES:
        titles = titles_of_figures(one.object_id for one in revisions)
        for revision, one in zip(revisions, proposed, strict=True):
            one.title = titles.get(revision.object_id, one.title)
    for revision, one in zip(revisions, proposed, strict=True):
        one.to_confirm = [wording.cited_place(place) for place in places.get(revision.pk, ())]
    return proposed


def proposed_change(
    resource: type[SheetResource], revision: Revision, stored: StoredRow | None, wording: Wording
) -> Proposed:
    title = title_of(revision.row) or revision.key
    if stored is None:
        return Proposed(revision.key, title, "", [], str(DELETED))
    before, after, problem = unpacked(stored.row), revision.row, ""
    try:
        check_waiting(revision, stored.state)
        after = row_to_store(resource, revision, before)
    except Problem as found:
        problem = str(found)
    differences = wording.differences(before, after)
    reviewed = [
        Reviewed(one, [Evidence(words) for _key, words in wording.evidence(one, after)])
        for one in differences
    ]
    name = f"admin:relations_{resource.model._meta.model_name}_change"
    return Proposed(revision.key, title, reverse(name, args=[revision.object_id]), reviewed, problem)


def written(shown: Mapping[int, str]) -> str:
    """What was shown, as a form sends it back."""
    return " ".join(f"{pk}:{seen}" for pk, seen in shown.items())


def read(text: str) -> dict[int, str]:
    """The same from the form; what cannot be read was not shown."""
    pairs = (part.partition(":") for part in text.split())
    return {int(pk): seen for pk, _colon, seen in pairs if pk.isascii() and pk.isdigit() and len(pk) < 19}
