"""One fault after the other while people read and write, and the verdict at the end."""

import json
import random
import subprocess
import sys
import time
from collections import defaultdict
from http.client import HTTPConnection, HTTPException

from tests.chaos.people import Crowd, Editor, Importer, Ledger, Reader, Reporter
from tests.chaos.services import ROOT, until

READERS, REPORTERS, EDITORS = 16, 2, 4
#: seconds of a fault, between two faults, and between two of one kind
LASTS, REST, SHORT_REST = 8, 10, 2
#: seconds within which pages must be back, and tasks
MOST_RECOVERY, MOST_TAKEOVER = 10, 60
#: seconds within which what says how the register is must answer, whatever hangs
MOST_READY = 3
#: rows of an import whose command is killed, of one whose worker is, and of a long one
ROWS, ROWS_OF_WORKER, MANY_ROWS = 400, 1_500, 50_000
#: seconds by which the clock is set, and that a long import may take
JUMP, LONGEST_IMPORT = 3_600, 1_800


def manage(variables, *arguments, check=True):
    """How a command ended: its exit code and what it said last."""
    found = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**variables, "DEBUG": "1"},
        check=check,
        text=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    return found.returncode, found.stderr[-2000:]


def status_of(web, path="/ru/agreements/"):
    try:
        connection = HTTPConnection("127.0.0.1", web.port, timeout=30)
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, HTTPException):
        return 0


def rows(name, number=ROWS):
    lines = (f"{name}-{one},Договор {one} опыта {name},2001" for one in range(number))
    return "\n".join(["key,title_ru,date_signed", *lines])


