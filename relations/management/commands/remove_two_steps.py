"""Command: remove the second step of the login of somebody who has lost the telephone."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from relations.accounts.two_steps import end_sessions, remove


class Command(BaseCommand):
    help = "Removes the two-step login and the recovery codes of a user, and ends all sessions of theirs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the user name of the account")

    def handle(self, **options: Any) -> None:
        user = get_user_model().objects.filter(username=options["name"]).first()
        if user is None:
            raise CommandError(f"There is no user “{options['name']}”.", returncode=2)
        number, ended = remove(user), end_sessions(user)
        said = "the two-step login is removed" if number else "there was no two-step login"
        self.stdout.write(f"{said}; sessions ended: {ended}")
