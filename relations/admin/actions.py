"""Actions on several records: a page says what they will do to how many and asks why; each is one batch."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.models import ImportBatch, State
from relations.models.country_limits import beyond_limit, beyond_limit_problem
from relations.models.rechecks import rechecks_of
from relations.models.review_comments import open_comments, open_comments_problem
from relations.models.row_cache import unpacked
from relations.registry import checked_for_publication
from relations.revisions.approval import approve, fingerprint
from relations.revisions.saving import RowRefused
from relations.rows.coverage import needing_source

from .batch_review import link_to
from .review import Reviewing

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django_stubs_ext import StrOrPromise

#: more than an editor can look at
MOST_AT_ONCE = 1000
LONGEST_REASON = 300
#: the button of a form that saves and submits
SUBMIT_BUTTON = "_submit"


@dataclass(frozen=True)
class Move:
    """One action: the states in which a record must be, and the method that moves it."""

    name: str
    label: StrOrPromise
    done: StrOrPromise
    method: str
    needs_reason: bool = False
    needs_publisher: bool = False


PUBLISH = Move("publish", _("Publish"), _("Published"), "publish", needs_publisher=True)
SUBMIT = Move("submit", _("Submit for review"), _("Submitted for review"), "submit")
SEND_BACK = Move("send_back", _("Return to draft"), _("Returned to draft"), "send_back")
WITHDRAW = Move(
    "withdraw", _("Unpublish"), _("Unpublished"), "withdraw", needs_reason=True, needs_publisher=True
)


@dataclass
class Candidate:
    """One chosen record: what stands against the action, and what of it was looked at."""

    record: Any
    obstacle: str
    seen: str


class BulkActions(Reviewing):
    """The editorial actions of the list of records."""

    actions = ["publish", "submit", "send_back", "withdraw"]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        if not self.may_publish(request):
            for move in (PUBLISH, WITHDRAW):
                actions.pop(move.name, None)
        return actions

    @admin.action(description=PUBLISH.label, permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return self.confirm(request, queryset.exclude(state=State.PUBLISHED), PUBLISH)

    @admin.action(description=SUBMIT.label, permissions=["change"])
    def submit(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return self.confirm(request, queryset, SUBMIT)

    @admin.action(description=SEND_BACK.label, permissions=["change"])
    def send_back(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return self.confirm(request, queryset, SEND_BACK)

    @admin.action(description=WITHDRAW.label, permissions=["change"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return self.confirm(request, queryset, WITHDRAW)

    def states_for(self, request: HttpRequest, move: Move) -> Collection[str]:
        """The states in which a record may be moved."""
        if move is SEND_BACK:
            return [State.REVIEW, State.WITHDRAWN] if self.may_publish(request) else [State.REVIEW]
        return {PUBLISH: [State.DRAFT, State.REVIEW], SUBMIT: [State.DRAFT], WITHDRAW: [State.PUBLISHED]}[
            move
        ]

    # From the form.

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """The form of a draft can also submit it."""
        record = kwargs.get("obj")
        state = record.state if record and record.pk else State.DRAFT
        may_change = self.has_change_permission(request, record)
        is_whole_page = not context["is_popup"]
        context["may_submit"] = is_whole_page and may_change and state in self.states_for(request, SUBMIT)
        return super().render_change_form(request, context, *args, **kwargs)

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        self.submit_if_asked(request, obj)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        self.submit_if_asked(request, obj)
        return super().response_change(request, obj)

    def submit_if_asked(self, request: HttpRequest, saved: Any) -> None:
        """Submits what the form has just stored, as the action of the list does."""
        if SUBMIT_BUTTON not in request.POST:
            return
        record = self.model.objects.get(pk=saved.pk)
        if not self.has_change_permission(request, record):
            raise PermissionDenied
        if not (refusal := self.obstacle_of_state(record, self.states_for(request, SUBMIT))):
            record.submit(request.user)
            self.log_change(request, record, str(SUBMIT.done))
            self.message_user(request, SUBMIT.done, messages.INFO)
            self.say_what_is_missing(request)
        else:
            self.say_why(request, record, refusal, SUBMIT)

    def say_what_is_missing(self, request: Any) -> None:
        """Which facts of the row that was just stored need a source before they are published."""
        resource, row = self.resource_of_model(), request.saved.change.after
        names = needing_source(resource, row)
        if not row.get("source"):
            self.message_user(request, _("It has no source."), messages.WARNING)
        elif names:
            labels = ", ".join(str(resource.column(name).label) for name in names)
            message = _("To be published it still needs a source for: %(facts)s.") % {"facts": labels}
            self.message_user(request, message, messages.WARNING)

    # The page in between.

    def confirm(self, request: HttpRequest, queryset: QuerySet[Any], move: Move) -> HttpResponse | None:
        """The page that says what will happen; with its answer, what has happened."""
        number = queryset.count()
        if number > MOST_AT_ONCE:
            message = _("At most %(most)d records can be changed at once; you have chosen %(number)d.")
            self.message_user(request, message % {"most": MOST_AT_ONCE, "number": number}, messages.ERROR)
            return None
        candidates = self.candidates(request, list(queryset), move)
        reason = request.POST.get("reason", "").strip()
        is_answered = "confirmed" in request.POST
        lacks_reason = move.needs_reason and not any(map(str.isalpha, reason))
        if is_answered and not lacks_reason:
            self.carry_out(request, candidates, move, reason[:LONGEST_REASON])
            return None
        return TemplateResponse(
            request,
            "admin/relations/confirm_action.html",
            {
                **self.admin_site.each_context(request),
                "title": move.label,
                "opts": self.opts,
                "move": move,
                "ready": [one for one in candidates if not one.obstacle],
                "refused": [one for one in candidates if one.obstacle],
                "reason": reason,
                "lacks_reason": is_answered and lacks_reason,
                "longest": LONGEST_REASON,
                "chosen": request.POST.getlist("_selected_action"),
                "select_across": request.POST.get("select_across", "0"),
            },
        )

    def candidates(self, request: HttpRequest, records: list[Any], move: Move) -> list[Candidate]:
        states = self.states_for(request, move)
        found = [
            Candidate(one, self.obstacle_of_state(one, states), fingerprint(unpacked(one.row)))
            for one in records
        ]
        beyond = beyond_limit(request.user, self.model, [one.pk for one in records])
        for candidate in found:
            if candidate.record.pk in beyond:
                candidate.obstacle = str(beyond_limit_problem())
        if move is PUBLISH:
            self.add_obstacles_to_publication(request, [one for one in found if not one.obstacle])
        return found

    def obstacle_of_state(self, record: Any, states: Collection[str]) -> str:
        if record.state in states:
            return ""
        return gettext("Its state: %(state)s.") % {"state": record.get_state_display()}

    def add_obstacles_to_publication(self, request: HttpRequest, candidates: Iterable[Candidate]) -> None:
        by_key = {one.record.pk: one for one in candidates}
        checked = checked_for_publication(self.model, list(by_key))
        rechecks = rechecks_of(self.model, list(by_key))
        comments = open_comments(self.resource_of_model().slug, list(by_key))
        for record in self.model.objects.filter(pk__in=by_key).for_detail():
            outdated = record.recheck_problems(rechecks[record.pk])
            problems = [*record.formal_problems(), *outdated, *checked[record.pk]]
            if record.pk in comments:
                problems.append(open_comments_problem(comments[record.pk]))
            by_key[record.pk].obstacle = " ".join(map(str, problems))

    # What it does.

    def carry_out(
        self, request: HttpRequest, candidates: Iterable[Candidate], move: Move, reason: str
    ) -> None:
        """Moves what was looked at and has not changed since; the rest is named with the reasons."""
        candidates = list(candidates)
        batch = ImportBatch.objects.create(
            type=self.resource_of_model().slug,
            file=str(move.label),
            user=cast("User", request.user),
            stored_at=timezone.now(),
        )
        done = 0
        for one in candidates:
            refusal = one.obstacle or self.move(request, one, move, reason, batch)
            if refusal:
                self.say_why(request, one.record, refusal, move)
                continue
            done += 1
            self.log_change(request, one.record, f"{move.done}. {reason}".strip())
        ImportBatch.objects.filter(pk=batch.pk).update(rows=len(candidates), updated=done)
        if not done:
            batch.delete()
            return
        if move is PUBLISH:
            text = ngettext("%(n)d record published.", "%(n)d records published.", done) % {"n": done}
        else:
            text = f"{move.done}: {done}"
        link = link_to(batch.pk, gettext("See what was changed, or undo it"))
        self.message_user(request, format_html("{}. {}", text.rstrip("."), link), messages.SUCCESS)

    def move(self, request: HttpRequest, one: Candidate, move: Move, reason: str, batch: ImportBatch) -> str:
        """Moves one record; "" or why not."""
        seen = request.POST.get(f"seen-{one.record.pk}", "")
        if seen != one.seen:
            return gettext("It has changed since you looked at it. Look at it again.")
        try:
            if move is PUBLISH:
                resource = self.resource_of_model()
                is_public = approve(resource, one.record.pk, seen, request.user, reason=reason, batch=batch)
                return (
                    "" if is_public else gettext("Somebody else must approve it too, since you wrote a part.")
                )
            getattr(one.record, move.method)(request.user, reason, batch=batch)
        except RowRefused as refused:
            return " ".join(str(finding.problem) for finding in refused.findings)
        except Problem as problem:
            return str(problem)
        return ""

    def say_why(self, request: HttpRequest, record: Any, reasons: str, move: Move) -> None:
        message = (
            _("“%(record)s” was not published. %(reasons)s")
            if move is PUBLISH
            else _("“%(record)s” was not changed. %(reasons)s")
        )
        level = messages.ERROR if move is PUBLISH else messages.WARNING
        self.message_user(request, message % {"record": record.distinct_title, "reasons": reasons}, level)
