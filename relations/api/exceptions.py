"""Error responses of the API: JSON bodies as in RFC 9457, with the parameters at fault and the reasons."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import Http404, JsonResponse
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException

CONTENT_TYPE = "application/problem+json"


#: a parameter and what is wrong with it
Reason = tuple[str, object]


class InvalidParameters(APIException):
    """The request is not valid."""

    status_code = 400

    def __init__(self, reasons: Iterable[Reason]) -> None:
        self.reasons = list(reasons)
        super().__init__(_("The request is not valid. Each invalid parameter is listed with the reason."))


class Gone(APIException):
    status_code = 410

    def __init__(self) -> None:
        super().__init__(_("This record has been withdrawn."))


def problem(status: int, detail: str, reasons: Iterable[Reason] = ()) -> JsonResponse:
    """The error response."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    if reasons:
        body["errors"] = [{"parameter": name[:80], "reason": str(reason)} for name, reason in reasons]
    return JsonResponse(
        body, status=status, content_type=CONTENT_TYPE, json_dumps_params={"ensure_ascii": False}
    )


def answer_of(error: Exception, context: Mapping[str, Any]) -> JsonResponse | None:
    """The exception handler of the framework; None leaves the exception unhandled."""
    if isinstance(error, Http404):
        return problem(404, _("Nothing was found at this address."))
    if isinstance(error, SuspiciousOperation):
        return problem(400, _("The query is too long."))
    if not isinstance(error, APIException):
        return None
    answer = problem(error.status_code, str(error.detail), getattr(error, "reasons", ()))
    if (wait := getattr(error, "wait", None)) is not None:
        answer["Retry-After"] = str(int(wait))
    return answer
