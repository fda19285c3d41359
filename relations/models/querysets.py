"""Query set of records: visibility, publication, and the related objects that pages need."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db.models import Count, F, Model, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.search.index import matching
from relations.values.period import Period

from .citations import Citation
from .foreign_keys import key_to
from .key_history import AddressedQuerySet
from .named import other_language, reader_language
from .row_cache import refresh
from .states import State

if TYPE_CHECKING:
    pass

if TYPE_CHECKING:
    from .records import Record

#: whether every fact of a record has a source, or only some
COVERAGE = {"all": Q(sourced_count=F("fact_count")), "some": Q(sourced_count__lt=F("fact_count"))}


def overlap_with(period: Period, undated: bool = True) -> Q:
    """The condition that a record's period overlaps `period`; those without any date only if `undated`."""
    overlap = Q()
    if period.last_day:
        overlap &= Q(first_day__lte=period.last_day) | Q(first_day__isnull=True)
    if period.first_day:
        overlap &= Q(last_day__gte=period.first_day) | Q(last_day__isnull=True)
    nothing_known = Q(first_day__isnull=True, last_day__isnull=True)
    return overlap | nothing_known if undated else overlap & ~nothing_known


R = TypeVar("R", bound="Record")


class RecordQuerySet(AddressedQuerySet[R]):
    """Query set of every record type, for pages, files and the admin."""

    def published(self) -> Self:
        return self.filter(state=State.PUBLISHED)

    def shown(self) -> Self:
        """Records with a public page, if only to show that they were withdrawn."""
        return self.filter(state__in=(State.PUBLISHED, State.WITHDRAWN))

    def involving(self, codes: Collection[str]) -> Self:
        """Records in which one of these places, anything inside it or a group it belongs to takes part."""
        return self.filter(self.model.involvement(codes))

    def during(self, period: Period, undated: bool = True) -> Self:
        """Records whose period overlaps `period`; those without any date only if `undated`."""
        return self.filter(overlap_with(period, undated))

    def on_topics(self, keys: Collection[str]) -> Self:
        through: type[Model] = self.model.topics.through
        column = key_to(self.model)
        return self.filter(pk__in=through._default_manager.filter(topic__key__in=keys).values(column))

    def citing(self, source_keys: Collection[str]) -> Self:
        column = key_to(self.model)
        mine = Citation.objects.filter(**{f"{column}__isnull": False}).order_by().values(column)
        named = (mine.filter(**{f"{name}__key__in": source_keys}) for name in ("source", "quoted_in"))
        return self.filter(Q(*(("pk__in", records) for records in named), _connector=Q.OR))

    def covered(self, kinds: Collection[str]) -> Self:
        """Records with a source for every fact ("all") or only for some ("some"); both together mean or."""
        return self.filter(Q(*(COVERAGE[kind] for kind in kinds), _connector=Q.OR))

    def matching(self, words: str, beginnings: bool = False) -> Self:
        return matching(self, words, beginnings)

    def by_title(self) -> Self:
        """In the order of the titles as the reader sees them."""
        language = reader_language()
        own, other = (NullIf(F(f"title_{code}"), Value("")) for code in (language, other_language(language)))
        return self.order_by(Coalesce(own, other), "pk")

    def by_publication(self) -> Self:
        """For a feed: newest first, with the data of its entries in a constant number of queries."""
        newest = self.order_by(F("published_at").desc(nulls_last=True), "-pk").defer("search_text", "row")
        return newest.for_list().prefetch_related(None).prefetch_related("topics")

    def for_list(self) -> Self:
        return self

    def for_row(self) -> Self:
        """With everything the flat row and the words for search are made of, in a constant number of queries."""
        return self.prefetch_related("topics", "citations__source", "citations__quoted_in")

    def for_change(self) -> Self:
        """With what the columns of the record's own table show."""
        return self

    def for_detail(self) -> Self:
        """With everything a reader is shown."""
        return self.for_row().prefetch_related("citations__source__link_check")

    def recount_sources(self) -> int:
        """Sets source_count, the number of different sources, from the citations as they are, in one statement."""
        column = key_to(self.model)
        counted = (
            Citation.objects.filter(**{column: OuterRef("pk")})
            .order_by()
            .values(column)
            .annotate(n=Count("source", distinct=True))
        )
        return self.update_unchecked(source_count=Coalesce(Subquery(counted.values("n")), 0))

    def publish(self) -> list[tuple[R, list[Problem]]]:
        """Publishes every record that may be; returns [(record, problems)] of the rest, which stay as they are."""
        refused: list[tuple[R, list[Problem]]] = []
        keys: list[int] = []
        for record in self.for_detail():
            if problems := record.publication_problems():
                refused.append((record, problems))
            else:
                keys.append(record.pk)
        ready = self.model.objects.filter(pk__in=keys)
        ready.recount_sources()
        now = timezone.now()
        ready.update_unchecked(
            state=State.PUBLISHED, published_at=Coalesce("published_at", Value(now)), updated_at=now
        )
        return refused

    def update(self, **values: Any) -> int:
        if "state" in values:
            raise Problem(
                "state.by_verb",
                _("The state is changed with publish(), send_back() or withdraw(), never by update()."),
            )
        touched = list(self.only("pk"))
        updated = super().update(**values)
        if touched:
            refresh(touched)
        return updated
