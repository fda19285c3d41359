"""Records that an earlier edition of a table had, and that the one being imported has no more."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.models import Citation, State
from relations.models.foreign_keys import key_to
from relations.models.row_cache import FlatRow, unpacked
from relations.rows.resource import SheetResource
from relations.rows.row_change import RowChange
from relations.text.cell_syntax import split

from .findings import Findings

#: keys named in one sentence
MOST_NAMED = 200

#: a source, and what the resource says that a table is about
Scope = tuple[str, ...]


class Vanished:
    """Warns of what cites a source of the table, is about the same, and is in none of its rows. Nothing is deleted."""

    def __init__(self, resource: type[SheetResource], findings: Findings) -> None:
        self.resource, self.findings = resource, findings
        self.keys: set[str] = set()
        self.scopes: set[Scope] = set()

    def take(self, changes: Sequence[RowChange]) -> None:
        for change in changes:
            self.keys.add(change.key)
            self.scopes.update(self.scopes_of(change.after))

    def scopes_of(self, row: FlatRow) -> list[Scope]:
        about = tuple(row.get(name, "") for name in self.resource.edition_columns)
        return [(source, *about) for source in split(row.get("source", ""))]

    def warn(self) -> None:
        if not self.scopes or not self.resource.citations:
            return
        cited = Citation.objects.filter(source__key__in={scope[0] for scope in self.scopes})
        stored = self.resource.model.objects.filter(pk__in=cited.values(key_to(self.resource.model)))
        rows = stored.exclude(state=State.WITHDRAWN).order_by("key").values_list("key", "row")
        gone = [
            key
            for key, row in rows.iterator()
            if key not in self.keys and not self.scopes.isdisjoint(self.scopes_of(unpacked(row)))
        ]
        if gone:
            message = _(
                "In the register from the same source, but not in this table: %(number)d (%(keys)s). They stay as they"
                " are."
            )
            keys = ", ".join(gone[:MOST_NAMED]) + (", …" if len(gone) > MOST_NAMED else "")
            problem = Problem("record.vanished", message, number=len(gone), keys=keys)
            self.findings.warning(None, "", problem)
