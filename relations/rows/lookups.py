"""Lookups: everything that cells may refer to, found by name or key and loaded once per import."""

from collections.abc import Iterable
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from relations.models import ForumSeries, Indicator, Organization, Person, Place, Source, Topic, Unit
from relations.models.sources import UNKNOWN_WORK, Work
from relations.registry import resource_named
from relations.values.period import Period

from .described_sources import DescribedSources
from .lookup_tables import KeyTable, NameTable


class Works(dict[str, Work]):
    """{key of a source: what coverage needs to know of it}, also of those that the sheet describes."""

    def __init__(self, described: DescribedSources) -> None:
        rows = Source.objects.order_by().exclude(identified_by="", author="")
        super().__init__(
            (key, Work.of(identified_by, author))
            for key, identified_by, author in rows.values_list("key", "identified_by", "author")
        )
        self.described = described

    def get(self, key: str, default: Work = UNKNOWN_WORK) -> Work:  # type: ignore[override]  # always a Work
        expected = self.described.expected.get(key)
        return expected.work if expected else super().get(key, default)


class Lookups:
    """Tables loaded at first use, so that one import never queries the database for a name twice."""

    def __init__(self) -> None:
        self.key_tables: dict[str, KeyTable] = {}

    @cached_property
    def places(self) -> NameTable:
        return NameTable(Place.objects.select_related("parent__parent"), _("place"))

    @cached_property
    def organizations(self) -> NameTable:
        return NameTable(Organization.objects.select_related("place__parent__parent"), _("organisation"))

    @cached_property
    def people(self) -> NameTable:
        return NameTable(Person.objects.select_related("place__parent__parent"), _("person"))

    @cached_property
    def topics(self) -> NameTable:
        return NameTable(Topic.objects.all(), _("topic"))

    @cached_property
    def series(self) -> NameTable:
        return NameTable(ForumSeries.objects.all(), _("series of forums"))

    @cached_property
    def indicators(self) -> NameTable:
        return NameTable(Indicator.objects.select_related("unit"), _("indicator"))

    @cached_property
    def units(self) -> NameTable:
        return NameTable(Unit.objects.all(), _("unit"))

    def participants(self, model: type[Place | Organization | Person]) -> NameTable:
        """The table of one kind of participant: places, organisations or people."""
        if model is Place:
            return self.places
        return self.organizations if model is Organization else self.people

    @property
    def sources(self) -> KeyTable:
        return self.keys("sources")

    @cached_property
    def told_by(self) -> dict[str, Period]:
        """{key of a source: the date by which it has told of anything}, of the sources that have one."""
        rows = Source.objects.order_by().exclude(told_by="").values_list("key", "told_by")
        return {key: Period.parse(date) for key, date in rows}

    def dates_of_sources(self, keys: Iterable[str]) -> list[Period]:
        """The dates of these sources, as far as they are known; of a source that the sheet describes too."""
        expected = self.described_sources.expected
        described = (expected[key].latest_date for key in keys if key in expected)
        return [date for date in (*(self.told_by.get(key) for key in keys), *described) if date]

    @cached_property
    def works(self) -> "Works":
        return Works(self.described_sources)

    @cached_property
    def described_sources(self) -> DescribedSources:
        return DescribedSources(self.sources)

    def keys(self, slug: str) -> KeyTable:
        """The keys of the records of one type, or of the sources."""
        if slug not in self.key_tables:
            model = resource_named(slug).model
            self.key_tables[slug] = KeyTable(model, model._meta.verbose_name)
        return self.key_tables[slug]

    def learn(self, slug: str, created: dict[str, int]) -> None:
        """Adds {key: primary key} of records just created; a table not opened yet will find them in the database."""
        if slug in self.key_tables:
            self.key_tables[slug].update(created)
