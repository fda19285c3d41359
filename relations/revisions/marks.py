"""What a reviewer says of each fact of a row: right, or wrong with a comment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.models import FactCheck, ReviewComment
from relations.models.row_cache import FlatRow, packed
from relations.rows.resource import SheetResource

from .comments import add_comment, checked_text, group_with, label_of

RIGHT, WRONG = "right", "wrong"


@dataclass
class Mark:
    """What was chosen for one fact, and what was written beside it."""

    field: str
    choice: str
    text: str

    @property
    def is_wrong(self) -> bool:
        """Also a text beside a fact that nobody has marked says that something is wrong."""
        return self.choice == WRONG or (self.choice != RIGHT and bool(self.text.strip()))


def marks_in(sent: Mapping[str, Any], fields: Iterable[str]) -> list[Mark]:
    """The marks of these facts, as the page sends them."""
    found = (Mark(one, sent.get(f"mark-{one}", ""), sent.get(f"comment-{one}", "")) for one in fields)
    return [one for one in found if one.choice in (RIGHT, WRONG) or one.text.strip()]


def value_of(resource: type[SheetResource], row: FlatRow, field: str) -> str:
    """The cells of a fact as one text."""
    group = group_with(resource, field)
    return packed(group.cells(row)) if group else ""


def refuse_wrong(resource: type[SheetResource], marks: Iterable[Mark]) -> None:
    """Raises Problem where something was found wrong, which then is not approved."""
    labels = ", ".join(label_of(resource, one.field) for one in marks if one.is_wrong)
    if labels:
        message = _("You have marked facts as wrong: %(facts)s. Send it back, or take these marks back.")
        raise Problem("review.wrong", message, facts=labels)


def keep_marks(
    resource: type[SheetResource], pk: int, row: FlatRow, marks: Iterable[Mark], by: Any
) -> list[ReviewComment]:
    """Keeps what was found right, and makes comments of what was found wrong; returns these. Raises Problem."""
    marks = list(marks)
    for one in marks:
        if one.is_wrong:
            check_comment(resource, one)
    with transaction.atomic():
        own = FactCheck.objects.filter(type=resource.slug, object_id=pk, user=by)
        own.filter(field__in=[one.field for one in marks if one.is_wrong]).delete()
        for one in marks:
            if not one.is_wrong:
                about = {"type": resource.slug, "object_id": pk, "field": one.field, "user": by}
                value = {"value": value_of(resource, row, one.field)}
                FactCheck.objects.update_or_create(**about, defaults=value)
        return [add_comment(resource, pk, one.field, one.text, by) for one in marks if one.text.strip()]


def check_comment(resource: type[SheetResource], mark: Mark) -> None:
    """Raises Problem, with the fact, where what is wrong is not said."""
    try:
        checked_text(mark.text)
    except Problem as problem:
        label = label_of(resource, mark.field)
        message = _("%(fact)s: %(reason)s")
        raise Problem(problem.code, message, fact=label, reason=str(problem)) from problem


def found_right(resource: type[SheetResource], pk: int, row: FlatRow) -> dict[str, list[FactCheck]]:
    """{fact: who has found it right as it is in the row}"""
    found: dict[str, list[FactCheck]] = {}
    for check in FactCheck.objects.filter(type=resource.slug, object_id=pk).select_related("user"):
        if check.value == value_of(resource, row, check.field):
            found.setdefault(check.field, []).append(check)
    return found
