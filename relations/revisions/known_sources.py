"""Which sources of the register a described work may be: by its address, its identifiers, or title and date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from relations.models import Source
from relations.text.addresses import same_address
from relations.text.normalize import fold
from relations.text.similarity import similarity

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: share of letters that the titles of one work have in common
ALIKE = 0.87
#: candidates that are compared, and answers that are shown
MOST_COMPARED, MOST_SHOWN = 50, 5


@dataclass
class KnownSource:
    """A source that may be the same work; `is_certain` where an address or an identifier says so."""

    source: Source
    reason: StrOrPromise
    is_certain: bool
    cited_by: int


def known_sources(fields: Mapping[str, str]) -> list[KnownSource]:
    """The certain ones first, each source once."""
    found: dict[int, KnownSource] = {}
    for source, reason, is_certain in (*by_identifier(fields), *by_address(fields), *by_title(fields)):
        found.setdefault(source.pk, KnownSource(source, reason, is_certain, source.cited_by))
    return sorted(found.values(), key=lambda one: not one.is_certain)[:MOST_SHOWN]


Found = tuple[Any, "StrOrPromise", bool]


def candidates(condition: Q) -> list[Any]:
    """Sources with the number of their citations."""
    counted = Source.objects.annotate(cited_by=Count("citations"))
    return list(counted.filter(condition).order_by("pk")[:MOST_COMPARED])


def by_identifier(fields: Mapping[str, str]) -> Iterator[Found]:
    for name, label in (("doi", "DOI"), ("isbn", "ISBN")):
        if value := fields.get(name, "").strip():
            for source in candidates(Q(**{f"{name}__iexact": value})):
                yield source, _("the same %(identifier)s") % {"identifier": label}, True


def by_address(fields: Mapping[str, str]) -> Iterator[Found]:
    url = fields.get("url", "").strip()
    if not url:
        return
    address = same_address(url)
    ending = [part for part in urlsplit(f"//{address}").path.split("/") if part.isascii()][-1:]
    wanted = Q(url__icontains=(ending or [address.split("/")[0]])[0])
    for source in candidates(wanted):
        if same_address(source.url) == address:
            yield source, _("the same address"), True


def by_title(fields: Mapping[str, str]) -> Iterator[Found]:
    """Works whose title, in either language, is nearly the same."""
    for name in ("title", "title_translation"):
        title = fields.get(name, "").strip()
        if not any(map(str.isalnum, title)):
            continue
        words = sorted(fold(title).split(), key=len, reverse=True)[:3]
        matching = Source.objects.matching(" ".join(words)).values("pk")
        for source in candidates(Q(pk__in=matching)):
            if any(is_alike(title, other) for other in (source.title, source.title_translation)):
                yield source, _("nearly the same title"), False


def is_alike(one: str, other: str) -> bool:
    return bool(other) and similarity(fold(one), fold(other), ALIKE) > 0