class Run:
    def __init__(self, folder, database, redis, web, worker, disk, clock, variables):
        self.folder, self.database, self.redis, self.web = folder, database, redis, web
        #: those of commands
        self.worker, self.disk, self.clock, self.variables = worker, disk, clock, variables
        self.ledger = Ledger()
        #: {fault: [seconds until pages were back]}
        self.recovered = defaultdict(list)
        self.partial, self.taken_over, self.backups, self.imports, self.ready = [], [], [], 0, []
        self.reads_of_full_disk = []
        self.chance = random.Random(1)

    def faults(self):
        """Those that this database and this machine allow, in turn."""
        found = [
            self.kill_web,
            self.kill_worker,
            self.hang_cache,
            self.kill_cache,
            self.kill_import,
            self.back_up,
        ]
        if hasattr(self.database, "hang"):
            found += [self.hang_database, self.kill_database]
        for fault, is_possible, reason in (
            (self.fill_disk, self.disk.is_small, "no file system can be mounted here"),
            (self.set_clock, self.clock.can_be_set, "there is no C compiler"),
        ):
            if is_possible:
                found.append(fault)
            else:
                print(f"{fault.__name__}: NOT TRIED, {reason}", flush=True)
        return found

    def people(self):
        port, ledger = self.web.port, self.ledger
        keys = [f"chaos-draft-{number}" for number in range(EDITORS)]
        path = self.folder / "drafts.csv"
        path.write_text(rows("chaos-draft", EDITORS), encoding="utf-8")
        manage(self.variables, "import_sheet", "agreements", str(path))
        for key in keys:
            ((number,),) = self.database.ask("SELECT id FROM relations_agreement WHERE key = %s", key)
            yield Editor(port, ledger, "administrator", number)
        for kind, number in ((Reader, READERS), (Reporter, REPORTERS)):
            yield from (kind(port, ledger) for _ in range(number))

    def during(self, seconds, only=()):
        crowd, faults = Crowd(self.people(), self.ledger), self.faults()
        faults = [getattr(self, name) for name in only] or faults
        ends, number = time.monotonic() + seconds, 0
        crowd.start()
        while time.monotonic() < ends:
            fault = faults[number % len(faults)]
            number += 1
            fault()
            back = until(lambda: status_of(self.web) == 200)
            self.recovered[fault.__name__].append(back)
            print(f"{fault.__name__}: pages are back after {back:.1f} s", flush=True)
            time.sleep(SHORT_REST if only else REST)
        crowd.end()

    # Each fault ends when what was away is back.

    def kill_web(self):
        self.web.kill_one()

    def while_away(self):
        """How long those who ask whether the register is ready wait meanwhile."""
        ends = time.monotonic() + LASTS
        while time.monotonic() < ends:
            for path in ("/healthz", "/readyz"):
                began = time.monotonic()
                status_of(self.web, path)
                self.ready.append((time.monotonic() - began, path))
            time.sleep(0.5)

    def hang_database(self):
        self.database.hang()
        self.while_away()
        self.database.go_on()

    def kill_database(self):
        self.database.stop("immediate")
        self.while_away()
        self.database.start()

    def hang_cache(self):
        self.redis.hang()
        self.while_away()
        self.redis.go_on()

    def kill_cache(self):
        self.redis.stop()
        self.while_away()
        self.redis.start()

    def fill_disk(self):
        """Also what the database writes; the log is elsewhere."""
        self.disk.fill()
        self.while_away()
        self.reads_of_full_disk.append(status_of(self.web, "/en/agreements/?year_from=1999"))
        self.disk.empty()
        self.database.start_again()

    def set_clock(self):
        for seconds in (JUMP, -JUMP, 0):
            self.clock.set(seconds)
            time.sleep(LASTS / 2)

    def back_up(self):
        """While everybody goes on; the command itself restores and compares."""
        path = self.folder / f"backup-{len(self.backups)}.zip"
        self.backups.append(manage(self.variables, "backup", str(path), check=False))

    def kill_import(self):
        """By the command, at a moment by chance; what is stored is all of it or nothing."""
        name = self.next_import()
        path = self.folder / f"{name}.csv"
        path.write_text(rows(name), encoding="utf-8")
        process = subprocess.Popen(
            [sys.executable, "manage.py", "import_sheet", "agreements", str(path)],
            cwd=ROOT,
            env={**self.variables, "DEBUG": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(self.chance.uniform(1, 12))
        process.kill()
        process.wait()
        self.look_at(name, (0, ROWS))

    def kill_worker(self):
        """While it reads or stores what an importer has uploaded; another one takes it over, and all is stored."""
        name, importer, batch = self.uploaded(ROWS_OF_WORKER)
        is_read = len(self.taken_over) % 2
        if not is_read:
            self.kill_and_wait(batch, "previewed")
        self.confirm(importer, batch)
        if is_read:
            self.kill_and_wait(batch, "stored")
        until(lambda: self.status_of_import(batch) == "stored")
        self.look_at(name, (ROWS_OF_WORKER,))

    def import_many(self):
        """No fault: says how long others wait meanwhile."""
        began = time.monotonic()
        name, importer, batch = self.uploaded(MANY_ROWS)
        self.confirm(importer, batch)
        until(lambda: self.status_of_import(batch) == "stored", LONGEST_IMPORT)
        self.look_at(name, (MANY_ROWS,))
        meanwhile = [one for one in self.ledger.answers if one[0] > began]
        print(f"import_many: {MANY_ROWS} rows, {time.monotonic() - began:.0f} s; meanwhile", flush=True)
        self.describe(meanwhile)

    def uploaded(self, number):
        """A new import of so many rows: (beginning of its keys, who imports, its number)."""
        name = self.next_import()
        importer = Importer(self.web.port, self.ledger, "administrator")
        until(lambda: importer.upload(f"{name}.csv", rows(name, number)))
        statement = "SELECT id FROM relations_importbatch WHERE file = %s"
        ((batch,),) = self.database.ask(statement, f"{name}.csv")
        return name, importer, batch

    def confirm(self, importer, batch):
        until(lambda: self.status_of_import(batch) == "previewed", LONGEST_IMPORT)
        until(lambda: importer.confirm(batch) or self.status_of_import(batch) in ("storing", "stored"))

    def kill_and_wait(self, batch, status):
        """Notes how long another worker has taken to begin, and to end what was begun."""
        until(lambda: self.begun() == 1)
        time.sleep(self.chance.uniform(0, 1))
        self.worker.kill()
        began = until(lambda: self.begun() != 1)
        ended = until(lambda: self.status_of_import(batch) == status)
        self.taken_over.append(began)
        print(f"kill_worker: taken over after {began:.1f} s, {status} {ended:.1f} s later", flush=True)

    def begun(self):
        """How often the newest task was begun."""
        statement = (
            "SELECT worker_ids FROM django_tasks_database_dbtaskresult ORDER BY enqueued_at DESC LIMIT 1"
        )
        ((workers,),) = self.database.ask(statement)
        return len(json.loads(workers) if isinstance(workers, str) else workers)

    def status_of_import(self, batch):
        ((status,),) = self.database.ask("SELECT status FROM relations_importbatch WHERE id = %s", batch)
        return status

    def next_import(self):
        self.imports += 1
        return f"chaos-{self.imports}"

    def look_at(self, name, allowed):
        statement = "SELECT COUNT(*) FROM relations_agreement WHERE key LIKE %s"
        ((stored,),) = self.database.ask(statement, f"{name}-%")
        if stored not in allowed:
            self.partial.append((name, stored))

    # The end.

    def describe(self, answers):
        """How long those who read and those who save have waited."""
        for who, method in sorted({one[4:] for one in answers}):
            seconds = sorted(one[2] for one in answers if one[4:] == (who, method))
            within = [seconds[int(len(seconds) * share)] for share in (0.5, 0.95)]
            print(
                f"  {who} {method}: {len(seconds)} answers, half within {within[0]:.2f} s, 95 % within"
                f" {within[1]:.2f} s, all within {seconds[-1]:.1f} s",
                flush=True,
            )

    def lost(self):
        """Texts that were acknowledged and that neither a report nor the history of a record has."""
        reports = {text for (text,) in self.database.ask("SELECT text FROM relations_errorreport")}
        lost = [text for text in self.ledger.reports if text not in reports]
        for record, texts in self.ledger.edits.items():
            statement = "SELECT after FROM relations_version WHERE type = 'agreements' AND object_id = %s"
            history = " ".join(str(after) for (after,) in self.database.ask(statement, record))
            lost += [text for text in texts if f"{text}'" not in history and f'{text}"' not in history]
        return lost

    def verdict(self):
        """Prints what was seen; True where everything holds that must."""
        ledger, (logged, unnamed) = self.ledger, self.web.logged()
        failed = [one[3] for one in ledger.answers if one[1] >= 500]
        edits = sum(map(len, ledger.edits.values()))
        away = sum(one[1] == 503 for one in ledger.answers)
        print(f"answers: {len(ledger.answers)}, of which 503: {away}; connections lost: {dict(ledger.lost)}")
        self.describe(ledger.answers)
        for fault, times in self.recovered.items():
            print(f"{fault}: {len(times)} times, pages back after at most {max(times):.1f} s")
        ready = {
            path: max((s for s, p in self.ready if p == path), default=0) for path in ("/healthz", "/readyz")
        }
        print(
            "longest answers while something is away: "
            + ", ".join(f"{p} {s:.2f} s" for p, s in ready.items())
        )
        print(f"pages while the disk is full: {self.reads_of_full_disk}")
        print(f"acknowledged: {len(ledger.reports)} reports, {edits} edits, {self.imports} imports begun")
        print(f"tasks of killed workers taken over after: {[round(one, 1) for one in self.taken_over]} s")
        return not self.broken(failed, logged, unnamed, ready["/readyz"])

    def broken(self, failed, logged, unnamed, ready):
        """The promises that do not hold, printed."""
        slow = {name: max(times) for name, times in self.recovered.items() if max(times) > MOST_RECOVERY}
        found = {
            "acknowledged and lost": self.lost(),
            "imports stored in part": self.partial,
            "answers other than 2xx, 3xx, 4xx and 503": dict(self.ledger.refused()),
            "errors": list(self.web.errors()),
            "failures that are not in the log": [one for one in failed if one not in logged],
            "failures in the log without their request": unnamed,
            "pages that came back too late": slow,
            "tasks that were taken over too late": [one for one in self.taken_over if one > MOST_TAKEOVER],
            "/readyz too late": ready if ready > MOST_READY else 0,
            "backups that cannot be restored": [said for code, said in self.backups if code],
            "damage of the database": not self.database.is_whole(),
            "nothing written": not (self.ledger.reports and self.ledger.edits),
        }
        for promise, what in found.items():
            print(f"{promise}: {what or 'none'}")
        return any(found.values())
