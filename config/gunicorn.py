"""The web server as `make serve` starts it. docs/running.md tells what was measured before these were chosen."""

import gc
import socket
import struct
from pathlib import Path
from typing import Any

from config.settings import (
    BASE_DIR,
    BIND,
    LOGGING,
    METRICS,
    START_WORKERS,
    WEB_CONCURRENCY,
    WEB_THREADS,
    WEB_TIMEOUT,
)

bind = BIND
chdir = str(BASE_DIR)
# A thread waits for a slow reader or for the database while others answer: a sync worker would answer nobody else.
worker_class = "gthread"
workers = WEB_CONCURRENCY
threads = WEB_THREADS
# A worker that says nothing for so long hangs and is replaced; a long answer does not count, since threads write it.
timeout = WEB_TIMEOUT
# What is being answered when the server is told to stop may take as long to end.
graceful_timeout = WEB_TIMEOUT
# Workers share the code that the first process has loaded, and a new one begins to answer at once.
preload_app = True
# What a worker has gathered in memory is given back now and then; not by all workers at the same moment.
max_requests = 20_000
max_requests_jitter = 4_000
# A proxy in front opens one connection for many requests; without a proxy a reader's browser does for one page.
keepalive = 15
# The longest address is a list with many ticked boxes; nothing longer is read.
limit_request_line = 8190
limit_request_fields = 60
limit_request_field_size = 8190
# Files are sent piece by piece: the system's own way of sending them would wait for ever for who reads nothing.
sendfile = False
# A heartbeat is not to wait for a busy disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None
# Nobody commands a running server but by signals.
control_socket_disable = True
# The register logs its requests itself (relations/request_log.py), without network addresses.
accesslog = None
# What the server says of itself has the same form.
logconfig_dict = LOGGING


#: bytes of an answer that wait in the system; a reader must take a third of twice as many within the timeout
MOST_UNSENT = 2**16


def when_ready(server: Any) -> None:
    """Just before the workers are made."""
    let_go_of_silent_clients(server.LISTENERS)
    share_what_is_loaded()


def let_go_of_silent_clients(listeners: list[Any]) -> None:
    """Who neither reads nor sends for so long keeps no thread; who is slow may be slow."""
    seconds = struct.pack("ll", WEB_TIMEOUT, 0)
    for listener in listeners:
        # The system wakes a sender when a third is free: of more than this, a slow reader would take it too late.
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, MOST_UNSENT)
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):  # connections inherit them
            listener.sock.setsockopt(socket.SOL_SOCKET, option, seconds)


def share_what_is_loaded() -> None:
    """Addresses are loaded by the first request, else by each worker; a collection would copy what they share."""
    from django.urls import get_resolver

    assert get_resolver().url_patterns
    gc.collect()
    gc.freeze()


def post_worker_init(worker: Any) -> None:
    """In each process that answers, since threads do not survive a fork: they look whether the database hangs, and take
    over what a killed worker has left.
    """
    from relations import database_watch

    database_watch.start()
    if START_WORKERS:
        from relations.workers.turns import Looking

        Looking().start()


def child_exit(server: Any, worker: Any) -> None:
    """In the first process, when a worker has ended; what it has counted stays."""
    if METRICS:
        from relations.metrics.processes import forget

        forget(worker.pid)
