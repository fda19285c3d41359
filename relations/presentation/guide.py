"""The guide for editors: Markdown files of docs/ in the language of the page, and the pictures that they show."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.token import Token

PAGES = ("editors", "importing", "truth")
#: the folder of the files in each language
FOLDERS = {"en": settings.BASE_DIR / "docs", "ru": settings.BASE_DIR / "docs" / "ru"}
PICTURES = FOLDERS["en"]
#: where the width and the height are in a PNG file
SIZE_IN_PNG = slice(16, 24)


@dataclass(frozen=True)
class Heading:
    """A heading; its anchor is the same in both languages."""

    level: int
    anchor: str
    text: str


@dataclass(frozen=True)
class GuidePage:
    """One page of the guide in one language, ready to be shown."""

    title: str
    headings: list[Heading]
    html: SafeString
    pictures: frozenset[str]


@cache
def guide_page(name: str, language: str) -> GuidePage:
    """The page made of a file; once per process and language."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(file_of(name, language).read_text(encoding="utf-8"))
    english = markdown.parse(file_of(name, "en").read_text(encoding="utf-8"))
    anchors = [slugify(text) for _opening, text in headings_of(english)]
    headings = []
    for anchor, (opening, text) in zip(anchors, headings_of(tokens), strict=True):
        opening.attrSet("id", anchor)
        headings.append(Heading(int(opening.tag[1:]), anchor, text))
    pictures: set[str] = set()
    for token in tokens:
        if token.type == "inline":
            token.children = list(with_addresses(token.children or [], pictures))
    first = next(number for number, token in enumerate(tokens) if token.type == "heading_close") + 1
    html = markdown.renderer.render(tokens[first:], markdown.options, {})
    # Raw HTML of the file is shown as text; the rest is made by the renderer.
    return GuidePage(headings[0].text, headings[1:], mark_safe(html), frozenset(pictures))


def file_of(name: str, language: str) -> Path:
    return FOLDERS[language] / f"{name}.md"


def headings_of(tokens: list[Token]) -> Iterator[tuple[Token, str]]:
    """(opening token, text) of each heading."""
    for number, token in enumerate(tokens):
        if token.type == "heading_open":
            yield token, tokens[number + 1].content


def with_addresses(tokens: list[Token], pictures: set[str]) -> Iterator[Token]:
    """Links lead to pages of the guide and of the web; of a link to another file only the text is left."""
    is_shown = True
    for token in tokens:
        if token.type == "link_open":
            address = address_of(str(token.attrs["href"]))
            is_shown = bool(address)
            token.attrSet("href", address)
        if token.type == "image":
            yield from picture(token, pictures)
        elif is_shown or token.type not in ("link_open", "link_close"):
            yield token


def address_of(written: str) -> str:
    """The address of a link as it is written in a file; nothing where the desk has no such page."""
    if "://" in written:
        return written
    file = PurePosixPath(written)
    return reverse(f"guide-{file.stem}") if file.suffix == ".md" and file.stem in PAGES else ""


def picture(image: Token, pictures: set[str]) -> Iterator[Token]:
    """The picture as a link to itself, with its size, so that nothing moves while it is loaded."""
    name = PurePosixPath(str(image.attrs["src"])).name
    pictures.add(name)
    address = reverse("guide-picture", args=[name])
    width, height = struct.unpack(">II", (PICTURES / name).read_bytes()[SIZE_IN_PNG])
    image.attrs |= {"src": address, "width": width, "height": height}
    yield Token("link_open", "a", 1, attrs={"href": address})
    yield image
    yield Token("link_close", "a", -1)


def pictures_of_guide() -> frozenset[str]:
    """The names of all pictures that the pages show, and no other file."""
    return frozenset().union(*(guide_page(name, language).pictures for name in PAGES for language in FOLDERS))
