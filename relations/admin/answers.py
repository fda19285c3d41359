"""What the rules say about a record, on its form: findings with links to their fields, and how to answer them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext

from relations.catalog import BY_MODEL
from relations.models import Record, RuleException
from relations.models.foreign_keys import key_to
from relations.models.row_cache import unpacked
from relations.models.rule_exceptions import LONGEST_REASON
from relations.revisions.saving import row_to_edit
from relations.rows.bound_columns import BoundReasonColumn
from relations.rows.coverage import facts_stated, facts_without_source, needing_source
from relations.rows.related_columns import Links, Participants, ParticipationStatuses
from relations.rules.findings import answers_to, findings_of

if TYPE_CHECKING:
    from relations.rules.rule import RuleFinding


@dataclass
class Asked:
    """One finding as the form shows it; `anchor` is the field, `answer` what has been answered to it."""

    finding: RuleFinding
    label: str
    anchor: str
    may_answer: bool
    answer: RuleException | None


@dataclass
class Gate:
    """The number of facts, and (label, anchor, whether it is not published so) of those without a source."""

    facts: int
    missing: list[tuple[str, str, bool]]

    @property
    def needed(self) -> list[tuple[str, str]]:
        """(label, anchor) of those without which it is not published."""
        return [(label, place) for label, place, is_needed in self.missing if is_needed]

    @property
    def sourced(self) -> int:
        return self.facts - len(self.missing)


class RuleAnswers(admin.ModelAdmin):
    """Adds the findings of the rules to the form of a record, and the address at which they are answered."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.answer)
        name = f"relations_{self.opts.model_name}_answer"
        return [path("<int:number>/answer/", view, name=name), *super().get_urls()]

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> Any:
        if obj:
            asked = self.asked(request, obj)
            context["open_findings"] = [one for one in asked if not one.answer]
            context["answered_findings"] = [one for one in asked if one.answer]
            context["answer_url"] = reverse(f"admin:relations_{self.opts.model_name}_answer", args=[obj.pk])
            context["longest_reason"] = LONGEST_REASON
            context["gate"] = self.gate(obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def gate(self, record: Record) -> Gate:
        """How many facts of the row in the form are sourced, and which are not."""
        resource = BY_MODEL[type(record)].resource
        row = row_to_edit(resource, record.pk)
        missing = facts_without_source(resource, row)
        needed = needing_source(resource, row)
        labels = [
            (str(resource.column(name).label), anchor(record, name), name in needed) for name in missing
        ]
        return Gate(len(facts_stated(resource, row)), labels)

    def findings(self, record: Record) -> list[RuleFinding]:
        """Of the record as it is stored."""
        row = type(record).objects.filter(pk=record.pk).values_list("row", flat=True).get()
        return findings_of(BY_MODEL[type(record)].slug, [unpacked(row)])[0]

    def asked(self, request: HttpRequest, record: Record) -> list[Asked]:
        answers = answers_to(BY_MODEL[type(record)].slug, [record.pk])
        return [
            Asked(
                one,
                str(record.column(one.column).label) if one.column else "",
                anchor(record, one.column),
                self.may_answer(request, one),
                answers.get((record.pk, one.rule.code, one.values)),
            )
            for one in self.findings(record)
        ]

    def may_answer(self, request: HttpRequest, finding: RuleFinding) -> bool:
        """An error is answered by a user who may publish, a hint by one who may change the record."""
        verb = "publish" if finding.is_error else "change"
        return bool(request.user.has_perm(f"relations.{verb}_{self.opts.model_name}"))

    def answer(self, request: HttpRequest, number: int) -> HttpResponseRedirect:
        """“Checked: it is so”, for one finding, with the reason."""
        record = self.get_object(request, str(number))
        if record is None:
            raise Http404
        sent = (request.POST.get("rule"), request.POST.get("values"))
        finding = next((one for one in self.findings(record) if (one.rule.code, one.values) == sent), None)
        if request.method != "POST" or (finding and not self.may_answer(request, finding)):
            raise PermissionDenied
        if not self.has_change_permission(request, record):
            raise PermissionDenied
        self.keep(request, record, finding, request.POST.get("reason", "").strip())
        return HttpResponseRedirect(reverse(f"admin:relations_{self.opts.model_name}_change", args=[number]))

    def keep(self, request: HttpRequest, record: Any, finding: RuleFinding | None, reason: str) -> None:
        if finding is None:
            messages.error(request, gettext("The record has changed meanwhile. Look at its findings again."))
            return
        if not any(map(str.isalpha, reason)) or len(reason) > LONGEST_REASON:
            message = gettext("Give the reason why it is so, in words, in at most %(n)d characters.")
            messages.error(request, message % {"n": LONGEST_REASON})
            return
        owner = {key_to(type(record)): record}
        given = {"rule": finding.rule.code, "values": finding.values, "reason": reason, "user": request.user}
        RuleException.objects.create(**given, **owner)
        said = {"sentence": str(finding.problem), "reason": reason}
        message = gettext("Checked: it is so. %(sentence)s %(reason)s") % said
        self.log_change(request, record, message)
        messages.success(request, message)


def anchor(record: Record, name: str) -> str:
    """The id on the form page of the field or the inline that holds a column."""
    column = record.column(name) if name else None
    if isinstance(column, (Participants, ParticipationStatuses)):
        return "participations-group"
    if isinstance(column, Links) and not isinstance(column, BoundReasonColumn):
        return "links-group"
    if column is None or hasattr(column, "part"):
        return "citations-group"
    return f"id_{column.attribute}"
