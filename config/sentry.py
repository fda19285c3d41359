"""Errors to Sentry, where SENTRY_DSN names one. Nothing that is about a person leaves the machine."""

from typing import Any

import sentry_sdk
from sentry_sdk.integrations.logging import ignore_logger
from sentry_sdk.types import Event, Hint

from relations.logs.current import request_id

#: parts of a request that may hold what was typed, or who asks
PERSONAL = ("query_string", "cookies", "headers", "data", "env")
#: what Django and the line of a request say of the same failure
SAID_TWICE = ("django.request", "relations.requests", "gunicorn.error")


def start(dsn: str) -> None:
    for name in SAID_TWICE:
        ignore_logger(name)
    sentry_sdk.init(dsn=dsn, **options())


def options() -> dict[str, Any]:
    return {
        "send_default_pii": False,
        "max_request_body_size": "never",
        "include_local_variables": False,  # they hold rows and forms
        "before_send": without_personal_data,
        "before_breadcrumb": lambda crumb, hint: None,  # statements, addresses, lines of the log
        "traces_sample_rate": None,
        "server_name": "",
    }


def without_personal_data(event: Event, hint: Hint) -> Event:
    request = event.get("request") or {}
    for name in PERSONAL:
        request.pop(name, None)
    if "url" in request:
        request["url"] = str(request["url"]).partition("?")[0]
    if number := request_id():
        event.setdefault("tags", {})["request_id"] = number
    event.pop("user", None)
    event.pop("extra", None)  # the words of the command line among them
    event.pop("breadcrumbs", None)
    for one in (event.get("exception") or {}).get("values") or ():
        # below the first line a database repeats the values of a row
        one["value"] = str(one.get("value") or "").partition("\n")[0]
    return event
