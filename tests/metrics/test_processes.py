"""Figures of several processes are added up, and those of processes that have ended are not lost."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from relations.metrics import processes

COUNT = (
    "from relations.metrics.requests import count; import os;"
    " count('a', 'GET', 200, 0.1, '', (3, 0.2)); print(os.getpid())"
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(processes.VARIABLE, "")  # so that it is taken away again
    processes.prepare(tmp_path / "metrics")
    return tmp_path / "metrics"


def count_in_a_process():
    """Counts one request; the number of the process."""
    command = [sys.executable, "-c", COUNT]
    done = subprocess.run(command, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True, check=True)
    return int(done.stdout)


def counted():
    """The lines, whose order is that of files in a folder."""
    return sorted(processes.counted().decode().splitlines())


def test_all_processes_count_together_also_those_that_have_ended(folder):
    first, second = count_in_a_process(), count_in_a_process()
    assert 'relations_requests_total{method="GET",route="a",status="200"} 2.0' in counted()
    assert 'relations_statements_total{route="a"} 6.0' in counted()
    before = counted()
    for number in (first, second):
        processes.forget(number)
        assert counted() == before
    assert sorted(path.name for path in folder.glob("*.db")) == ["counter_0.db", "histogram_0.db"]
    count_in_a_process()
    assert 'relations_requests_total{method="GET",route="a",status="200"} 3.0' in counted()


def test_a_new_server_begins_with_nothing(folder):
    count_in_a_process()
    processes.prepare(folder)
    assert not list(folder.glob("*.db"))
    assert os.environ[processes.VARIABLE] == str(folder)


def test_without_several_processes_nothing_is_forgotten(monkeypatch):
    monkeypatch.delenv(processes.VARIABLE, raising=False)
    processes.forget(1)
    assert any(line.startswith("# HELP relations_requests_total") for line in counted())
