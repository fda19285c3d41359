"""Compression of answers: brotli for pages without secrets, gzip for all others and for clients that know no brotli.

Measured on a list of 90 KB: brotli at level 4 makes 10.3 KB in 1.0 ms, gzip at its usual level 6 11.0 KB in 1.7 ms.
"""

import re
from collections.abc import Iterable, Iterator

import brotli
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

#: files that are compressed in themselves
COMPRESSED = ("application/zip", "application/vnd.openxmlformats", "image/png", "image/x-icon", "font/")
#: a page is compressed at once; a file goes on while it is made, as small as gzip would make it in half the time
PAGE_LEVEL, FILE_LEVEL = 4, 3
#: shorter ones are one packet in any form
SHORTEST = 200
NOT_AT_ALL = re.compile(r"\s*q=0(\.0*)?\s*")


class Compression(GZipMiddleware):
    """What has a secret of its reader keeps the gzip of Django, whose length is random and tells nothing."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.get("Content-Type", "").startswith(COMPRESSED):
            return response
        if may_have_secrets(request) or not accepts_brotli(request):
            return super().process_response(request, response)
        patch_vary_headers(response, ("Accept-Encoding",))
        if response.has_header("Content-Encoding") or is_short(response):
            return response
        compress(response)
        return response


def may_have_secrets(request: HttpRequest) -> bool:
    """Pages for signed-in users, and the admin. Pages for other readers are the same for all of them."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES or request.path_info.startswith("/admin/")


def accepts_brotli(request: HttpRequest) -> bool:
    accepted = (one.partition(";") for one in request.headers.get("Accept-Encoding", "").split(","))
    return any(
        name.strip().lower() == "br" and not NOT_AT_ALL.fullmatch(weight) for name, _, weight in accepted
    )


def is_short(response: HttpResponseBase) -> bool:
    return not response.streaming and len(response.content) < SHORTEST  # type: ignore[attr-defined]


def compress(response: HttpResponseBase) -> None:
    if response.streaming:
        response.streaming_content = pieces(response.streaming_content)  # type: ignore[attr-defined]
        del response["Content-Length"]
    else:
        response.content = brotli.compress(response.content, quality=PAGE_LEVEL)  # type: ignore[attr-defined]
        response["Content-Length"] = str(len(response.content))  # type: ignore[attr-defined]
    response["Content-Encoding"] = "br"
    tag = response.get("ETag", "")
    if tag.startswith('"'):  # the bytes differ from those that it names
        response["ETag"] = f"W/{tag}"


def pieces(body: Iterable[bytes]) -> Iterator[bytes]:
    """The first piece is sent as soon as it is there, the others as they fill a block."""
    compressor = brotli.Compressor(quality=FILE_LEVEL)
    for number, piece in enumerate(body):
        found = compressor.process(piece)
        if not number:
            found += compressor.flush()
        if found:
            yield found
    yield compressor.finish()
