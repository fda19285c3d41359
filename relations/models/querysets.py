"""Query set of records: visibility, publication, and the related objects that pages need."""

import sys
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import connection
from django.db.models import Count, Exists, F, Func, Model, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.registry import checked_for_publication, resource_of
from relations.search.index import matching
from relations.search.lemmas import query_terms
from relations.values.period import Period

from .citation_checks import CitationCheck, citations_of_type, has_check
from .citations import Citation
from .data_changes import DataChange
from .foreign_keys import key_to
from .key_history import AddressedQuerySet
from .links import RecordLink, linked_to
from .named import other_language, reader_language
from .rechecks import Recheck, rechecks_of
from .row_cache import refresh
from .states import State
from .versions import remember_states

if TYPE_CHECKING:
    from .imports import ImportBatch
    from .records import Record

#: whether every fact of a record has a source, or only some; whether readers can find a source of every fact;
#: whether two independent sources support any
COVERAGE = {
    "all": Q(sourced_count=F("fact_count")),
    "some": Q(sourced_count__lt=F("fact_count")),
    "identified": Q(identified_count=F("fact_count")),
    "corroborated": Q(corroborated_count__gt=0),
}


#: long texts that lists do not show
NOT_IN_LISTS = ("search_text", "row", "notes")
#: without any date of its own, whatever bounds it
UNDATED = Q(first_day__isnull=True, last_day__isnull=True)


def certainly_in(question: Period) -> Q:
    """The condition that every reading of a record's date meets a question from year to year."""
    met = Q(certain_from__isnull=False)
    if question.first_day:
        met &= Q(certain_from__gte=question.first_day)
    if question.last_day:
        met &= Q(certain_to__lte=question.last_day)
    return met


def possibly_in(question: Period) -> Q:
    """The condition that some reading of a record's date meets a question, but not every one."""
    met = Q()
    if question.last_day:
        met &= Q(possible_from__lte=question.last_day) | Q(possible_from__isnull=True)
    if question.first_day:
        met &= Q(possible_to__gte=question.first_day) | Q(possible_to__isnull=True)
    return met & ~certainly_in(question)


R = TypeVar("R", bound="Record")


class Stated(Func):
    """A text, or NULL where it is empty. The empty text is no parameter, so that an index can have the expression."""

    template = "NULLIF(%(expressions)s, '')"


def title_in(language: str) -> Coalesce:
    """The title in one language, or else in the other."""
    return Coalesce(Stated(F(f"title_{language}")), Stated(F(f"title_{other_language(language)}")))


def sources_counted(model: "type[Record]") -> Coalesce:
    """The number of different sources that a record cites."""
    column = key_to(model)
    cited = Citation.objects.filter(**{column: OuterRef("pk")}).order_by().values(column)
    return Coalesce(Subquery(cited.annotate(n=Count("source", distinct=True)).values("n")), 0)


def problems_against(model: "type[Record]", records: "Sequence[Record]") -> dict[int, list[Problem]]:
    """{primary key: everything that stands against publishing a record}"""
    keys = [record.pk for record in records]
    checked = checked_for_publication(model, keys)
    rechecks = rechecks_of(model, keys)
    return {
        one.pk: [*one.formal_problems(), *one.recheck_problems(rechecks[one.pk]), *checked[one.pk]]
        for one in records
    }


def key_begins(text: str) -> Q:
    """The condition that a key begins so: LIKE on PostgreSQL, which has an index for it, and a range on SQLite."""
    if connection.vendor == "postgresql":
        return Q(key__startswith=text)
    return Q(key__gte=text, key__lt=text + chr(sys.maxunicode))


