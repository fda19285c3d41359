"""Applies the rules to rows, and leaves out what has been answered: “checked: it is so”."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from relations.models import RuleException
from relations.models.foreign_keys import key_to
from relations.models.row_cache import RECORDS_AT_ONCE, FlatRow, unpacked
from relations.registry import resource_named, resource_of

from .all_rules import RULES
from .context import Context
from .reference import Reference
from .rule import Rule, RuleFinding
from .view import View

if TYPE_CHECKING:
    from relations.models import Record

#: rows that are compared with each other before they are stored: those that an import writes at once
ROWS_AT_ONCE = 1000
#: answers by (primary key of the record, rule, fingerprint of its values)
Answers = dict[tuple[int, str, str], RuleException]


def findings_of(
    slug: str, rows: Sequence[Mapping[str, str]], reference: Reference | None = None
) -> list[list[RuleFinding]]:
    """The findings of each row, in the order of the rows, whether answered or not."""
    context, found = Context(reference or Reference()), []
    for start in range(0, len(rows), ROWS_AT_ONCE):
        views = [View(slug, row, context.reference) for row in rows[start : start + ROWS_AT_ONCE]]
        context.load(views)
        found += [
            [
                rule.finding(view, one)
                for rule in rules_about(slug, view.filled)
                if (one := rule.look(view, context)) is not None
            ]
            for view in views
        ]
    return found


@lru_cache(maxsize=1_000)
def rules_about(slug: str, filled: frozenset[str]) -> tuple[Rule, ...]:
    """The rules that may have something to say of a row with these columns; the rows of a sheet are alike in them."""
    return tuple(one for one in RULES if slug in one.types and one.concerns(filled))


def answers_to(slug: str, keys: Collection[int]) -> Answers:
    """The answers of these records."""
    owner = key_to(resource_named(slug).model)
    found = RuleException.objects.filter(**{f"{owner}__in": keys}).select_related("user").order_by("pk")
    return {(getattr(one, f"{owner}_id"), one.rule, one.values): one for one in found}


def unanswered(
    slug: str, keys: Sequence[int | None], findings: Sequence[Sequence[RuleFinding]]
) -> list[list[RuleFinding]]:
    """The findings of each row without those that its record has an answer to; a new row has no key and none."""
    asked = {key for key, found in zip(keys, findings, strict=True) if key and found}
    answers = answers_to(slug, asked) if asked else {}
    return [
        [one for one in found if not key or (key, one.rule.code, one.values) not in answers]
        for key, found in zip(keys, findings, strict=True)
    ]


def of_records(model: type[Record], keys: Collection[int]) -> dict[int, list[RuleFinding]]:
    """{primary key: unanswered findings} of stored records, by their rows as they are now."""
    slug = resource_of(model).slug
    found: dict[int, list[RuleFinding]] = {}
    for pks, rows in stored(model, keys):
        findings = findings_of(slug, rows)
        found.update(zip(pks, unanswered(slug, pks, findings), strict=True))
    return found


def stored(model: type[Record], keys: Collection[int]) -> Iterator[tuple[list[int], list[FlatRow]]]:
    """(primary keys, rows) of stored records, a chunk at a time."""
    wanted = sorted(keys)
    for start in range(0, len(wanted), RECORDS_AT_ONCE):
        chunk = model.objects.filter(pk__in=wanted[start : start + RECORDS_AT_ONCE]).order_by("pk")
        pairs = list(chunk.values_list("pk", "row"))
        yield [pk for pk, _row in pairs], [unpacked(row) for _pk, row in pairs]
