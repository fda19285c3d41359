"""Lets an unanswered error stop publishing; models call it through the registry, since they stand below."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from relations.errors import Problem
from relations.registry import check_publication_with

from .findings import of_records

if TYPE_CHECKING:
    from relations.models import Record


def problems_of(model: type[Record], keys: Collection[int]) -> dict[int, list[Problem]]:
    """{primary key: unanswered errors}"""
    found = of_records(model, keys)
    return {key: [one.problem for one in findings if one.is_error] for key, findings in found.items()}


def register() -> None:
    check_publication_with(problems_of)
