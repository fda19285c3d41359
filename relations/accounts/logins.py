"""The log of logins. Users are named by their number; what was typed, and from where, is never written."""

from __future__ import annotations

import logging
import unicodedata
from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

from . import sessions

log = logging.getLogger("relations.logins")


def listen() -> None:
    """Once, when the app is ready. What axes tells of the same, without saying who, is left out."""
    logging.getLogger("axes").setLevel(logging.ERROR)
    user_logged_in.connect(sessions.note_login, dispatch_uid="sessions")
    user_logged_in.connect(logged_in, dispatch_uid="log-in")
    user_logged_out.connect(logged_out, dispatch_uid="log-out")
    user_login_failed.connect(failed, dispatch_uid="log-failed")
    user_locked_out.connect(locked, dispatch_uid="log-locked")


def logged_in(sender: Any, user: Any, **more: Any) -> None:
    say(logging.INFO, "login", user.pk, "User %s has logged in.")


def logged_out(sender: Any, user: Any = None, **more: Any) -> None:
    if user is not None:
        say(logging.INFO, "logout", user.pk, "User %s has logged out.")


def failed(sender: Any, credentials: dict[str, Any], request: Any = None, **more: Any) -> None:
    known = number_of(credentials.get("username"))
    say(logging.WARNING, "login failed", known, "A login as user %s has failed.")


def locked(sender: Any, username: str, request: Any = None, **more: Any) -> None:
    """The name that axes tells is a hash; the request has what was typed."""
    typed = (getattr(request, "axes_credentials", None) or {}).get("username")
    say(logging.WARNING, "login locked", number_of(typed), "A login as user %s was refused: it is locked.")


def say(level: int, event: str, known: int | None, sentence: str) -> None:
    """With the number and the event beside the sentence, for logs that keep fields."""
    who = known if known is not None else "(unknown)"
    log.log(level, sentence, who, extra={"event": event, "user_id": known})


def number_of(name: Any) -> int | None:
    """Only an account that exists is named: people type passwords into the wrong field."""
    wanted = {get_user_model().USERNAME_FIELD: unicodedata.normalize("NFKC", str(name or ""))}
    found: int | None = (
        get_user_model()._default_manager.filter(**wanted).values_list("pk", flat=True).first()
    )
    return found
