"""Comments on the facts of a record: on its form, and the address at which they are written, answered and settled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.models import Record
from relations.models.review_comments import LONGEST_TEXT
from relations.revisions.comments import SETTLED_BY, Thread, add_answer, add_comment, settle, threads_of
from relations.revisions.desk import name_of

from .answers import anchor
from .saving import RowSaving

#: the pages to which a comment leads back
PAGES = ("review", "change")


class Commenting(RowSaving):
    """Adds comments to the form, and their address."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.comment_view)
        name = f"relations_{self.opts.model_name}_comment"
        return [path("<int:number>/comment/", view, name=name), *super().get_urls()]

    def page_url(self, page: str, pk: int) -> str:
        return reverse(f"admin:relations_{self.opts.model_name}_{page}", args=[pk])

    def may_publish(self, request: HttpRequest) -> bool:
        return request.user.has_perm(f"relations.publish_{self.opts.model_name}")

    def threads(self, request: Any, record: Any) -> list[Thread]:
        """The comments on a record; asked once a request."""
        known: dict[int, list[Thread]] = request.__dict__.setdefault("comment_threads", {})
        if record.pk not in known:
            found = threads_of(self.resource_of_model(), record.pk, request.user, self.may_publish(request))
            known[record.pk] = found
        return known[record.pk]

    def comments_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        threads = self.threads(request, record)
        return {
            "open_threads": [(one, self.anchor(record, one)) for one in threads if one.is_open],
            "settled_threads": [(one, self.anchor(record, one)) for one in threads if not one.is_open],
            "comment_url": self.page_url("comment", record.pk),
            "may_comment": self.has_change_permission(request, record),
            "longest_comment": LONGEST_TEXT,
        }

    def anchor(self, record: Any, thread: Thread) -> str:
        """The id of the field on the form; "" for the whole and for a fact that is no more."""
        names = self.resource_of_model().names()
        if thread.comment.field not in names:
            return ""
        column = self.resource_of_model().column(thread.comment.field)
        return anchor(record, column.name) if isinstance(record, Record) else f"id_{column.attribute}"

    # On the form.

    def describe_fields(self, request: HttpRequest, form: Any, record: Any) -> None:
        """Each field is described by the open comments on it; a form that is stored at once needs none."""
        resource = self.resource_of_model()
        for one in self.threads(request, record):
            if not one.is_open or one.comment.field not in resource.names():
                continue
            name = resource.column(one.comment.field).attribute
            if name in form.fields:
                said = format_html("{} {}", form[name].help_text, said_at_field(one))
                form[name].help_text = form.fields[name].help_text = said

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        record = kwargs.get("obj")
        if record and record.pk:
            context |= {**self.comments_context(request, record), "comment_page": "change"}
            self.describe_fields(request, context["adminform"].form, record)
        return super().render_change_form(request, context, *args, **kwargs)

    # Writing.

    def comment_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """Writes, answers or settles a comment; what was typed and refused is shown again on the review page."""
        record = self.get_object(request, str(number))
        if record is None:
            raise Http404
        verbs: dict[str, Callable[[HttpRequest, Any], None]] = {
            "comment": self.write_comment,
            "answer": self.answer_comment,
            "settle": self.settle_comment,
        }
        verb = verbs.get(request.POST.get("verb", ""))
        if request.method != "POST" or verb is None or not self.has_change_permission(request, record):
            raise PermissionDenied
        try:
            verb(request, record)
        except Problem as problem:
            messages.error(request, str(problem))
            return self.comment_again(request, record)
        page = request.POST.get("page", "")
        return HttpResponseRedirect(f"{self.page_url(page if page in PAGES else 'review', number)}#comments")

    def comment_again(self, request: HttpRequest, record: Any) -> HttpResponse:
        """The review page with what was typed."""
        raise NotImplementedError

    def write_comment(self, request: HttpRequest, record: Any) -> None:
        field, text = request.POST.get("field", ""), request.POST.get("text", "")
        add_comment(self.resource_of_model(), record.pk, field, text, request.user)
        messages.success(request, gettext("The comment is stored."))

    def answer_comment(self, request: HttpRequest, record: Any) -> None:
        answer = add_answer(
            self.resource_of_model(),
            record.pk,
            thread_in(request),
            request.POST.get("text", ""),
            request.user,
        )
        messages.success(request, gettext("The answer is stored."))
        if answer.answer_to and answer.answer_to.settled_at:
            who = name_of(answer.answer_to.settled_by) or "–"
            messages.warning(request, str(SETTLED_BY) % {"who": who})

    def settle_comment(self, request: HttpRequest, record: Any) -> None:
        may_publish = self.may_publish(request)
        settle(self.resource_of_model(), record.pk, thread_in(request), request.user, may_publish)
        messages.success(request, gettext("The comment is settled."))


def thread_in(request: HttpRequest) -> int:
    """The number of the comment in a request. Raises Problem where it is none."""
    text = request.POST.get("thread", "")
    if not text.isascii() or not text.isdecimal() or len(text) > 18:
        raise Problem("comment.unknown", _("This record has no such comment."))
    return int(text)


def said_at_field(thread: Thread) -> SafeString:
    """“Comment by Anna: Which source? – Boris: Page 5”, as markup."""
    written = [thread.comment, *thread.answers]
    said = format_html_join(" – ", "{}: {}", ((name_of(one.user) or "–", one.text) for one in written))
    return format_html('<span class="field-comment"><strong>{}</strong> {}</span>', gettext("Comment:"), said)
