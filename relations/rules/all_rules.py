"""The one list of rules."""

from __future__ import annotations

from types import ModuleType

from . import citing, dates, figures, parties, titles
from .rule import Rule, Severity

MODULES: tuple[ModuleType, ...] = (dates, parties, titles, figures, citing)


def rules_of(module: ModuleType) -> list[Rule]:
    """The rules that a module defines, in its order."""
    return [one for one in vars(module).values() if isinstance(one, Rule)]


RULES: tuple[Rule, ...] = tuple(rule for module in MODULES for rule in rules_of(module))
BY_CODE = {rule.code: rule for rule in RULES}

#: the codes of the problems that stop a record from being approved until they are corrected or answered
STOPPING = frozenset(
    {
        "approval.rule",
        "publish.rule",
        *(f"rule.{one.code}" for one in RULES if one.severity is Severity.ERROR),
    }
)
