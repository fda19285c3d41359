"""Command: let somebody log in again who is locked after failed logins."""

from typing import Any

from axes.utils import reset
from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    help = "Unlocks an account, or a network address, that is locked after too many failed logins."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="?", default="", help="the user name of the account")
        parser.add_argument("--address", default="", help="a network address, as the proxy passes it on")
        parser.add_argument("--all", action="store_true", help="all accounts and addresses")

    def handle(self, **options: Any) -> None:
        name, address = options["name"], options["address"]
        if not (name or address or options["all"]):
            raise CommandError("Name an account, or --address ADDRESS, or --all.", returncode=2)
        if name and not get_user_model().objects.filter(username=name).exists():
            raise CommandError(f"There is no user “{name}”.", returncode=2)
        number = reset() if options["all"] else 0
        number += reset(username=name) if name else 0
        number += reset(ip=address) if address else 0
        self.stdout.write("unlocked" if number else "nothing was locked, and no failed login counted")
