"""PeriodField: stores a Period as text, and its first and last day beside it where the model asks for that."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from relations.errors import Problem
from relations.values.period import Period
from relations.values.period_format import typed_phrase

from .named import reader_language


class PeriodAttribute:
    """Converts an assigned value to a Period at once, and sets the two day columns with it."""

    def __init__(self, field: "PeriodField") -> None:
        self.field = field

    def __get__(
        self, instance: models.Model | None, owner: type[models.Model] | None = None
    ) -> "PeriodAttribute | Period":
        if instance is None:
            return self
        if self.field.attname not in instance.__dict__:  # deferred: fetched at first access
            instance.refresh_from_db(fields=[self.field.attname])
        period: Period = instance.__dict__[self.field.attname]
        return period

    def __set__(self, instance: models.Model, value: object) -> None:
        period = Period.parse(value)
        instance.__dict__[self.field.attname] = period
        if self.field.bounds:
            first, last = self.field.bounds
            instance.__dict__[first], instance.__dict__[last] = period.first_day, period.last_day


if TYPE_CHECKING:
    Day = models.DateField[date | None, date | None]
    Text = models.CharField[Period | date | str | None, Period]
else:
    Day, Text = models.DateField, models.CharField


class DerivedDay(Day):
    """A day column that only its Period sets: assigning it, as loading from the database does, changes nothing."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.update(null=True, blank=True, editable=False)
        super().__init__(**kwargs)

    def contribute_to_class(
        self, cls: type[models.Model], name: str, private_only: bool = False, **kwargs: Any
    ) -> None:
        super().contribute_to_class(cls, name, private_only=private_only, **kwargs)
        setattr(cls, self.attname, DerivedAttribute(self.attname))


def derived_day() -> "models.DateField[date | None, date | None]":
    """One of the days of `Readings`, which the model derives from its dates."""
    return models.DateField(null=True, blank=True, editable=False)


class DerivedAttribute:
    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(
        self, instance: models.Model | None, owner: type[models.Model] | None = None
    ) -> "DerivedAttribute | date | None":
        if instance is None:
            return self
        if self.name not in instance.__dict__:
            for field in instance._meta.concrete_fields:
                if self.name in (getattr(field, "bounds", None) or ()):
                    getattr(instance, field.attname)  # reading a period sets its days
        return instance.__dict__.get(self.name)

    def __set__(self, instance: models.Model, value: object) -> None:
        """Ignored: the Period is the only truth."""


class PeriodFormField(forms.CharField):
    def to_python(self, value: object) -> Period:  # type: ignore[override]  # the cleaned value is a Period
        try:
            return Period.parse(super().to_python(value))
        except Problem as problem:
            raise ValidationError(str(problem), code=problem.code) from problem

    def prepare_value(self, value: object) -> str:
        """A stored date in words of the reader's language, which are read back as the same; a typed one as it is."""
        return typed_phrase(value, reader_language()) if isinstance(value, Period) else str(value or "")

    def has_changed(self, initial: object, data: object) -> bool:
        """Whether the dates differ, whatever their spelling; unreadable input counts as changed."""
        try:
            return Period.parse(initial or "") != Period.parse(data or "")
        except Problem:
            return True

    def validate(self, value: Period) -> None:
        super().validate(str(value))

    def run_validators(self, value: Period) -> None:
        super().run_validators(str(value))


class PeriodField(Text):
    """Stores the canonical EDTF text; reads back a Period. `bounds` names the two DerivedDay columns it keeps."""

    def __init__(self, *args: Any, bounds: tuple[str, str] | None = None, **kwargs: Any) -> None:
        self.bounds = bounds
        kwargs.setdefault("max_length", 40)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        if self.bounds:
            kwargs["bounds"] = self.bounds
        return name, path, args, kwargs

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only=private_only)
        setattr(cls, self.attname, PeriodAttribute(self))

    def get_prep_value(self, value: object) -> str | None:
        return None if value is None else str(Period.parse(value))

    def to_python(self, value: object) -> Period:
        try:
            return Period.parse(value)
        except Problem as problem:
            raise ValidationError(str(problem), code=problem.code) from problem

    def validate(self, value: Period, model_instance: models.Model | None) -> None:
        super().validate(str(value), model_instance)

    def run_validators(self, value: Period) -> None:
        super().run_validators(str(value))

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj))

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        return super().formfield(**{"form_class": PeriodFormField, **kwargs})
