"""“Report an error”: the form by which a reader without an account tells the editors what is wrong.

It needs no session and sets no cookie, and acts for no account, so it is not guarded against forged requests.
What was typed is shown again whatever is wrong with it.
"""

from __future__ import annotations

import time
from typing import Any, cast

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from relations.catalog import RecordType
from relations.errors import Problem
from relations.models import ErrorReport, Record, Source
from relations.models.key_history import AddressedQuerySet
from relations.models.named import reader_language
from relations.models.reports import LONGEST_EVIDENCE, LONGEST_TEXT
from relations.network import AddressThrottle
from relations.registry import resource_of
from relations.revisions.reports import choices_of, newest_version
from relations.text.plain import check_plain, with_plain_lines
from relations.writers.redirects import moved

#: seconds between opening and sending that no person needs less than, and after which the form counts as old
SHORTEST, LONGEST = 3, 24 * 3600
SALT = "relations.views.reports"
TOO_LONG = gettext_lazy(
    "The text has %(show_value)d characters; the limit is %(limit_value)d. Shorten it and send it again."
)


class ReportThrottle(AddressThrottle):
    setting = "REPORT_RATE"


class PlainText(forms.CharField):
    """Text to be read as it is, in lines as the browser counts them."""

    def __init__(self, longest: int, rows: int, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows})
        errors = {"max_length": TOO_LONG, "required": gettext_lazy("Write what is wrong.")}
        super().__init__(max_length=longest, widget=widget, error_messages=errors, **kwargs)
        self.validators = self.validators[:-1]  # of NUL characters, which are found with all others

    def to_python(self, value: Any) -> str:
        return with_plain_lines(super().to_python(value) or "")

    def run_validators(self, value: str) -> None:
        super().run_validators(value)
        try:
            if value:
                check_plain(value)
        except Problem as problem:
            raise ValidationError(str(problem), code=problem.code) from problem


