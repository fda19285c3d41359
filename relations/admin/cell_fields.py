"""Form fields that read what a cell of a sheet may contain, by the column of the sheet, and say how they read it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from relations.errors import Problem
from relations.imports.parser import read_cell
from relations.models.fields import PeriodField
from relations.models.named import reader_language
from relations.registry import resource_of
from relations.rows.bound_columns import BoundReasonColumn, reason_of
from relations.rows.cells import read_text
from relations.rows.columns import Choice, Column, Lines, Number, PeriodColumn, Text, Whole
from relations.rows.lookups import Lookups
from relations.rows.sources import Extent
from relations.text.characters import meant
from relations.values.period_format import typed_phrase

#: columns whose values are not what is typed; the others take the text as it is
READ = (Number, Whole, Lines, Extent)
#: the column by which the dates of rows within a form are read; all dates are read alike
ANY_DATE = "not_before"
#: the longest text that is read before it is sent
LONGEST_CELL = 20_000


def read_as_cell(column: Column, text: str, lookups: Lookups) -> Any:
    """The value of a typed text. Raises ValidationError with what is wrong."""
    try:
        return column.parse(read_text(text), lookups)
    except Problem as problem:
        raise ValidationError(str(problem), code=problem.code) from problem


class CellField(forms.CharField):
    """A typed text; its cleaned value is that of the column."""

    def __init__(self, column: Column, **kwargs: Any) -> None:
        if "label" not in kwargs:
            kwargs["label"] = column.label
        super().__init__(**{"required": False, **kwargs})
        self.column, self.lookups = column, Lookups()

    def to_python(self, value: Any) -> Any:
        """What cannot be seen is nothing where something is required."""
        return meant(super().to_python(value) or "")

    def clean(self, value: Any) -> Any:
        return read_as_cell(self.column, super().clean(value), self.lookups)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the values differ, however they are written; unreadable input counts as changed."""
        try:
            return bool(self.clean(initial) != self.clean(data))
        except ValidationError:
            return True

    def typed(self, record: Any) -> str:
        """What the field shows of a stored record."""
        return self.column.typed(self.column.value_of(record))


class WordChoiceField(forms.TypedChoiceField):
    """A coded value, also by a present or former label in either language."""

    column: Column | None = None

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text or self.valid_value(text):
            return text
        if isinstance(self.column, BoundReasonColumn):
            return reason_of(text) or text
        try:
            return self.column.parse(text, Lookups()) if isinstance(self.column, Choice) else text
        except Problem:
            return text


def in_words_of(field: Any) -> Callable[[Any], str]:
    """Shows a date where it cannot be changed."""

    @admin.display(description=field.verbose_name, ordering=field.name, empty_value="–")
    def words(record: Any) -> str:
        return typed_phrase(getattr(record, field.attname), reader_language())

    words.__name__ = field.name
    return words


def reading_url(model: type[models.Model], name: str) -> str:
    """Where what is typed for a column is read."""
    return f"{reverse(f'admin:relations_{model._meta.model_name}_reading')}?column={name}"


def read_aloud(widget: forms.Widget, model: type[models.Model], name: str) -> None:
    """Lets the script ask how the text of a field is read."""
    widget.attrs["data-reading"] = reading_url(model, name)


class CellFields(admin.ModelAdmin):
    """Makes the typed fields of a form read as the cells of its sheet are, and answers how a text is read."""

    @cached_property
    def columns_by_field(self) -> dict[str, Column]:
        """{name of the field: its column}"""
        return {column.attribute: column for column in resource_of(self.model).columns()}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        found: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        column = self.columns_by_field.get(db_field.name)
        if isinstance(found, WordChoiceField):
            found.column = column
        elif isinstance(column, READ):
            found = cell_field(column, found)
        if isinstance(column, (*READ, Text, PeriodColumn)):
            read_aloud(found.widget, self.model, column.name)
        return found

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("choices_form_class", WordChoiceField)
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who may only look sees dates in words, too."""
        found = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return found
        return [(title, {**about, "fields": self.shown(about["fields"])}) for title, about in found]

    def shown(self, names: Any) -> Any:
        if isinstance(names, str):
            return self.dates_in_words.get(names, names)
        return type(names)(map(self.shown, names))

    @cached_property
    def dates_in_words(self) -> dict[str, Callable[[Any], str]]:
        """{name of a date field: what shows it where it cannot be changed}"""
        fields = (one for one in self.model._meta.concrete_fields if isinstance(one, PeriodField))
        return {one.name: in_words_of(one) for one in fields}

    # How a text is read, before it is saved.

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.reading))
        name = f"relations_{self.opts.model_name}_reading"
        return [path("reading/", view, name=name), *super().get_urls()]

    def reading(self, request: HttpRequest) -> HttpResponse:
        """{"said", "errors", "warnings"}: sentences about one typed text."""
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        columns = {column.name: column for column in self.columns_by_field.values()}
        column = columns.get(request.GET.get("column", ""))
        if not isinstance(column, (*READ, Text, PeriodColumn)):
            raise Http404
        return JsonResponse(reading_of(column, request.POST.get("cell", "")[:LONGEST_CELL]))


def reading_of(column: Column, text: str) -> dict[str, Any]:
    """What a form says of a typed text; nothing of one that is taken as it is."""
    cell = text.strip()
    found = read_cell(column, cell, Lookups())
    words = "" if found.errors or not cell else column.in_words(found.value)
    is_other = " ".join(words.split()) != " ".join(cell.split())
    return {
        "said": gettext("read as: %(words)s") % {"words": words} if words and is_other else "",
        "errors": [str(problem) for problem in found.errors] if cell else [],
        "warnings": [str(problem) for problem in found.warnings if problem.code != "converted"],
    }


def cell_field(column: Column, usual: forms.Field) -> CellField:
    """The field of a column, in place of the usual one of its model field."""
    is_long = isinstance(usual.widget, forms.Textarea)
    widget = usual.widget if is_long or isinstance(column, Extent) else AdminTextInputWidget()
    return CellField(column, label=usual.label, help_text=usual.help_text, widget=widget)


class DatesReadAloud:
    """For an inline: its dates are read as those of the record."""

    parent_model: Any

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        found = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]  # of the inline
        if isinstance(db_field, PeriodField):
            read_aloud(found.widget, self.parent_model, ANY_DATE)
        return found
