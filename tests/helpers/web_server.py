"""A small site on 127.0.0.1 that answers as good and bad servers do."""

import socket
import threading
from collections import Counter
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Pages(BaseHTTPRequestHandler):
    """/<status> answers with that status; some names have their own behaviour. The server remembers all requests."""

    protocol_version = "HTTP/1.1"

    def do_HEAD(self):
        with self.server.lock:
            self.server.seen.append((self.command, self.path, self.headers["User-Agent"]))
        getattr(self, self.path.strip("/").partition("?")[0].replace("-", "_"), self.plain)()

    do_GET = do_HEAD

    def plain(self):
        self.say(int(self.path.strip("/")) if self.path.strip("/").isdigit() else 200)

    def say(self, status, **headers):
        self.send_response(status)
        for name, value in {"Content-Length": "0", **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def no_head(self):
        self.say(405 if self.command == "HEAD" else 200)

    def head_breaks_off(self):
        if self.command == "GET":
            self.say(200)
        self.close_connection = True

    def moved(self):
        self.say(301, Location="/200")

    def moved_nowhere(self):
        self.say(302)

    def moved_to_cyrillic(self):
        self.say(302, Location="/страница".encode().decode("latin-1"))

    def round_and_round(self):
        self.say(302, Location="/round-and-round")

    def inside(self):
        self.say(302, Location=f"http://inside.example:{self.server.server_port}/200")

    def to_a_file(self):
        self.say(302, Location="file:///etc/hostname")

    def silent(self):
        self.server.ended.wait(5)

    def a_letter_at_a_time(self):
        for letter in b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: patience\r\n\r\n":
            self.wfile.write(bytes([letter]))
            if self.server.ended.wait(0.05):
                return

    def garbage(self):
        self.wfile.write(b"\x00\xff nonsense\r\n\r\n")
        self.close_connection = True

    def huge(self):
        """Refuses HEAD, and sends a body without end."""
        if self.command == "HEAD":
            return self.say(405)
        self.say(200, **{"Content-Length": str(10**12)})
        with self.server.lock:
            self.server.sent = 0
        try:
            while not self.server.ended.is_set():
                self.wfile.write(b"x" * 65536)
                self.server.sent += 65536
        except OSError:
            self.close_connection = True
        return None

    def one_at_a_time(self):
        """A request ends when its answer is sent; after that the same client may send another at once."""
        server = self.server
        with server.lock:
            server.under_way += 1
            if server.under_way > 1:
                server.met.set()
        server.met.wait(0.03)
        with server.lock:
            server.under_way -= 1
        self.say(200)

    def log_message(self, *_args):
        """Quiet."""


class Site(ThreadingHTTPServer):
    daemon_threads, block_on_close = True, False

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Pages)
        self.lock, self.ended = threading.Lock(), threading.Event()
        self.met = threading.Event()
        self.seen, self.under_way, self.sent = [], 0, 0

    def handle_error(self, request, client_address):
        """Clients close the connection as soon as they know enough."""

    def address(self, page, host="127.0.0.1"):
        return f"http://{host}:{self.server_port}/{page}"

    def asked(self):
        """{(method, path): how often}."""
        return Counter((method, path) for method, path, _agent in self.seen)


@contextmanager
def running():
    site = Site()
    thread = threading.Thread(target=site.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.ended.set()
        site.shutdown()
        site.server_close()
        thread.join()


def closed_port():
    """A port at which no server listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]
