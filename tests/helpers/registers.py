"""A register in processes of its own, whose workers are killed."""

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager

from django.conf import settings as own_settings


class Register:
    """A separate register, in separate processes."""

    def __init__(self, url):
        self.environment = {**os.environ, "DATABASE_URL": url, "DEBUG": "1", "START_WORKERS": "0"}
        self.environment.pop("CACHE_URL", None)

    def start(self, *command):
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        manage = [sys.executable, own_settings.BASE_DIR / "manage.py", *command]
        return subprocess.Popen(manage, env=self.environment, **quiet)

    def run(self, *command):
        assert self.start(*command).wait(120) == 0

    @contextmanager
    def workers(self):
        """Processes that do one thing each, begun quickly: see tests/helpers/worker_process.py."""
        command = [sys.executable, "-m", "tests.helpers.worker_process"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        with subprocess.Popen(command, cwd=own_settings.BASE_DIR, env=self.environment, **pipes) as process:
            yield Workers(process)


class Workers:
    def __init__(self, process):
        self.process = process

    def tell(self, *command):
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()

    def hear(self):
        return json.loads(self.process.stdout.readline())

    def do(self, *command):
        self.tell(*command)
        answer = self.hear()["answer"]
        assert self.hear() == {"ended": 0}
        return answer

    def kill_at(self, point):
        """Kills the worker only after it has reported that it waits at the point."""
        self.kill(["work", point])

    def kill(self, command):
        self.tell(*command)
        os.kill(self.hear()["waits"], signal.SIGKILL)
        assert self.hear() == {"ended": -signal.SIGKILL}
