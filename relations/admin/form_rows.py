"""The flat row that a filled form describes, gathered from the form without saving anything."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms.models import BaseInlineFormSet, InlineForeignKeyField, construct_instance
from django.http import QueryDict

from relations.errors import Problem
from relations.models.row_cache import FlatRow
from relations.registry import resource_of
from relations.rows.lookups import Lookups
from relations.rows.resource import SheetResource
from relations.rows.row_change import RowChange
from relations.rows.sheet_row import SheetRow
from relations.text.characters import meant

from .cell_fields import CellField
from .widgets import SearchField, keys_among

#: of a record that is not stored yet: related managers ask for some primary key
NOT_STORED = 0


def row_of_form(resource: type[SheetResource], form: Any, formsets: Iterable[Any]) -> FlatRow:
    """The row of a valid form and its valid formsets, empty cells left out."""
    record = copy.copy(form.instance)
    if record.pk is None:
        record.pk = NOT_STORED
    related: dict[str, list[Any]] = {
        name: [] for name in ("citations", "participations", "links", "memberships")
    }
    related["topics"] = list(form.cleaned_data.get("topics", ()))
    for formset in formsets:
        related[formset.relation] = list(formset.children())
    record._prefetched_objects_cache = related
    cells = resource.cells_of(record)
    return {name: cell for name, cell in cells.items() if cell}


def numbered_anew(data: Mapping[str, Any], prefix: str, most: int) -> Mapping[str, Any]:
    """The data of a formset as if every row were new, and without the rows to be deleted.

    The rows as they stand are what is stored, whatever has become of their primary keys meanwhile.
    """
    if not isinstance(data, QueryDict):
        return data
    try:
        total = min(int(data.get(f"{prefix}-TOTAL_FORMS", "")), most)
    except ValueError:
        return data
    fresh = data.copy()
    kept = [i for i in range(total) if not data.get(f"{prefix}-{i}-DELETE")]
    for name in data:
        if name.startswith(f"{prefix}-") and name[len(prefix) + 1 :].split("-")[0].isdigit():
            del fresh[name]
    for new, old in enumerate(kept):
        start = f"{prefix}-{old}-"
        for name in data:
            if name.startswith(start) and name != f"{start}id":
                fresh.setlist(f"{prefix}-{new}-{name[len(start) :]}", data.getlist(name))
    fresh[f"{prefix}-TOTAL_FORMS"], fresh[f"{prefix}-INITIAL_FORMS"] = str(len(kept)), "0"
    return fresh


#: fields that have looked for their object themselves
CHOICES = (forms.ModelChoiceField, InlineForeignKeyField)


@contextmanager
def topics_left_out(record: Any) -> Iterator[None]:
    """While a form is made of what was sent: that is not compared with the stored topics."""
    if record is None:
        yield
        return
    cache = record.__dict__.get("_prefetched_objects_cache", {})
    record._prefetched_objects_cache = {**cache, "topics": []}
    try:
        yield
    finally:
        record._prefetched_objects_cache = cache


class UnstoredForm(forms.ModelForm):
    """A form whose object is not stored by itself.

    The database constraints are checked once, when the whole row is stored, and not by a statement for each.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Fields of columns show what they would read."""
        is_sent = (args[0] if args else kwargs.get("data")) is not None
        with topics_left_out(kwargs.get("instance")) if is_sent else nullcontext():
            super().__init__(*args, **kwargs)
        given = kwargs.get("initial") or {}
        for name, one in self.cell_fields().items():
            if name not in given:
                self.initial[name] = one.typed(self.instance)

    def _clean_fields(self) -> None:
        """Texts are kept as they were meant, as those of a sheet are."""
        super()._clean_fields()  # type: ignore[misc]  # Django offers no public way
        self.cleaned_data |= {
            name: meant(value) for name, value in self.cleaned_data.items() if type(value) is str
        }

    def cell_fields(self) -> dict[str, CellField]:
        return {name: one for name, one in self.fields.items() if isinstance(one, CellField)}

    def apply_cells(self) -> None:
        """Sets what was typed as an import does: a phrase in one column may set others too."""
        cells = sorted(self.cell_fields().items(), key=lambda one: one[1].column.apply_order)
        if not cells:  # a row of an inline
            return
        names = frozenset(resource_of(type(self.instance)).names())
        change = RowChange(SheetRow(0, []), Lookups(), names, record=self.instance)
        for name, one in cells:
            prefixed = self.add_prefix(name)
            if name in self.cleaned_data and not one.widget.value_omitted_from_data(
                self.data, self.files, prefixed
            ):
                try:
                    one.column.apply(change, self.cleaned_data[name])
                except Problem as problem:
                    self.add_error(name, str(problem))

    def validate_unique(self) -> None:
        """Looks only for a key that was typed: a present one is its own, and a made one has been found to be free."""
        name = resource_of(type(self.instance)).key_field if self.cell_fields() else ""
        typed = self.cleaned_data.get(name)
        if name not in self.fields or (typed and typed != self.initial.get(name)):
            super().validate_unique()

    def _post_clean(self) -> None:
        chosen = {name for name, one in self.fields.items() if isinstance(one, CHOICES)}
        this: Any = self  # Django offers no public way to say what is checked
        exclude = this._get_validation_exclusions() | chosen
        options = self._meta
        try:
            others = {*(options.exclude or ()), *self.cell_fields()}
            self.instance = construct_instance(self, self.instance, options.fields, others)
            self.apply_cells()
            self.instance.full_clean(exclude=exclude, validate_unique=False, validate_constraints=False)
        except ValidationError as error:
            this._update_errors(error)
        if this._validate_unique:
            self.validate_unique()


class ChildForm(UnstoredForm):
    """One row of a formset. It is not compared with the stored rows, since all rows together replace those."""

    def clean(self) -> dict[str, Any]:
        return self.cleaned_data


class RowsOfForm(BaseInlineFormSet):
    """A formset whose rows, taken together, replace what is stored; it saves nothing itself."""

    #: the relation of the record that its rows make up
    relation = ""

    def __init__(
        self, data: Any = None, files: Any = None, *, lookups: Lookups | None = None, **kwargs: Any
    ) -> None:
        self.lookups = lookups or Lookups()
        super().__init__(data, files, **kwargs)
        if self.is_bound:
            self.data = numbered_anew(self.data, str(self.prefix), self.absolute_max + 1)
        self.known: dict[str, dict[str, Model]] = {}

    def add_fields(self, form: Any, index: int | None) -> None:
        """The fields with search share what they have found, so that rows cost no statements of their own."""
        super().add_fields(form, index)
        for name, one in form.fields.items():
            if isinstance(one, SearchField):
                one.share(self.found(name, one))

    def found(self, name: str, one: Any) -> dict[str, Model]:
        """{primary key: object} of all that the rows have chosen in a field, in one statement."""
        if name not in self.known:
            if self.is_bound:
                ending = f"-{name}"
                sent = (self.data.get(key) for key in self.data if key.endswith(ending))
                chosen = self.lookups.chosen(one.queryset, keys_among(value for value in sent if value))
            else:
                objects = (getattr(row, name) for row in self.get_queryset())
                chosen = {found.pk: found for found in objects if found}
            self.known[name] = {str(pk): found for pk, found in chosen.items()}
        return self.known[name]

    def validate_unique(self) -> None:
        """Each formset says in its own words what its rows may not have in common."""

    def kept_forms(self) -> list[Any]:
        return [form for form in self.forms if form.has_changed()]

    def children(self) -> Iterator[Any]:
        """The unsaved objects that its rows describe, in their order."""
        for form in self.kept_forms():
            yield form.instance
