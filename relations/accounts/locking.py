"""Failed logins, counted in the database by account and by address, neither of which is stored: keyed hashes alone,
and no longer than they count.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from ipaddress import IPv6Address
from typing import Any

from axes.backends import AxesStandaloneBackend
from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from relations.network import hash_of_address, hashed_address


def hidden_name(request: Any, credentials: dict[str, Any] | None = None) -> str:
    """Of the name that was typed, which may be a password in the wrong field."""
    given = credentials if credentials is not None else request.POST
    return hash_of_name(str(given.get("username") or ""))


def hash_of_name(name: str) -> str:
    """Alike for all spellings that the form of the login takes for one name."""
    return salted_hmac(__name__, unicodedata.normalize("NFKC", name), algorithm="sha256").hexdigest()


def hidden_address(request: Any) -> str:
    return as_address(hashed_address(request))


def as_address(hashed: str) -> str:
    """Its field takes addresses alone: this one is of a network that nobody on the internet has."""
    return str(IPv6Address(int(f"fd{hashed[:30]}", 16)))


class LockedDoor(AxesStandaloneBackend):
    """Refuses a login, whatever the password, while its account or its address is locked."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **more: Any,
    ) -> None:
        if request is not None:  # without one, somebody asks who is on the server already
            super().authenticate(request, username, password, **more)


class FailedLogins(AxesDatabaseHandler):
    """One row for each pair of account and address, which is deleted when it no longer counts."""

    def user_login_failed(
        self, sender: Any, credentials: dict[str, Any], request: Any = None, **more: Any
    ) -> None:
        if request is None:
            return
        # What else the browser tells is not needed.
        request.axes_user_agent = request.axes_http_accept = request.axes_path_info = ""
        super().user_login_failed(sender, credentials, request, **more)
        rows_of_name(hidden_name(request, credentials)).update(get_data="", post_data="")

    def get_failures(self, request: Any, credentials: dict[str, Any] | None = None) -> int:
        """The larger count, where that of the address is moved so that LOGIN_FAILURES is the limit of both."""
        of_account, of_address = map(number_of, self.get_user_attempts(request, credentials))
        return max(of_account, of_address - settings.LOGIN_FAILURES_PER_ADDRESS + settings.LOGIN_FAILURES)

    def reset_user_attempts(self, request: Any, credentials: dict[str, Any] | None = None) -> int:
        """After a login. Failures of others from this address still count: their guesser may have an account too."""
        rows = rows_of_name(hidden_name(request, credentials)).filter(ip_address=hidden_address(request))
        return int(rows.delete()[0])

    def reset_attempts(
        self, *, ip_address: str | None = None, username: str | None = None, ip_or_username: bool = False
    ) -> int:
        """What the commands of axes ask for, by the plain name or address."""
        return int(
            super().reset_attempts(
                ip_address=as_address(hash_of_address(ip_address)) if ip_address else None,
                username=hash_of_name(username) if username else None,
                ip_or_username=ip_or_username,
            )
        )


def number_of(rows: QuerySet[Any]) -> int:
    return sum(rows.values_list("failures_since_start", flat=True))


def rows_of_name(hashed: str) -> QuerySet[Any]:
    rows: QuerySet[Any] = AccessAttempt.objects.filter(username=hashed)
    return rows


def is_locked(request: HttpRequest, username: str) -> bool:
    """Asked before a code of the second step is looked at; the middleware of axes then shows the page of a lock."""
    locked = not AxesProxyHandler.is_allowed(request, {"username": username})
    if locked:
        request.axes_locked_out = True  # type: ignore[attr-defined]
        request.axes_credentials = {"username": username}  # type: ignore[attr-defined]
    return locked


def seconds_locked(request: HttpRequest, credentials: dict[str, Any] | None) -> int:
    """How long the account or the address is still locked, at least one second."""
    rows_of = AxesProxyHandler.get_implementation().get_user_attempts(request, credentials)
    limits = settings.LOGIN_FAILURES, settings.LOGIN_FAILURES_PER_ADDRESS
    ends = [end_of_lock(rows, limit) for rows, limit in zip(rows_of, limits, strict=True)]
    left = max((end - timezone.now() for end in ends if end), default=timedelta())
    return max(1, int(left.total_seconds()) + 1)


def end_of_lock(rows: QuerySet[Any], limit: int) -> datetime | None:
    """When the newest failures that make up the limit no longer all count."""
    failures = 0
    for at, number in rows.order_by("-attempt_time").values_list("attempt_time", "failures_since_start"):
        failures += number
        if failures >= limit:
            end: datetime = at + settings.AXES_COOLOFF_TIME
            return end
    return None


def forget_old_failures() -> int:
    """Those that no longer count; each failed and each successful login does so too."""
    old = AccessAttempt.objects.filter(attempt_time__lte=timezone.now() - settings.AXES_COOLOFF_TIME)
    return int(old.delete()[0])
