"""Pagination of the public lists."""

from collections.abc import Iterable
from typing import Any, Protocol, TypeVar, cast

from django.core.paginator import EmptyPage, Page, PageNotAnInteger, Paginator
from django.http import Http404
from django.utils.translation import gettext as _

from relations.catalog import RecordType
from relations.queries.listed import listed
from relations.queries.record_query import RecordQuery

PAGE_SIZE = 50

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")


class Sliceable(Protocol[T_co]):
    """What a page can be cut from: a list, a query set, a timeline."""

    def __len__(self) -> int: ...

    def __getitem__(self, part: slice, /) -> Iterable[T_co]: ...


def page_of(items: Sliceable[T], number: str | None, size: int = PAGE_SIZE) -> Page[T]:
    """One page of a sequence; 404 for a number that is not one of its pages."""
    # the stubs require more than Django's paginator uses
    paginator: Paginator[T] = Paginator(cast(Any, items), size)
    try:
        return paginator.page(number or 1)
    except (PageNotAnInteger, EmptyPage) as error:
        raise Http404(_("This list has no such page.")) from error


class RecordPages:
    """The records of one type that a query finds, for page_of(): only those of one page are fetched."""

    def __init__(self, query: RecordQuery, record_type: RecordType) -> None:
        self.query, self.record_type = query, record_type

    def count(self) -> int:
        return len(self.query.found(self.record_type))

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, part: slice) -> list[Any]:
        return listed(self.query.index(self.record_type), self.query.keys(self.record_type, part))
