"""The mark of a title: a short text that is the same for every spelling of it, so that an index finds it."""

from hashlib import blake2b

from .normalize import fold

#: characters of a mark
LENGTH = 16


def title_mark(title: str) -> str:
    """Empty where the title has neither letters nor digits."""
    folded = fold(title)
    return blake2b(folded.encode(), digest_size=LENGTH // 2).hexdigest() if folded else ""
