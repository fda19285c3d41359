"""make chaos: sixteen readers, four editors and two who report errors, imports again and again, and one fault after
the other.

    python -m tests.chaos [MINUTES] [postgresql or sqlite] [FAULT ...]

Without names of faults all of them come in turn (tests/chaos/run.py).

At the end nothing that was acknowledged is lost, no import is stored in part, nobody was answered with an error other
than 503, each failure is in the log with its request, and after each fault pages and tasks were back without a hand.
The exit code is 1 where one of these does not hold.
"""

import os
import sys
from contextlib import ExitStack

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from tests.chaos.run import Run, manage, status_of  # noqa: E402 - helpers ask for the settings
from tests.chaos.services import (  # noqa: E402
    Clock,
    Disk,
    Postgres,
    Redis,
    SQLite,
    Web,
    Worker,
    folder_of_faults,
    until,
)

SET_UP = (
    "compile_translations",
    "migrate",
    "prepare_database",
    "create_roles",
    "load_content --only seeds",
    "create_demo_accounts",
)


def main(minutes="15", database="postgresql", *faults):
    with ExitStack() as stack:
        folder = stack.enter_context(folder_of_faults())
        disk, clock, redis = Disk(folder), Clock(folder), Redis(folder)
        stack.callback(disk.unmount)
        data = Postgres(disk.folder) if database == "postgresql" else SQLite(disk.folder)
        data.make()
        stack.callback(data.stop)
        redis.start()
        stack.callback(redis.stop)
        state = disk.folder / "state"
        state.mkdir()
        web = Web(folder, DATABASE_URL=data.url, CACHE_URL=redis.url, STATE_DIR=str(state))
        for command in SET_UP:
            manage(web.variables, *command.split())
        # Only what runs for years has a clock that is set.
        commands, web.variables = web.variables, {**web.variables, **clock.variables}
        worker = Worker(web.variables, folder / "worker.log")
        web.start()
        stack.callback(web.stop)
        until(lambda: status_of(web) == 200)
        worker.start()
        stack.callback(worker.stop)
        run = Run(folder, data, redis, web, worker, disk, clock, commands)
        run.during(float(minutes) * 60, faults)
        is_right = run.verdict()
    sys.exit(not is_right)


if __name__ == "__main__":
    main(*sys.argv[1:])
