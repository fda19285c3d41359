"""How the progress of long work is told."""

from collections.abc import Callable

#: called with the name of a table and the number of rows that were done since the last call
Tell = Callable[[str, int], None]


def tell_nobody(table: str, number: int) -> None:
    """Reports no progress."""
