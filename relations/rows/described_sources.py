"""Sources that a row describes instead of naming a key: found if they are known, otherwise created."""

from collections import Counter
from collections.abc import Callable, Iterable
from functools import cached_property

from django.db.models import QuerySet

from relations.models import FormerKey, Source
from relations.text.addresses import same_address
from relations.text.normalize import fold
from relations.text.slugs import slug
from relations.values.period import Period

from .lookup_tables import KeyTable


class DescribedSources:
    """The described sources of one import. `load_keys` returns the keys of the known `sources`, to which the new ones
    are added.
    """

    def __init__(self, load_keys: Callable[[], KeyTable], sources: Callable[[], QuerySet[Source]]) -> None:
        self.load_keys, self.sources = load_keys, sources
        self.expected: dict[str, Source] = {}
        #: those of the last call of create()
        self.created: list[Source] = []
        self.numbers: Counter[str] = Counter()

    @cached_property
    def keys(self) -> KeyTable:
        return self.load_keys()

    @cached_property
    def known(self) -> "SourceDescriptions":
        rows = self.sources().order_by("pk").values_list("key", "title", "issued", "url")
        return SourceDescriptions(rows.iterator())

    def expect(self, source: Source) -> str:
        """The key of a described source: that of the known source it means, else of the one to be created."""
        key = self.key_of(source)
        if key not in self.keys:
            source.key = key
            self.expected[key], self.keys[key] = source, None
            self.known.add(key, source.title, source.issued, source.url)
        return key

    def key_of(self, source: Source) -> str:
        """The given key, that of the known source it means, or one made from title and date."""
        if source.key in self.keys:
            return source.key
        if known := self.known.find(source.title, source.issued, source.url):
            return known
        return source.key or self.made_key(source)

    def made_key(self, source: Source) -> str:
        """The same key at the next import, even if an editor has corrected the title since; a free one if cut."""
        text = f"{source.title} {source.issued}"
        base = key = slug(text) or "source"
        is_whole = slug(f"{text} z") == f"{base}-z"
        if is_whole and self.known.may_have_url(key, same_address(source.url)):
            return key
        while key in self.keys:
            self.numbers[base] += 1
            key = f"{base}-{self.numbers[base] + 1}"
        return key

    def create(self, cited: set[str]) -> list[Source]:
        """Creates the expected sources among the `cited` keys that are not there yet, and returns them."""
        wanted = [source for key, source in self.expected.items() if key in cited and source.pk is None]
        self.created = Source.objects.bulk_create(wanted) if wanted else []
        if not wanted:
            return []
        self.keys.update((source.key, source.pk) for source in self.created)
        FormerKey.objects.forget(Source, [source.key for source in self.created])
        return self.created

    def forget_created(self) -> None:
        """What was created last has been rolled back."""
        for source in self.created:
            source.pk, source._state.adding, self.keys[source.key] = None, True, None
        self.created = []


class SourceDescriptions:
    """The identity of a described source, apart from its key: its URL, else its title and date."""

    def __init__(self, rows: Iterable[tuple[str, str, Period | str, str]]) -> None:
        """`rows` are (key, title, date, address) of the known sources, the oldest first."""
        self.by_address: dict[str, str] = {}
        self.by_title: dict[tuple[str, str], list[str]] = {}
        self.addresses: dict[str, str] = {}
        for row in rows:
            self.add(*row)

    def add(self, key: str, title: str, issued: Period | str, url: str) -> None:
        self.addresses[key] = address = same_address(url)
        self.by_title.setdefault((fold(title), str(issued)), []).append(key)
        for spelling in filter(None, (url, address)):
            self.by_address.setdefault(spelling, key)

    def find(self, title: str, issued: Period | str, url: str) -> str | None:
        """The key of the source, or None. Two works of the same title and date at two addresses are two."""
        address = same_address(url)
        if known := self.by_address.get(url) or self.by_address.get(address):
            return known
        namesakes = self.by_title.get((fold(title), str(issued)), ())
        return next((key for key in namesakes if self.may_have_url(key, address)), None)

    def may_have_url(self, key: str, address: str) -> bool:
        """Whether the source of this key may be the one at `address`, since one of them has none or both are
        the same."""
        own = self.addresses.get(key, "")
        return not own or not address or own == address
