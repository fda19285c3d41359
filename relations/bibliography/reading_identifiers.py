"""Reads what identifies a work: addresses and archived copies of them, DOI, ISBN."""

import re
from typing import NamedTuple
from urllib.parse import unquote

WEB = re.compile(r"https?://", re.I)
#: without a scheme, an address is told from a word with a full stop by its ending
BARE_ADDRESS = re.compile(
    r"(?:[^\W_][\w-]{0,62}\.){1,8}(?:[a-z]{2,24}|xn--[a-z0-9-]{2,59}|рф|рус|бел|укр|қаз|москва|дети)"
    r"(?::\d{1,5})?(?:[/?#]\S*)?"
)
DOI = re.compile(
    r"(?:(?:https?://)?(?:dx\.|www\.)?doi\.org/|info:doi/|urn:doi:|doi(?![a-z.])[\s:.]*|doi\.(?!org)\s*)*(10\.\d{4,9}(?:\.\d+)*/\S+)",
    re.I,
)
ISBN = re.compile(r"(?:ISBN)?(?:-?1[03]\b)?[\s:№]*([\dXxХх‐‑‒–—\- ]{10,24})", re.I)
LABELLED_ISBN = re.compile(r"ISBN\b", re.I)
DASHES = re.compile(r"[‐‑‒–—\s-]+")
WAYBACK = re.compile(r"(https?://(?:web\.|www\.)?archive\.org/web/(\d{4,14})(?:[a-z]{2}_)?/)(\S+)", re.I)
ARCHIVE_TODAY = re.compile(
    r"(https?://archive\.(?:ph|today|is|li|vn|md|fo)/)(?:(\d{4}[\d.-]{0,14})/|o/\w+/)?(\S+)", re.I
)
COLLAPSED_SCHEME = re.compile(r"(https?):/+", re.I)
#: what ends a sentence or a bracket, not an address
ENDINGS = ".,;:!?»”\"'>"


class ArchivedCopy(NamedTuple):
    """`original` and `day` are "" where the address of the copy does not name them."""

    url: str
    original: str
    day: str


def is_address(text: str) -> bool:
    return bool(WEB.match(text)) and " " not in text


def address_of(text: str) -> str:
    """The address that a text is, with a scheme; "" if it is none."""
    text = trimmed(text.strip("<>"))
    if WEB.match(text) and len(text) > len("https://") and not re.search(r"\s", text):
        return text
    if BARE_ADDRESS.fullmatch(text) or BARE_ADDRESS.fullmatch(with_small_host(text)):
        return f"https://{text}"
    return ""


def with_small_host(text: str) -> str:
    """WWW.Example.ORG/A may be an address, «Конец.Начало» and «U.S.A» are none."""
    host, slash, path = text.partition("/")
    return f"{host.lower()}{slash}{path}" if slash or host.lower().startswith("www.") else text


def trimmed(text: str) -> str:
    """Without the marks that follow an address in a sentence; a bracket goes if none was opened."""
    text = text.rstrip(ENDINGS)
    unopened = sum(map(text.count, ")]")) - sum(map(text.count, "(["))
    while unopened > 0 and text.endswith((")", "]")):
        text, unopened = text[:-1].rstrip(ENDINGS), unopened - 1
    return text


def archived_copy(url: str) -> ArchivedCopy | None:
    """A copy in the Internet Archive or at archive.today; None for another address."""
    if match := WAYBACK.fullmatch(url):
        return ArchivedCopy(url, with_scheme(match[3]), day_of(match[2]))
    match = ARCHIVE_TODAY.fullmatch(url)
    if not match:
        return None
    original = with_scheme(match[3]) if match[2] or "/" in match[3] or "." in match[3] else ""
    return ArchivedCopy(url, original, day_of(match[2] or ""))


def with_scheme(url: str) -> str:
    """Browsers and servers make one slash of the two inside a path."""
    found = COLLAPSED_SCHEME.match(url)
    return f"{found[1]}://{url[found.end() :]}" if found else f"http://{url}"


def day_of(timestamp: str) -> str:
    """2020-01-31 of 20200131120000, as far as it goes."""
    digits = re.sub(r"\D", "", timestamp)[:8]
    return "-".join(filter(None, (digits[:4], digits[4:6], digits[6:8])))


def doi_of(text: str) -> str:
    """The DOI that a text is, without what stands before it; "" if it is none."""
    text = text.strip(" <>")
    if re.match(r"https?:", text, re.I) and "%" in text:
        text = unquote(text)
    match = DOI.fullmatch(text)
    return trimmed(match[1]) if match else ""


def isbn_of(text: str) -> str:
    """The ISBN that a text is, with its hyphens; "" if it is none or its check digit is wrong."""
    match = ISBN.fullmatch(text.strip(" ."))
    if not match:
        return ""
    written = DASHES.sub("-", match[1].strip()).upper().replace("Х", "X").strip("-")
    return written if is_right(written.replace("-", "")) else ""


def looks_like_isbn(text: str) -> bool:
    """Whether nothing else can be meant, right or wrong."""
    match = ISBN.fullmatch(text.strip(" ."))
    if match is None:
        return bool(LABELLED_ISBN.match(text) and len(text) < 40)
    return bool(LABELLED_ISBN.match(text)) or len(DASHES.sub("", match[1])) in (10, 13)


def is_right(digits: str) -> bool:
    """Whether the last of 10 or 13 digits follows from the others."""
    if re.fullmatch(r"\d{9}[\dX]", digits, re.ASCII):
        return (
            sum((10 - place) * (10 if digit == "X" else int(digit)) for place, digit in enumerate(digits))
            % 11
            == 0
        )
    if re.fullmatch(r"97[89]\d{10}", digits, re.ASCII):
        return sum((3 if place % 2 else 1) * int(digit) for place, digit in enumerate(digits)) % 10 == 0
    return False
