"""A worker in a process of its own that stops at a named point and waits there to be killed.

`python -m tests.helpers.worker_process` reads commands from its input, one line of JSON each: [name, argument, ...].
Each runs in a forked child, which prints one line of JSON; then the parent prints how the child ended.
"""

import json
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

import django
from django.utils import timezone

#: the longest life of a child, so that a test fails instead of waiting for ever
SECONDS = 120
#: point → (module, function, before or after it, at which call)
POINTS = {
    "the preview begins": ("batches", "preview", "before", 1),
    "the second chunk is read": ("batches", "Lines.add", "after", 2),
    "the lines of the preview are written": ("batches", "Lines.store", "after", 1),
    "storing begins": ("batches", "store", "before", 1),
    "the first chunk is written": ("batches", "log", "after", 1),
    "all rows are written": ("batches", "store_rows", "after", 1),
    "the rows are committed": ("progress", "forget", "before", 1),
}


def say(answer):
    print(json.dumps(answer), flush=True)


def wait_to_be_killed():
    say({"waits": os.getpid()})
    signal.pause()


def halt_at(point):
    from relations import imports

    module, path, moment, wanted = POINTS[point]
    owner = getattr(imports, module)
    *parents, name = path.split(".")
    for parent in parents:
        owner = getattr(owner, parent)
    usual, calls = getattr(owner, name), []

    def halting(*args, **kwargs):
        calls.append(name)
        is_here = len(calls) == wanted
        if is_here and moment == "before":
            wait_to_be_killed()
        found = usual(*args, **kwargs)
        if is_here:
            wait_to_be_killed()
        return found

    setattr(owner, name, halting)


# The commands.


def begin(path):
    from relations.catalog import RESOURCES
    from relations.imports import batches

    batches.begin(RESOURCES["agreements"], None, Path(path).read_bytes(), "rows.csv")


def confirm():
    from relations.imports import batches

    batches.confirm(the_import())


def work(point):
    """The next step of the import, run by a worker that stops at the point."""
    enqueue()
    work_on(point)


def work_on(point, command="worker"):
    """The same, with the task that waits already."""
    from django.core.management import call_command

    halt_at(point)
    call_command(command, verbosity=0, batch=True, reload=False, startup_delay=False)


def look(seconds):
    """How much is taken over by who looks so many seconds from now."""
    from relations.workers import takeover

    return takeover.look(timezone.now() + timedelta(seconds=seconds))


def try_again():
    from django_tasks_db.models import DBTaskResult

    from relations.workers import failed

    return failed.try_again(DBTaskResult.objects.get())


def task():
    """[status of the only task, how often it was begun, how many workers are known]"""
    from django_tasks_db.models import DBTaskResult

    from relations.models import WorkerHeartbeat

    found = DBTaskResult.objects.get()
    return [found.status, len(found.worker_ids), WorkerHeartbeat.objects.count()]


def enqueue():
    from relations import tasks

    tasks.carry_on.enqueue(the_import().pk)


def state():
    """[status, agreements, versions, lines of the preview] as another process sees them."""
    from relations.models import Agreement, ImportLine, Version

    return [the_import().status, *(model.objects.count() for model in (Agreement, Version, ImportLine))]


def the_import():
    from relations.models import ImportBatch

    return ImportBatch.objects.get()


COMMANDS = {
    command.__name__: command
    for command in (begin, confirm, work, work_on, enqueue, state, look, try_again, task)
}


def main():
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        child = os.fork()
        if not child:
            signal.alarm(SECONDS)
            say({"answer": COMMANDS[name](*arguments)})
            os._exit(0)
        say({"ended": os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])})


if __name__ == "__main__":
    main()
