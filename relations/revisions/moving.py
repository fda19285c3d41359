"""Moving what refers to one entity to another one of its type, and back.

What was done is a dictionary of plain lists, which an undo needs: `moved` (model, primary key, column of a foreign
key), `pointed` (model, primary key, its column, the value before), `gone` and `altered`, objects as they were before,
and `checks`, what was known of the citations of both.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from django.apps import apps
from django.core import serializers
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, models, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.models import (
    Citation,
    CitationCheck,
    ErrorReport,
    FactCheck,
    Membership,
    Participation,
    Recheck,
    RecordLink,
    ReviewComment,
    Source,
)
from relations.models.foreign_keys import EVENT_KEYS, RECORD_KEYS
from relations.models.links import CIRCLE, closes_circle
from relations.rows.resource import SheetResource
from relations.rows.uniting import joined_details

from .referring import name_of

#: what belongs to a record and is a part of its row; of anything else, the resource says it
PARTS_OF_RECORDS = ("citations", "participations", "links")
#: tables that name an entity by its type and primary key
POINTING: tuple[type[models.Model], ...] = (Recheck, CitationCheck, ReviewComment, FactCheck, ErrorReport)
#: tables that name a source by its key
CITING: tuple[type[models.Model], ...] = (Recheck, CitationCheck)
#: {table of which the same may be there once: what its rows say beside that}
DETAILS: dict[type[models.Model], tuple[str, ...]] = {
    Citation: ("confidence", "note_ru", "note_en", "quotation", "quotation_language"),
    Participation: ("status", "status_date"),
    Membership: ("joined", "joined_source_id", "left", "left_source_id", "held_from", "held_to"),
}


#: {table: foreign keys to the entities in whose rows its rows appear}
OWNERS: dict[type[models.Model], tuple[str, ...]] = {
    Citation: RECORD_KEYS,
    Participation: EVENT_KEYS,
    RecordLink: RecordLink.STARTS,
    Membership: ("group",),
}


class Exact(DjangoJSONEncoder):
    """Times to the microsecond."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


def as_plain(objects: Iterable[Any]) -> list[dict[str, Any]]:
    """Objects as the database has them, as plain dictionaries."""
    found: list[dict[str, Any]] = json.loads(serializers.serialize("json", objects, cls=Exact))
    return found


# What refers to an entity.


def references_to(resource: type[SheetResource]) -> Iterator[Any]:
    """The foreign keys of other tables that lead to the type, apart from those of parts of its row."""
    between = (field.remote_field.through for field in resource.model._meta.many_to_many)
    own = {through for through in between if through._meta.auto_created}
    for relation in resource.model._meta.get_fields(include_hidden=True):
        is_key = relation.auto_created and not relation.concrete and not relation.many_to_many
        if is_key and relation.name not in parts_of(resource) and relation.related_model not in own:
            yield relation.field


def parts_of(resource: type[SheetResource]) -> tuple[str, ...]:
    """The relations to objects that are deleted with an entity."""
    if resource.citations:
        return PARTS_OF_RECORDS
    return ("link_check",) if resource.model is Source else resource.parts


def objects_of_parts(resource: type[SheetResource], pk: int) -> Iterator[Any]:
    """The objects that are deleted with an entity."""
    for relation in resource.model._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and relation.name in parts_of(resource):
            yield from relation.related_model._base_manager.filter(**{relation.field.name: pk})


def referring_objects(resource: type[SheetResource], pk: int) -> list[tuple[Any, Any]]:
    """(object, foreign key) of all that leads to an entity."""
    return [
        (one, field)
        for field in references_to(resource)
        for one in field.model._base_manager.filter(**{field.name: pk})
        .select_related(*OWNERS.get(field.model, ()))
        .order_by("pk")
    ]


def owner_of(one: Any) -> Any:
    """The entity in whose row it appears; None where it is in no row."""
    if isinstance(one, Citation | Participation):
        return one.record
    if isinstance(one, RecordLink):
        return one.origin
    if isinstance(one, Membership):
        return one.group
    return one if hasattr(one, "row") else None


def refuse_mutual(resource: type[SheetResource], kept: Any, merged: Any) -> None:
    """Raises Problem where something relates the two, so that they cannot be one."""
    for one, other in ((merged, kept), (kept, merged)):
        for thing, field in referring_objects(resource, one.pk):
            names = [key for key in thing._meta.fields if key.related_model is resource.model]
            others = [getattr(thing, key.attname) for key in names if key != field]
            if isinstance(thing, Membership) and resource.model is Source:  # the sources of its two dates
                continue
            if thing == other or other.pk in others:
                message = _(
                    "They are related to each other (%(relation)s), so they cannot be one. Remove that first."
                )
                raise Problem("merge.related", message, relation=f"{name_of(thing)}: {thing}")


# There.


