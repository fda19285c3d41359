"""Review of what is not public yet: old and new in words with the evidence beside, and what to do with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.models import FactCheck, Record, ReviewComment, Revision, Source, State, Version
from relations.models.rechecks import CitedPlace
from relations.models.row_cache import FlatRow
from relations.registry import resource_of
from relations.revisions.approval import CHANGED, NOTHING_WAITS, approve_locked, authors_of, decide, seen_by
from relations.revisions.authorship import waits_since
from relations.revisions.comments import facts_of, label_of, lock
from relations.revisions.confirming import to_confirm
from relations.revisions.marks import RIGHT, Mark, found_right, keep_marks, marks_in, refuse_wrong
from relations.revisions.queue import next_in_queue
from relations.revisions.reports import answers_with
from relations.revisions.saving import Live, RowRefused, as_if, locked, pending_revision, row_of
from relations.rows.differences import Difference, Wording
from relations.rows.resource import SheetResource

from .comments import Commenting


class Evidence(NamedTuple):
    """One place in a source, with the address of the source and that of its page in the admin."""

    words: str
    url: str = ""
    page: str = ""


@dataclass
class Reviewed:
    """One fact before and after, with the citations that support it and what reviewers say of it.

    `mark` is what the reviewer has chosen, `right` who has found it right, `comments` what is open on it. If it has
    changed since the record was sent back, `former` is what it said then; None if it has not.
    """

    difference: Difference
    evidence: list[Evidence]
    mark: Mark = field(default_factory=lambda: Mark("", "", ""))
    right: list[FactCheck] = field(default_factory=list)
    comments: list[ReviewComment] = field(default_factory=list)
    former: str | None = None

    @property
    def name(self) -> str:
        """The fact, as marks and comments name it."""
        return self.difference.names[0]


class Reviewing(Commenting):
    """Adds the page on which a draft or a proposed change is reviewed."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.review)
        name = f"relations_{self.opts.model_name}_review"
        return [path("<int:number>/review/", view, name=name), *super().get_urls()]

    def review(self, request: HttpRequest, number: int) -> HttpResponse:
        record = self.get_object(request, str(number))
        if record is None:
            raise Http404
        if not self.has_view_permission(request, record):
            raise PermissionDenied
        return self.decide(request, record) if request.method == "POST" else self.review_page(request, record)

    def review_page(
        self, request: HttpRequest, record: Any, typed: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page, with what was typed before and could not be stored."""
        context = {**self.review_context(request, record), **(typed or {})}
        return TemplateResponse(request, "admin/relations/review.html", context)

    def comment_again(self, request: HttpRequest, record: Any) -> HttpResponse:
        typed = {f"typed_{name}": request.POST.get(name, "") for name in ("verb", "thread", "field", "text")}
        return self.review_page(request, record, typed)

    def review_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        resource = self.resource_of_model()
        revision = pending_revision(resource, record.pk)
        live = row_of(resource, record.pk)
        before, after = (live, revision.row) if revision else ({}, live)
        authors = authors_of(resource, record.pk, revision)
        seen = seen_by(resource, record.pk, revision)
        return {
            **self.admin_site.each_context(request),
            **self.about_affected(record),
            **self.comments_context(request, record),
            "comment_page": "review",
            "commentable": facts_of(resource),
            "title": _("Review"),
            "subtitle": str(record),
            "opts": self.opts,
            "record": record,
            "revision": revision,
            "reviewed": self.reviewed_with_marks(request, record, before, after, seen),
            "answers": answers_with(revision),
            "has_sources": bool(resource.citations),
            "problems": self.problems_of(record, revision),
            "authors": authors,
            "to_confirm": self.in_words(to_confirm(resource, record.pk, live, revision)),
            "seen": seen,
            "is_waiting": bool(revision) or getattr(record, "state", "") in (State.DRAFT, State.REVIEW),
            "may_publish": self.may_publish(request),
            "is_own": settings.TWO_PAIRS_OF_EYES and authors == {request.user.pk},
            "comment": request.POST.get("comment", ""),
            "change_url": self.page_url("change", record.pk),
            "next_task": self.next_task(request, record, revision),
        }

    def reviewed(self, before: FlatRow, after: FlatRow) -> list[Reviewed]:
        wording = Wording(self.resource_of_model())
        differences = wording.differences(before, after)
        cited = [wording.evidence(one, after) for one in differences]
        keys = {key for found in cited for key, _words in found}
        sources = (
            {one.key: one for one in Source.objects.filter(key__in=keys).only("key", "url")} if keys else {}
        )
        return [
            Reviewed(one, [evidence_in(sources.get(key), words) for key, words in found])
            for one, found in zip(differences, cited, strict=True)
        ]

    def add_former(
        self, record: Any, found: list[Reviewed], after: FlatRow, comments: list[ReviewComment]
    ) -> None:
        """Marks what has changed since it was sent back, and adds what has been taken out since."""
        then = row_when_sent_back(self.resource_of_model(), record, comments)
        if then is None:
            return
        by_name = {one.name: one for one in found}
        for change in Wording(self.resource_of_model()).differences(then, after):
            one = by_name.get(change.names[0])
            if one is None:
                one = Reviewed(Difference(change.names, change.label, "", change.after), [])
                found.append(one)
            one.former = change.before

    def reviewed_with_marks(
        self, request: HttpRequest, record: Any, before: FlatRow, after: FlatRow, seen: str
    ) -> list[Reviewed]:
        """A fact found right is marked so only as long as it is the one that was seen."""
        found = self.reviewed(before, after)
        right = found_right(self.resource_of_model(), record.pk, after)
        sent = {one.field: one for one in self.marks(request)}
        is_same = request.POST.get("seen", "") == seen
        comments = [one.comment for one in self.threads(request, record) if one.is_open]
        self.add_former(record, found, after, comments)
        for one in found:
            one.right = right.get(one.name, [])
            one.comments = [comment for comment in comments if comment.field == one.name]
            is_mine = any(check.user_id == request.user.pk for check in one.right)
            one.mark = sent.get(one.name) or Mark(one.name, RIGHT if is_mine else "", "")
            if one.mark.choice == RIGHT and not (is_mine or is_same):
                one.mark = Mark(one.name, "", one.mark.text)
        return found

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

    def next_task(self, request: HttpRequest, record: Any, revision: Revision | None) -> Any:
        """What waits next for this reviewer, and its page; the queue goes on where it was left."""
        place = self.resource_of_model(), record.pk
        after = time_in(request.GET.get("after", "")) or place_in_queue(record, revision)
        found = next_in_queue(request.user, place, after)
        return found and {
            "task": found,
            "url_name": f"admin:relations_{found.page}",
        }

    # What the reviewer does.

    def decide(self, request: HttpRequest, record: Any) -> HttpResponse:
        verbs: dict[str, Callable[[HttpRequest, Any], str]] = {
            "approve": self.approve,
            "send_back": self.send_back_with_comments,
            "discard": self.discard,
            "mark": self.keep_marks,
        }
        verb = verbs.get(request.POST.get("verb", ""))
        if verb is None:
            raise PermissionDenied
        if not self.has_change_permission(request, record):
            raise PermissionDenied
        if verb != self.approve:  # which looks itself
            place_kept(request, record, pending_revision(self.resource_of_model(), record.pk))
        try:
            messages.success(request, verb(request, record))
        except RowRefused as refused:
            reasons = " ".join(str(one.problem) for one in refused.findings)
        except Problem as problem:
            reasons = str(problem)
        else:
            after = request.queue_place  # type: ignore[attr-defined]  # kept above
            query = urlencode({"after": after.isoformat()}) if after else ""
            return HttpResponseRedirect(f"{self.page_url('review', record.pk)}?{query}")
        is_approval = verb == self.approve
        messages.error(
            request, gettext("Not approved. %(reasons)s") % {"reasons": reasons} if is_approval else reasons
        )
        record.refresh_from_db()
        page = self.review_context(request, record)
        page["problems"] = [one for one in page["problems"] if one not in reasons]
        return TemplateResponse(request, "admin/relations/review.html", page)

    def marks(self, request: HttpRequest) -> list[Mark]:
        """What was sent of each fact."""
        fields = (name for name, _label in facts_of(self.resource_of_model()) if name)
        return marks_in(request.POST, fields) if request.method == "POST" else []

    def approve(self, request: HttpRequest, record: Any) -> str:
        if not self.may_publish(request):
            raise PermissionDenied
        resource = self.resource_of_model()
        refuse_wrong(resource, self.marks(request))
        seen, by = request.POST.get("seen", ""), request.user
        with transaction.atomic():
            live = locked(resource, record.pk)
            place_kept(request, record, live.revision)
            confirmed = confirmed_in(request, resource, live)
            is_enough = approve_locked(resource, live, seen, by, confirmed=confirmed)
        if not is_enough:
            return gettext("Your approval is kept. As you wrote a part, somebody else must approve it too.")
        self.log_change(request, record, gettext("Approved."))
        return gettext("Approved and public.")

    def keep_marks(self, request: HttpRequest, record: Any) -> str:
        self.store_marks(request, record)
        return gettext("Your marks and comments are kept.")

    def store_marks(self, request: HttpRequest, record: Any) -> None:
        """Raises Problem where something was found right that is not the same any more."""
        resource, marks = self.resource_of_model(), self.marks(request)
        with transaction.atomic():
            lock(resource, record.pk)
            revision = pending_revision(resource, record.pk)
            is_same = request.POST.get("seen", "") == seen_by(resource, record.pk, revision)
            if not is_same and any(one.choice == RIGHT for one in marks):
                raise Problem("approval.changed", CHANGED)
            row = revision.row if revision else row_of(resource, record.pk)
            keep_marks(resource, record.pk, row, marks, request.user)

    def send_back_with_comments(self, request: HttpRequest, record: Any) -> str:
        resource = self.resource_of_model()
        with transaction.atomic():
            lock(resource, record.pk)
            self.store_marks(request, record)
            comment = request.POST.get("comment", "").strip() or open_in_words(resource, record.pk)
            if not comment:
                raise Problem("review.comment", _("Say what should be changed."))
            revision = pending_revision(resource, record.pk)
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


def confirmed_in(request: HttpRequest, resource: type[SheetResource], live: Live) -> list[CitedPlace]:
    """Those of the places to be confirmed that the reviewer has ticked."""
    sent = set(request.POST.getlist("confirmed"))
    places = to_confirm(resource, live.record.pk, live.row, live.revision) if sent else ()
    return [place for place in places if json.dumps(place) in sent]


def evidence_in(source: Source | None, words: str) -> Evidence:
    """A place in a source; without addresses where the register does not have it yet."""
    if source is None:
        return Evidence(words)
    return Evidence(words, source.url, reverse("admin:relations_source_change", args=[source.pk]))


def row_when_sent_back(
    resource: type[SheetResource], record: Any, comments: list[ReviewComment]
) -> FlatRow | None:
    """The row as reviewers had it before them: at the first open comment, else when it was last returned to draft."""
    versions = Version.objects.filter(type=resource.slug, object_id=record.pk).order_by("-pk")
    if comments:
        found = versions.filter(at__lte=min(one.at for one in comments)).first()
    elif getattr(record, "state", "") in (State.DRAFT, State.REVIEW):
        found = versions.filter(before__state=State.REVIEW, after__state=State.DRAFT).first()
    else:
        found = None
    return found.after if found else None


def open_in_words(resource: type[SheetResource], pk: int) -> str:
    """“date: Which source?; parties: One is missing”: the open comments on a record."""
    comments = ReviewComment.objects.about(resource.slug, pk).open()
    return "; ".join(f"{label_of(resource, one.field)}: {one.text}" for one in comments)


def place_in_queue(record: Any, revision: Revision | None) -> datetime | None:
    """Since when it waits."""
    return waits_since(resource_of(type(record)).slug, record, revision)


def place_kept(request: Any, record: Any, revision: Revision | None) -> None:
    """Keeps where the queue was left, before anything changes."""
    request.queue_place = place_in_queue(record, revision)


def time_in(text: str) -> datetime | None:
    """The time in a parameter; None where it is none."""
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found and is_aware(found) else None
