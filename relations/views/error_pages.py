"""Error pages in the reader's language: what is wrong and where to go on."""

from django.http import Http404
from django.shortcuts import render
from django.utils.translation import activate, get_language_from_path, get_language_from_request


def page(request, status, reason=None):
    activate(get_language_from_path(request.path_info) or get_language_from_request(request))
    return render(request, f"{status}.html", {"reason": str(reason or "")}, status=status)


def bad_request(request, exception=None):
    return page(request, 400)


def forbidden(request, exception=None):
    return page(request, 403, exception)


def not_found(request, exception=None):
    """With the reason where one of our views has given it; an address that is none of ours has a resolver's
    notes instead."""
    own = exception is not None and type(exception) is Http404 and exception.args
    return page(request, 404, exception if own and isinstance(exception.args[0], str) else None)


def server_error(request):
    return page(request, 500)
