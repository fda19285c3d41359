"""Requests from the network: limits by address, of which a keyed hash alone is kept while it counts; how much is done
for readers at once; and the end of an answer.
"""

from collections import Counter
from collections.abc import Callable
from enum import Enum
from threading import Lock
from typing import Any, ClassVar

from django.conf import settings
from django.http.response import HttpResponseBase
from django.utils.crypto import salted_hmac
from rest_framework.throttling import BaseThrottle, SimpleRateThrottle

#: seconds after which something may be asked for again when too much is under way
FILE_AGAIN = 10


def hashed_address(request: Any) -> str:
    """That of who asks, as the last of PROXIES proxies saw it: what a reader says of himself is not believed."""
    return hash_of_address(str(BaseThrottle().get_ident(request)))


def hash_of_address(address: str) -> str:
    return salted_hmac(__name__, address, algorithm="sha256").hexdigest()


class AddressThrottle(SimpleRateThrottle):
    """So many requests a time from one network address, as a setting says; "off" for as many as come."""

    setting: ClassVar[str]

    def get_rate(self) -> str | None:
        rate: str = getattr(settings, self.setting)
        return None if rate == "off" else rate

    def get_cache_key(self, request: Any, view: Any) -> str:
        return f"{self.setting}-{hashed_address(request)}"

    def seconds_to_wait(self) -> int:
        return int(self.wait() or 0) + 1


class Full(Enum):
    """Why nothing more is begun now."""

    OF_ADDRESS, OF_ALL = 429, 503


class Downloads:
    """The files that this process is writing, and the sheets that it is checking: fewer than it has threads, so that
    pages are always answered.
    """

    def __init__(self) -> None:
        self.lock = Lock()
        self.under_way: Counter[str] = Counter()

    def begin(self, address: str) -> Full | None:
        """Counts one more for an address, until end(), or says why not."""
        with self.lock:
            if self.under_way[address] >= settings.DOWNLOADS_PER_ADDRESS:
                return Full.OF_ADDRESS
            if self.under_way.total() >= settings.DOWNLOADS_AT_ONCE:
                return Full.OF_ALL
            self.under_way[address] += 1
        return None

    def end(self, address: str) -> None:
        with self.lock:
            self.under_way[address] -= 1
            self.under_way += Counter()  # forgets those that have none


downloads = Downloads()


def after_sending(response: HttpResponseBase, act: Callable[[], object]) -> None:
    """When the last byte was sent, or the reader has gone; a server closes each response once."""
    if not response.streaming:
        act()
        return
    usual = response.close

    def close() -> None:
        try:
            usual()
        finally:
            act()

    response.close = close  # type: ignore[method-assign]
