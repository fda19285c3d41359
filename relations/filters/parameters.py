"""Filter classes, one for each kind of parameter: its form field, and how its value narrows a query set."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, Filter, FilterSet, MultipleChoiceFilter, NumberFilter

from relations.models import Indicator, Place, Source, Topic
from relations.models.places import involvement_of
from relations.models.querysets import RecordQuerySet
from relations.rows.columns import Label
from relations.search.lemmas import query_terms
from relations.values.period_problems import FIRST_YEAR, LAST_YEAR

#: (value, label) in the order of the form
Choices = Sequence[tuple[str, Label]]
#: tables whose rows are choices
ChoicesModel = type[Place] | type[Topic] | type[Source] | type[Indicator]
#: of any type of record
Records = RecordQuerySet[Any]

#: positions of records in an index, and the index, which this layer does not know
Bits = Any
Index = Any

TOO_LONG = {"max_length": _("Search for at most %(limit_value)d characters.")}
UNKNOWN_CHOICE = {"invalid_choice": _("“%(value)s” is not a valid choice.")}
SOURCED: Choices = [
    ("all", _("every fact")),
    ("some", _("some facts, not all")),
    ("identified", _("every fact, in identified works")),
    ("corroborated", _("at least one fact, by two independent sources")),
]
IN_SCOPE, CONTEXT = "subject", "context"
SCOPES: Choices = [
    (IN_SCOPE, _("relations of Russia with Central Asia")),
    (CONTEXT, _("context")),
]
CERTAIN, POSSIBLE_TOO, POSSIBLE_ONLY = "0", "1", "only"
UNDATED: Choices = [
    (CERTAIN, _("certain dates only")),
    (POSSIBLE_TOO, _("with uncertain and unknown dates")),
    (POSSIBLE_ONLY, _("uncertain and unknown dates only")),
]


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
        if words and not query_terms(words):
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

    @cached_property
    def given(self) -> QueryDict:
        """The parameters that narrow or sort the list, each value once: without what a form sends for what
        was not chosen."""
        found = QueryDict(mutable=True)
        for name in self.data:
            values = [value for value in map(str.strip, self.data.getlist(name)) if value]
            if values and name in self.form.fields:
                found.setlist(name, list(dict.fromkeys(values)))
        return found

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

    @cached_property
    def values(self) -> dict[str, Any]:
        """What the form has made of the parameters; nothing where it is not valid."""
        return self.form.cleaned_data if self.is_valid() else {}

    def value(self, name: str) -> Any:
        """What the form has made of a parameter; None where it is not given or the form is not valid."""
        return self.values.get(name)


class StoredChoices:
    """Choices that come from the database, for the forms of one query. Each list is loaded when needed, and once."""

    def __init__(
        self, given: QueryDict, named: Callable[[type[Any]], Sequence[tuple[Any, str]]] = lambda model: ()
    ) -> None:
        """`given` are the parameters: of sources, which are many, only those that they name are loaded.

        `named` gives the rows of a table that the caller has in memory, with their names.
        """
        self.given, self.named = given, named
        self._loaded: dict[ChoicesModel, Choices] = {}

    def loader(self, model: ChoicesModel) -> Callable[[], Choices]:
        """The choices as form fields take them: Django calls this when it checks a value or shows the field."""
        return lambda: self.load(model)

    def load(self, model: ChoicesModel) -> Choices:
        if model not in self._loaded:
            found_by: dict[str, object] = {}
            if model is Source:
                found_by = {"key__in": [key for key in self.given.getlist("source") if "\x00" not in key]}
            rows = self.named(model) or [(one, str(one)) for one in model.objects.filter(**found_by)]
            found = [(str(entity.natural_key()[0]), label) for entity, label in rows]
            # a former key is still understood, though no list offers it
            if model is Indicator:
                found += [(key, label) for one, label in rows for key in one.former_keys.split()]
            self._loaded[model] = found
        return self._loaded[model]


class WordsFilter(CharFilter):
    """Words that must all occur, in any inflection."""

    def __init__(self) -> None:
        super().__init__(label=_("words"), max_length=200, error_messages=TOO_LONG)

    def filter(self, records: Records, value: str) -> Records:
        return records.matching(value) if value else records

    def found(self, index: Index, value: str) -> Bits:
        return index.matching(value)


class ManyFilter(MultipleChoiceFilter):
    """Several values mean "or". Choices are compared in Python, so no typed text reaches the database."""

    #: the table of the choices, where they come from the database
    choices_model: ChoicesModel | None = None

    def __init__(self, label: Label, choices: Choices = (), field_name: str | None = None) -> None:
        super().__init__(field_name, label=label, choices=choices, error_messages=UNKNOWN_CHOICE)

    def filter(self, records: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        return self.chosen(records, value) if value else records

    def chosen(self, records: Any, values: list[str]) -> Any:
        """The records that have one of these values."""
        raise NotImplementedError

    def found(self, index: Index, values: list[str]) -> Bits:
        """The same in an index."""
        raise NotImplementedError


class ColumnFilter(ManyFilter):
    """The code in one column of the table."""

    def __init__(self, column: str, label: Label, choices: Choices) -> None:
        super().__init__(label, choices, column)

    def chosen(self, records: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
        return records.filter(**{f"{self.field_name}__in": values})

    def found(self, index: Index, values: list[str]) -> Bits:
        return index.of(self.field_name, values)


class PlacesFilter(ManyFilter):
    """Places that take part, each with the places inside it and its groups."""

    choices_model = Place

    def chosen(self, records: Records, values: list[str]) -> Records:
        return records.involving(values)

    def found(self, index: Index, values: list[str]) -> Bits:
        return index.any_place(values)


class AreaFilter(ManyFilter):
    """Places in one column of a figure: its area or its counterpart."""

    choices_model = Place

    def __init__(self, column: str, label: Label) -> None:
        super().__init__(label, field_name=column)

    def chosen(self, records: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
        return records.filter(involvement_of(values, lambda places: Q(**{f"{self.field_name}__in": places})))

    def found(self, index: Index, values: list[str]) -> Bits:
        return index.any_place(values, f"{self.field_name}_id")


class TopicsFilter(ManyFilter):
    choices_model = Topic

    def chosen(self, records: Records, values: list[str]) -> Records:
        return records.on_topics(values)

    def found(self, index: Index, values: list[str]) -> Bits:
        return index.of("topic", index.names.known(index.names.topics, values))


class SourcesFilter(ManyFilter):
    """Sources that are cited, or that a cited source quotes."""

    choices_model = Source

    def chosen(self, records: Records, values: list[str]) -> Records:
        return records.citing(values)

    def found(self, index: Index, values: list[str]) -> Bits:
        return index.of("source", index.names.known(index.names.sources, values))


class IndicatorsFilter(ManyFilter):
    choices_model = Indicator

    def chosen(self, records: QuerySet[Any], values: list[str]) -> QuerySet[Any]:
        present = Indicator.objects.present_keys()
        return records.filter(indicator__key__in=[present.get(value, value) for value in values])

    def found(self, index: Index, values: list[str]) -> Bits:
        return index.of("indicator_id", index.names.known(index.names.indicators_ever, values))


class CoverageFilter(ManyFilter):
    """Whether every fact has a source."""

    def __init__(self) -> None:
        super().__init__(_("sources for"), SOURCED)

    def chosen(self, records: Records, values: list[str]) -> Records:
        return records.covered(values)

    def found(self, index: Index, values: list[str]) -> Bits:
        return index.of("sourced", values)


class ScopeFilter(ManyFilter):
    """Whether a record is of the register's subject, or context of it."""

    def __init__(self) -> None:
        super().__init__(_("scope"), SCOPES)

    def chosen(self, records: Records, values: list[str]) -> Records:
        return records.filter(in_scope__in=[value == IN_SCOPE for value in values])

    def found(self, index: Index, values: list[str]) -> Bits:
        return index.of("scope", [value == IN_SCOPE for value in values])


class AppliedTogether(Filter):
    """A parameter that RecordFilter applies together with others: alone it changes nothing."""

    def filter(self, records: QuerySet[Any], value: object) -> QuerySet[Any]:
        return records

    def found(self, index: Index, value: object) -> Bits:
        return index.everything


class UndatedFilter(AppliedTogether, ManyFilter):
    def __init__(self) -> None:
        super().__init__(_("uncertain dates"), UNDATED)


class SortFilter(AppliedTogether, ChoiceFilter):
    def __init__(self, choices: Choices) -> None:
        super().__init__(label=_("order"), choices=choices)


class YearFilter(AppliedTogether, NumberFilter):
    """A year within the range of the register."""

    field_class = forms.IntegerField

    def __init__(self, label: Label) -> None:
        messages = {
            "invalid": _("Enter the year as four digits, such as 1992."),
            "min_value": _("The year must not be earlier than %(limit_value)s."),
            "max_value": _("The year must not be later than %(limit_value)s."),
        }
        super().__init__(label=label, error_messages=messages, min_value=FIRST_YEAR, max_value=LAST_YEAR)

    def get_max_validator(self) -> None:
        """The limits of the field suffice."""
