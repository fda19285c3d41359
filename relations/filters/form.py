"""The form behind every filter set: it refuses parameters that are not valid, with a sentence at the field."""

from typing import Any, NamedTuple

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from relations.search.lemmas import question

Label = str | Promise


class ParameterError(NamedTuple):
    """Why a parameter is refused; `label` is what the form calls it."""

    name: str
    label: Label
    reason: str


class FilterForm(forms.Form):
    """The form of every filter set."""

    data: QueryDict

    def clean_q(self) -> str:
        words: str = self.cleaned_data["q"]
        if words and not question(words):
            raise forms.ValidationError(_("These words are too common to search for."))
        return words

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("year_from"), cleaned.get("year_to")
        if first and last and first > last:
            self.add_error("year_to", _("The end year is earlier than the start year."))
        for name, field in self.fields.items():
            takes_several = isinstance(field, forms.MultipleChoiceField)
            if not takes_several and len(set(self.data.getlist(name))) > 1:
                self.add_error(name, _("This parameter was given twice with different values."))
        return cleaned


class ParameterFilterSet(FilterSet):
    """A filter set that finds nothing where a parameter is not valid."""

    class Meta:
        form = FilterForm

    def __init__(self, data: QueryDict, *args: Any, **kwargs: Any) -> None:
        """Empty values, as a form sends them for what was not chosen, are left out."""
        given = data.copy()
        for name in data:
            given.setlist(name, [value for value in data.getlist(name) if value.strip()])
        super().__init__(given, *args, **kwargs)

    @property
    def parameter_errors(self) -> list[ParameterError]:
        """Every reason why a parameter is not valid."""
        return [
            ParameterError(
                name, self.form.fields[name].label if name in self.form.fields else "", str(reason)
            )
            for name, reasons in self.form.errors.items()
            for reason in reasons
        ]

    def value(self, name: str) -> Any:
        """What the form has made of a parameter; None where it is not given or the form is not valid."""
        return self.form.cleaned_data.get(name) if self.is_valid() else None
