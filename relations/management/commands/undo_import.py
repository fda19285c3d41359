"""Command: undo an import."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from relations.catalog import ROWS
from relations.errors import Problem
from relations.imports.undo import may_undo, undo
from relations.models import ImportBatch


class Command(BaseCommand):
    help = "Undoes an import: restores the previous values. Records changed since then are left and listed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("batch", type=int)
        parser.add_argument("--user", default="", help="the user for whom to undo it")

    def handle(self, **options: Any) -> None:
        batch = ImportBatch.objects.filter(pk=options["batch"]).first()
        if not batch:
            raise CommandError(f"There is no import with the number {options['batch']}.", returncode=2)
        user = get_user_model().objects.filter(username=options["user"]).first()
        if options["user"] and not user:
            raise CommandError(f"There is no user “{options['user']}”.", returncode=2)
        if user and not may_undo(user, batch, ROWS[batch.type]):
            raise CommandError(f"The user “{user}” may not undo the import {batch.pk}.", returncode=2)
        may = user is None or ROWS[batch.type].may_publish(user)
        try:
            undoing = undo(batch, ROWS, user, may)
        except Problem as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(
            f"{undoing.restored} restored, {undoing.deleted} deleted, {undoing.withdrawn} unpublished,"
            f" {undoing.discarded} proposed changes discarded, {undoing.proposed} restorations wait for approval,"
            f" {len(undoing.left)} left"
        )
        for key, reason in undoing.left:
            self.stdout.write(f"left: {key} – {reason}")
