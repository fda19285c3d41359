"""The book of everything a sheet may refer to, loaded once an import: places, people, sources, records by key."""

from collections import defaultdict
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from relations.folding import fold
from relations.models import (
    Agreement,
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
from relations.problems import Problem

from .guesses import near, unmixed


class Names:
    """Things of one model, found by key or by any of their names in either language, in any case."""

    def __init__(self, things, what):
        self.what, self.found = what, {}
        self.by_key = {thing.natural_key()[0].casefold(): thing for thing in things}
        self.by_name = defaultdict(list)
        for thing in things:
            for name in thing.folded_names.split("\n"):
                self.by_name[name].append(thing)

    def find(self, text):
        """The one thing meant by `text`; Problem where there is none or more than one, with what may be meant."""
        if text not in self.found:
            self.found[text] = self.look_up(text)
        found = self.found[text]
        if isinstance(found, Problem):
            raise found
        return found

    def look_up(self, text):
        if thing := self.by_key.get(text.casefold()):
            return thing
        found = self.by_name.get(fold(text)) or self.by_name.get(fold(unmixed(text))) or []
        found = list(dict.fromkeys(found))
        if len(found) == 1:
            return found[0]
        if found:
            message = _("“%(text)s” may be any of these: %(choices)s. Write the code.")
            return Problem("name.ambiguous", message, text=text[:80], choices=named(found))
        if near_ones := [thing for name in near(fold(text), self.by_name) for thing in self.by_name[name]]:
            message = _("“%(text)s” is not a %(what)s of the register. Did you mean %(choices)s?")
            choices = named(dict.fromkeys(near_ones))
            return Problem("name.unknown", message, text=text[:80], what=self.what, choices=choices)
        message = _("“%(text)s” is not a %(what)s of the register.")
        return Problem("name.unknown", message, text=text[:80], what=self.what)


def named(things):
    return ", ".join(f"{thing.natural_key()[0]} ({thing.name})" for thing in things)


class Keys(dict):
    """{key: primary key} of records or sources; None for those that this very sheet is about to create."""

    def __init__(self, model, what):
        super().__init__(model.objects.order_by().values_list("key", "pk"))
        self.what = what

    def find(self, text):
        if text in self:
            return self[text]
        if near_ones := near(text, self):
            message = _("There is no %(what)s with the key “%(text)s”. Did you mean %(choices)s?")
            choices = ", ".join(near_ones)
            raise Problem("key.unknown", message, text=text[:80], what=self.what, choices=choices)
        raise Problem(
            "key.unknown", _("There is no %(what)s with the key “%(text)s”."), text=text[:80], what=self.what
        )


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
    def sources_by_address(self):
        return {url: key for key, url in Source.objects.exclude(url="").values_list("key", "url")}

    def expect_source(self, source):
        """The key of a source described in a row: one with the same key or address if there is one, else the new one."""
        if source.key in self.sources:
            return source.key
        if source.url in self.sources_by_address:
            return self.sources_by_address[source.url]
        self.expected_sources[source.key], self.sources[source.key] = source, None
        if source.url:
            self.sources_by_address[source.url] = source.key
        return source.key

    def store_expected_sources(self):
        """Creates those that are not there yet; returns them."""
        self.stored = Source.objects.bulk_create(
            [one for one in self.expected_sources.values() if one.pk is None]
        )
        self.sources.update((source.key, source.pk) for source in self.stored)
        return self.stored

    def forget_stored(self):
        """What was created last has been rolled back."""
        for source in self.stored:
            source.pk, source._state.adding = None, True
        self.stored = []

    def learn(self, shelf, keys):
        """Primary keys of records just created; a shelf nobody has opened will find them in the database."""
        if shelf in self.__dict__:
            getattr(self, shelf).update(keys)
