"""A setting of the log or of monitoring that is not valid stops the start with one sentence."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LOG_FORMAT", "xml"),
        ("SLOW_QUERY_MS", "0"),
        ("SLOW_PAGE_MS", "soon"),
        ("QUERY_BUDGET", "0"),
        ("METRICS", "perhaps"),
        ("METRICS_FROM", "127.0.0.1,here"),
        ("BACKUP_MAX_HOURS", "0"),
    ],
)
def test_a_bad_value_is_refused_with_one_sentence(name, value):
    done = subprocess.run(
        [sys.executable, "-c", "import config.settings"],
        cwd=settings.BASE_DIR,
        env={**os.environ, name: value},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"The environment variable {name} is not valid: ")
    assert len(done.stderr.splitlines()) == 1
