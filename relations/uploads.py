"""What a request may bring: how large an uploaded file may be, and a body that is either whole or refused."""

import re
import time
from io import RawIOBase
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase

SHEET_CHECK = re.compile("/[a-z]{2}/sheet-check/")
#: bytes and seconds for which a refused body is still received, so that a browser comes to read why it was refused
MOST_POURED_AWAY, LONGEST_POURING = 64 * 2**20, 5
PIECE = 2**18


def largest_file(request: HttpRequest) -> int:
    is_check = SHEET_CHECK.fullmatch(request.path_info)
    return settings.SHEET_CHECK_BYTES if is_check else settings.MAX_UPLOAD_BYTES


class RefusedFile(SimpleUploadedFile):
    """Says how large a file was of which nothing is kept, so that its form can refuse it."""

    def __init__(self, name: str, size: int) -> None:
        super().__init__(name, b"")
        self.size = size


class SizeGuard(FileUploadHandler):
    """The first handler: it hands pieces on to the others until the file is too large, and then none."""

    request: HttpRequest

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.is_refused = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if not self.is_refused and start + len(raw_data) > largest_file(self.request):
            self.is_refused = True
            forget_files(self.request)
        return None if self.is_refused else raw_data

    def file_complete(self, file_size: int) -> RefusedFile | None:
        return RefusedFile(self.file_name or "", file_size) if self.is_refused else None


def forget_files(request: HttpRequest) -> None:
    """Closes what the handlers have open, by which it is deleted; also what nobody has finished sending."""
    for handler in getattr(request, "_upload_handlers", ()):
        if file := getattr(handler, "file", None):
            file.close()


class WholeBody(RawIOBase):
    """The body of a request, as long as it says that it is: one that breaks off is no form that was filled in so far,
    and one that goes on is not read further.
    """

    def __init__(self, stream: Any, length: int) -> None:
        super().__init__()
        self.stream, self.left = stream, length

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        end = self.left - self.wanted(size)
        pieces = []
        while self.left > end:
            pieces.append(self.counted(self.stream.read(self.left - end)))
        return b"".join(pieces)

    def readline(self, size: int | None = -1, /) -> bytes:
        wanted = self.wanted(size)
        return self.counted(self.stream.readline(wanted)) if wanted else b""

    def wanted(self, size: int | None) -> int:
        return self.left if size is None or size < 0 else min(size, self.left)

    def counted(self, data: bytes) -> bytes:
        if not data:
            raise ConnectionResetError("The body is shorter than its length says.")
        self.left -= len(data)
        return data


def pour_away_after(request: HttpRequest, response: HttpResponseBase) -> None:
    """Once an answer is sent, receives a part of the body that it has refused: a browser that is cut off while it sends
    shows that, and not the answer.
    """
    usual = response.close

    def close() -> None:
        try:
            usual()
        finally:
            pour_away(request.META)

    response.close = close  # type: ignore[method-assign]


def pour_away(environ: dict[str, Any]) -> None:
    body, socket = environ["wsgi.input"], environ.get("gunicorn.socket")
    if socket is None:  # only the real server can be told how long to wait
        return
    before, end, left = socket.gettimeout(), time.monotonic() + LONGEST_POURING, MOST_POURED_AWAY
    try:
        while left > 0 and (seconds := end - time.monotonic()) > 0:
            socket.settimeout(seconds)
            if not (piece := body.read(PIECE)):
                break
            left -= len(piece)
        socket.settimeout(before)
    except Exception:  # noqa: BLE001 - the client has gone or sends nonsense: the server closes the connection
        return
