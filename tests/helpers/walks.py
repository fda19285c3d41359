"""Follows a value through the program, and reads the walks that docs/architecture.md describes."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from django.utils.datastructures import MultiValueDict

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = str(ROOT / "relations")
ARCHITECTURE = ROOT / "docs/architecture.md"


@dataclass
class DescribedWalk:
    """A walk of the document: numbered steps, and the packages it names beside them."""

    steps: list[str]
    packages: set[str]


def described_walk(heading: str) -> DescribedWalk:
    """Of the section whose heading begins so; each numbered line begins with the path of a file."""
    text = ARCHITECTURE.read_text(encoding="utf-8")
    section = re.search(rf"^## {re.escape(heading)}.*?(?=^## |\Z)", text, re.M | re.S)
    assert section, f"docs/architecture.md has no section “{heading}”"
    steps = re.findall(r"^\d+\. `([^`]+)`", section[0], re.M)
    named = re.findall(r"`(relations/[a-z_/]+(?:/|\.py))`", section[0])
    return DescribedWalk(steps, {package_of(path) for path in named})


def package_of(path: str) -> str:
    """«relations/views/» of a module in it; a module beside the packages is its own."""
    parts = path.split("/")
    return f"relations/{parts[1]}/" if len(parts) > 2 else path


@dataclass
class Walk:
    """The modules of the program that ran, each at the number of the call that came first."""

    value: str
    calls: int = 0
    visited: dict[str, int] = field(default_factory=dict)
    #: those called with an argument that holds the value, in itself or in an attribute
    received: dict[str, int] = field(default_factory=dict)
    #: those called with the value itself or a plain collection of it
    handled: set[str] = field(default_factory=set)

    @property
    def packages(self) -> set[str]:
        return {package_of(path) for path in self.visited}

    def in_order(self, paths: list[str]) -> list[str]:
        """By when they receive the value; those that never do by when they are called. All of them have run."""
        return sorted(paths, key=lambda path: self.received.get(path, self.visited[path]))

    def note(self, frame: FrameType, event: str, _argument: object) -> None:
        name = frame.f_code.co_filename
        if event != "call" or not name.startswith(PROGRAM):
            return
        self.calls += 1
        path = str(Path(name).relative_to(ROOT))
        self.visited.setdefault(path, self.calls)
        arguments = [] if frame.f_code.co_name.startswith("<") else list(frame.f_locals.values())
        if any(holds(argument, self.value) for argument in arguments):
            self.handled.add(path)
        if path not in self.received and any(carries(argument, self.value) for argument in arguments):
            self.received[path] = self.calls


def holds(found: Any, value: str) -> bool:
    if isinstance(found, str):
        return found == value
    if isinstance(found, MultiValueDict):
        return any(value in values for _name, values in found.lists())
    if isinstance(found, dict):
        return any(isinstance(one, str) and one == value for one in found.values())
    return isinstance(found, list | tuple | set | frozenset) and any(
        isinstance(one, str) and one == value for one in found
    )


def carries(found: Any, value: str) -> bool:
    """Whether it holds the value, or is an object of the program that does."""
    if holds(found, value):
        return True
    is_ours = type(found).__module__.startswith("relations.")
    return is_ours and any(holds(one, value) for one in getattr(found, "__dict__", {}).values())


@contextmanager
def follow(value: str) -> Iterator[Walk]:
    """The modules that run meanwhile in this thread."""
    walk = Walk(value)
    before = sys.getprofile()
    sys.setprofile(walk.note)
    try:
        yield walk
    finally:
        sys.setprofile(before)
