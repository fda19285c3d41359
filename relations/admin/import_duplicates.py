"""Likely duplicates in a preview: each row beside the record that it looks like, and what is decided about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.imports.batches import LONGEST, title_of
from relations.imports.decisions import Choice
from relations.models import ImportBatch, ImportLine, State
from relations.models.row_cache import FlatRow, unpacked
from relations.rows.differences import Wording
from relations.rows.resource import SheetResource

#: a line of a preview, as batches.Lines makes it
Line = dict[str, Any]
#: what many rows may have in common with their twins
KINDS = {
    "same_day": _("All others with the same date"),
    "same_title": _("All others with the same title and another date"),
}


def kind_of(line: Line) -> str:
    return "same_day" if line["twin"]["is_same_day"] else "same_title"


def offered(line: Line) -> list[Choice]:
    """What may become of a row; what looks like another row of the sheet changes no record."""
    if line["twin"]["row"]:
        return [Choice.NEW, Choice.PASS_OVER]
    return [one for one in Choice if one is not Choice.CITE or line["has_sources"]]


def decided(batch: ImportBatch, post: QueryDict) -> dict[str, Any]:
    """The decisions about the rows of an import with those that were posted: single ones, and one for all others of a
    kind that have none. Raises Problem.
    """
    found = dict(batch.decisions)
    lines: Iterable[Line] = batch.lines.filter(tab=ImportLine.Tab.DUPLICATES).values_list(
        "content", flat=True
    )
    for line in lines:
        key, choices = line["key"], offered(line)
        choice = post.get(f"choice:{key}", "")
        if not choice and key not in found:
            choice = post.get(f"all:{kind_of(line)}", "")
            choice = "" if choice in Choice and choice not in choices else choice
        if choice and choice not in choices:
            message = _("Row %(row)s: this cannot be decided about it.")
            raise Problem("duplicate.choice", message, row=line["row"])
        if choice:
            found[key] = {"choice": choice, "line": line}
    return found


class Twins:
    """The lines of one page, each with the differences between its row and the record that it looks like."""

    def __init__(self, batch: ImportBatch, resource: type[SheetResource], wording: Wording) -> None:
        self.batch, self.resource, self.wording = batch, resource, wording

    def shown(self, lines: Iterable[Line]) -> list[Line]:
        lines = list(lines)
        keys = {line["twin"]["key"] for line in lines if not line["twin"]["row"]}
        about = self.resource.model.objects.filter(key__in=keys).values_list("key", "pk", "state", "row")
        stored = {key: (pk, state, self.cut(unpacked(row))) for key, pk, state, row in about}
        self.wording.learn(row for _pk, _state, row in stored.values())
        self.wording.learn(line["cells"] for line in lines)
        return [self.line(line, stored.get(line["twin"]["key"])) for line in lines]

    @staticmethod
    def cut(row: FlatRow) -> FlatRow:
        """A row with no longer cells than those of the preview."""
        return {name: cell[:LONGEST] for name, cell in row.items()}

    def line(self, line: Line, stored: tuple[int, str, FlatRow] | None) -> Line:
        decision = self.batch.decisions.get(line["key"], {})
        choices = [(one, one.label, one == decision.get("choice")) for one in offered(line)]
        found = {**line, "choices": choices, "twin_title": line["twin"]["title"], "is_gone": False}
        if line["twin"]["row"]:
            return found
        if stored is None:
            return {**found, "is_gone": True}
        pk, state, row = stored
        name = f"admin:relations_{self.resource.model._meta.model_name}_change"
        differences = self.wording.differences(row, {**line["cells"], "key": row.get("key", "")})
        return {
            **found,
            "twin_title": title_of(row) or line["twin"]["title"],
            "address": reverse(name, args=[pk]),
            "state": State(state).label,
            "differences": [one for one in differences if one.after],
            "only_stored": ", ".join(one.label for one in differences if not one.after),
        }
