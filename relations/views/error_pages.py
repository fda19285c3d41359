"""Error pages in the reader's language, with links to go on."""

import re
import sys
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import activate, get_language_from_path, get_language_from_request
from django.utils.translation import gettext_lazy as _

from relations.logs.current import request_id
from relations.replicas import FAILURES

#: seconds after which a database that was away is mostly back
AGAIN_IN = 10
FULL_DISK = re.compile("disk is full|No space left|disk full", re.IGNORECASE)
AWAY = _("The database does not answer at the moment. Try again in a few seconds.")
FULL = _(
    "The disk of the server is full, so nothing can be saved. Please tell whoever runs this site; reading goes on."
)

OTHER_LOGIN = _(
    "The form does not belong to your present login: you have logged in since you opened it, the browser has deleted a"
    " cookie, or another site sent it. Open it again and save it then."
)
NO_COOKIE = _(
    "Your browser sent the form without the cookie that came with it. Open the form again and send it then."
)
LOGGED_OUT = _(
    "You are not logged in: the session has ended, or the browser has deleted its cookies. Log in, and you come back"
    " to the form."
)


def page(request: HttpRequest, status: int, reason: object = None, **more: object) -> HttpResponse:
    activate(language_of(request))
    form_address = request.path if request.path.startswith(reverse("admin:index")) else ""
    context = {"reason": str(reason or ""), "form_address": form_address, **more}
    return render(request, f"{status}.html", context, status=status)


def language_of(request: HttpRequest) -> str:
    return get_language_from_path(request.path_info) or get_language_from_request(request)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 403, exception)


def old_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without a valid token: its cookie is gone, or is another one since the user has logged in again."""
    login = reverse("admin:login")
    if request.user.is_authenticated:
        return page(request, 403, OTHER_LOGIN)
    if not request.path.startswith(reverse("admin:index")):
        return page(request, 403, NO_COOKIE)
    back = request.GET.get("next", "") if request.path == login else request.path
    return page(
        request, 403, LOGGED_OUT, login_address=f"{login}?{urlencode({'next': back})}" if back else login
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """With the reason that a view has given; of an unknown address the resolver has only its own notes."""
    reasons = exception.args if type(exception) is Http404 else ()
    return page(request, 404, reasons[0] if reasons and isinstance(reasons[0], str) else None)


def server_error(request: HttpRequest) -> HttpResponse:
    """What went wrong is ours, or a database that is away."""
    error = sys.exc_info()[1]
    if isinstance(error, FAILURES):
        return unavailable(request, FULL if FULL_DISK.search(str(error)) else AWAY)
    return in_frame(request, 500)


def unavailable(request: HttpRequest, reason: object = AWAY) -> HttpResponse:
    """Nothing can be read or saved for the moment."""
    response = in_frame(request, 503, reason)
    response["Retry-After"] = str(AGAIN_IN)
    return response


def in_frame(request: HttpRequest, status: int, reason: object = "") -> HttpResponse:
    """The page in its usual frame; without it where the frame itself is what fails."""
    number = request_id()
    activate(language_of(request))
    try:
        return page(request, status, reason, request_id=number)
    except Exception:  # noqa: BLE001 - whatever has failed before may fail again
        return render(
            request, f"{status}_plain.html", {"request_id": number, "reason": reason}, status=status
        )