class ReportForm(forms.Form):
    """The form; `website` is for programs that fill in everything."""

    fact = forms.ChoiceField(
        label=gettext_lazy("What it is about"),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Choose one of the facts of the list.")},
    )
    text = PlainText(LONGEST_TEXT, 7, label=gettext_lazy("What is wrong"))
    evidence = PlainText(
        LONGEST_EVIDENCE,
        3,
        label=gettext_lazy("How can we check it?"),
        required=False,
        help_text=gettext_lazy("A URL, a document or a book with the page. May be left empty."),
    )
    reply_to = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        required=False,
        max_length=254,
        help_text=gettext_lazy(
            "May be left empty. Only the editors see it, to ask you about the report; it is deleted 90 days"
            " after the answer."
        ),
        error_messages={
            "max_length": TOO_LONG,
            "invalid": gettext_lazy("This is not an e-mail address. Correct it, or leave the field empty."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    website = forms.CharField(
        label=gettext_lazy("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    opened = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, entity: Record | Source, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entity, self.resource = entity, resource_of(type(entity))
        self.fields["fact"].choices = choices_of(entity)  # type: ignore[attr-defined]  # it is a ChoiceField
        for name in (
            "website",
            "opened",
        ):  # whatever they contain, the reader is told at the head of the form
            self.fields[name].validators = []
        self.version: int | None = None
        self.is_old = False

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            message = _(
                "A field that readers do not see was filled in. It has been emptied: send the form again."
            )
            self.add_error(None, message)
        return ""

    def clean_opened(self) -> str:
        """When the form was opened, and with which version."""
        try:
            slug, pk, version, opened = signing.loads(self.cleaned_data["opened"], salt=SALT)
        except (signing.BadSignature, ValueError, TypeError):
            slug, pk, version, opened = "", 0, None, 0.0
        is_of_this = (slug, pk) == (self.resource.slug, self.entity.pk)
        self.is_old = not is_of_this or time.time() - opened > LONGEST
        if self.is_old:
            message = _(
                "The form was opened more than a day ago. Look whether the error is still there,"
                " and send the form again."
            )
            self.add_error(None, message)
        elif time.time() - opened < SHORTEST:
            message = ngettext(
                "The form was sent within %(n)d second. Read it once more and send it again.",
                "The form was sent within %(n)d seconds. Read it once more and send it again.",
                SHORTEST,
            )
            self.add_error(None, message % {"n": SHORTEST})
        self.version = version
        return ""

    def shown_again(self) -> ReportForm:
        """The same form with what was typed: hidden fields that were the reason are made new."""
        data = cast("QueryDict", self.data).copy()
        data["website"] = ""
        if self.is_old:
            data["opened"] = token(self.entity)
        self.data = data
        return self

    def save(self) -> None:
        """Keeps the report; one that waits already, word for word, is not kept twice."""
        slug, said = self.resource.slug, self.cleaned_data
        given = {
            "type": slug,
            "object_id": self.entity.pk,
            "column": said["fact"],
            "text": said["text"],
            "evidence": said["evidence"],
            "reply_to": said["reply_to"],
        }
        if not ErrorReport.objects.filter(status=ErrorReport.Status.OPEN, **given).exists():
            version = newest_version(slug, self.entity.pk) if self.version is None else self.version
            about = {"key": self.entity.key, "version_id": version, "language": reader_language()}
            ErrorReport.objects.create(**given, **about)
        ErrorReport.objects.forget_addresses()


def token(entity: Record | Source) -> str:
    """Of which entity, with which version and when a form was opened."""
    slug = resource_of(type(entity)).slug
    return signing.dumps([slug, entity.pk, newest_version(slug, entity.pk), time.time()], salt=SALT)


@csrf_exempt
@cache_control(private=True, no_cache=True)
@require_http_methods(["GET", "HEAD", "POST"])
def of_record(request: HttpRequest, record_type: RecordType, key: str) -> HttpResponseBase:
    visible = record_type.model.objects.shown()
    record = reported(request, visible.for_list(), key)
    if not record:
        return moved(request, visible, key, _("There is no such record."))
    if not record.is_published:  # its page says that it was withdrawn
        return redirect(record)
    return page(request, record, reverse(f"{record_type.slug}-report", args=[record.key]))


@csrf_exempt
@cache_control(private=True, no_cache=True)
@require_http_methods(["GET", "HEAD", "POST"])
def of_source(request: HttpRequest, key: str) -> HttpResponseBase:
    public = Source.objects.public()
    source = reported(request, public, key)
    if not source:
        return moved(request, public, key, _("There is no such source."))
    return page(request, source, reverse("source-report", args=[source.key]))


def reported(request: HttpRequest, entities: AddressedQuerySet[Any], key: str) -> Any:
    """The entity at this address; a form that is sent finds it by a former key too, since a redirect would lose it."""
    found = entities.filter(key=key).first()
    return found or (entities.formerly(key).first() if request.method == "POST" else None)


def page(request: HttpRequest, entity: Record | Source, address: str) -> HttpResponse:
    if request.method != "POST":
        first = {"fact": request.GET.get("fact", ""), "opened": token(entity)}
        return shown(request, entity, ReportForm(entity, initial=first), 200)
    form = ReportForm(entity, request.POST)
    if not form.is_valid():
        return shown(request, entity, form.shown_again(), 400)
    throttle = ReportThrottle()
    if not throttle.allow_request(request, None):  # type: ignore[arg-type]  # it reads only the headers
        form.add_error(None, wait_sentence(throttle))
        response = shown(request, entity, form, 429)
        response["Retry-After"] = str(throttle.seconds_to_wait())
        return response
    form.save()
    return HttpResponseRedirect(f"{address}?sent=1")


def wait_sentence(throttle: ReportThrottle) -> str:
    minutes = -(-throttle.seconds_to_wait() // 60)
    message = ngettext(
        "Too many reports have come from your network. Send this one again in %(n)d minute.",
        "Too many reports have come from your network. Send this one again in %(n)d minutes.",
        minutes,
    )
    return message % {"n": minutes}


def shown(request: HttpRequest, entity: Record | Source, form: ReportForm, status: int) -> HttpResponse:
    context = {
        "entity": entity,
        "is_record": isinstance(entity, Record),
        "form": form,
        "is_sent": "sent" in request.GET and not form.is_bound,
    }
    return render(request, "relations/report.html", context, status=status)
