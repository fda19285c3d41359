"""The log: one line each, to standard error. docs/operations.md says what is in a line."""

import sys
from typing import Any

FORMATS = {"json": "relations.logs.formats.JsonLines", "plain": "relations.logs.formats.PlainLines"}
#: loggers whose information is written; those of other packages write warnings and errors only
OUR_OWN = ("relations", "django", "django_tasks", "django_tasks_db")


def usual_format(is_debugging: bool) -> str:
    """Plain for people at a terminal."""
    return "plain" if is_debugging or sys.stderr.isatty() else "json"


def configuration(log_format: str) -> dict[str, Any]:
    """For Django, its commands and workers, and the web server."""
    handler = {"handlers": ["stderr"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": FORMATS[log_format]}},
        "filters": {
            "with_id": {"()": "relations.logs.formats.WithId"},
            "once_per_request": {"()": "relations.logs.formats.OncePerRequest"},
            "without_addresses": {"()": "relations.logs.formats.WithoutAddresses"},
        },
        "handlers": {
            "stderr": {
                "class": "relations.logs.formats.StandardError",
                "formatter": "lines",
                "filters": ["with_id"],
            }
        },
        "root": {"level": "WARNING", "handlers": ["stderr"]},
        "loggers": {
            # Django's own handlers go: with DEBUG=0 they write letters to nobody, and nothing else.
            **{name: {"level": "INFO", "handlers": []} for name in OUR_OWN},
            "django.request": {"level": "INFO", "filters": ["once_per_request"]},
            # `runserver` would say each request once more
            "django.server": {"level": "CRITICAL", "handlers": [], "propagate": True},
            # gunicorn sets these up before Django does, and keeps their lines to itself
            "gunicorn.error": {"level": "INFO", "filters": ["without_addresses"], **handler},
            "gunicorn.access": {"level": "WARNING", **handler},
        },
    }
