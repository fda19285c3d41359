"""What an entity may be the same as: said while it is typed, on its form and where it is reviewed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from relations.errors import Problem
from relations.models import Observation, Record, Source
from relations.models.named import reader_language
from relations.models.row_cache import unpacked
from relations.presentation.dating import date_in_words
from relations.revisions.likely_duplicates import (
    Compared,
    Likely,
    compared_columns,
    likely_of,
    sees_all,
    stored,
)
from relations.revisions.merges import key_of_entity, tell_apart
from relations.revisions.saving import RowRefused, as_if, pending_revision
from relations.values.period_format import typed_phrase

from .form_rows import NOT_STORED
from .review import Reviewing
from .widgets import keys_among

#: the relation of a record in whose rows its sides are typed
SIDES = "participations"


@dataclass
class Hint:
    """One line: the title with its page, what tells it apart, and the page on which the two are merged."""

    title: str
    url: str
    details: list[str]
    merge_url: str = ""


class LikelyHints(Reviewing):
    """Adds the hints to the form and to the review page."""

    def get_urls(self) -> list[URLPattern]:
        pages: list[tuple[str, str, Callable[..., HttpResponse]]] = [
            ("likely_new", "likely/", self.likely_new),
            ("likely", "<int:number>/likely/", self.likely),
            ("different", "<int:number>/different/", self.different),
        ]
        named = [
            path(
                route,
                self.admin_site.admin_view(require_POST(view)),
                name=f"relations_{self.opts.model_name}_{name}",
            )
            for name, route, view in pages
        ]
        return [*named, *super().get_urls()]

    # Of what is stored.

    def render_change_form(self, request: Any, context: Any, *args: Any, **kwargs: Any) -> Any:
        record: Any = kwargs.get("obj")
        is_stored = bool(record and record.pk)
        context["likely"] = self.hints(request, stored(record)) if is_stored else []
        if not is_stored:
            context["likely_url"] = reverse(f"admin:relations_{self.opts.model_name}_likely_new")
        elif self.has_change_permission(request, record):
            context["likely_url"] = self.page_url("likely", record.pk)
        return super().render_change_form(request, context, *args, **kwargs)

    def review_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        return {**super().review_context(request, record), "likely": self.hints_of_reviewed(request, record)}

    def hints_of_reviewed(self, request: HttpRequest, record: Any) -> list[Hint]:
        """Of the proposed row, if there is one that can still be stored."""
        resource = self.resource_of_model()
        if revision := pending_revision(resource, record.pk):
            try:
                with as_if(resource, revision.row, record.pk):
                    return self.hints(request, stored(self.model._base_manager.get(pk=record.pk)))
            except RowRefused:
                pass  # the page says why it is refused
        return self.hints(request, stored(record))

    def hints(self, request: HttpRequest, one: Compared) -> list[Hint]:
        resource = self.resource_of_model()
        only_public = not sees_all(request.user, resource)
        return [self.hint(request, one, likely) for likely in likely_of(resource, [one], only_public)[0]]

    def hint(self, request: HttpRequest, one: Compared, likely: Likely) -> Hint:
        entity, url = likely.entity, ""
        if self.has_view_permission(request):
            url = self.page_url("change", entity.pk)
        elif hasattr(entity, "get_absolute_url"):
            url = entity.get_absolute_url()
        merge_url = ""
        if one.pk and self.may_publish(request):
            merge_url = self.page_url("merge", min(one.pk, entity.pk))
            merge_url += "?" + urlencode(
                {"with": key_of_entity(entity if entity.pk > one.pk else one.entity)}
            )
        return Hint(str(entity), url, [*details_of(entity), str(likely.reason)], merge_url)

    # While it is typed.

    def likely_new(self, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        return self.hints_as_html(request, None)

    def likely(self, request: HttpRequest, number: int) -> HttpResponse:
        record = self.get_object(request, str(number))
        if record is None:
            raise Http404
        if not self.has_change_permission(request, record):
            raise PermissionDenied
        return self.hints_as_html(request, record)

    def hints_as_html(self, request: HttpRequest, record: Any) -> HttpResponse:
        """The lines as HTML, of a form that may not be complete yet."""
        hints = self.hints(request, self.typed(request, record))
        return HttpResponse(
            render_to_string("admin/relations/likely_duplicates.html", {"likely": hints}).strip()
        )

    def typed(self, request: HttpRequest, record: Any) -> Compared:
        """What the form says so far, read as it is read when it is saved; what cannot be read is left out."""
        resource = self.resource_of_model()
        row = unpacked(record.row) if record else {}
        form = self.get_form(request, record, change=record is not None)(request.POST, instance=record)
        form.is_valid()
        entity = form.instance
        sides = self.typed_sides(request, record, entity)
        if isinstance(entity, Record):
            entity.key = entity.key or "-"  # none is made of a title that is not whole yet
        if not isinstance(entity, Source):
            entity.derive()
        entity.pk = entity.pk or NOT_STORED
        if sides is not None:
            entity._prefetched_objects_cache = {SIDES: sides}
        names = compared_columns(resource) if sides is not None or resource.model is Source else ()
        return Compared(entity, {**row, **{name: resource.column(name).cell_of(entity) for name in names}})

    def typed_sides(self, request: HttpRequest, record: Any, entity: Any) -> list[Model] | None:
        """The participants that are complete; None where the form has none."""
        for formset_class, inline in self.get_formsets_with_inlines(request, record):
            if getattr(formset_class, "relation", "") != SIDES:
                continue
            formset: Any = formset_class(
                request.POST,
                instance=entity,
                prefix=formset_class.get_default_prefix(),
                queryset=inline.get_queryset(request),
            )
            rows = [form.instance for form in formset.forms if form.is_valid() and form.has_changed()]
            return [
                one for one in rows if one.role and (one.place_id or one.organization_id or one.person_id)
            ]
        return None

    # Two that are not one.

    def different(self, request: HttpRequest, number: int) -> HttpResponse:
        """Remembers that two are different; the desk leads here with one button."""
        sent = request.POST.get("with", "")
        keys = keys_among([sent]) if sent else []
        both: list[Any] = [self.get_object(request, str(pk)) for pk in (number, *keys)]
        if len(both) < 2 or None in both:
            raise Http404
        if not all(self.has_change_permission(request, one) for one in both):
            raise PermissionDenied
        try:
            tell_apart(self.resource_of_model(), both[0].pk, both[1].pk, request.user)
        except Problem as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, told_apart(*both))
        return HttpResponseRedirect(reverse("admin:index"))


def told_apart(one: Any, other: Any) -> str:
    message = gettext("“%(one)s” and “%(other)s” are no longer shown as likely duplicates.")
    return message % {"one": one, "other": other}


def details_of(entity: Any) -> list[str]:
    """What tells two with nearly the same title apart: figure, date, state and number of sources; else the key."""
    if isinstance(entity, Record):
        figure = entity.in_words() if isinstance(entity, Observation) else ""
        sources = ngettext("%(n)d source", "%(n)d sources", entity.source_count) % {"n": entity.source_count}
        found = [figure, date_in_words(entity, short=True), entity.get_state_display(), sources]
    elif isinstance(entity, Source):
        number = getattr(entity, "cited_by", 0)
        cited = ngettext("cited %(n)s time", "cited %(n)s times", number) % {"n": number}
        found = [typed_phrase(entity.issued, reader_language()), cited]
    else:
        found = [key_of_entity(entity)]
    return [str(one) for one in found if one]
