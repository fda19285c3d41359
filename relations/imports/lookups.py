"""The book of everything a sheet may refer to, loaded once an import: places, people, sources, records by key."""

from collections import Counter
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from relations.models import (
    Agreement,
    FormerKey,
    Forum,
    ForumSeries,
    Indicator,
    Organization,
    Person,
    Place,
    Source,
    Topic,
    Unit,
    Visit,
)
from relations.text.slugs import slug

from .lookup_tables import Descriptions, Keys, Names, plain_address


class Book:
    """Dictionaries made at first use; one import never asks the database for a name twice."""

    #: the sources created last
    stored = ()

    @cached_property
    def places(self):
        return Names(Place.objects.select_related("parent__parent"), _("place"))

    @cached_property
    def organizations(self):
        return Names(Organization.objects.select_related("place__parent__parent"), _("organisation"))

    @cached_property
    def people(self):
        return Names(Person.objects.select_related("place__parent__parent"), _("person"))

    @cached_property
    def topics(self):
        return Names(Topic.objects.all(), _("topic"))

    @cached_property
    def series(self):
        return Names(ForumSeries.objects.all(), _("series of forums"))

    @cached_property
    def indicators(self):
        return Names(Indicator.objects.all(), _("indicator"))

    @cached_property
    def units(self):
        return Names(Unit.objects.all(), _("unit"))

    @cached_property
    def sources(self):
        return Keys(Source, _("source"))

    @cached_property
    def agreements(self):
        return Keys(Agreement, _("agreement"))

    @cached_property
    def forums(self):
        return Keys(Forum, _("forum"))

    @cached_property
    def visits(self):
        return Keys(Visit, _("visit"))

    @cached_property
    def expected_sources(self):
        """Sources described in rows, by key: created together with the records."""
        return {}

    @cached_property
    def descriptions(self):
        rows = Source.objects.order_by("pk").values_list("key", "title", "issued", "url")
        return Descriptions(rows.iterator())

    def expect_source(self, source):
        """The key of a source described in a row: of the one that is meant, if there is one, else the new one's."""
        key = self.key_of_described(source)
        if key not in self.sources:
            source.key = key
            self.expected_sources[key], self.sources[key] = source, None
            self.descriptions.add(key, source.title, source.issued, source.url)
        return key

    def key_of_described(self, source):
        """The key that is given, that of the source meant, or one made from title and date."""
        if source.key in self.sources:
            return source.key
        if known := self.descriptions.find(source.title, source.issued, source.url):
            return known
        return source.key or self.made_key(source)

    def made_key(self, source):
        """The same at the next import, even if an editor has mended the title since; a free one where it was cut."""
        text = f"{source.title} {source.issued}"
        base = key = slug(text) or "source"
        is_whole = slug(f"{text} z") == f"{base}-z"
        if is_whole and self.descriptions.may_stand_at(key, plain_address(source.url)):
            return key
        while key in self.sources:
            self.numbers[base] += 1
            key = f"{base}-{self.numbers[base] + 1}"
        return key

    @cached_property
    def numbers(self):
        """{key: how often it was given with a number behind it}."""
        return Counter()

    def store_expected_sources(self, drafts):
        """Creates those that these drafts cite and that are not there yet; returns them."""
        cited = {
            key for draft in drafts for slot in draft.slots or () for key in (slot.source, slot.quoted_in)
        }
        wanted = (source for key, source in self.expected_sources.items() if key in cited)
        self.stored = Source.objects.bulk_create([one for one in wanted if one.pk is None])
        self.sources.update((source.key, source.pk) for source in self.stored)
        FormerKey.objects.forget(Source, [source.key for source in self.stored])
        return self.stored

    def forget_stored(self):
        """What was created last has been rolled back."""
        for source in self.stored:
            source.pk, source._state.adding, self.sources[source.key] = None, True, None
        self.stored = []

    def learn(self, shelf, keys):
        """Primary keys of records just created; a shelf nobody has opened will find them in the database."""
        if shelf in self.__dict__:
            getattr(self, shelf).update(keys)