class Mover:
    """Moves what refers to `merged` to `kept`, and keeps what an undo needs."""

    def __init__(self, resource: type[SheetResource], kept: Any, merged: Any) -> None:
        self.resource, self.kept, self.merged = resource, kept, merged
        self.moved: list[tuple[str, int, str]] = []
        self.pointed: list[tuple[str, int, str, Any]] = []
        self.gone: list[dict[str, Any]] = []
        self.altered: list[dict[str, Any]] = []
        self.referring = referring_objects(resource, merged.pk)
        self.checks = as_plain(checks_of_both(resource, kept.pk, merged.pk))

    def owners(self) -> set[Any]:
        """The other entities whose rows change."""
        return {owner_of(one) for one, _field in self.referring} - {None, self.kept, self.merged}

    def move(self) -> None:
        """Raises Problem where something cannot lead to the kept one."""
        for field, found in groupby(self.referring, key=lambda pair: pair[1]):
            self.move_all([one for one, _field in found], field)
        self.point_at_kept()
        if self.resource.model is Source:
            self.rename_cited()

    def move_all(self, found: list[Any], field: Any) -> None:
        """All rows of one table in a constant number of statements, but for duplicates and what cannot be moved."""
        twins = twins_of(found, field, self.kept.pk)
        single = [one for one in found if one.pk not in twins]
        for one in found:
            if one.pk in twins:
                self.leave_out(one, twins[one.pk])
        try:
            with transaction.atomic():
                models.QuerySet(field.model).filter(pk__in=[one.pk for one in single]).update(
                    **{field.attname: self.kept.pk}
                )
        except IntegrityError:  # some lead there already
            single = [one for one in single if self.move_one(one, field)]
        for one in single:
            self.moved.append((one._meta.label, one.pk, field.attname))
            setattr(one, field.name, self.kept)
            if isinstance(one, RecordLink) and closes_circle(one):
                raise Problem("link.circle", CIRCLE)
        if field.model is Citation:
            self.place_beside(single)

    def leave_out(self, one: Any, twin: Any) -> None:
        """A duplicate of what the kept one has already, with what only it says kept there."""
        self.join(twin, one)
        self.delete(one)

    def move_one(self, one: Any, field: Any) -> bool:
        """Whether it could be moved; what leads there already is deleted."""
        try:
            with transaction.atomic():
                table(one).filter(pk=one.pk).update(**{field.attname: self.kept.pk})
        except IntegrityError:
            self.delete(one)
            return False
        return True

    def delete(self, one: Any) -> None:
        self.gone += as_plain(table(one).filter(pk=one.pk))
        table(one).filter(pk=one.pk).delete()

    def join(self, twin: Any, one: Any) -> None:
        """Adds to `twin`, which stays, what only `one` says."""
        before, other = (details_of(each) for each in (twin, one))
        said = before if any(before.values()) else other
        if isinstance(one, Citation):
            said = joined_details(before, other)
        if said != before:
            self.alter(twin, **said)

    def place_beside(self, moved: list[Citation]) -> None:
        """Each behind a citation of the same place that says the same, so that both are one in the row."""
        every: defaultdict[tuple[Any, ...], list[Citation]] = defaultdict(list)
        for one in citations_beside(moved):
            every[cited_by(one)].append(one)
        for citation in moved:
            cited, said = every[cited_by(citation)], said_at(citation)
            beside = [one for one in cited if one.pk != citation.pk and said_at(one) == said]
            if not beside:
                continue
            cited.remove(citation)
            cited.insert(cited.index(beside[-1]) + 1, citation)
            for position, one in enumerate(cited):
                if one.position != position:
                    self.alter(one, position=position)
                    one.position = position

    def alter(self, one: Any, **values: Any) -> None:
        self.altered += as_plain(table(one).filter(pk=one.pk))
        table(one).filter(pk=one.pk).update(**values)

    def point_at_kept(self) -> None:
        """What names the merged one by its primary key; a second one of the same place is left out."""
        for model in POINTING:
            for one in model._default_manager.filter(type=self.resource.slug, object_id=self.merged.pk):
                self.point(one, "object_id", self.kept.pk)

    def rename_cited(self) -> None:
        for model in CITING:
            for name in ("source", "quoted_in"):
                for one in model._default_manager.filter(**{name: self.merged.key}):
                    self.point(one, name, self.kept.key)

    def point(self, one: Any, name: str, value: Any) -> None:
        before = getattr(one, name)
        try:
            with transaction.atomic():
                table(one).filter(pk=one.pk).update(**{name: value})
        except IntegrityError:
            self.delete(one)
        else:
            self.pointed.append((one._meta.label, one.pk, name, before))

    def delete_merged(self) -> None:
        """With its parts, which are in the row of the kept one."""
        model = self.resource.model
        self.gone += as_plain([*model._base_manager.filter(pk=self.merged.pk)])
        self.gone += as_plain(objects_of_parts(self.resource, self.merged.pk))
        model.objects.filter(pk=self.merged.pk).delete()

    def moves(self) -> dict[str, Any]:
        first = {(one["model"], one["pk"]): one for one in reversed(self.altered)}
        after = as_plain(present(first.values()))
        gone = {(one["model"], one["pk"]) for one in self.gone}
        return {
            "moved": self.moved,
            "pointed": self.pointed,
            "gone": self.gone,
            "altered": [one for key, one in first.items() if key not in gone],
            "altered_after": after,
            "checks": self.checks,
            "checks_after": as_plain(checks_of_both(self.resource, self.kept.pk, self.merged.pk)),
        }


