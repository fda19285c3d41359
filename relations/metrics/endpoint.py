"""The page /metrics, for Prometheus: for named addresses alone, and for nobody where METRICS is off.

A middleware, since Prometheus asks a process directly: neither by the name of the site nor through HTTPS.
"""

from collections.abc import Callable, Iterator
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from rest_framework.throttling import BaseThrottle

from .processes import counted
from .register import RegisterCollector

PATH = "/metrics"
#: headers by which proxies say for whom they ask
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP")
#: a proxy that does not say for whom it asks
SIGNS = ("HTTP_VIA", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST")


class MetricsPage:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not settings.METRICS:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """To others the address is unknown."""
        if request.path_info != PATH or request.method not in ("GET", "HEAD") or not may_ask(request):
            return self.get_response(request)
        request.resolver_match = ResolverMatch(page, (), {}, route=PATH.lstrip("/"))
        return page(request)


def page(request: HttpRequest) -> HttpResponse:
    registry = CollectorRegistry()
    registry.register(RegisterCollector())
    content = counted() + generate_latest(registry)
    return HttpResponse(content, content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


def may_ask(request: HttpRequest) -> bool:
    """Whether the asker, and everybody for whom a proxy says that it asks, may read the figures."""
    if any(one in request.META for one in SIGNS) and "HTTP_X_FORWARDED_FOR" not in request.META:
        return False
    return "HTTP_FORWARDED" not in request.META and all(is_named(one) for one in askers(request))


def askers(request: HttpRequest) -> Iterator[str]:
    yield str(BaseThrottle().get_ident(request))  # type: ignore[arg-type]  # it reads headers alone
    for header in ("REMOTE_ADDR", *FORWARDED):  # at a socket of this machine the first is empty
        yield from (one.strip() for one in request.META.get(header, "").split(",") if one.strip())


def is_named(address: str) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in ip_network(one, strict=False) for one in settings.METRICS_FROM)
