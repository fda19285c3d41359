"""Abstract model of events: records with a venue and a period."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils.translation import gettext_lazy as _

from .foreign_keys import key_to
from .links import RecordLink, linked_to
from .named import Named
from .participations import NOT_INVOLVED, Participation
from .places import Place
from .querysets import RecordQuerySet
from .records import Record

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

E = TypeVar("E", bound="Event")


class EventQuerySet(RecordQuerySet[E]):
    def for_list(self) -> Self:
        who = Participation.objects.select_related(
            "place__parent__parent", "organization__place__parent__parent", "person__place__parent__parent"
        )
        return self.prefetch_related(Prefetch("participations", who))

    def for_row(self) -> Self:
        links = [f"links__{end}" for end in RecordLink.ENDS] if hasattr(self.model, "links") else ()
        return super().for_row().for_list().prefetch_related(*links)

    def delete(self) -> tuple[int, dict[str, int]]:
        with linked_to(self.model, list(self.values_list("pk", flat=True))):
            return super().delete()

    delete.alters_data = delete.queryset_only = True  # type: ignore[attr-defined]  # as Django marks its own

    def for_detail(self) -> Self:
        is_linked = hasattr(self.model, "links_back")
        back = [f"links_back__{start}" for start in RecordLink.STARTS] if is_linked else ()
        return super().for_detail().prefetch_related(*back)


class Event(Record):
    """A record with participants in roles, such as an agreement, a forum or a visit."""

    participations: "RelatedManager[Participation]"
    objects: ClassVar = EventQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        with linked_to(type(self), [self.pk]) if self.is_renamed else nullcontext():
            super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with linked_to(type(self), [self.pk]):
            return super().delete(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        if not self.title_ru.strip() and not self.title_en.strip():
            raise ValidationError(_("Enter a title in Russian or English."))

    def related_for_search(self) -> tuple[Iterable[Named], ...]:
        return self.topics.all(), [one.who for one in self.participations.all() if one.who]

    def searchable(self, topics: Iterable[Named] = (), participants: Iterable[Named] = ()) -> Iterator[str]:
        yield from super().searchable(topics)
        for who in participants:
            yield who.folded_names
            place = who if isinstance(who, Place) else getattr(who, "place", None)
            country = place.country if place else None
            yield country.folded_names if country else ""

    def in_role(self, *roles: str) -> list[Participation]:
        """Participations in these roles, in their order, from what is prefetched."""
        return [one for one in self.participations.all() if one.role in roles]

    def sides(self) -> list[Place]:
        """The countries and groups involved, each once, in order of appearance."""
        involved = [one for one in self.participations.all() if one.role not in NOT_INVOLVED]
        return list(dict.fromkeys(filter(None, (one.country or one.place for one in involved))))

    @classmethod
    def involvement(cls, codes: Collection[str]) -> Q:
        places = Place.objects.within(codes).values("pk")
        takes_part = Q(place__in=places) | Q(organization__place__in=places) | Q(person__place__in=places)
        own = Participation.objects.filter(takes_part, **{key_to(cls): OuterRef("pk")})
        return Q(Exists(own.exclude(role__in=NOT_INVOLVED)))

    @classmethod
    def places_of(cls, records: models.QuerySet[Any]) -> models.QuerySet[Any, Any]:
        """The keys of all places that take part in these records."""
        of_these = Participation.objects.filter(**{f"{key_to(cls)}__in": records.order_by().values("pk")})
        counted = of_these.exclude(role__in=NOT_INVOLVED).order_by()
        columns = ("place", "organization__place", "person__place")
        found = [counted.filter(**{f"{column}__isnull": False}).values(column) for column in columns]
        places: models.QuerySet[Any, Any] = found[0].union(*found[1:])
        return places
