"""Exit code 0 where the server of this machine answers; asks as a proxy would, whatever HTTPS says."""

import os
import sys
from http.client import HTTPConnection

host, _, port = os.environ.get("BIND", "127.0.0.1:8000").rpartition(":")
name = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
try:
    connection = HTTPConnection(
        "127.0.0.1" if host in ("", "0.0.0.0") else host.strip("[]"), int(port), timeout=5
    )
    connection.request("GET", "/healthz", headers={"Host": name, "X-Forwarded-Proto": "https"})
    status = connection.getresponse().status
except OSError as error:
    sys.exit(f"The server does not answer: {error}")
if status != 200:
    sys.exit(f"The server answers {status}.")
