"""Abstract model of events: records with a venue and a period."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import DateField, Exists, ExpressionWrapper, F, OuterRef, Prefetch, Q
from django.utils.translation import gettext_lazy as _

from .foreign_keys import EVENT_KEYS, key_to
from .links import NOT_SIGNED_THERE, LinkKind, RecordLink
from .named import LANGUAGES, Named
from .participations import NOT_INVOLVED, Participation
from .places import Place, involvement_of
from .querysets import NOT_IN_LISTS, RecordQuerySet, title_in
from .records import PlacesNamed, Record
from .scope import TakingPart

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

E = TypeVar("E", bound="Event")


class EventQuerySet(RecordQuerySet[E]):
    def for_list(self) -> Self:
        who = Participation.objects.select_related(
            "place__parent__parent", "organization__place__parent__parent", "person__place__parent__parent"
        )
        return self.prefetch_related(Prefetch("participations", who))

    def without_places(self) -> Self:
        columns = ("role", "position", "place", *EVENT_KEYS, "organization__place", "person__place")
        who = Participation.objects.select_related("organization", "person").only(*columns)
        return self.defer(*NOT_IN_LISTS).prefetch_related(Prefetch("participations", who))

    def for_row(self) -> Self:
        return super().for_row().for_list()


def takes_part(places: Any) -> Q:
    """The condition that a participant is one of these places, or of one of them.

    By joins: PostgreSQL prices a subquery again for each record, and then sorts all records before it shows the first.
    """
    columns = ("place", "organization__place", "person__place")
    return Q(*((f"{column}__in", places) for column in columns), _connector=Q.OR)


class Event(Record):
    """A record with participants in roles, such as an agreement, a forum or a visit."""

    participations: "RelatedManager[Participation]"
    objects: ClassVar = EventQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = True
        indexes = [
            *Record.Meta.indexes,
            *(
                models.Index(F("state"), title_in(language), F("id"), name=f"%(class)s_by_title_{language}")
                for language in LANGUAGES
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if not self.title_ru.strip() and not self.title_en.strip():
            raise ValidationError(_("Enter a title in Russian or English."))
        if self.pk and not self.has_happened and self.has_signatures:
            raise ValidationError(str(NOT_SIGNED_THERE), code=NOT_SIGNED_THERE.code)

    @property
    def has_signatures(self) -> bool:
        """Whether an agreement is said to be signed here."""
        end = f"to_{key_to(type(self))}"
        signed = RecordLink.objects.filter(kind=LinkKind.SIGNED_AT)
        return end in RecordLink.ENDS and signed.filter(**{end: self.pk}).exists()

    def related_for_search(self) -> tuple[Iterable[Named], ...]:
        return self.topics.all(), [one.who for one in self.participations.all() if one.who]

    def searchable(self, topics: Iterable[Named] = (), participants: Iterable[Named] = ()) -> Iterator[str]:
        yield from super().searchable(topics)
        for who in participants:
            yield who.folded_names
            place = who if isinstance(who, Place) else getattr(who, "place", None)
            country = place.country if place else None
            yield country.folded_names if country else ""

    def take_places(self, places: Mapping[int, Place]) -> None:
        for one in self.participations.all():
            placed: tuple[Any, ...] = (one, one.organization, one.person)
            for who in placed:
                if who and (
                    place := places.get(who.place_id)
                ):  # one added a moment ago is fetched when it is shown
                    who.place = place

    def in_role(self, *roles: str) -> list[Participation]:
        """Participations in these roles, in their order, from what is prefetched."""
        return [one for one in self.participations.all() if one.role in roles]

    def taking_part(self) -> list[TakingPart]:
        return [TakingPart(one.who, one.role) for one in self.participations.all() if one.who]

    def sides(self) -> list[Place]:
        """The countries and groups involved, each once, in order of appearance."""
        involved = [one for one in self.participations.all() if one.role not in NOT_INVOLVED]
        return list(dict.fromkeys(filter(None, (one.country or one.place for one in involved))))

    @classmethod
    def involvement(cls, codes: Collection[str]) -> Q:
        """One EXISTS for all of it, which is no more than a join: of several that are united by OR PostgreSQL
        evaluates each for all participants before it shows the first record.
        """
        own = Participation.objects.filter(**{key_to(cls): OuterRef("pk")}).exclude(role__in=NOT_INVOLVED)
        days = {
            name: ExpressionWrapper(OuterRef(name), DateField()) for name in ("possible_from", "possible_to")
        }
        return Q(Exists(own.alias(**days).filter(involvement_of(codes, takes_part))))

    @classmethod
    def places_named(cls) -> Iterator[PlacesNamed]:
        involved = Participation.objects.exclude(role__in=NOT_INVOLVED)
        for column in ("place_id", "organization__place_id", "person__place_id"):
            yield PlacesNamed(involved, f"{key_to(cls)}_id", column)
