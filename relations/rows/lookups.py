"""Lookups: everything that cells may refer to, found by name or key and loaded once per import."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from relations.models import ForumSeries, Indicator, Organization, Person, Place, Record, Source, Topic, Unit
from relations.models.sources import UNKNOWN_WORK, Work
from relations.registry import resource_named
from relations.values.period import Period

from .described_sources import DescribedSources
from .lookup_tables import KeyTable, NameTable
from .place_table import PlaceTable


class Works(dict[str, Work]):
    """{key of a source: what coverage needs to know of it}, also of those that the sheet describes."""

    def __init__(self, lookups: "Lookups") -> None:
        super().__init__()
        self.lookups = lookups

    def __missing__(self, key: str) -> Work:
        known = self.lookups.known_source(key)
        self[key] = Work.of(known.identified_by, known.author) if known else UNKNOWN_WORK
        return self[key]

    def get(self, key: str, default: Work = UNKNOWN_WORK) -> Work:  # type: ignore[override]  # always a Work
        expected = self.lookups.described_sources.expected.get(key)
        return expected.work if expected else self[key]


class KnownSource(NamedTuple):
    """A source as far as the rows that cite it depend on it."""

    key: str
    pk: int
    told_by: Period
    identified_by: str
    author: str


class Lookups:
    """Tables loaded at first use, so that one import never queries the database for a name twice."""

    def __init__(self) -> None:
        self.key_tables: dict[str, KeyTable] = {}
        #: {key: source} of those that a form has looked for already
        self.met_sources: dict[str, Source] = {}
        #: the same of records, {type: {key: record}}
        self.met_records: defaultdict[type[Model], dict[str, Record]] = defaultdict(dict)

    # What rows may refer to: everything in the register.

    def entities(self, entities: QuerySet[Any]) -> Iterable[Any]:
        """Those of these places, people and the like."""
        return entities

    def keyed(self, model: type[Model]) -> QuerySet[Any]:
        """The records of one type, or the sources."""
        return model._default_manager.all()

    def event(self, model: type[Any], pk: int | None, key: str) -> Any:
        """The record that a figure is about, whose title is among the words for search of the figure."""
        return model.objects.defer("row", "search_text").get(pk=pk)

    # The tables.

    @cached_property
    def places(self) -> NameTable:
        return PlaceTable(self.entities(Place.objects.select_related("parent__parent")), _("place"))

    @cached_property
    def organizations(self) -> NameTable:
        return NameTable(
            self.entities(Organization.objects.select_related("place__parent__parent")), _("organisation")
        )

    @cached_property
    def people(self) -> NameTable:
        return NameTable(self.entities(Person.objects.select_related("place__parent__parent")), _("person"))

    @cached_property
    def topics(self) -> NameTable:
        return NameTable(self.entities(Topic.objects.all()), _("topic"))

    @cached_property
    def series(self) -> NameTable:
        return NameTable(self.entities(ForumSeries.objects.all()), _("series of forums"))

    @cached_property
    def indicators(self) -> NameTable:
        return NameTable(self.entities(Indicator.objects.select_related("unit")), _("indicator"))

    @cached_property
    def units(self) -> NameTable:
        return NameTable(self.entities(Unit.objects.all()), _("unit"))

    def participants(self, model: type[Place | Organization | Person]) -> NameTable:
        """The table of one kind of participant: places, organisations or people."""
        if model is Place:
            return self.places
        return self.organizations if model is Organization else self.people

    def chosen(self, entities: QuerySet[Any], keys: Iterable[Any]) -> dict[Any, Any]:
        """{primary key: entity} of what was chosen in a form; what rows take from whole tables is found there."""
        model: Any = entities.model
        wanted = set(map(str, keys))
        if model in (Place, Organization, Person) and not entities.query.where:
            table = self.participants(model).by_key if wanted else {}
            return {one.pk: one for one in table.values() if str(one.pk) in wanted}
        found = entities.in_bulk(wanted)
        if model is Source:
            self.met_sources.update((one.key, one) for one in found.values())
        elif issubclass(model, Record):
            self.met_records[model].update((one.key, one) for one in found.values())
        return found

    @property
    def sources(self) -> KeyTable:
        return self.keys("sources")

    def meet_sources(self, keys: Iterable[str]) -> None:
        """Looks for the sources of one row, so that the table of all of them need not be loaded."""
        sources = Source.objects.filter(key__in=list(keys)).defer("search_text", "row")
        self.met_sources.update((one.key, one) for one in sources)

    def meet_records(self, model: type[Record], keys: Iterable[str]) -> None:
        """The same for records to which the row is linked."""
        records = model._base_manager.filter(key__in=list(keys)).only("key", "row")
        self.met_records[model].update((one.key, one) for one in records)

    @cached_property
    def all_sources(self) -> dict[str, KnownSource]:
        rows = self.keyed(Source).order_by().values_list(*KnownSource._fields)
        return {key: KnownSource(key, pk, Period.parse(told_by), *about) for key, pk, told_by, *about in rows}

    def known_source(self, key: str) -> KnownSource | Source | None:
        return self.met_sources.get(key) or self.all_sources.get(key)

    def dates_of_sources(self, keys: Iterable[str]) -> list[Period]:
        """The dates of these sources, as far as they are known; of a source that the sheet describes too."""
        expected = self.described_sources.expected
        described = (expected[key].latest_date for key in keys if key in expected)
        known = (self.known_source(key) for key in keys if key)
        return [date for date in (*(one.told_by for one in known if one), *described) if date]

    @cached_property
    def works(self) -> "Works":
        return Works(self)

    @cached_property
    def described_sources(self) -> DescribedSources:
        return DescribedSources(lambda: self.sources, lambda: self.keyed(Source))

    def keys(self, slug: str) -> KeyTable:
        """The keys of the records of one type, or of the sources."""
        if slug not in self.key_tables:
            self.key_tables[slug] = self.key_table(resource_named(slug).model)
        return self.key_tables[slug]

    def key_table(self, model: type[Model]) -> KeyTable:
        what: Any = model._meta.verbose_name
        if model is Source:
            met = {key: one.pk for key, one in self.met_sources.items()}
            return KeyTable(self.keys_of_sources, what, met)
        keys = self.keyed(model).order_by().values_list("key", "pk")
        met = {key: one.pk for key, one in self.met_records[model].items()}
        return KeyTable(lambda: keys, what, met)

    def keys_of_sources(self) -> Iterator[tuple[str, int]]:
        return ((one.key, one.pk) for one in self.all_sources.values())

    def meet_entities(self, slug: str, entities: Iterable[Any]) -> None:
        """Adds places, people or the like just created to their table, if it is open."""
        table = self.__dict__.get(slug)
        if isinstance(table, NameTable):
            table.add(entities)

    def learn(self, slug: str, created: dict[str, int]) -> None:
        """Adds {key: primary key} of records just created; a table not opened yet will find them in the database."""
        if slug in self.key_tables:
            self.key_tables[slug].update(created)
