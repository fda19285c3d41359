"""The monthly sample: citations of public records, drawn by lot, that second readers check.

Each citation gets a number that follows from the month and from what it is, and the lowest are drawn. So the same month
gives the same sample on any machine, and a new record changes it by as little as possible.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import nsmallest
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from relations.catalog import RECORD_TYPES, RESOURCES
from relations.errors import Problem
from relations.models import CitationCheck, State
from relations.models.citation_checks import checks_of, citations_of_type
from relations.models.foreign_keys import key_to
from relations.models.rechecks import CitedPlace
from relations.models.row_cache import unpacked
from relations.rows.differences import Wording
from relations.rows.resource import SheetResource
from relations.rows.vouching import vouched_values

from .desk import titles_of

#: citations drawn unless another number is given, and at most
USUAL, MOST_DRAWN = 30, 500
MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


@dataclass(order=True, frozen=True)
class Lot:
    """A citation with the number that it has drawn."""

    number: str
    slug: str
    pk: int
    key: str
    place: CitedPlace


@dataclass
class Drawn:
    """One citation of the sample, in words, with what a second reader has found."""

    resource: type[SheetResource]
    lot: Lot
    title: str
    words: str
    check: CitationCheck | None

    @property
    def model_name(self) -> str:
        return str(self.resource.model._meta.model_name)


def this_month() -> str:
    return timezone.localdate().strftime("%Y-%m")


def checked_month(text: str) -> str:
    """Raises Problem where it is no month."""
    if not MONTH.fullmatch(text):
        raise Problem("sample.month", _("Write the month as year and month, for example 2026-11."))
    return text


def lots(month: str) -> Iterator[Lot]:
    """All citations of public records."""
    for one in RECORD_TYPES:
        owner = key_to(one.model)
        public = citations_of_type(one.model).filter(**{f"{owner}__state": State.PUBLISHED})
        names = (
            owner, f"{owner}__key", "source__key", "locator_label", "locator", "quoted_in__key", "field",
        )  # fmt: skip
        for pk, key, source, label, locator, quoted, field in public.values_list(*names).iterator():
            place = CitedPlace(source, f"{label} {locator}".strip(), quoted or "", field)
            text = "\n".join((month, one.slug, key, *place))
            yield Lot(hashlib.sha256(text.encode()).hexdigest(), one.slug, pk, key, place)


def sample(month: str, number: int = USUAL) -> list[Drawn]:
    """The citations drawn for a month, by type and key. Raises Problem."""
    drawn = nsmallest(min(number, MOST_DRAWN), lots(checked_month(month)))
    found: list[Drawn] = []
    for slug, resource in RESOURCES.items():
        of_type = sorted((one for one in drawn if one.slug == slug), key=lambda one: (one.key, one.place))
        found += in_words(resource, of_type) if of_type else []
    return found


def in_words(resource: type[SheetResource], drawn: list[Lot]) -> Iterator[Drawn]:
    """In a constant number of statements; a check of another value than the present one does not count."""
    keys = [one.pk for one in drawn]
    stored = resource.model._base_manager.filter(pk__in=keys).values_list("pk", "row")
    rows: dict[int, Any] = {pk: unpacked(row) for pk, row in stored}
    checks, wording = checks_of(resource.slug, keys), Wording(resource)
    wording.learn(rows.values())
    titles = titles_of((resource.slug, pk) for pk in keys)
    for one in drawn:
        value = vouched_values(resource, rows[one.pk]).get(one.place)
        valid = (check for check in checks[one.pk] if (check.place, check.vouched) == (one.place, value))
        yield Drawn(
            resource, one, titles[resource.slug, one.pk], wording.cited_place(one.place), next(valid, None)
        )
