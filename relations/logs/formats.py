"""Lines of JSON for programs, plain lines for a terminal; the handler and the filters of both."""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import Any

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

from . import current

#: what other programs add to their lines: whole objects, whose texts hold addresses with queries
NOT_SAID = ("request", "server_time", "status_code")
#: a query in an address, and a network address: both are personal data
QUERY, FROM_ADDRESS = re.compile(r"\?[^\s\"']*"), re.compile(r"(?<=from ip=)\S+(?=: )")


def utc(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


#: made once, since a line is written for each request
encode = json.JSONEncoder(ensure_ascii=False, default=str).encode


class JsonLines(JsonFormatter):
    """One object a line, with a time in UTC and the id of the request or task."""

    def __init__(self) -> None:
        super().__init__(reserved_attrs=[*RESERVED_ATTRS, *NOT_SAID])

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        log_data["time"] = utc(record)
        log_data["level"] = record.levelname.lower()
        log_data["logger"] = record.name
        log_data["message"] = record.message
        log_data["process"] = record.process
        super().add_fields(log_data, record, message_dict)

    def jsonify_log_record(self, log_data: dict[str, Any]) -> str:
        return encode(log_data)


class PlainLines(logging.Formatter):
    """The same for people."""

    def format(self, record: logging.LogRecord) -> str:
        said = {
            name: value
            for name, value in vars(record).items()
            if name not in RESERVED and value not in (None, "")
        }
        more = "".join(f" {name}={value}" for name, value in said.items())
        line = f"{utc(record)} {record.levelname:<7} {record.name}: {record.getMessage()}{more}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


#: what the beginning of a plain line has already
RESERVED = frozenset((*RESERVED_ATTRS, *NOT_SAID, "message", "taskName", "method", "route", "status"))


class StandardError(logging.Handler):
    """Where standard error leads when the line is written, not when logging was set up."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(self.format(record) + "\n")
            sys.stderr.flush()
        except Exception:  # noqa: BLE001 - a line that cannot be written stops nothing
            self.handleError(record)


class WithId(logging.Filter):
    """Adds to each line which request or task it is about."""

    def filter(self, record: logging.LogRecord) -> bool:
        if request_id := current.request_id():
            record.request_id = request_id
        if task_id := current.task_id():
            record.task_id = task_id
        return True


class OncePerRequest(logging.Filter):
    """What Django says of an answer that is an error is said in the line of its request, with the traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        entry = current.current()
        if entry is None:
            return True
        if record.exc_info and record.exc_info[0]:
            entry.failure = record.exc_info
        return False


class WithoutAddresses(logging.Filter):
    """The web server names the address that failed and who asked; neither its query nor who asked is kept."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = FROM_ADDRESS.sub("…", QUERY.sub("", record.getMessage()))
        record.args = None
        return True
