"""What the values of parameters mean: places with what lies in them and their groups, and the keys of the rest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.db.models import Model

from relations.models import Indicator, Membership, Place, Source, Topic
from relations.models.named import Named, reader_language
from relations.values.readings import Bounds

NOT_SHOWN_IN_LISTS = ("row", "folded_names", "other_names_ru", "other_names_en")
#: after a change of one of these types the names are loaded again
TYPES = frozenset(("place", "organization", "person", "topic", "indicator", "source"))


class Names:
    """Loaded at first use, each table once."""

    @cached_property
    def places(self) -> dict[int, Place]:
        """{primary key: place}, each with the place in which it is."""
        found = {place.pk: place for place in Place.objects.defer(*NOT_SHOWN_IN_LISTS)}
        for place in found.values():
            place.parent = found[place.parent_id] if place.parent_id else None
        return found

    @cached_property
    def codes(self) -> dict[int, str]:
        return {pk: place.code for pk, place in self.places.items()}

    @cached_property
    def parents(self) -> dict[int, int | None]:
        return {pk: place.parent_id for pk, place in self.places.items()}

    def named(self, model: type[Named]) -> list[tuple[Any, str]]:
        """[(entity, its name)] of a table, in the order of the reader's language."""
        language = reader_language()
        if (model, language) not in self._named:
            rows = [(one, one.name) for one in self.rows_of(model) or ()]
            self._named[model, language] = sorted(rows, key=lambda row: row[1].casefold())
        return self._named[model, language]

    @cached_property
    def _named(self) -> dict[tuple[type[Named], str], list[tuple[Any, str]]]:
        return {}

    @cached_property
    def all_topics(self) -> list[Topic]:
        return list(Topic.objects.defer(*NOT_SHOWN_IN_LISTS))

    @cached_property
    def all_indicators(self) -> list[Indicator]:
        return list(Indicator.objects.defer(*NOT_SHOWN_IN_LISTS))

    def rows_of(self, model: type[Model]) -> list[Any] | None:
        """All rows of a table that lists offer as choices; None of sources, which are too many to have in memory."""
        if model is Place:
            return list(self.places.values())
        if model is Topic:
            return self.all_topics
        return self.all_indicators if model is Indicator else None

    @cached_property
    def within(self) -> dict[str, list[int]]:
        """{code of a place: keys of the places by which it is found whatever the date}: itself, what lies in it, and
        the groups it is a member of without a date."""
        found = defaultdict(list)
        for pk in self.codes:
            above = self.parents[pk]
            for place in (pk, above, self.parents.get(above) if above else None):
                if place:
                    found[self.codes[place]].append(pk)
        for one in self.memberships:
            if not one.is_dated:
                for code in self.codes_of_member(one):
                    found[code].append(one.group_id)
        return dict(found)

    @cached_property
    def dated(self) -> dict[str, list[tuple[int, Bounds]]]:
        """{code of a place: the groups it is a member of from or until a date, with the days}"""
        found = defaultdict(list)
        for one in self.memberships:
            if one.is_dated:
                for code in self.codes_of_member(one):
                    found[code].append((one.group_id, one.days))
        return dict(found)

    @cached_property
    def memberships(self) -> list[Membership]:
        return list(Membership.objects.order_by())

    def codes_of_member(self, membership: Membership) -> set[str]:
        """A member is found by its own code and by that of the place in which it is."""
        pk = membership.member_id
        return {self.codes[place] for place in (pk, self.parents[pk]) if place}

    def known(self, table: dict[str, int], values: Iterable[str]) -> list[int]:
        """The primary keys of those of these values that the table has."""
        return [table[value] for value in values if value in table]

    @cached_property
    def topics(self) -> dict[str, int]:
        return keys_of(Topic)

    @cached_property
    def sources(self) -> dict[str, int]:
        return keys_of(Source)

    @cached_property
    def indicators(self) -> dict[str, int]:
        return keys_of(Indicator)

    @cached_property
    def indicators_ever(self) -> dict[str, int]:
        """By former keys too, which parameters may still have."""
        rows = Indicator.objects.exclude(former_keys="").order_by().values_list("pk", "former_keys")
        return {key: pk for pk, former in rows for key in former.split()} | self.indicators


def keys_of(model: type[Any]) -> dict[str, int]:
    return dict(model.objects.order_by().values_list("key", "pk"))
