"""The lines of the log that a test has caused, as a program reads them."""

import json
import logging
from contextlib import contextmanager

from relations.logs.formats import JsonLines, StandardError


@contextmanager
def written_as(formatter):
    """Our own handler writes in this form."""
    handler = next(one for one in logging.root.handlers if isinstance(one, StandardError))
    usual = handler.formatter
    handler.setFormatter(formatter)
    try:
        yield
    finally:
        handler.setFormatter(usual)


@contextmanager
def json_lines(capsys):
    """Yields a function: the lines since it was last called."""
    with written_as(JsonLines()):
        yield lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]
