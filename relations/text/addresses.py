"""Addresses of pages: the normal form by which two of them are known to be one page, and what only tracks readers."""

import re
from urllib.parse import SplitResult, quote, unquote, urlsplit

#: parameters that say where a reader came from, and change nothing on the page
TRACKING = re.compile(
    r"(?:utm_\w+|fbclid|yclid|gclid|ysclid|dclid|msclkid|igshid|mc_cid|mc_eid|_openstat)(?:=|$)", re.I
)
SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?://|$)|//", re.I)
DEFAULT_PORTS = {"http": "80", "https": "443", "": "80"}
PERCENT = re.compile(r"(?:%[0-9a-f]{2})+", re.I)
#: after decoding, these would begin another part of the address, or make it unreadable
KEPT_ENCODED = re.compile(r"[\x00-\x20\x7f-\xa0%/?#&=+;:@\[\]!$'()*,\"<>\\^`{|}\ufffd]")
#: a page of an application that keeps its state behind the #
ROUTE = ("!", "/")


def same_address(url: str) -> str:
    """The text that all spellings of one address have in common; not an address to open."""
    parts = split(url)
    if parts is None:
        return url.strip()
    query = without_tracking_parameters(parts.query)
    route = f"#{decoded(parts.fragment)}" if parts.fragment.startswith(ROUTE) else ""
    return host(parts) + decoded(parts.path).rstrip("/") + (f"?{decoded(query)}" if query else "") + route


def without_tracking(url: str) -> str:
    """The address as it is written, but for the parameters that track readers."""
    before, mark, fragment = url.partition("#")
    path, question, query = before.partition("?")
    kept = without_tracking_parameters(query)
    return path + (question if kept or not query else "") + kept + mark + fragment


def without_tracking_parameters(query: str) -> str:
    return "&".join(part for part in query.split("&") if part and not TRACKING.match(part))


def split(url: str) -> SplitResult | None:
    """None for what is no address."""
    text = url.strip()
    try:
        return urlsplit(text if SCHEME.match(text) else f"//{text}")
    except ValueError:
        return None


def host(parts: SplitResult) -> str:
    """The host without “www.”, “m.” and the port that its scheme has anyway; another scheme than http stays."""
    user, at, place = parts.netloc.rpartition("@")
    name, _colon, port = place.rpartition(":") if re.search(r":\d*$", place) else (place, "", "")
    name = plain_host(unicode_host(name.casefold().rstrip(".")))
    scheme = "" if parts.scheme in DEFAULT_PORTS else f"{parts.scheme}://"
    return scheme + user + at + name + ("" if port in ("", DEFAULT_PORTS.get(parts.scheme)) else f":{port}")


def plain_host(name: str) -> str:
    """www.m.example.org is example.org, but m.me has no other name."""
    name = name.removeprefix("www.")
    shorter = name.removeprefix("m.")
    return shorter if "." in shorter else name


def unicode_host(name: str) -> str:
    """xn--… is the same host as its letters."""
    try:
        return name.encode("ascii").decode("idna")
    except UnicodeError:
        return name


def decoded(text: str) -> str:
    """With every letter that need not be encoded as itself, the others as %2F in capitals."""
    text = PERCENT.sub(lambda match: KEPT_ENCODED.sub(encoded, unquote_whole(match[0])), text)
    return text.replace(" ", "%20")


def encoded(match: re.Match[str]) -> str:
    return quote(match[0], safe="")


def unquote_whole(text: str) -> str:
    """Bytes of another encoding than UTF-8 stay as they are."""
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        return text.upper()
