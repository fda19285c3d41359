"""Sessions end some hours after the last request. To know of it, one write in ten minutes is enough."""

from __future__ import annotations

import time
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest

#: where the session keeps when it was last written for this, in Unix time
LAST_SEEN = "last_seen"
#: seconds after which it is written again
WRITTEN_EVERY = 600


def note_login(sender: Any, request: HttpRequest | None, **more: Any) -> None:
    if request is not None:
        request.session[LAST_SEEN] = int(time.time())


def go_on(session: Any) -> None:
    """Lets the session of a signed-in user last from now on, where that was last done a while ago."""
    is_old = time.time() - session.get(LAST_SEEN, 0) >= WRITTEN_EVERY
    if is_old and SESSION_KEY in session:
        session[LAST_SEEN] = int(time.time())
