"""“Check a sheet”: anybody learns what an import would say of a table by itself, without an account.

Nothing is kept, so everything is posted again: a browser fills in texts and choices, but no file. Only what is public
is known here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from relations.catalog import RESOURCES
from relations.errors import Problem
from relations.imports.checking import at_most, check_sheet
from relations.imports.report import Finding, Report, grouped
from relations.mapping.answers import Answers, storable_fields
from relations.mapping.fitting import with_titles
from relations.mapping.guessing import Guess, guess, speaks_ours
from relations.mapping.recipe import Recipe
from relations.mapping.sample import headings_sha256, sample_of
from relations.network import FILE_AGAIN, AddressThrottle, Full, downloads, hashed_address
from relations.presentation.finding_lines import Line, line_of
from relations.presentation.upload_form import UploadForm
from relations.readers.sheet import Sheet, read_sheet
from relations.rows.public_lookups import PublicLookups
from relations.rows.resource import SheetResource
from relations.writers.annotated import annotated
from relations.writers.recipes import recipe_response

#: causes listed on the page; the marked file has all findings
MOST_CAUSES = 200
#: a workbook may be so many times larger than the file to come back as a workbook
UNPACKED = 4
#: what a row says that is passed over
PASSED_OVER = frozenset(("row.passed_over", "row.example"))
#: fields of the page itself; all others are answers about the table
OWN_FIELDS = frozenset(("csrfmiddlewaretoken", "do", "type", "file", "pasted", "sheet", "recipe_file"))


class SheetCheckThrottle(AddressThrottle):
    setting = "SHEET_CHECK_RATE"


class SheetCheckForm(UploadForm):
    """A table of one type, and a recipe for it."""

    type = forms.ChoiceField(label=gettext_lazy("What the rows are"))
    recipe_file = forms.FileField(
        label=gettext_lazy("File of a recipe (JSON)"),
        required=False,
        help_text=gettext_lazy("Only for a foreign table that you have answered questions about before."),
        widget=forms.ClearableFileInput({"accept": ".json"}),
    )
    field_order = ("type", "file", "pasted", "sheet", "recipe_file")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["type"].choices = [  # type: ignore[attr-defined]  # it is a ChoiceField
            (slug, capfirst(resource.model._meta.verbose_name_plural)) for slug, resource in RESOURCES.items()
        ]

    def refuse_too_large(self, cleaned: dict[str, Any]) -> None:
        file, pasted = cleaned.get("file"), cleaned.get("pasted") or ""
        size = file.size if file else len(pasted.encode())
        if size > settings.SHEET_CHECK_BYTES:
            raise forms.ValidationError(str(too_large()), code="too_large")


def too_large() -> Problem:
    limit = f"{settings.SHEET_CHECK_BYTES / 2**20:.1f}".removesuffix(".0")
    message = gettext_lazy("Only tables of at most %(limit)s MB are checked here. Check a part of the table.")
    return Problem("file.too_large_to_check", message, limit=limit)


@dataclass
class Check:
    """One table that was posted: how it is read, and what is wrong in it. Raises Problem where it is no table."""

    form: SheetCheckForm
    post: Any
    report: Report | None = None
    #: what prevents the table from being read as the answers say
    problem: Problem | None = None

    def __post_init__(self) -> None:
        self.resource: type[SheetResource] = RESOURCES[self.form.cleaned_data["type"]]
        self.lookups = PublicLookups()
        self.data, _name = self.form.content
        file = self.form.cleaned_data["recipe_file"]
        self.uploaded = Recipe.read(file.read()) if file else None
        recipe = self.uploaded or Recipe(self.resource.slug)
        self.sheet_name = self.form.cleaned_data["sheet"] or recipe.sheet
        self.encoding = recipe.encoding
        sheet = read_sheet(self.data, self.sheet_name, self.encoding)
        self.sheet: Sheet = at_most(sheet, settings.SHEET_CHECK_ROWS)
        self.guess = self.guessed()
        self.answers = self.answered()

    def guessed(self) -> Guess | None:
        """None for a table that is laid out like ours."""
        is_ours = speaks_ours(self.resource, self.sheet)
        return None if is_ours else guess(self.resource, self.sheet, self.lookups)

    @property
    def table(self) -> str:
        """By which answers are known to be about this table."""
        return headings_sha256(self.guess.recipe.headings if self.guess else self.sheet.header)

    def answered(self) -> Answers | None:
        """The questions about a foreign table, as far as they are answered; None where there are none."""
        if self.uploaded:
            return self.asked(self.uploaded)
        if self.before:
            return self.asked(self.before).posted(self.post)
        return self.asked(self.guess.recipe) if self.guess and self.guess.is_open else None

    @cached_property
    def before(self) -> Recipe | None:
        """What the answers began with, if any were posted about this table as one of this type."""
        if not self.post.get("answers") or self.post.get("table") != self.table:
            return None
        found = Recipe.parse(self.post["answers"])
        return found if found.type == self.resource.slug else None

    def asked(self, recipe: Recipe) -> Answers:
        return Answers(self.resource, sample_of(self.sheet), recipe, self.lookups)

    def run(self) -> Check:
        """Reads the table, unless a question is open."""
        self.problem = self.answers.read[2] if self.answers else None
        is_open = self.answers and not (self.uploaded or self.before)
        if not (self.problem or is_open or self.post.get("do") == "show"):
            recipe = self.answers.recipe if self.answers else None
            most = settings.SHEET_CHECK_ROWS
            self.report = check_sheet(self.resource, self.sheet, recipe, self.lookups, most)
        return self

    def file(self) -> HttpResponse | None:
        """The file that was asked for, if it can be made."""
        if self.post.get("do") == "recipe" and self.answers and not self.problem:
            recipe = with_titles(self.answers.recipe, self.answers.sheet)
            return recipe_response(recipe, recipe.name or f"{self.resource.slug}-recipe")
        if self.post.get("do") == "marked" and self.report and not self.report.file_refused:
            most = UNPACKED * settings.SHEET_CHECK_BYTES
            content, extension = annotated(self.data, self.report, self.sheet_name, self.encoding, most)
            response = HttpResponse(content, content_type="application/octet-stream")
            response["Content-Disposition"] = (
                f'attachment; filename="{self.resource.slug}-errors.{extension}"'
            )
            return response
        return None


@never_cache
@csrf_exempt  # until it is known that the form can be read
@require_http_methods(["GET", "HEAD", "POST"])
def sheet_check(request: HttpRequest) -> HttpResponse:
    try:
        request.POST  # noqa: B018 - reads it
    except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent):
        return page(request, SheetCheckForm(), 413, is_read=False, problem=too_large())
    return answer(request)


@csrf_protect
def answer(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return page(request, SheetCheckForm(initial={"type": request.GET.get("type", "")}))
    form = SheetCheckForm(request.POST, request.FILES)
    throttle = SheetCheckThrottle()
    if not throttle.allow_request(request, None):  # type: ignore[arg-type]  # it reads only the headers
        seconds = throttle.seconds_to_wait()
        return later(request, form, 429, seconds, wait_sentence(seconds))
    if not form.is_valid():
        return page(request, form, 413 if form.is_too_large else 400)
    address = hashed_address(request)
    if full := downloads.begin(address):
        return later(request, form, full.value, FILE_AGAIN, full_sentence(full))
    try:
        return checked(request, form)
    finally:
        downloads.end(address)


def checked(request: HttpRequest, form: SheetCheckForm) -> HttpResponse:
    try:
        check = Check(form, storable_fields(request.POST)).run()
        if file := check.file():
            return file
    except Problem as problem:
        return page(request, form, 400, problem=problem)
    return page(request, form, check=check, **shown(check))


def shown(check: Check) -> dict[str, Any]:
    """What the page says of a table."""
    found: dict[str, Any] = {
        "problem": check.problem,
        "type": check.resource.model._meta,
        "form": check.answers,
    }
    if check.answers:
        found["read_names"], found["read_rows"], _problem = check.answers.read
    if report := check.report:
        passed = {one.row for one in report.warnings if one.problem.code in PASSED_OVER}
        found |= {
            "errors": (errors := lines_of(check, report.errors)),
            "warnings": (warnings := lines_of(check, report.warnings, by_kind=True)),
            "has_more": MOST_CAUSES in (len(errors), len(warnings)) or any(report.left_out.values()),
            "most_causes": MOST_CAUSES,
            "passed_over": len(passed),
        }
    return found


def lines_of(check: Check, findings: list[Finding], by_kind: bool = False) -> list[Line]:
    causes = grouped(findings, by_kind)[:MOST_CAUSES]
    return [line_of(check.resource, one) for one in causes]


def page(
    request: HttpRequest, upload: SheetCheckForm, status: int = 200, is_read: bool = True, **found: Any
) -> HttpResponse:
    """The form, with what was typed and chosen, and what was found. `is_read`: not of a form that is too large."""
    is_posted = request.method == "POST" and is_read
    context = {
        "upload": upload,
        "is_result": request.method == "POST",
        "is_file_lost": is_posted and "file" in request.FILES,
        # answers about a table that is not shown now
        "kept": [] if found.get("form") or not is_posted else kept_fields(request),
        "most_rows": settings.SHEET_CHECK_ROWS,
        "most_megabytes": too_large().params["limit"],
        **found,
    }
    return render(request, "relations/sheet_check.html", context, status=status)


def kept_fields(request: HttpRequest) -> list[tuple[str, str]]:
    fields = storable_fields(request.POST).lists()
    return [(name, str(value)) for name, values in fields if name not in OWN_FIELDS for value in values]


def later(
    request: HttpRequest, form: SheetCheckForm, status: int, seconds: int, sentence: str
) -> HttpResponse:
    response = page(request, form, status, problem=sentence)
    response["Retry-After"] = str(seconds)
    return response


def wait_sentence(seconds: int) -> str:
    message = ngettext(
        "Too many tables have come from your network. Check this one again in %(n)d second.",
        "Too many tables have come from your network. Check this one again in %(n)d seconds.",
        seconds,
    )
    return message % {"n": seconds}


def full_sentence(full: Full) -> str:
    if full is Full.OF_ADDRESS:
        return _("Other files of your network are being worked on. Check this one again in a moment.")
    return _("Many files are being worked on now. Check this one again in a moment.")
