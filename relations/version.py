"""The version of the program, which pyproject.toml has."""

import tomllib
from functools import cache
from pathlib import Path


@cache
def program_version() -> str:
    """Such as 0.9.0."""
    path = Path(__file__).resolve().parent.parent / "pyproject.toml"
    return str(tomllib.loads(path.read_text(encoding="utf-8"))["project"]["version"])


def as_numbers(version: str) -> tuple[int, ...]:
    """For comparing: 0.10.0 comes after 0.9.0."""
    return tuple(int(part) if part.isdigit() else 0 for part in version.split("."))
