"""What an entity may be the same as, whether it is stored or only typed; not what was found to be another one.

Everything is asked of many entities at once, in a number of statements that depends neither on theirs nor on the size
of the register.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from relations.imports.duplicates import (
    COMPARED,
    MOST_NEIGHBOURS,
    Known,
    Neighbour,
    are_near,
    has_a_title_of,
    sides_of,
)
from relations.models import Observation, Source, State
from relations.models.foreign_keys import SUBJECT_KEYS
from relations.models.merges import distinct_pairs
from relations.models.named import any_of
from relations.models.row_cache import FlatRow, unpacked
from relations.models.traits import having, names_in_any_order, traits_of_names
from relations.rows.resource import SheetResource

from .known_sources import works_like

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: what is read of a source that is only typed
OF_WORKS = ("title", "title_translation", "url", "doi", "isbn")
MOST_SHOWN = 10
#: the most that is read to compare many entities at once
MOST_READ = 2_000


class Likely(NamedTuple):
    """Another entity of the same type, and why it may be the same."""

    entity: Any
    reason: StrOrPromise


class Compared(NamedTuple):
    """An entity that is stored, or one that is only typed, without a primary key; and its row."""

    entity: Any
    row: FlatRow

    @property
    def pk(self) -> int | None:
        pk: int | None = self.entity.pk
        return pk


#: place of what is compared, primary key of what it may be, and why
Found = tuple[int, int, "StrOrPromise"]


def stored(entity: Any) -> Compared:
    return Compared(entity, unpacked(entity.row))


def compared_columns(resource: type[SheetResource]) -> tuple[str, ...]:
    """The columns of the row that are compared; the rest are fields of the entity."""
    return OF_WORKS if resource.model is Source else resource.side_columns


def sees_all(user: Any, resource: type[SheetResource]) -> bool:
    """Whether a user may see what is not public."""
    name = resource.model._meta.model_name
    return any(user.has_perm(f"relations.{verb}_{name}") for verb in ("view", "change"))


def likely_duplicates(resource: type[SheetResource], entity: Any) -> list[Likely]:
    """At most MOST_SHOWN, the likeliest first."""
    return likely_of(resource, [stored(entity)])[0]


def likely_of(
    resource: type[SheetResource], many: Sequence[Compared], only_public: bool = False
) -> list[list[Likely]]:
    """What each of these may be; with `only_public` nothing that readers do not see."""
    reasons = reasons_by_key(resource, many)
    if only_public:
        public = resource.public_among({pk for found in reasons for pk in found})
        reasons = [{pk: why for pk, why in found.items() if pk in public} for found in reasons]
    shown = [list(found.items())[:MOST_SHOWN] for found in reasons]
    entities = {
        one.pk: one for one in entities_to_show(resource, {pk for found in shown for pk, _why in found})
    }
    return [[Likely(entities[pk], why) for pk, why in found if pk in entities] for found in shown]


def reasons_by_key(resource: type[SheetResource], many: Sequence[Compared]) -> list[dict[int, StrOrPromise]]:
    """Of each {primary key of what it may be: why}, without those found to be different."""
    reasons: list[dict[int, StrOrPromise]] = [{} for _one in many]
    for place, pk, why in found_by_type(resource, many):
        reasons[place].setdefault(pk, why)
    apart = distinct_pairs(resource.slug, [one.pk for one in many if one.pk]) if any(reasons) else set()
    for one, found in zip(many, reasons, strict=True):
        for pk in [pk for pk in found if pk == one.pk or (one.pk and in_order(one.pk, pk) in apart)]:
            del found[pk]
    return reasons


def in_order(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)


def found_by_type(resource: type[SheetResource], many: Sequence[Compared]) -> Iterator[Found]:
    if resource.model is Source:
        yield from same_works(many)
    elif resource.model is Observation:
        yield from same_figures(many)
    elif resource.is_reference:
        yield from same_names(resource, many)
    elif resource.side_columns:
        yield from same_records(resource, many)


def entities_to_show(resource: type[SheetResource], keys: Collection[int]) -> Any:
    """Sources with the number of their citations, as `cited_by`."""
    if not keys:
        return ()
    found = resource.model._base_manager.filter(pk__in=keys)
    if resource.model is Source:
        return found.annotate(cited_by=Count("citations"))
    return found.select_related("unit") if resource.model is Observation else found


# Sources.


def same_works(many: Sequence[Compared]) -> Iterator[Found]:
    for place, known in enumerate(works_like([one.row for one in many])):
        for one in known:
            yield place, one.source.pk, one.reason


# Records.


def same_records(resource: type[SheetResource], many: Sequence[Compared]) -> Iterator[Found]:
    """Records that an import would call near duplicates of these, by the same rule."""
    keys: dict[str, int] = {}
    known = Known()
    for pk, *neighbour in records_to_compare(resource, many):
        one = Neighbour(*neighbour)
        keys[one.key] = pk
        known.add(one)
    for place, (record, row) in enumerate(many):
        own = Neighbour(
            record.key, record.title_ru, record.title_en, sides_of(resource, row),
            record.alternative_titles, record.first_day, record.last_day,
        )  # fmt: skip
        for other in known.like(own):
            if are_near(resource, own, other):
                yield place, keys[other.key], why_near(own, other)


def why_near(own: Neighbour, other: Neighbour) -> StrOrPromise:
    if own.days != other.days:
        return _("the same title and participants, another date")
    if own.titles and other.titles:
        return _("the same date and nearly the same title")
    return _("the same date and the same participants")


def records_to_compare(resource: type[SheetResource], many: Sequence[Compared]) -> Any:
    """Undated records are not compared, since no date is not a common date. The states let an index find the days."""
    dated = [one.entity for one in many if one.entity.first_day or one.entity.last_day]
    if not dated:
        return ()
    days = {(one.first_day, one.last_day) for one in dated}
    same = any_of(Q(state__in=State.values, first_day=first, last_day=last) for first, last in days)
    alike = any_of(has_a_title_of([one]) for one in dated)
    found = resource.model._base_manager.filter(same | alike).order_by("pk")
    return found.values_list("pk", *COMPARED)[: min(MOST_READ, MOST_NEIGHBOURS * len(many))]


# Figures.

#: what two figures have in common that may be one; a unit that is not typed yet does not tell them apart
OF_FIGURES = (
    "indicator_id", "ref_area_id", "counterpart_area_id", "first_day", "last_day", "measure",
    *(f"about_{key}_id" for key in SUBJECT_KEYS),
)  # fmt: skip


def same_figures(many: Sequence[Compared]) -> Iterator[Found]:
    """Figures of the same indicator, area and period. Undated ones are not compared."""
    series = {
        (one.entity.indicator_id, one.entity.ref_area_id, one.entity.first_day)
        for one in many
        if all((one.entity.indicator_id, one.entity.ref_area_id, one.entity.first_day))
    }
    if not series:
        return
    same = any_of(Q(indicator=one, ref_area=area, first_day=day) for one, area, day in sorted(series))
    known = defaultdict(list)
    for other in Observation.objects.filter(same).order_by("pk").defer("row", "search_text")[:MOST_READ]:
        known[measured_by(other)].append(other)
    for place, (figure, _row) in enumerate(many):
        for other in known[measured_by(figure)]:
            if is_same_unit(figure, other):
                yield place, other.pk, _("the same indicator, area and date")


def measured_by(figure: Observation) -> tuple[Any, ...]:
    return tuple(getattr(figure, name) for name in OF_FIGURES)


def is_same_unit(one: Observation, other: Observation) -> bool:
    return not (one.unit_id and other.unit_id) or one.unit_id == other.unit_id


# Places, organisations, people.


def same_names(resource: type[SheetResource], many: Sequence[Compared]) -> Iterator[Found]:
    """Those that share a name in either language, or a former one, in whatever order its words are."""
    traits = {text for one in many for text in traits_of_names(one.entity.folded_names)}
    keys = having(resource.slug, traits, MOST_READ) if traits else []
    sharing = (
        resource.model._base_manager.filter(pk__in=keys).order_by("pk").values_list("pk", "folded_names")
    )
    by_name = defaultdict(list)
    for pk, names in sharing if keys else ():
        for name in names_in_any_order(names):
            by_name[name].append(pk)
    for place, one in enumerate(many):
        for name in sorted(names_in_any_order(one.entity.folded_names)):
            for pk in by_name[name][:MOST_NEIGHBOURS]:
                yield place, pk, _("the same name")
