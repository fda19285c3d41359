"""Which sources of the register a described work may be: by its address, its identifiers, or title and date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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


def known_sources(fields: Fields) -> list[KnownSource]:
    """The certain ones first, each source once."""
    return works_like([fields])[0][:MOST_SHOWN]


def works_like(works: Sequence[Fields]) -> list[list[KnownSource]]:
    """The same of each work, in three statements whatever their number."""
    sources = candidates(works)
    found = ([one for source in sources if (one := compared(fields, source))] for fields in works)
    return [sorted(known, key=lambda one: not one.is_certain) for known in found]


def candidates(works: Sequence[Fields]) -> list[Any]:
    """Sources with a trait or the telling words of a title in common, with the number of their citations."""
    most = MOST_COMPARED * len(works)
    keys = set(having("sources", (text for one in works for text in traits_of_work(one)), most))
    wordings = [terms for fields in works for title in titles_of(fields) if (terms := telling_terms(title))]
    if wordings:
        alike = any_of(Q(search_text__has_words=terms) for terms in wordings)
        keys |= set(Source.objects.filter(alike).order_by("pk").values_list("pk", flat=True)[:most])
    return list(Source.objects.filter(pk__in=keys).annotate(cited_by=Count("citations")).order_by("pk"))


def titles_of(fields: Fields) -> list[str]:
    titles = (fields.get(name, "").strip() for name in ("title", "title_translation"))
    return [title for title in titles if any(map(str.isalnum, title))]


def telling_terms(title: str) -> list[list[str]]:
    """The longest words of a title, as a search has them."""
    return query_terms(" ".join(sorted(fold(title).split(), key=len, reverse=True)[:3]))


def compared(fields: Fields, source: Any) -> KnownSource | None:
    """Why a source may be this work, the surest reason first; None where it is another one."""
    for reason, is_certain in reasons(fields, source):
        return KnownSource(source, reason, is_certain, source.cited_by)
    return None


def reasons(fields: Fields, source: Any) -> Iterator[tuple[StrOrPromise, bool]]:
    for name, label in (("doi", "DOI"), ("isbn", "ISBN")):
        value = fields.get(name, "").strip()
        if value and value.casefold() == getattr(source, name).casefold():
            yield _("the same %(identifier)s") % {"identifier": label}, True
    url = fields.get("url", "").strip()
    if url and same_address(source.url) == same_address(url):
        yield _("the same address"), True
    own = (source.title, source.title_translation)
    if any(is_alike(title, other) for title in titles_of(fields) for other in own):
        yield _("nearly the same title"), False


def is_alike(one: str, other: str) -> bool:
    return bool(other) and similarity(fold(one), fold(other), ALIKE) > 0
