"""make addresses: asks ten thousand addresses that nobody should ask for.

    python -m tests.addresses [NUMBER] [SEED]

The curated content and some records that are hard to show are loaded into a database of their own: on PostgreSQL
where DATABASE_URL names one, else a file. The same seed asks the same addresses. No answer may be an error of the
server, make a value of its address active in a browser, or take more than two seconds of processor time. The exit code
is 1 where one does, or where it was stopped.
"""

import logging
import os
import signal
import sys
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.databases import Postgres, Sqlite

TOLD_EACH = 1000


def main(number="10000", seed="1"):
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, signal.default_int_handler)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="addresses-")))
        usual = os.environ.get("DATABASE_URL", "")
        server = Postgres(usual) if usual.startswith("postgres") else Sqlite(folder)
        stack.callback(server.close)
        # on a busy machine a connection takes longer than a server would wait
        url = server.create() + ("?connect_timeout=60" if isinstance(server, Postgres) else "")
        os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": url, "DEBUG": "1"}
        os.environ |= {"STATE_DIR": str(folder), "DUMPS_DIR": str(folder / "dumps"), "START_WORKERS": "0"}
        os.environ |= {"API_RATE": "off", "FILE_RATE": "off"}
        os.environ.pop("CACHE_URL", None)
        set_up()
        is_well = ask(int(number), seed)
    sys.exit(0 if is_well else 1)


def set_up():
    import django

    django.setup()

    from django.conf import settings
    from django.core.management import call_command

    logging.disable()  # what is asked for here would fill the log; failures are in the verdict
    settings.DEBUG = False  # readers see the pages of a server
    settings.DOWNLOADS_AT_ONCE = settings.DOWNLOADS_PER_ADDRESS = 10_000
    for command in ("compile_translations", "migrate", "prepare_database", "create_roles", "load_content"):
        call_command(command, verbosity=0)


def ask(number, seed):
    from tests.addresses.asking import Asking
    from tests.addresses.records import accounts, plant_all
    from tests.addresses.verdict import described, has_failed, say_verdict

    plant_all()
    began, answers = time.monotonic(), []
    with suppress(KeyboardInterrupt):  # who stops it is told what has been found so far
        for answer in Asking(seed, accounts()).answers(number):
            answers.append(answer)
            if has_failed(answer):
                print(described(answer), flush=True)
            if len(answers) % TOLD_EACH == 0:
                print(f"{len(answers)} after {time.monotonic() - began:.0f} s", flush=True)
    print(f"seed {seed}, {os.environ['DATABASE_URL'].partition(':')[0]}")
    is_well = say_verdict(answers)
    if len(answers) < number:
        print(f"stopped: {number - len(answers)} addresses were not asked")
    return is_well and len(answers) == number


if __name__ == "__main__":
    main(*sys.argv[1:])
