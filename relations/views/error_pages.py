"""Error pages in the reader's language, with links to go on."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import activate, get_language_from_path, get_language_from_request
from django.utils.translation import gettext_lazy as _


def page(request: HttpRequest, status: int, reason: object = None) -> HttpResponse:
    activate(get_language_from_path(request.path_info) or get_language_from_request(request))
    form_address = request.path if request.path.startswith(reverse("admin:index")) else ""
    context = {"reason": str(reason or ""), "form_address": form_address}
    return render(request, f"{status}.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 403, exception)


def old_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was opened before the user last logged in, or that another site has sent."""
    return page(
        request, 403, _("The form was opened before you last logged in. Open it again and save it then.")
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """With the reason that a view has given; of an unknown address the resolver has only its own notes."""
    reasons = exception.args if type(exception) is Http404 else ()
    return page(request, 404, reasons[0] if reasons and isinstance(reasons[0], str) else None)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page in its usual frame; without it where the frame itself is what fails."""
    try:
        return page(request, 500)
    except Exception:  # noqa: BLE001 - whatever has failed before may fail again
        return render(request, "500_plain.html", status=500)
