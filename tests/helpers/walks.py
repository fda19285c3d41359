"""Follows a value through the program, and reads the walks that docs/architecture.md describes."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from types import FrameType
from typing import Any

from django.utils.datastructures import MultiValueDict

ROOT = Path(__file__).resolve().parents[2]
PROGRAM, TEMPLATES = str(ROOT / "relations"), str(ROOT / "templates")
ARCHITECTURE = ROOT / "docs/architecture.md"


@dataclass
class DescribedWalk:
    """A walk of the document: numbered steps, and the packages and files it names beside them."""

    steps: list[str]
    packages: set[str]
    helpers: set[str]


def described_walk(heading: str) -> DescribedWalk:
    """The walk of the section whose heading begins like this; each numbered line begins with the path of a file."""
    text = ARCHITECTURE.read_text(encoding="utf-8")
    section = re.search(rf"^## {re.escape(heading)}.*?(?=^## |\Z)", text, re.M | re.S)
    assert section, f"docs/architecture.md has no section “{heading}”"
    steps = re.findall(r"^\d+\. `([^`]+)`", section[0], re.M)
    named = re.findall(r"`(relations/[a-z_/]+(?:/|\.py))`", section[0])
    return DescribedWalk(steps, {package_of(path) for path in named}, set(named) - set(steps))


def package_of(path: str) -> str:
    """«relations/views/» of a module in it; a module beside the packages is its own."""
    parts = path.split("/")
    return f"relations/{parts[1]}/" if len(parts) > 2 else path


@dataclass
class Walk:
    """The modules of the program that ran, each at the number of the call that came first.

    `forms` are what the value looks like on its way: a text, a value object, a number.
    """

    forms: tuple[Any, ...]
    calls: int = 0
    visited: dict[str, int] = field(default_factory=dict)
    #: those called with an argument that holds the value, in itself or in an attribute
    received: dict[str, int] = field(default_factory=dict)
    #: those called with the value itself or a plain collection of it
    handled: set[str] = field(default_factory=set)
    #: templates of Jinja2, which run as code
    templates: set[str] = field(default_factory=set)

    @property
    def packages(self) -> set[str]:
        return {package_of(path) for path in self.visited}

    def in_order(self, paths: list[str]) -> list[str]:
        """By when they receive the value; those that never do by when they are called. All of them have run."""
        return sorted(paths, key=lambda path: self.received.get(path, self.visited[path]))

    def note(self, frame: FrameType, event: str, _argument: object) -> None:
        name = frame.f_code.co_filename
        if event == "call" and name.startswith(TEMPLATES):
            self.templates.add(str(Path(name).relative_to(ROOT)))
        if event != "call" or not name.startswith(PROGRAM):
            return
        self.calls += 1
        path = str(Path(name).relative_to(ROOT))
        self.visited.setdefault(path, self.calls)
        arguments = [] if frame.f_code.co_name.startswith("<") else list(frame.f_locals.values())
        if any(holds(argument, self.forms) for argument in arguments):
            self.handled.add(path)
        if path not in self.received and any(carries(argument, self.forms) for argument in arguments):
            self.received[path] = self.calls


def is_form(found: Any, forms: tuple[Any, ...]) -> bool:
    return any(type(found) is type(form) and found == form for form in forms)


def holds(found: Any, forms: tuple[Any, ...]) -> bool:
    """Whether it is the value or a plain collection of it."""
    return is_form(found, forms) or any(is_form(one, forms) for one in elements(found))


def elements(found: Any) -> list[Any]:
    if isinstance(found, MultiValueDict):
        return [value for _name, values in found.lists() for value in values]
    if isinstance(found, dict):
        return list(found.values())
    return list(islice(found, 100)) if isinstance(found, list | tuple | set | frozenset) else []


def carries(found: Any, forms: tuple[Any, ...], depth: int = 4) -> bool:
    """Whether it holds the value, or is a collection or an object of the program that does, a few levels down."""
    if is_form(found, forms):
        return True
    return depth > 0 and any(carries(one, forms, depth - 1) for one in (*elements(found), *attributes(found)))


def attributes(found: Any) -> list[Any]:
    if not type(found).__module__.startswith("relations.") or isinstance(found, type):
        return []
    slots = (getattr(found, name, None) for name in getattr(type(found), "__slots__", ()))
    return [*getattr(found, "__dict__", {}).values(), *slots]


@contextmanager
def follow(*forms: Any) -> Iterator[Walk]:
    """The modules that run in this thread within the context."""
    walk = Walk(forms)
    before = sys.getprofile()
    sys.setprofile(walk.note)
    try:
        yield walk
    finally:
        sys.setprofile(before)
