"""Refuses rows about countries to which the user is not limited; forms are loaded as rows too, so they meet it here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from relations.models.country_limits import beyond_limit, beyond_limit_problem, countries_of
from relations.rows.resource import SheetResource
from relations.rows.row_change import RowChange

if TYPE_CHECKING:
    from .findings import Findings


def refuse_beyond_limit(
    resource: type[SheetResource], changes: Sequence[RowChange], findings: Findings, user: Any
) -> None:
    """A stored record must involve one of the countries before the change, a new one after it."""
    if not resource.citations or user is None:
        return
    codes = countries_of(user)
    if codes is None:
        return
    stored = [change.pk for change in changes if change.is_changed and change.pk is not None]
    beyond = beyond_limit(user, resource.model, stored)
    for change in changes:
        is_beyond = (
            change.pk in beyond if not change.is_new else not countries_in(resource, change) & set(codes)
        )
        if change.is_touched and is_beyond:
            findings.error(change.row, "", beyond_limit_problem())


def countries_in(resource: type[SheetResource], change: RowChange) -> set[str]:
    """The codes of the countries that take part in a new record."""
    if change.record is None:
        return set()
    places = (one.place for one in resource.taking_part(change, change.after))
    countries = (place.country for place in places if place)
    return {country.code for country in countries if country}
