"""Error pages in the reader's language, with links to go on."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import activate, get_language_from_path, get_language_from_request


def page(request: HttpRequest, status: int, reason: object = None) -> HttpResponse:
    activate(get_language_from_path(request.path_info) or get_language_from_request(request))
    return render(request, f"{status}.html", {"reason": str(reason or "")}, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 403, exception)


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
