"""Middleware that keeps public pages as long as the data do not change, and answers 304 to who has the newest."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import parse_etags

from relations.compression import accepts_brotli
from relations.logs.current import say_page
from relations.models import DataChange
from relations.site import today
from relations.version import program_version

#: pages and files that every reader sees alike
PUBLIC = re.compile(rf"/(?:{'|'.join(code for code, _name in settings.LANGUAGES)})/|/sitemap[^/]*\.xml$")
#: what one reader alone may see, or what does not follow from the data, says so with one of these
NOT_KEPT = re.compile(r"private|no-store|no-cache")
#: a cache between reader and server may answer for so many seconds without asking
SHARED_SECONDS = 60
#: larger pages are sent, but not kept
MOST_BYTES = 2**20
KEPT_SECONDS = 3600
#: settings that pages show
SHOWN = ("SITE_URL", "KEEPER_NAME", "KEEPER_CONTACT", "DEBUG", "API_RATE")
PROGRAM = ("relations", "config", "templates", "static")
ENDINGS = (".py", ".html", ".txt", ".svg", ".css", ".js", ".mo", ".md")

log = logging.getLogger(__name__)


class PageCache:
    """For everybody without an account. Anything but a plain 200 is passed on as it is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD") or not PUBLIC.match(request.path_info):
            return self.get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            response = self.get_response(request)
            patch_cache_control(response, private=True, no_cache=True)
            return response
        etag = etag_of(request)
        if is_asked_for(request, etag):
            return not_modified(etag)
        key = key_of(request, etag)
        if found := read(key):
            response = found.response()
            say_page("kept")
            asked = response["ETag"]  # a feed has one of its own
            return not_modified(asked) if is_asked_for(request, asked) else response
        say_page("made")
        response = self.get_response(request)
        if is_lasting(response):
            with_headers(response, etag)
            if isinstance(response, HttpResponse) and request.method == "GET":
                write(key, response)
        return response


class KeptPage(NamedTuple):
    headers: dict[str, str]
    content: bytes

    def response(self) -> HttpResponse:
        return HttpResponse(self.content, headers=self.headers)


def etag_of(request: HttpRequest) -> str:
    """Another one for each address, state of the data, day, and version of the program."""
    parts = (
        DataChange.objects.version(),
        request.get_host(),
        request.scheme,
        request.get_full_path(),
        today(),
        newest_file() if settings.DEBUG else program(),
        [getattr(settings, name) for name in SHOWN],
    )
    return f'W/"{digest(repr(parts).encode())}"'


def key_of(request: HttpRequest, etag: str) -> str:
    """Compressed pages are kept as they are sent."""
    has_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    return f"page-{etag[3:-1]}-{accepts_brotli(request):d}{has_gzip:d}"


def is_asked_for(request: HttpRequest, etag: str) -> bool:
    """Whether the reader has this very page."""
    return etag in parse_etags(request.headers.get("If-None-Match", ""))


def is_lasting(response: HttpResponseBase) -> bool:
    """Whether it is the same for all readers, until the data change."""
    said = response.get("Cache-Control", ""), response.get("Vary", "")
    return (
        response.status_code == 200
        and not response.cookies
        and not NOT_KEPT.search(said[0])
        and "cookie" not in said[1].casefold()
    )


def with_headers(response: HttpResponseBase, etag: str) -> HttpResponseBase:
    response.headers.setdefault("ETag", etag)
    patch_vary_headers(response, ["Cookie"])  # no other cache may answer signed-in users from it
    response["Cache-Control"] = f"public, max-age=0, s-maxage={SHARED_SECONDS}"
    return response


def not_modified(etag: str) -> HttpResponseBase:
    say_page("not modified")
    return with_headers(HttpResponseNotModified(headers={"Vary": "Accept-Encoding"}), etag)


def read(key: str) -> KeptPage | None:
    """None where nothing is kept; a cache that fails or has something else is as good as an empty one."""
    try:
        found = caches["pages"].get(key)
        return KeptPage(dict(found[0]), bytes(found[1])) if found else None
    except Exception:  # noqa: BLE001 - libraries of caches have no common error
        log.warning("The page cache cannot be read.", exc_info=True)
        return None


def write(key: str, response: HttpResponse) -> None:
    if len(response.content) > MOST_BYTES:
        return
    try:
        caches["pages"].set(key, (dict(response.headers), response.content), KEPT_SECONDS)
    except Exception:  # noqa: BLE001
        log.warning("The page cache cannot be written.", exc_info=True)


@cache
def program() -> str:
    """Another one for each version of the program: pages kept by another one are never shown."""
    found = hashlib.sha256(program_version().encode())
    for path in files_of_program():
        found.update(path.read_bytes())
    return found.hexdigest()


def newest_file() -> int:
    """When the program was last changed: who works on it sees the change at once."""
    return max(path.stat().st_mtime_ns for path in files_of_program())


def files_of_program() -> Iterator[Path]:
    for folder in PROGRAM:
        found = (settings.BASE_DIR / folder).rglob("*")
        yield from sorted(path for path in found if path.suffix in ENDINGS)


def digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()[:32]
