"""HTTP connection to one fixed IP address, with a limit on the total time."""

import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from threading import Timer

TRUSTED = ssl.create_default_context()
#: of the addresses of one host
MOST_TRIED = 3


class Plain(HTTPConnection):
    """Connects to the addresses that were checked, since the name may resolve differently a moment later."""

    def __init__(self, host: str, port: int, addresses: Sequence[str], timeout: float) -> None:
        super().__init__(host, port, timeout=timeout)
        self.addresses = addresses[:MOST_TRIED]

    def connect(self) -> None:
        *others, last = self.addresses
        for address in others:
            with suppress(OSError):
                self.sock = socket.create_connection((address, self.port), self.timeout)
                return
        self.sock = socket.create_connection((last, self.port), self.timeout)

    def cut(self) -> None:
        if self.sock:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)

    @contextmanager
    def opened(self, seconds: float) -> Iterator[None]:
        """Limits the total time: a socket timeout would not stop a server that sends one byte per second."""
        timer = Timer(seconds, self.cut)
        timer.daemon = True
        try:
            self.connect()
            timer.start()
            yield
        finally:
            timer.cancel()
            self.close()


class Encrypted(Plain):
    default_port = 443

    def connect(self) -> None:
        super().connect()
        self.sock = TRUSTED.wrap_socket(self.sock, server_hostname=self.host)


SCHEMES = {"http": Plain, "https": Encrypted}
