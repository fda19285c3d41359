"""Translates an IntegrityError into the message that the model gives for the constraint."""

from collections.abc import Iterable
from typing import Any

from django.db.models import UniqueConstraint
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem


def problem_of(error: Exception, models: Iterable[Any]) -> Problem:
    """The Problem of an IntegrityError, which names the constraint or, for unique ones on SQLite, the columns."""
    text = str(error)
    for model in models:
        table = model._meta.db_table
        if f"{table}.key" in text or f"{table}_key" in text:
            message = _("Another user has just created a record with this key. Upload the file again.")
            return Problem("key.taken", message)
        for constraint in model._meta.total_unique_constraints + model._meta.constraints:
            columns = ", ".join(
                f"{table}.{model._meta.get_field(name).column}" for name in getattr(constraint, "fields", ())
            )
            unique_here = isinstance(constraint, UniqueConstraint) and columns and columns in text
            if constraint.name in text or unique_here:
                return Problem("rule.broken", constraint.violation_error_message)
    return Problem("rule.broken", _("This row cannot be stored: it breaks a rule of the register."))
