"""The first message from the process that reads a workbook: what it found, or why it failed."""

from typing import NotRequired, TypedDict, final

#: row number and column index of a cell
Place = tuple[int, int]


@final
class Found(TypedDict):
    """The sheet that was read; `expected` is about how many rows it has, `names` are those of all sheets.

    `struck` are the places of what is struck out, with its text; `links` those of links, with their addresses.
    """

    name: str
    names: list[str]
    expected: int
    merged: list[Place]
    formulas: list[Place]
    hidden: list[int]
    hidden_columns: list[int]
    struck: list[tuple[int, int, str]]
    links: list[tuple[int, int, str]]


@final
class Failure(TypedDict):
    """Why nothing was read; `cell` is the address of a cell with the error in it."""

    problem: str
    names: NotRequired[list[str]]
    cell: NotRequired[tuple[str, str]]
