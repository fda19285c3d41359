"""Command: create one demonstration account for each role."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError

DEMO = ("editor", "publisher", "importer", "administrator")


class Command(BaseCommand):
    help = "Creates and prints one demo account per role. Works only with DEBUG=1."

    def handle(self, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError(
                "Demo accounts have well-known passwords, so they are created only with DEBUG=1."
            )
        users = get_user_model().objects
        for name in DEMO:
            user, created = users.get_or_create(
                username=name, defaults={"is_staff": True, "is_superuser": name == "administrator"}
            )
            if created:
                user.set_password(name)
                user.save()
                user.groups.set(Group.objects.filter(name=name))
        self.stdout.write("Demo accounts (the password is the user name): " + ", ".join(DEMO))
