"""HTTP client of the link check: sends HEAD, then GET where HEAD is refused; reads no body."""

import ssl
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException, InvalidURL
from socket import gaierror
from urllib.parse import SplitResult, urljoin, urlsplit

from django.conf import settings
from django.utils.encoding import iri_to_uri

from .dns import NotPublic, addresses_of
from .http import SCHEMES
from .rate_limit import HostRateLimit

MOST_REDIRECTS = 8
REDIRECTS = (301, 302, 303, 307, 308)
TOO_MANY_REQUESTS = 429
#: exception → stored reason; the first match counts
REASONS = (
    (NotPublic, "private"),
    (gaierror, "name"),
    (ssl.SSLCertVerificationError, "certificate"),
    (ssl.SSLError, "tls"),
    (TimeoutError, "timeout"),
    (OSError, "connection"),
    (InvalidURL, "address"),
    (HTTPException, "garbage"),
    (ValueError, "address"),
)


@dataclass(frozen=True)
class Answer:
    """`status` of HTTP, None without a response; `reason` explains a failure, "" where the status suffices."""

    status: int | None = None
    reason: str = ""


def reason_of(error: Exception) -> str:
    return next((reason for kind, reason in REASONS if isinstance(error, kind)), "garbage")


class UrlChecker:
    """Checks URLs: `timeout` in seconds, `rate_limit` limits the rate; `allow_private` is for tests."""

    def __init__(
        self, timeout: float = 15, rate_limit: HostRateLimit | None = None, allow_private: bool = False
    ) -> None:
        self.timeout, self.rate_limit, self.allow_private = (
            timeout,
            rate_limit or HostRateLimit(),
            allow_private,
        )

    def check(self, url: str) -> Answer:
        """Checks one URL; never raises, since a server's failure concerns this URL alone."""
        try:
            return self.follow(url)
        except Exception as error:
            return Answer(reason=reason_of(error))

    def follow(self, url: str) -> Answer:
        for _step in range(MOST_REDIRECTS + 1):
            status, target = self.head_or_get(url)
            if status not in REDIRECTS or not target:
                return Answer(status)
            url = urljoin(url, target)
        return Answer(status, "redirects")

    def head_or_get(self, url: str) -> tuple[int, str]:
        """(status, target of a redirect). Many servers handle HEAD badly, so GET decides after an error."""
        with suppress(HTTPException, ConnectionResetError):
            status, target = self.request("HEAD", url)
            if status < 400 or status == TOO_MANY_REQUESTS:
                return status, target
        return self.request("GET", url)

    def request(self, method: str, url: str) -> tuple[int, str]:
        parts = urlsplit(url)
        if parts.scheme not in SCHEMES or not parts.hostname:
            raise ValueError(url)
        host, kind = parts.hostname.encode("idna").decode(), SCHEMES[parts.scheme]
        port = parts.port or kind.default_port
        with self.rate_limit.at(host):
            addresses = addresses_of(host, port, self.allow_private)
            connection = kind(host, port, addresses, self.timeout)
            with connection.opened(2 * self.timeout):
                connection.request(method, path_of(parts), headers=headers())
                response = connection.getresponse()
                return response.status, readable(response.headers.get("Location", ""))


def path_of(parts: SplitResult) -> str:
    """The path and query string of a URL in ASCII."""
    return iri_to_uri(f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/")


def headers() -> dict[str, str]:
    """Request headers that identify the register and its purpose."""
    who = "; ".join(filter(None, ("Russia and Central Asia", "link check", settings.SITE_URL)))
    return {"User-Agent": f"RegisterOfRelations/1.0 ({who})", "Accept": "*/*"}


def readable(header: str) -> str:
    """http.client reads headers as Latin-1; addresses in them are often UTF-8."""
    return header.encode("latin-1", "replace").decode("utf-8", "replace")
