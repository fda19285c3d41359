"""Middleware for everything under /api/ and /reconcile/: errors as JSON, ETags and CORS, also for responses made
outside our views.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.http import ConditionalGetMiddleware
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext as _

from .exceptions import problem

BEGINNING, RECONCILING = "/api/", "/reconcile/"
#: public data may be read by scripts of any site
FOR_ALL = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Accept-Language, If-None-Match",
    "Access-Control-Expose-Headers": "ETag, Retry-After, Content-Disposition",
}
#: names to be matched come as forms
FOR_FORMS = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Accept-Language, Content-Type, If-None-Match",
}


def cors_headers(request: HttpRequest) -> dict[str, str]:
    return FOR_ALL | (FOR_FORMS if request.path_info.startswith(RECONCILING) else {})


class ApiAnswers:
    """Adds JSON errors, ETags with 304, and CORS headers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.conditional = ConditionalGetMiddleware(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith((BEGINNING, RECONCILING)):
            return self.get_response(request)
        answer = HttpResponse(status=204) if request.method == "OPTIONS" else self.get_response(request)
        if answer.status_code >= 400 and "json" not in answer.get("Content-Type", ""):
            wait = answer.get("Retry-After")
            answer = self.as_problem(request, answer.status_code)
            if wait:
                answer["Retry-After"] = wait
        answer = self.conditional.process_response(request, answer)
        for name, value in cors_headers(request).items():
            answer[name] = value
        return answer

    def as_problem(self, request: HttpRequest, status: int) -> HttpResponseBase:
        """An error page, which is for readers, as JSON."""
        with override(get_language_from_request(request)):
            words = {
                404: _("Nothing was found at this address."),
                500: _("An error occurred on the server."),
                503: _("The database does not answer at the moment. Try again in a few seconds."),
            }
            return problem(status, words.get(status, _("The request could not be processed.")))
