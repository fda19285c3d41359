"""Asks mutated addresses of the register whose database DATABASE_URL names, and says what came."""

import logging
import os
import random
import sys
import time
from collections import Counter

from tests.addresses.mutations import PROBE, mutated

#: seconds that an answer may take, and how often a slow one is asked again: the machine may be busy
LONGEST, TRIES = 2, 3
#: of the addresses that fail so many are printed
SHOWN = 20
#: one in so many is of the admin
OF_ADMIN = 3
FOR_RECORDS = "import", "export"
MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


def admin_addresses():
    """Lists, forms, histories and the pages of import and export of every model of the admin."""
    from django.contrib import admin
    from django.urls import NoReverseMatch, reverse

    found = [reverse("admin:index"), reverse("admin:autocomplete")]
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        first = model._default_manager.values_list("pk", flat=True).first()
        for page, values in (
            ("changelist", ()), ("add", ()), *((one, ()) for one in FOR_RECORDS),
            *((one, (first,)) for one in ("change", "history", "delete") if first),
        ):  # fmt: skip
            try:
                found.append(reverse(f"{name}_{page}", args=values))
            except NoReverseMatch:
                continue
    return found


class Asking:
    def __init__(self, number, seed, users):
        from django.core.signals import got_request_exception
        from django.test import Client

        from tests.helpers.public_pages import addresses

        self.chance, self.number = random.Random(seed), number
        self.reader = Client(raise_request_exception=False)
        self.staff = []
        for user in users:
            client = Client(raise_request_exception=False)
            client.force_login(user, MODEL_BACKEND)
            self.staff.append(client)
        self.public, self.admin = addresses(self.reader), admin_addresses()
        self.statuses, self.seconds = Counter(), []
        self.failed, self.reflected, self.slow = [], [], []
        self.errors = []
        got_request_exception.connect(self.note_error)

    def note_error(self, sender, **kwargs):
        self.errors.append(repr(sys.exc_info()[1])[:200])

    def ask_all(self):
        for turn in range(self.number):
            is_admin = turn % OF_ADMIN == 0
            address = mutated(
                self.chance, self.chance.choice(self.admin if is_admin else self.public), is_admin
            )
            client = self.staff[turn % len(self.staff)] if is_admin else self.reader
            self.ask(client, address)

    def ask(self, client, address):
        least = LONGEST + 1
        for _ in range(TRIES):
            began = time.monotonic()
            answer = client.get(address)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            answer.close()
            least = min(least, time.monotonic() - began)
            if least <= LONGEST:
                break
        self.statuses[answer.status_code] += 1
        self.seconds.append(least)
        if answer.status_code >= 500:
            self.failed.append((self.errors[-1] if self.errors else answer.status_code, address))
        if PROBE.encode() in body and "html" in answer.get("Content-Type", ""):
            self.reflected.append((answer.status_code, address))
        if least > LONGEST:
            self.slow.append((round(least, 1), address))

    def verdict(self):
        """Prints what was seen; True where nothing failed."""
        seconds = sorted(self.seconds)
        half, most = (seconds[int(len(seconds) * share)] for share in (0.5, 0.99))
        print(f"answers: {len(seconds)}: {dict(sorted(self.statuses.items()))}")
        print(
            f"half within {half * 1000:.0f} ms, 99 % within {most * 1000:.0f} ms, all within {seconds[-1]:.2f} s"
        )
        for words, found in (("5xx", self.failed), ("markup", self.reflected), ("slow", self.slow)):
            print(f"{words}: {len(found)}")
            for what, address in found[:SHOWN]:
                print(f"  {what} {address[:300]}")
        return not (self.failed or self.reflected or self.slow)


def main(number, seed):
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.contrib.auth import get_user_model
    from django.test.utils import setup_test_environment

    setup_test_environment(debug=False)
    logging.disable()  # what fails is printed at the end
    users = get_user_model().objects.filter(username__in=("administrator", "editor")).order_by("username")
    asking = Asking(int(number), int(seed), users)
    asking.ask_all()
    sys.exit(not asking.verdict())


if __name__ == "__main__":
    main(*sys.argv[1:])
