"""Redis as a cache that may be away: what it keeps is then made again, and limits of reading are not held."""

import logging
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
#: seconds for which nobody asks a server that did not answer, and between two lines of the log about it
RESTS_FOR, SAID_EVERY = 5.0, 60.0
#: what callers learn meanwhile; those that are not named get None
ANSWERS: dict[str, Any] = {
    "add": True, "delete": False, "delete_many": None, "get_many": {}, "has_key": False, "set_many": [], "touch": False,
}  # fmt: skip
OTHERS = ("get", "set", "incr", "clear")


@dataclass
class Rest:
    """When a server is asked again, and when the log says again that it does not answer."""

    asked_again_at: float = 0.0
    said_again_at: float = 0.0

    def begin(self, error: Exception) -> None:
        now = time.monotonic()
        self.asked_again_at = now + RESTS_FOR
        if now >= self.said_again_at:
            self.said_again_at = now + SAID_EVERY
            log.warning("The cache does not answer; pages are made without it: %s", error)


#: one for each server: every thread has its own caches, and each of them would wait in turn
rests: defaultdict[str, Rest] = defaultdict(Rest)


class FallOpenRedisCache(RedisCache):
    """The same, but an error of the server is an empty cache."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.rest = rests[server]


def falling_open(name: str) -> Callable[..., Any]:
    usual = getattr(RedisCache, name)

    @wraps(usual)
    def method(self: FallOpenRedisCache, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= self.rest.asked_again_at:
            try:
                return usual(self, *args, **kwargs)
            except (RedisError, OSError) as error:
                self.rest.begin(error)
        return answer_without(name, args, kwargs)

    return method


def answer_without(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if name == "get":
        return kwargs.get("default", args[1] if len(args) > 1 else None)
    if name == "incr":
        return kwargs.get("delta", args[1] if len(args) > 1 else 1)
    found = ANSWERS.get(name)
    return found.copy() if isinstance(found, (dict, list)) else found


for _name in (*ANSWERS, *OTHERS):
    setattr(FallOpenRedisCache, _name, falling_open(_name))
