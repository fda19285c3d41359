"""What a rule is: a small function with a code, a severity, a sentence and the columns it looks at."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from relations.errors import Problem

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from .context import Context
    from .view import View

#: the values that the sentence names; None where the row is as it should be
Found = dict[str, object] | None

AGREEMENTS, FORUMS, VISITS, PROJECTS = "agreements", "forums", "visits", "projects"
STATISTICS = "statistics"
EVENTS = (AGREEMENTS, FORUMS, VISITS, PROJECTS)
ALL = (*EVENTS, STATISTICS)
#: the columns of those who take part in a project, beside those that other types have too
ACTORS = "parent operators founders investors contractors beneficiaries actors"


class Severity(StrEnum):
    """An error stops publishing until a publisher answers it; a hint only asks."""

    ERROR = "error"
    HINT = "hint"


@dataclass(frozen=True)
class Rule:
    """`types` are the slugs of the record types, `columns` what an answer depends on, the telling one first.

    Where all columns of `needs` are empty, the rule has nothing to say; without any it always looks.
    """

    code: str
    severity: Severity
    sentence: StrOrPromise
    types: tuple[str, ...]
    columns: tuple[str, ...]
    look: Callable[[View, Context], Found]
    needs: frozenset[str] = frozenset()

    def apply(self, view: View, context: Context) -> RuleFinding | None:
        found = self.look(view, context) if view.slug in self.types and self.concerns(view.filled) else None
        return None if found is None else self.finding(view, found)

    def concerns(self, filled: Collection[str]) -> bool:
        """Whether it may have something to say of a row in which these columns are filled in."""
        return not self.needs or not self.needs.isdisjoint(filled)

    def finding(self, view: View, found: dict[str, object]) -> RuleFinding:
        columns = tuple(name for name in self.columns if name in view.names)
        return RuleFinding(self, view.key, columns, fingerprint(view, self.code, columns), dict(found))


@dataclass(frozen=True)
class RuleFinding:
    """What one rule found in one row. `values` is the fingerprint of the columns it looked at."""

    rule: Rule
    key: str
    columns: tuple[str, ...]
    values: str
    params: dict[str, object]

    @property
    def column(self) -> str:
        """The column at which the finding is shown."""
        return self.columns[0] if self.columns else ""

    @property
    def is_error(self) -> bool:
        return self.rule.severity is Severity.ERROR

    @property
    def problem(self) -> Problem:
        return Problem(f"rule.{self.rule.code}", self.rule.sentence, **self.params)


def rule(
    severity: Severity, types: str | Iterable[str], columns: str, sentence: StrOrPromise, needs: str = ""
) -> Callable[[Callable[[View, Context], Found]], Rule]:
    """Makes a rule of a function; its code is the name of the function. `columns` and `needs` are parted by blanks."""

    def made(look: Callable[[View, Context], Found]) -> Rule:
        slugs = (types,) if isinstance(types, str) else tuple(types)
        return Rule(
            look.__name__, severity, sentence, slugs, tuple(columns.split()), look, frozenset(needs.split())
        )

    return made


def fingerprint(view: View, code: str, columns: Iterable[str]) -> str:
    """The same as long as the columns stay the same."""
    text = "\x1f".join((code, *(f"{name}\x1e{view[name]}" for name in columns)))
    return hashlib.sha256(text.encode()).hexdigest()
