"""Politeness: a few requests at once, never two to one host, and a pause before the next."""

import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Event, Lock
from urllib.parse import urlsplit


class Turns:
    """One request at a time to one host, the next after `pause` seconds."""

    def __init__(self, pause=0):
        self.pause, self.ended = pause, {}
        self.locks, self.guard = defaultdict(Lock), Lock()

    @contextmanager
    def at(self, host):
        with self.guard:
            lock = self.locks[host]
        with lock:
            if host in self.ended:
                time.sleep(max(0, self.ended[host] + self.pause - time.monotonic()))
            try:
                yield
            finally:
                self.ended[host] = time.monotonic()


def host_of(url):
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def answers(addresses, ask, at_once):
    """((source, url), answer) of each pair as they come; the addresses of one host one after another.

    Whoever stops listening stops the asking: what is under way ends, nothing new is begun.
    """
    found, stop, by_host = SimpleQueue(), Event(), defaultdict(list)
    for address in addresses:
        by_host[host_of(address[1])].append(address)

    def go_through(several):
        for address in several:
            if stop.is_set():
                return
            found.put((address, ask(address[1])))

    pool = ThreadPoolExecutor(at_once)
    try:
        for several in by_host.values():
            pool.submit(go_through, several)
        for _address in addresses:
            yield found.get()
    finally:
        stop.set()
        pool.shutdown(wait=False, cancel_futures=True)
