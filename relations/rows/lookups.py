"""Lookups: everything that cells may refer to, found by name or key and loaded once per import."""

from functools import cached_property

from django.utils.translation import gettext_lazy as _

from relations.models import ForumSeries, Indicator, Organization, Person, Place, Topic, Unit
from relations.registry import resource_named

from .described_sources import DescribedSources
from .lookup_tables import KeyTable, NameTable


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
        return NameTable(Indicator.objects.all(), _("indicator"))

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
