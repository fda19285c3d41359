"""Error pages in the reader's language, with links to go on."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import activate, get_language_from_path, get_language_from_request
from django.utils.translation import gettext_lazy as _

from relations.logs.current import request_id

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
    activate(get_language_from_path(request.path_info) or get_language_from_request(request))
    form_address = request.path if request.path.startswith(reverse("admin:index")) else ""
    context = {"reason": str(reason or ""), "form_address": form_address, **more}
    return render(request, f"{status}.html", context, status=status)


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
    """The page in its usual frame; without it where the frame itself is what fails."""
    number = request_id()
    try:
        return page(request, 500, request_id=number)
    except Exception:  # noqa: BLE001 - whatever has failed before may fail again
        return render(request, "500_plain.html", {"request_id": number}, status=500)