class RecordQuerySet(AddressedQuerySet[R]):
    """Query set of every record type, for pages, files and the admin."""

    def published(self) -> Self:
        return self.filter(state=State.PUBLISHED)

    def shown(self) -> Self:
        """Records with a public page, if only to show that they were withdrawn."""
        return self.filter(state__in=(State.PUBLISHED, State.WITHDRAWN))

    def in_scope(self) -> Self:
        """Records of the register’s subject: both sides take part."""
        return self.filter(in_scope=True)

    def context(self) -> Self:
        """The others."""
        return self.filter(in_scope=False)

    def involving(self, codes: Collection[str]) -> Self:
        """Records in which one of these places, anything inside it or a group it belongs to takes part."""
        return self.filter(self.model.involvement(codes))

    def certainly_in(self, question: Period) -> Self:
        """Records whose date certainly lies in these years."""
        return self.filter(certainly_in(question))

    def possibly_in(self, question: Period) -> Self:
        """Records whose date may lie in these years, or may not."""
        return self.filter(possibly_in(question))

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
        """Records whose facts are sourced in one of these ways, the keys of COVERAGE."""
        return self.filter(Q(*(COVERAGE[kind] for kind in kinds), _connector=Q.OR))

    def to_check_again(self) -> Self:
        """Records with a citation that was given for another value."""
        marks = Recheck.objects.filter(type=resource_of(self.model).slug).order_by()
        return self.filter(pk__in=marks.values("object_id"))

    def not_translated(self) -> Self:
        """Records whose title is given in one language only."""
        return self.filter(Q(title_ru="", title_en__gt="") | Q(title_en="", title_ru__gt=""))

    def read_twice(self, how: str) -> Self:
        """Records all, some or none of whose citations a second reader has found to be supported by their sources."""
        column = key_to(self.model)
        cited = citations_of_type(self.model).filter(**{column: OuterRef("pk")})
        supported = has_check(self.model, CitationCheck.Outcome.SUPPORTS)
        has, lacks = Exists(cited.filter(supported)), Exists(cited.filter(~supported))
        conditions = {"all": (has, ~lacks), "some": (has, lacks), "none": (~has,)}
        return self.filter(*conditions[how])

    def with_readings(self) -> Self:
        """Adds how many citations there are (`citation_count`) and how many a second reader has found supported."""
        column = key_to(self.model)
        cited = citations_of_type(self.model).filter(**{column: OuterRef("pk")}).values(column)
        supported = cited.filter(has_check(self.model, CitationCheck.Outcome.SUPPORTS))
        numbers = (one.annotate(n=Count("pk")).values("n") for one in (cited, supported))
        citations, readings = (Coalesce(Subquery(number), 0) for number in numbers)
        return self.annotate(citation_count=citations, reading_count=readings)

    def matching(self, words: str, beginnings: bool = False) -> Self:
        return matching(self, words, beginnings)

    def named(self, text: str) -> Self:
        """For editors: records with these words, of which the last letters may still be missing, or a key that
        begins so. One condition on the table, for which an index of words and one of keys are united.
        """
        has_words = any(map(str.isalnum, text))
        groups = query_terms(text, beginnings=True) if has_words else []
        if has_words and not groups:  # only stop words
            return self
        words = Q(search_text__has_words=groups) if groups else Q()
        return self.filter(words | key_begins(text))

    def by_title(self) -> Self:
        """In the order of the titles as the reader sees them."""
        return self.order_by(title_in(reader_language()), "pk")

    def by_publication(self) -> Self:
        """For a feed: newest first, with the data of its entries in a constant number of queries."""
        newest = self.order_by(F("published_at").desc(nulls_last=True), "-pk").defer("search_text", "row")
        return newest.for_list().prefetch_related(None).prefetch_related("topics")

    def for_list(self) -> Self:
        return self

    def without_places(self) -> Self:
        """As for_list(), for a caller who has all places in memory and gives them to each record with take_places()."""
        return self.for_list()

    def for_row(self) -> Self:
        """With everything the flat row and the words for search are made of, in a constant number of queries."""
        links = (f"links__{end}" for end in RecordLink.ENDS)
        return self.prefetch_related("topics", "citations__source", "citations__quoted_in", *links)

    def for_change(self) -> Self:
        """With what the columns of the record's own table show."""
        return self

    def for_detail(self) -> Self:
        """With everything a reader is shown."""
        back = (f"links_back__{start}" for start in RecordLink.STARTS)
        return self.for_row().prefetch_related("citations__source__link_check", *back)

    def for_publication(self) -> Self:
        """With what decides whether a record may be published, and what names it."""
        return self.for_list().prefetch_related("citations")

    def recount_sources(self) -> int:
        """Sets source_count, the number of different sources, from the citations as they are, in one statement."""
        return self.update_unchecked(source_count=sources_counted(self.model))

    def publish(
        self,
        user: Any = None,
        reason: str = "",
        batch: "ImportBatch | None" = None,
        keeps_versions: bool = True,
        known: Mapping[int, list[Problem]] | None = None,
    ) -> list[tuple[R, list[Problem]]]:
        """Publishes every record that may be; returns [(record, problems)] of the rest, which stay as they are.

        `user`, `reason` and `batch` are those of the versions that it writes. `known` is what stands against each of
        these records, where the caller has found that out.
        """
        is_needed = known is None or keeps_versions or any(known.values())
        records = list(self.for_publication()) if is_needed else []
        against = problems_against(self.model, records) if known is None else known
        ready = {key for key, problems in against.items() if not problems}
        if keeps_versions:
            states = (one for one in records if one.pk in ready)
            remember_states(states, State.PUBLISHED, user, reason, batch)
        now = timezone.now()
        self.model.objects.filter(pk__in=ready).update_unchecked(
            state=State.PUBLISHED,
            published_at=Coalesce("published_at", Value(now)),
            updated_at=now,
            source_count=sources_counted(self.model),
        )
        DataChange.objects.add({self.model: ready})
        return [(one, against[one.pk]) for one in records if one.pk not in ready]

    def delete(self) -> tuple[int, dict[str, int]]:
        keys = list(self.values_list("pk", flat=True))
        with linked_to(self.model, keys):
            deleted = super().delete()
        DataChange.objects.add({self.model: keys})
        return deleted

    delete.alters_data = delete.queryset_only = True  # type: ignore[attr-defined]  # as Django marks its own

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
