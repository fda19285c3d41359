"""Rate limit of the link check: few requests at once, one at a time per host, with a pause between them."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Event, Lock
from typing import TypeVar
from urllib.parse import urlsplit

#: the primary key of a source and its URL
Address = tuple[int, str]
A = TypeVar("A")


class HostRateLimit:
    """One request at a time to one host, the next after `pause` seconds."""

    def __init__(self, pause: float = 0) -> None:
        self.pause = pause
        self.ended: dict[str, float] = {}
        self.locks: dict[str, Lock] = defaultdict(Lock)
        self.guard = Lock()

    @contextmanager
    def at(self, host: str) -> Iterator[None]:
        with self.guard:
            lock = self.locks[host]
        with lock:
            if host in self.ended:
                time.sleep(max(0, self.ended[host] + self.pause - time.monotonic()))
            try:
                yield
            finally:
                self.ended[host] = time.monotonic()


def host_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def answers(
    addresses: Sequence[Address], check: Callable[[str], A], at_once: int
) -> Iterator[tuple[Address, A]]:
    """Each URL with its result as they arrive; URLs of one host are checked one after another.

    If the caller stops iterating, running checks finish and no new ones start.
    """
    found: SimpleQueue[tuple[Address, A]] = SimpleQueue()
    stop = Event()
    by_host: dict[str, list[Address]] = defaultdict(list)
    for address in addresses:
        by_host[host_of(address[1])].append(address)

    def go_through(several: Sequence[Address]) -> None:
        for address in several:
            if stop.is_set():
                return
            found.put((address, check(address[1])))

    pool = ThreadPoolExecutor(at_once)
    try:
        for several in by_host.values():
            pool.submit(go_through, several)
        for _address in addresses:
            yield found.get()
    finally:
        stop.set()
        pool.shutdown(wait=False, cancel_futures=True)
