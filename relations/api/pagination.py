"""Keyset pagination: a page begins after the last record of the previous one, so none is repeated or skipped.

The order is that of the query set. A cursor contains the signed sort values of the record at the edge of a page, with
a fingerprint of the query.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from django.core import signing
from django.db import connections
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import Combinable, OrderBy
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from relations.site import site_of

from .exceptions import InvalidParameters
from .parameters import PAGING, single

PAGE_SIZE, MOST = 50, 500
SALT = "relations.api.cursor"


@dataclass(frozen=True)
class Key:
    """One expression of the sort order. `name` is the annotation with its value."""

    name: str
    expression: Combinable
    descending: bool
    nulls_last: bool

    def order(self, backward: bool) -> OrderBy:
        nulls_last = self.nulls_last != backward
        # Django refuses False here, so one of the two is True and the other is omitted.
        nulls = {"nulls_last": True} if nulls_last else {"nulls_first": True}
        return OrderBy(F(self.name), descending=self.descending != backward, **nulls)

    def same(self, value: Any) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})

    def beyond(self, value: Any, backward: bool) -> Q | None:
        """The condition of coming after `value` in this one expression; None where nothing can."""
        nulls_last = self.nulls_last != backward
        if value is None:
            return None if nulls_last else Q(**{f"{self.name}__isnull": False})
        behind = Q(**{f"{self.name}__{'lt' if self.descending != backward else 'gt'}": value})
        return behind | Q(**{f"{self.name}__isnull": True}) if nulls_last else behind


def keys_of(records: QuerySet[Any]) -> list[Key]:
    """The Keys of a query set's own order, followed by the primary key to make the order total."""
    order = list(records.query.order_by or records.model._meta.ordering)
    if not any(str(part).lstrip("-") == "pk" for part in order):
        order.append("pk")
    nulls_are_largest = connections[records.db].features.nulls_order_largest
    return [key_of(f"order_{number}", part, nulls_are_largest) for number, part in enumerate(order)]


def key_of(name: str, part: Any, nulls_are_largest: bool) -> Key:
    if isinstance(part, str):
        part = OrderBy(F(part.lstrip("-")), descending=part.startswith("-"))
    elif not isinstance(part, OrderBy):
        part = part.asc()
    said = part.nulls_last or part.nulls_first
    # Databases sort NULLs differently; the list follows its own database.
    nulls_last = bool(part.nulls_last) if said else nulls_are_largest != part.descending
    return Key(name, part.expression, part.descending, nulls_last)


def behind(keys: Sequence[Key], values: Sequence[Any], backward: bool) -> Q:
    """The records that come after the one with these values."""
    found, before = Q(pk__in=()), Q()
    for key, value in zip(keys, values, strict=True):
        beyond = key.beyond(value, backward)
        if beyond is not None:
            found |= before & beyond
        before &= key.same(value)
    return found


class KeysetPagination(BasePagination):
    """`count`, `next`, `previous` and `results`; `previous` is null on the first page, `next` on the last."""

    def paginate_queryset(self, records: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        size = self.size()
        self.count = records.count()
        keys = keys_of(records)
        records = records.annotate(**{key.name: key.expression for key in keys})
        backward, values = self.place(keys)
        if values is not None:
            records = records.filter(behind(keys, values, backward))
        records = records.order_by(*(key.order(backward) for key in keys))
        page = list(records[: size + 1])
        more, page = len(page) > size, page[:size]
        if backward:
            page.reverse()
        self.has_next, self.has_previous = (True, more) if backward else (more, values is not None)
        self.edges = [edge(record, keys) for record in (page[0], page[-1])] if page else None
        return page

    def size(self) -> int:
        text = single(self.request.query_params, "page_size")
        if not text:
            return PAGE_SIZE
        if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= MOST):
            reason = _("A page can hold from 1 to %(most)d records.") % {"most": MOST}
            raise InvalidParameters([("page_size", reason)])
        return int(text)

    def place(self, keys: Sequence[Key]) -> tuple[bool, Sequence[Any] | None]:
        """(backward, values) of the cursor; no values without one."""
        cursor = single(self.request.query_params, "cursor")
        if not cursor:
            return False, None
        try:
            fingerprint, backward, values = signing.loads(cursor, salt=SALT)
        except signing.BadSignature:
            raise InvalidParameters(
                [("cursor", _("This cursor is not valid. Start again without a cursor."))]
            ) from None
        if fingerprint != self.fingerprint() or len(values) != len(keys):
            reason = _("This cursor belongs to a different query. Start again without a cursor.")
            raise InvalidParameters([("cursor", reason)])
        return backward, values

    def fingerprint(self) -> str:
        """A fingerprint of the parameters that does not depend on their order."""
        given = self.request.query_params
        said = {(name, one) for name in given if name not in PAGING for one in given.getlist(name) if one}
        # Titles are sorted in the reader's language.
        language = get_language() if given.get("sort") == "title" else ""
        text = repr((self.request.path, language, sorted(said)))
        return sha256(text.encode("utf-8", "replace")).hexdigest()[:16]

    def link(self, backward: bool) -> str | None:
        if not self.edges or not (self.has_previous if backward else self.has_next):
            return None
        place = (self.fingerprint(), backward, self.edges[0 if backward else 1])
        data = self.request.query_params.copy()
        data["cursor"] = signing.dumps(place, salt=SALT, compress=True)
        return f"{site_of(self.request)}{self.request.path}?{data.urlencode()}"

    def get_paginated_response(self, data: Any) -> Response:
        links = {"next": self.link(False), "previous": self.link(True)}
        return Response({"count": self.count, **links, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["count", "next", "previous", "results"],
            "properties": {
                "count": {"type": "integer", "description": str(_("the total number"))},
                "next": {**link, "description": str(_("the URL of the next page"))},
                "previous": {**link, "description": str(_("the URL of the previous page"))},
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        size = {"type": "integer", "minimum": 1, "maximum": MOST, "default": PAGE_SIZE}
        return [
            {
                "name": "cursor",
                "in": "query",
                "description": str(_("taken from “next” or “previous” of another page")),
                "schema": {"type": "string"},
            },
            {"name": "page_size", "in": "query", "description": str(_("records per page")), "schema": size},
        ]


def edge(record: Any, keys: Sequence[Key]) -> list[Any]:
    """The values by which a record is ordered, as JSON takes them."""
    values = (getattr(record, key.name) for key in keys)
    return [value.isoformat() if isinstance(value, date) else value for value in values]
