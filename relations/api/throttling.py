"""Rate limit of the API by network address."""

from hashlib import sha256
from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle


class NetworkAddressThrottle(SimpleRateThrottle):
    """Limits requests per network address, which is stored only as a hash and only while it counts."""

    def get_rate(self) -> str | None:
        return None if settings.API_RATE == "off" else settings.API_RATE

    def get_cache_key(self, request: Request, view: Any) -> str:
        return f"api-{sha256(self.get_ident(request).encode()).hexdigest()}"
