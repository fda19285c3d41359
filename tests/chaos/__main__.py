"""make chaos: sixteen readers and four writers, an import again and again, and one fault after the other.

    python -m tests.chaos [MINUTES] [FOLDER OF initdb]

At the end nothing that was acknowledged is lost, no import is stored in part, nobody was answered with an error other
than 503, each failure is in the log with its request, and after each fault pages were back without a hand. The exit
code is 1 where one of these does not hold.
"""

import os
import random
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from tests.chaos.people import Crowd  # noqa: E402 - helpers ask for the settings
from tests.chaos.services import ROOT, Postgres, Redis, Web, folder_of_faults, until  # noqa: E402

READERS, WRITERS = 16, 4
FORM = "/ru/agreements/joint-statement-ru-uz-2018/report/"
#: seconds of a fault, between two faults, and within which pages must be back
LASTS, REST, MOST_RECOVERY = 8, 10, 10
ROWS = 400


def main(minutes="15", bin_folder="/usr/lib/postgresql/15/bin"):
    with ExitStack() as stack:
        folder = stack.enter_context(folder_of_faults())
        postgres, redis = Postgres(folder, Path(bin_folder)), Redis(folder)
        postgres.make()
        stack.callback(postgres.stop)
        redis.start()
        stack.callback(redis.stop)
        web = Web(folder, DATABASE_URL=postgres.url, CACHE_URL=redis.url)
        for command in (
            ["compile_translations"],
            ["migrate"],
            ["create_roles"],
            ["load_content", "--only", "seeds"],
        ):
            manage(web.variables, *command)
        web.start()
        stack.callback(web.stop)
        until(lambda: status_of(web) == 200)
        run = Run(folder, postgres, redis, web)
        run.during(float(minutes) * 60)
        sys.exit(run.verdict())


def manage(variables, *arguments):
    subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**variables, "DEBUG": "1"},
        check=True,
        stdout=subprocess.DEVNULL,
    )


def status_of(web, path="/ru/agreements/"):
    from http.client import HTTPConnection, HTTPException

    try:
        connection = HTTPConnection("127.0.0.1", web.port, timeout=30)
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, HTTPException):
        return 0


class Run:
    def __init__(self, folder, postgres, redis, web):
        self.folder, self.postgres, self.redis, self.web = folder, postgres, redis, web
        self.crowd = Crowd(web.port, READERS, WRITERS, FORM)
        #: [(fault, seconds until pages were back)]
        self.recovered, self.partial, self.imports = [], [], 0
        self.chance = random.Random(1)

    def during(self, seconds):
        ends = time.monotonic() + seconds
        faults = [
            self.kill_web, self.hang_database, self.kill_database, self.hang_cache, self.kill_cache, self.kill_import,
        ]  # fmt: skip
        self.crowd.start()
        while time.monotonic() < ends:
            fault = faults[len(self.recovered) % len(faults)]
            fault()
            back = until(lambda: status_of(self.web) == 200)
            self.recovered.append((fault.__name__, back))
            print(f"{fault.__name__}: pages are back after {back:.1f} s", flush=True)
            time.sleep(REST)
        self.crowd.end()

    # Each fault ends when what was away is back.

    def kill_web(self):
        self.web.kill_one()

    def hang_database(self):
        self.postgres.hang()
        time.sleep(LASTS)
        self.postgres.go_on()

    def kill_database(self):
        self.postgres.stop("immediate")
        time.sleep(LASTS)
        self.postgres.start()

    def hang_cache(self):
        self.redis.hang()
        time.sleep(LASTS)
        self.redis.go_on()

    def kill_cache(self):
        self.redis.stop()
        time.sleep(LASTS)
        self.redis.start()

    def kill_import(self):
        """At a moment by chance; what is stored is all of it or nothing."""
        self.imports += 1
        name = f"chaos-{self.imports}"
        path = self.folder / f"{name}.csv"
        lines = (f"{name}-{number},Договор {number} опыта {name},2001" for number in range(ROWS))
        path.write_text("\n".join(["key,title_ru,date_signed", *lines]), encoding="utf-8")
        process = subprocess.Popen(
            [sys.executable, "manage.py", "import_sheet", "agreements", str(path)],
            cwd=ROOT,
            env={**self.web.variables, "DEBUG": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(self.chance.uniform(1, 12))
        process.kill()
        process.wait()
        statement = "SELECT COUNT(*) FROM relations_agreement WHERE key LIKE %s"
        (stored,) = self.postgres.ask(statement, f"{name}-%")[0]
        if stored not in (0, ROWS):
            self.partial.append((name, stored))

    # The end.

    def verdict(self):
        kept = {row[0] for row in self.postgres.ask("SELECT text FROM relations_errorreport")}
        lost = [text for text in self.crowd.acknowledged if text not in kept]
        failures, unnamed = self.web.failures()
        slow = [(fault, back) for fault, back in self.recovered if back > MOST_RECOVERY]
        answers = self.crowd.answers
        print(f"answers: {len(answers)}, of which 503: {sum(one[1] == 503 for one in answers)}")
        print(
            f"longest answer: {max(one[2] for one in answers):.1f} s; connections lost: {dict(self.crowd.lost)}"
        )
        print(f"writes acknowledged: {len(self.crowd.acknowledged)}, lost: {len(lost)}")
        print(f"imports killed: {self.imports}, stored in part: {len(self.partial)}")
        print(f"other failures: {dict(self.crowd.refused())}")
        print(f"failures in the log: {len(failures)}, without their request: {unnamed}")
        print(f"slow to come back: {slow}")
        return 1 if lost or self.partial or self.crowd.refused() or unnamed or slow else 0


if __name__ == "__main__":
    main(*sys.argv[1:])
