"""Fields with search that also survive a value that no browser would send, and that share what they have found."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

#: the longest number that every database takes as a primary key
MOST_DIGITS = 18


def keys_among(values: Iterable[Any]) -> list[Any]:
    """Those that may be primary keys; the form says of the others that they are not valid."""
    return [one for one in values if not one or (str(one).isdecimal() and len(str(one)) <= MOST_DIGITS)]


class SearchSelect(AutocompleteSelect):
    #: {primary key: object} of what is chosen in this field or its neighbours; None where it is not known
    known: Mapping[str, Model] | None = None

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        chosen = keys_among(value)
        if self.known is None or not all(str(one) in self.known for one in chosen if one):
            return super().optgroups(name, chosen, attr)
        options: list[Any] = [] if self.is_required or self.allow_multiple_selected else [("", "")]
        options += [
            (key, self.choices.field.label_from_instance(self.known[key])) for key in map(str, chosen) if key
        ]
        groups: Any = (None, [], 0)
        for index, (key, label) in enumerate(options):
            is_chosen = bool(key)
            groups[1].append(self.create_option(name, key, label, is_chosen, index, attrs=attr))
        return [groups]


class SearchSelectMultiple(AutocompleteSelectMultiple):
    """Without Select2's button that clears it: that would be an item of the list of what is chosen, and is none."""

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> Any:
        return super().build_attrs(base_attrs, extra_attrs) | {"data-allow-clear": "false"}

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        return super().optgroups(name, keys_among(value), attr)


class LongChoice(forms.CheckboxSelectMultiple):
    """Boxes for many choices; by keyboard they can be skipped."""

    def render(self, *args: Any, **kwargs: Any) -> SafeString:
        return mark_safe(render_to_string("admin/to_saving.html") + super().render(*args, **kwargs))


class SearchField(forms.ModelChoiceField):
    """A choice with search among many objects."""

    known: Mapping[str, Model] | None = None

    def share(self, known: Mapping[str, Model]) -> None:
        """Takes what the neighbours have found."""
        self.known = known
        widget = getattr(self.widget, "widget", self.widget)  # within the wrapper with the links
        if isinstance(widget, SearchSelect):
            widget.known = known

    def to_python(self, value: Any) -> Any:
        found = self.known.get(str(value)) if self.known and value else None
        return found if found is not None else super().to_python(value)


class SearchMultipleField(forms.ModelMultipleChoiceField):
    """Several choices with search among many objects."""

    def clean(self, value: Any) -> Any:
        sent = value if isinstance(value, list | tuple) else ()
        for one in set(map(str, sent)) - set(map(str, keys_among(sent))):
            message = self.error_messages["invalid_pk_value"]
            raise ValidationError(message, code="invalid_pk_value", params={"pk": one})
        return super().clean(value)


class SearchFields:
    """For an admin or an inline with `autocomplete_fields`."""

    admin_site: Any

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]  # of the admin
            kwargs.setdefault("widget", SearchSelect(db_field, self.admin_site))
            kwargs.setdefault("form_class", SearchField)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]  # of the admin
            kwargs.setdefault("widget", SearchSelectMultiple(db_field, self.admin_site))
            kwargs.setdefault("form_class", SearchMultipleField)
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]