def table(one: Any) -> Any:
    """All rows of its table, without the rules of its query set, which this module keeps itself."""
    return models.QuerySet(type(one))


def checks_of_both(resource: type[SheetResource], kept: int, merged: int) -> list[Any]:
    """What is known of the citations of two records: which are to be checked again, and what second readers found."""
    about = {"type": resource.slug, "object_id__in": (kept, merged)}
    return [one for model in CITING for one in model._default_manager.filter(**about).order_by("pk")]


def said_at(citation: Citation) -> dict[str, Any]:
    """Its place and what it says, whatever it supports."""
    left_out = ("id", "field", "position")
    names = (field.attname for field in citation._meta.fields if field.attname not in left_out)
    return {name: getattr(citation, name) for name in names}


def details_of(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in DETAILS[type(one)]}


def cited_by(citation: Citation) -> tuple[Any, ...]:
    """The record that cites, as its foreign keys."""
    return tuple(getattr(citation, f"{key}_id") for key in RECORD_KEYS)


def citations_beside(citations: list[Citation]) -> QuerySet[Citation]:
    """All citations of the records of these, in their order, in one statement."""
    return Citation.objects.filter(of_the_same(citations, RECORD_KEYS))


def of_the_same(found: Iterable[Any], owners: Iterable[str]) -> Q:
    """The condition that a row belongs to an entity of which one of these is a part."""
    by_owner = {key: {getattr(one, f"{key}_id") for one in found} - {None} for key in owners}
    mine = (Q(**{f"{key}__in": keys}) for key, keys in by_owner.items() if keys)
    return Q(*mine, _connector=Q.OR) if any(by_owner.values()) else Q(pk__in=[])


def twins_of(found: list[Any], field: Any, kept: int) -> dict[int, Any]:
    """{primary key: what the kept one has already of what would be there twice}"""
    model = field.model
    if model not in DETAILS:
        return {}
    left_out = {field.attname, "id", "position", *DETAILS[model]}
    names = [key.attname for key in model._meta.fields if key.attname not in left_out]
    owners = [key for key in OWNERS[model] if key != field.name]
    others = model._default_manager.filter(**{field.attname: kept})
    if owners:
        others = others.filter(of_the_same(found, owners))
    known: dict[tuple[Any, ...], Any] = {}
    for other in others:
        known.setdefault(tuple(getattr(other, name) for name in names), other)
    said = {one.pk: tuple(getattr(one, name) for name in names) for one in found}
    return {pk: known[same] for pk, same in said.items() if same in known}


def present(objects: Iterable[dict[str, Any]]) -> list[Any]:
    """The objects of which these are earlier states, as far as they are still there."""
    found = (models.QuerySet(apps.get_model(one["model"])).filter(pk=one["pk"]).first() for one in objects)
    return [one for one in found if one is not None]


# Back.


def changed_since(resource: type[SheetResource], moves: dict[str, Any], kept: Any, merged: int) -> list[str]:
    """What is no longer as the merge has left it, in words."""
    checks = as_plain(checks_of_both(resource, kept.pk, merged))
    found: list[str] = [str(kept)] if checks != moves["checks_after"] else []
    labels = {label for label, _pk, _column in moves["moved"]}
    there = {label: objects_of(moves["moved"], label) for label in labels}
    for label, pk, column in moves["moved"]:
        one = there[label].get(pk)
        if one is None or getattr(one, column) != kept.pk:
            found.append(name_of(one) if one else str(apps.get_model(label)._meta.verbose_name))
    altered = as_plain(present(moves["altered"]))
    if altered != moves["altered_after"]:
        found += [name_of(one) for one in present(moves["altered"])] or [str(kept)]
    return list(dict.fromkeys(found))


def objects_of(moved: Iterable[Any], label: str) -> dict[int, Any]:
    """{primary key: object} of what was moved in one table."""
    keys = [pk for other, pk, _column in moved if other == label]
    return models.QuerySet(apps.get_model(label)).in_bulk(keys)


def move_back(moves: dict[str, Any], merged: int) -> None:
    """Everything as it was before the move; `merged` is the primary key that existed then."""
    restore(moves["gone"])
    restore(moves["altered"])
    back: defaultdict[tuple[str, str, Any], list[int]] = defaultdict(list)
    for label, pk, column in moves["moved"]:
        back[label, column, merged].append(pk)
    for label, pk, column, before in moves["pointed"]:
        back[label, column, before].append(pk)
    for (label, column, value), keys in back.items():
        models.QuerySet(apps.get_model(label)).filter(pk__in=keys).update(**{column: value})


def restore_checks(resource: type[SheetResource], moves: dict[str, Any], kept: int, merged: int) -> None:
    """What was known of the citations of both; storing the row of one of them may have changed it."""
    for one in checks_of_both(resource, kept, merged):
        one.delete()
    restore(moves["checks"])


def restore(objects: list[dict[str, Any]]) -> None:
    for one in serializers.deserialize("python", objects):
        one.save()
