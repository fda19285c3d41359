"""Requests from the network: limits by address, of which a keyed hash alone is kept while it counts; and the end of
an answer.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from django.conf import settings
from django.http.response import HttpResponseBase
from django.utils.crypto import salted_hmac
from rest_framework.throttling import BaseThrottle, SimpleRateThrottle


def hashed_address(request: Any) -> str:
    """That of who asks, as the last of PROXIES proxies saw it: what a reader says of himself is not believed."""
    address = str(BaseThrottle().get_ident(request))
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
