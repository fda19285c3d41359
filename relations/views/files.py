"""A list as a file: the same rows whether a reader or an editor asks for them."""

from itertools import chain

from django.http import HttpResponse, StreamingHttpResponse

from relations.problems import Problem
from relations.resources.writing import pieces

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


def file_response(resource, records, form, without=()):
    """The rows of `records` in one of the formats, streamed, without the columns named."""
    names = resource.names()
    kept = [i for i, name in enumerate(names) if name not in without]
    rows = resource.rows(records)
    if without:
        names, rows = [names[i] for i in kept], ([row[i] for i in kept] for row in rows)
    body = pieces(names, rows, form)
    try:
        first = next(body)  # what cannot be written at all is said while an answer can still be chosen
    except Problem as problem:
        return HttpResponse(str(problem), status=400, content_type="text/plain; charset=utf-8")
    response = StreamingHttpResponse(chain([first], body), content_type=CONTENT_TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{resource.slug}.{form}"'
    return response
