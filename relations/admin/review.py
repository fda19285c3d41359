"""Review of what is not public yet: old and new in words with the evidence beside, and what to do with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.models import Record, Revision, State
from relations.models.rechecks import CitedPlace
from relations.models.row_cache import FlatRow
from relations.revisions.approval import NOTHING_WAITS, approve, authors_of, decide, seen_by
from relations.revisions.confirming import to_confirm
from relations.revisions.saving import RowRefused, as_if, pending_revision, row_of
from relations.rows.differences import Difference, Wording
from relations.rows.resource import SheetResource

from .saving import RowSaving


@dataclass
class Reviewed:
    """One fact before and after, with the citations that support it."""

    difference: Difference
    evidence: list[str]


class Reviewing(RowSaving):
    """Adds the page on which a draft or a proposed change is reviewed."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.review)
        name = f"relations_{self.opts.model_name}_review"
        return [path("<int:number>/review/", view, name=name), *super().get_urls()]

    def review_url(self, pk: int) -> str:
        return reverse(f"admin:relations_{self.opts.model_name}_review", args=[pk])

    def review(self, request: HttpRequest, number: int) -> HttpResponse:
        record = self.get_object(request, str(number))
        if record is None:
            raise Http404
        if not self.has_view_permission(request, record):
            raise PermissionDenied
        if request.method == "POST":
            return self.decide(request, record)
        return TemplateResponse(request, "admin/relations/review.html", self.review_context(request, record))

    def review_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        resource = self.resource_of_model()
        revision = pending_revision(resource, record.pk)
        live = row_of(resource, record.pk)
        before, after = (live, revision.row) if revision else ({}, live)
        authors = authors_of(resource, record.pk, revision)
        return {
            **self.admin_site.each_context(request),
            **self.about_affected(record),
            "title": _("Review"),
            "subtitle": str(record),
            "opts": self.opts,
            "record": record,
            "revision": revision,
            "reviewed": self.reviewed(before, after),
            "has_sources": bool(resource.citations),
            "problems": self.problems_of(record, revision),
            "authors": authors,
            "to_confirm": self.in_words(to_confirm(resource, record.pk, live, revision)),
            "seen": seen_by(resource, record.pk, revision),
            "is_waiting": bool(revision) or getattr(record, "state", "") in (State.DRAFT, State.REVIEW),
            "may_publish": self.may_publish(request),
            "is_own": settings.TWO_PAIRS_OF_EYES and authors == {request.user.pk},
            "change_url": reverse(f"admin:relations_{self.opts.model_name}_change", args=[record.pk]),
        }

    def reviewed(self, before: FlatRow, after: FlatRow) -> list[Reviewed]:
        wording = Wording(self.resource_of_model())
        return [Reviewed(one, wording.evidence(one, after)) for one in wording.differences(before, after)]

    def in_words(self, places: Iterable[CitedPlace]) -> list[tuple[str, str]]:
        """(value to send, words) of cited places."""
        wording = Wording(self.resource_of_model())
        return [(json.dumps(place), wording.cited_place(place)) for place in places]

    def problems_of(self, record: Any, revision: Revision | None) -> list[str]:
        """What stands against publishing it."""
        is_record = isinstance(record, Record)
        if not revision:
            return [str(problem) for problem in record.publication_problems()] if is_record else []
        try:
            with as_if(self.resource_of_model(), revision.row, record.pk):
                if not is_record:
                    return []
                stored = self.model.objects.for_detail().get(pk=record.pk)
                return [str(problem) for problem in stored.publication_problems()]
        except RowRefused as refused:
            return [str(one.problem) for one in refused.findings]

    def may_publish(self, request: HttpRequest) -> bool:
        return request.user.has_perm(f"relations.publish_{self.opts.model_name}")

    # What the reviewer does.

    def decide(self, request: HttpRequest, record: Any) -> HttpResponse:
        verbs: dict[str, Callable[[HttpRequest, Any], str]] = {
            "approve": self.approve,
            "send_back": self.send_back_with_comment,
            "discard": self.discard,
        }
        verb = verbs.get(request.POST.get("verb", ""))
        if verb is None:
            raise PermissionDenied
        if not self.has_change_permission(request, record):
            raise PermissionDenied
        try:
            messages.success(request, verb(request, record))
        except RowRefused as refused:
            messages.error(request, " ".join(str(one.problem) for one in refused.findings))
        except Problem as problem:
            messages.error(request, str(problem))
        return HttpResponseRedirect(self.review_url(record.pk))

    def approve(self, request: HttpRequest, record: Any) -> str:
        if not self.may_publish(request):
            raise PermissionDenied
        resource = self.resource_of_model()
        confirmed = confirmed_in(request, resource, record.pk)
        if not approve(resource, record.pk, request.POST.get("seen", ""), request.user, confirmed=confirmed):
            return gettext("Your approval is kept. As you wrote a part, somebody else must approve it too.")
        self.log_change(request, record, gettext("Approved."))
        return gettext("Approved and public.")

    def send_back_with_comment(self, request: HttpRequest, record: Any) -> str:
        comment = request.POST.get("comment", "").strip()
        if not comment:
            raise Problem("review.comment", _("Say what should be changed."))
        revision = pending_revision(self.resource_of_model(), record.pk)
        if revision:
            decide(revision, Revision.Status.SENT_BACK, request.user, comment)
        elif getattr(record, "state", "") == State.REVIEW:
            record.send_back(request.user, comment[:300])
        else:
            raise Problem("review.state", _("It is not in review."))
        self.log_change(request, record, gettext("Sent back: %(comment)s") % {"comment": comment})
        return gettext("Sent back to its author.")

    def discard(self, request: HttpRequest, record: Any) -> str:
        """Takes a proposed change back; its author may, and who may publish."""
        resource = self.resource_of_model()
        revision = pending_revision(resource, record.pk)
        if not revision:
            raise Problem("review.none", NOTHING_WAITS)
        if not self.may_publish(request) and authors_of(resource, record.pk, revision) != {request.user.pk}:
            raise PermissionDenied
        decide(revision, Revision.Status.DISCARDED, request.user, request.POST.get("comment", "").strip())
        self.log_change(request, record, gettext("The proposed change was discarded."))
        return gettext("The proposed change was discarded.")


def confirmed_in(request: HttpRequest, resource: type[SheetResource], pk: int) -> list[CitedPlace]:
    """Those of the places to be confirmed that the reviewer has ticked."""
    sent = set(request.POST.getlist("confirmed"))
    places = to_confirm(resource, pk, row_of(resource, pk), pending_revision(resource, pk))
    return [place for place in places if json.dumps(place) in sent]
