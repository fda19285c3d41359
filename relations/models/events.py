from contextlib import nullcontext

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils.translation import gettext_lazy as _

from .links import RecordLink, linked_to
from .participations import NOT_INVOLVED, Participation
from .places import Place
from .querysets import RecordQuerySet
from .records import Record


class EventQuerySet(RecordQuerySet):
    def for_list(self):
        who = Participation.objects.select_related(
            "place__parent__parent", "organization__place__parent__parent", "person__place__parent__parent"
        )
        return self.prefetch_related(Prefetch("participations", who))

    def for_row(self):
        links = [f"links__{end}" for end in RecordLink.ENDS] if hasattr(self.model, "links") else ()
        return super().for_row().for_list().prefetch_related(*links)

    def delete(self):
        with linked_to(self.model, list(self.values_list("pk", flat=True))):
            return super().delete()

    delete.alters_data = delete.queryset_only = True

    def for_detail(self):
        is_linked = hasattr(self.model, "links_back")
        back = [f"links_back__{start}" for start in RecordLink.STARTS] if is_linked else ()
        return super().for_detail().prefetch_related(*back)


class Event(Record):
    """A record whose participants stand in roles, such as an agreement, a forum or a visit."""

    objects = EventQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = True

    def save(self, *args, **kwargs):
        with linked_to(type(self), [self.pk]) if self.is_renamed else nullcontext():
            super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        with linked_to(type(self), [self.pk]):
            return super().delete(*args, **kwargs)

    def clean(self):
        super().clean()
        if not self.title_ru.strip() and not self.title_en.strip():
            raise ValidationError(_("Give a title, in Russian or in English."))

    def related_for_search(self):
        return self.topics.all(), [one.who for one in self.participations.all()]

    def searchable(self, topics=(), participants=()):
        yield from super().searchable(topics)
        for who in participants:
            yield who.folded_names
            country = who.country if isinstance(who, Place) else who.place and who.place.country
            yield country.folded_names if country else ""

    def in_role(self, *roles):
        """Participations in these roles, in their order, from what is prefetched."""
        return [one for one in self.participations.all() if one.role in roles]

    def sides(self):
        """The countries and groups involved, each once, in order of appearance."""
        involved = [one for one in self.participations.all() if one.role not in NOT_INVOLVED]
        return list(dict.fromkeys(filter(None, (one.country or one.place for one in involved))))

    @classmethod
    def involvement(cls, codes):
        places = Place.objects.within(codes).values("pk")
        takes_part = Q(place__in=places) | Q(organization__place__in=places) | Q(person__place__in=places)
        own = Participation.objects.filter(takes_part, **{cls._meta.model_name: OuterRef("pk")})
        return Q(Exists(own.exclude(role__in=NOT_INVOLVED)))

    @classmethod
    def places_of(cls, records):
        """The keys of all places that take part in these records."""
        of_these = Participation.objects.filter(
            **{f"{cls._meta.model_name}__in": records.order_by().values("pk")}
        )
        counted = of_these.exclude(role__in=NOT_INVOLVED).order_by()
        columns = ("place", "organization__place", "person__place")
        found = (counted.filter(**{f"{column}__isnull": False}).values(column) for column in columns)
        return next(found).union(*found)
