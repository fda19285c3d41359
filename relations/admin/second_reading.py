"""The page on which a second reader checks the citations of a record, and the sample of the month."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.models import CitationCheck
from relations.models.review_comments import LONGEST_TEXT
from relations.registry import resource_of
from relations.revisions.comments import viewed_by
from relations.revisions.sampling import checked_month, sample, this_month
from relations.revisions.second_reader import Cited, Finding, cited_places, keep_check


class SecondReading(admin.ModelAdmin):
    """Adds the page of citations to the admin of a record type."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.citations_view)
        name = f"relations_{self.opts.model_name}_citations"
        return [path("<int:number>/citations/", view, name=name), *super().get_urls()]

    def citations_view(self, request: HttpRequest, number: int) -> HttpResponse:
        record = self.get_object(request, str(number))
        if record is None:
            raise Http404
        if not self.has_view_permission(request, record):
            raise PermissionDenied
        if request.method == "POST":
            return self.keep_check(request, record)
        return self.citations_page(request, record)

    def citations_page(self, request: HttpRequest, record: Any) -> HttpResponse:
        """The citations, with what was typed before and could not be stored."""
        places = cited_places(resource_of(self.model), record.pk, request.user)
        sent = {name: request.POST.get(name, "") for name in ("place", "outcome", "comment")}
        context = {
            **self.admin_site.each_context(request),
            "title": _("Citations"),
            "subtitle": str(record),
            "opts": self.opts,
            "record": record,
            "cited": [(one, sent_name(one), value_of(one)) for one in places],
            "sent": sent,
            "outcomes": CitationCheck.Outcome.choices,
            "may_check": self.has_change_permission(request, record),
            "longest": LONGEST_TEXT,
            "change_url": reverse(f"admin:relations_{self.opts.model_name}_change", args=[record.pk]),
        }
        return TemplateResponse(request, "admin/relations/citations.html", context)

    def keep_check(self, request: HttpRequest, record: Any) -> HttpResponse:
        if not self.has_change_permission(request, record):
            raise PermissionDenied
        resource = resource_of(self.model)
        try:
            found = self.finding_in(request, cited_places(resource, record.pk, request.user))
            check = keep_check(resource, record.pk, found, request.user)
        except Problem as problem:
            messages.error(request, str(problem))
            return self.citations_page(request, record)
        said = {"source": check.source, "outcome": check.get_outcome_display()}
        self.log_change(request, record, gettext("Citation checked: %(source)s – %(outcome)s.") % said)
        messages.success(request, gettext("Your check is stored."))
        return HttpResponseRedirect(request.path)

    def finding_in(self, request: HttpRequest, places: list[Cited]) -> Finding:
        """What was sent, about a citation as it was shown. Raises Problem where there is none like it any more."""
        sent = {name: request.POST.get(name, "") for name in ("place", "value", "seen", "outcome", "comment")}
        for one in places:
            if (sent_name(one), value_of(one)) == (sent["place"], sent["value"]):
                return Finding(one.place, one.value, sent["seen"], sent["outcome"], sent["comment"])
        message = _("The citation or what it supports has changed meanwhile. Compare it again.")
        raise Problem("check.changed", message)


def sent_name(cited: Cited) -> str:
    """The citation as the form sends it."""
    return json.dumps(cited.place)


def value_of(cited: Cited) -> str:
    """What it supports, as short as a form can send it."""
    return hashlib.sha256(cited.value.encode()).hexdigest()


class SampleOfMonth(admin.ModelAdmin):
    """Adds the page of the citations that were drawn by lot for a month."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.sample_view)
        return [path("sample/", view, name=f"relations_{self.opts.model_name}_sample"), *super().get_urls()]

    def sample_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        month = request.GET.get("month", "")
        try:
            month = checked_month(month or this_month())
        except Problem as problem:
            messages.error(request, str(problem))
            month = this_month()
        viewed = viewed_by(request.user)
        drawn = [one for one in sample(month) if one.resource.slug in viewed]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Citations drawn by lot"),
            "subtitle": month,
            "opts": self.opts,
            "month": month,
            "left": [one for one in drawn if not one.check],
            "done": [one for one in drawn if one.check],
        }
        return TemplateResponse(request, "admin/relations/sample.html", context)
