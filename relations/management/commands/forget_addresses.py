"""Command: delete the e-mail addresses of readers whose error reports were answered long enough ago, and the hashes of
failed logins that no longer count.
"""

from typing import Any

from django.core.management.base import BaseCommand

from relations.accounts.locking import forget_old_failures
from relations.models import ErrorReport
from relations.models.reports import ADDRESS_KEPT


class Command(BaseCommand):
    help = (
        f"Deletes the e-mail addresses of readers {ADDRESS_KEPT.days} days after their reports were answered,"
        " and what was kept of failed logins."
    )

    def handle(self, **options: Any) -> None:
        number = ErrorReport.objects.forget_addresses()
        forget_old_failures()
        self.stdout.write(f"addresses deleted: {number}")
