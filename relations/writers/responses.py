"""HTTP responses with a list as a file, for readers and editors alike."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, Protocol

from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase

from relations.errors import Problem
from relations.rows.public import public_names, public_rows
from relations.rows.resource import SheetResource

from .file_names import file_name
from .formats import encoded_rows

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


class Table(Protocol):
    """Rows of text under the names of their columns."""

    @property
    def slug(self) -> str: ...

    def names(self) -> list[str]: ...

    def rows(self, records: QuerySet[Any], /) -> Iterator[list[str]]: ...


def public_file(
    resource: type[SheetResource], records: QuerySet[Any], form: str, given: QueryDict
) -> HttpResponseBase:
    """What readers may take along of the records that these parameters find."""
    name = file_name(resource.slug, form, given)
    return response_of(name, public_names(resource), public_rows(resource, records), form)


def file_response(table: Table, records: QuerySet[Any], form: str) -> HttpResponseBase:
    """All rows of a table, as editors have them."""
    return response_of(file_name(table.slug, form), table.names(), table.rows(records), form)


def response_of(
    name: str, names: Sequence[str], rows: Iterable[Sequence[str]], form: str
) -> HttpResponseBase:
    """Rows in one of the formats, streamed, as a file of this name."""
    body = encoded_rows(names, rows, form)
    try:
        first = next(body)  # errors must appear before the response has started
    except Problem as problem:
        return HttpResponse(str(problem), status=400, content_type="text/plain; charset=utf-8")
    response = StreamingHttpResponse(chain([first], body), content_type=CONTENT_TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
