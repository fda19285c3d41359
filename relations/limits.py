"""Limits at the door: how often an address may ask for what is dear, how many files are written at once, and how
large a request may be.
"""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.response import HttpResponseBase
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language_from_path, get_language_from_request, ngettext, override
from django.utils.translation import gettext as _

from relations.api.exceptions import problem
from relations.api.middleware import BEGINNING, RECONCILING
from relations.network import FILE_AGAIN, AddressThrottle, Full, after_sending, downloads, hashed_address
from relations.uploads import SHEET_CHECK, WholeBody, forget_files, pour_away_after
from relations.views import error_pages

ADMIN = "/admin/"
#: pictures of one page are asked for together, and drawn before they are sent
PICTURES = ("svg", "png")
#: a batch of names is small
LONGEST_BATCH = 10**6


class DearAnswersThrottle(AddressThrottle):
    setting = "FILE_RATE"


class Limits:
    """Refuses what is too large, too often or too much at once, with a sentence in both languages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if refused := refused_unread(request):
            pour_away_after(request, refused)
            return refused
        if length := length_of(request):
            request._stream = WholeBody(request._stream, length)  # type: ignore[assignment]  # it is only read
        try:
            response = self.get_response(request)
        finally:
            forget_files(request)
        if release := getattr(request, "release_download", None):
            after_sending(response, release)
        return response

    def process_view(self, request: HttpRequest, *args: object) -> HttpResponseBase | None:
        """Called when the address is known and nothing has been done for it."""
        throttle = DearAnswersThrottle()
        if is_dear(request) and not throttle.allow_request(request, None):  # type: ignore[arg-type]  # headers alone
            return refusal(request, 429, lambda: too_often(throttle), throttle.seconds_to_wait())
        return begun(request) if is_download(request) else None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Of views that read their form themselves."""
        return refused_form(request, exception)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page for requests that cannot be read; of forms that are too large it is said that they are."""
    return refused_form(request, exception) or error_pages.bad_request(request, exception)


def refused_form(request: HttpRequest, exception: Exception | None) -> HttpResponse | None:
    if isinstance(exception, UnreadablePostError):
        return refusal(request, 400, broken_off)
    if isinstance(exception, RequestDataTooBig):
        return refusal(request, 413, lambda: too_large(longest_form()))
    if request.method == "POST" and isinstance(exception, (TooManyFieldsSent, TooManyFilesSent)):
        return refusal(request, 413, too_many_parts)
    return None


def refused_unread(request: HttpRequest) -> HttpResponse | None:
    """Of the headers alone. A length that is kept secret could be any."""
    if not request.META.get("CONTENT_LENGTH") and request.META.get("HTTP_TRANSFER_ENCODING"):
        return refusal(request, 411, without_length)
    length, most = length_of(request), longest_body(request)
    if length > most:
        return refusal(request, 413, lambda: too_large(most))
    is_stranger = (
        request.path_info.startswith(ADMIN) and length > longest_form() and not is_signed_in(request)
    )
    return refusal(request, 403, sign_in_first) if is_stranger else None


def is_signed_in(request: HttpRequest) -> bool:
    return bool(request.user.is_authenticated)


def is_dear(request: HttpRequest) -> bool:
    """Files, pictures and searches on public pages; the API has a separate limit."""
    return is_for_readers(request) and bool(ending(request) or request.GET.get("q"))


def is_download(request: HttpRequest) -> bool:
    """A file that is written while it is read. Editors are not limited: their pages are found below /admin/."""
    is_public = is_for_readers(request) or is_for_programs(request)
    return is_public and ending(request) not in ("", *PICTURES)


def is_for_readers(request: HttpRequest) -> bool:
    return bool(get_language_from_path(request.path_info))


def is_for_programs(request: HttpRequest) -> bool:
    return request.path_info.startswith((BEGINNING, RECONCILING))


def ending(request: HttpRequest) -> str:
    """“csv” of an address that ends as a file does."""
    _name, dot, found = request.path_info.rpartition("/")[2].rpartition(".")
    return found if dot else ""


def begun(request: HttpRequest) -> HttpResponse | None:
    """Counts one more file until `request.release_download()`, or refuses it."""
    address = hashed_address(request)
    if full := downloads.begin(address):
        sentence = too_many_of_one if full is Full.OF_ADDRESS else too_many_of_all
        return refusal(request, full.value, sentence, FILE_AGAIN)
    request.release_download = lambda: downloads.end(address)  # type: ignore[attr-defined]
    return None


def length_of(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or ""
    return int(text) if text.isdecimal() else 0


def longest_form() -> int:
    return settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0


def longest_body(request: HttpRequest) -> int:
    """The form of an upload says itself what is a little too large."""
    if request.path_info.startswith(RECONCILING):
        return LONGEST_BATCH
    if SHEET_CHECK.fullmatch(request.path_info):
        return max(2 * settings.SHEET_CHECK_BYTES, longest_form())
    has_files = request.content_type == "multipart/form-data"
    is_upload = request.path_info.startswith(ADMIN) and has_files
    return max(2 * settings.MAX_UPLOAD_BYTES, longest_form()) if is_upload else longest_form()


def refusal(request: HttpRequest, status: int, sentence: Callable[[], str], seconds: int = 0) -> HttpResponse:
    """A line of plain text in each language; to programs as they are told of all errors."""
    response = (
        problem_of(request, status, sentence) if is_for_programs(request) else page_of(status, sentence)
    )
    add_never_cache_headers(response)
    if seconds:
        response["Retry-After"] = str(seconds)
    return response


def page_of(status: int, sentence: Callable[[], str]) -> HttpResponse:
    lines = [in_language(code, sentence) for code, _name in settings.LANGUAGES]
    return HttpResponse("\n".join(lines) + "\n", status=status, content_type="text/plain; charset=utf-8")


def problem_of(request: HttpRequest, status: int, sentence: Callable[[], str]) -> HttpResponse:
    return problem(status, in_language(get_language_from_request(request), sentence))


def in_language(code: str, sentence: Callable[[], str]) -> str:
    with override(code):
        return sentence()


def too_large(most: int) -> str:
    return _("The request is too large: at most %(n)s MB are accepted.") % {"n": f"{most / 10**6:.0f}"}


def without_length() -> str:
    return _("The request does not say how long it is. Send it with its length (Content-Length).")


def sign_in_first() -> str:
    return _("Only who is logged in may send a file of this size. Log in, and send it again.")


def broken_off() -> str:
    return _("The request broke off before its end. Nothing of it was kept. Send it again.")


def too_many_parts() -> str:
    message = _("The form has too many fields or files: at most %(fields)d and %(files)d are accepted.")
    return message % {
        "fields": settings.DATA_UPLOAD_MAX_NUMBER_FIELDS,
        "files": settings.DATA_UPLOAD_MAX_NUMBER_FILES,
    }


def too_often(throttle: AddressThrottle) -> str:
    seconds = throttle.seconds_to_wait()
    message = ngettext(
        "Too many files, pictures or searches were asked for from your network. Ask again in %(n)d second.",
        "Too many files, pictures or searches were asked for from your network. Ask again in %(n)d seconds.",
        seconds,
    )
    return message % {"n": seconds}


def too_many_of_one() -> str:
    return _("Other files are being sent to your network. Ask for this one when they have arrived.")


def too_many_of_all() -> str:
    return _("Many readers are downloading files now. Ask for this one again in a moment.")
