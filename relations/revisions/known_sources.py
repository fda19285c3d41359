"""Which sources of the register a described work may be: by its address, its identifiers, or title and date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from relations.models import Source
from relations.models.named import any_of
from relations.models.traits import having, traits_of_work
from relations.search.lemmas import query_terms
from relations.text.addresses import same_address
from relations.text.normalize import fold
from relations.text.similarity import similarity

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: share of letters that the titles of one work have in common
ALIKE = 0.87
#: candidates that are compared with one work, and answers that are shown
MOST_COMPARED, MOST_SHOWN = 50, 5


@dataclass
class KnownSource:
    """A source that may be the same work; `is_certain` where an address or an identifier says so."""

    source: Source
    reason: StrOrPromise
    is_certain: bool
    cited_by: int


#: what describes a work: cells by the names of their columns
Fields = Mapping[str, str]
FIELDS = ("doi", "isbn", "url", "title", "title_translation")


class Compared(NamedTuple):
    """What is compared of a work, brought into one form once: it may be compared with many."""

    doi: str
    isbn: str
    address: str
    titles: tuple[str, ...]

    @classmethod
    def of(cls, fields: Fields) -> Compared:
        url = fields.get("url", "").strip()
        doi, isbn = (fields.get(name, "").strip().casefold() for name in ("doi", "isbn"))
        return cls(doi, isbn, same_address(url) if url else "", tuple(map(fold, titles_of(fields))))

    def reasons(self, other: Compared) -> Iterator[tuple[StrOrPromise, bool]]:
        """(why both may be one, whether it is certain), the surest first."""
        if self.doi and self.doi == other.doi:
            yield _("the same %(identifier)s") % {"identifier": "DOI"}, True
        if self.isbn and self.isbn == other.isbn:
            yield _("the same %(identifier)s") % {"identifier": "ISBN"}, True
        if self.address and self.address == other.address:
            yield _("the same address"), True
        if any(similarity(one, two, ALIKE) > 0 for one, two in product(self.titles, other.titles)):
            yield _("nearly the same title"), False


def known_sources(fields: Fields) -> list[KnownSource]:
    """The certain ones first, each source once."""
    return works_like([fields])[0][:MOST_SHOWN]


def works_like(works: Sequence[Fields]) -> list[list[KnownSource]]:
    """The same of each work, in three statements whatever their number."""
    sources = [(one, Compared.of({name: getattr(one, name) for name in FIELDS})) for one in candidates(works)]
    return [like(Compared.of(fields), sources) for fields in works]


def like(work: Compared, sources: Iterable[tuple[Any, Compared]]) -> list[KnownSource]:
    found = []
    for source, other in sources:
        for reason, is_certain in islice(work.reasons(other), 1):
            found.append(KnownSource(source, reason, is_certain, source.cited_by))
    return sorted(found, key=lambda one: not one.is_certain)


def candidates(works: Sequence[Fields]) -> list[Any]:
    """Sources with a trait or the telling words of a title in common, with the number of their citations."""
    most = MOST_COMPARED * len(works)
    keys = set(having("sources", (text for one in works for text in traits_of_work(one)), most))
    wordings = [terms for fields in works for title in titles_of(fields) if (terms := telling_terms(title))]
    if wordings:
        alike = any_of(Q(search_text__has_words=terms) for terms in wordings)
        keys |= set(Source.objects.filter(alike).order_by("pk").values_list("pk", flat=True)[:most])
    counted = Source.objects.annotate(cited_by=Count("citations"))
    return list(counted.filter(pk__in=keys).order_by("pk"))


def titles_of(fields: Fields) -> list[str]:
    titles = (fields.get(name, "").strip() for name in ("title", "title_translation"))
    return [title for title in titles if any(map(str.isalnum, title))]


def telling_terms(title: str) -> list[list[str]]:
    """The longest words of a title, as a search has them."""
    return query_terms(" ".join(sorted(fold(title).split(), key=len, reverse=True)[:3]))
