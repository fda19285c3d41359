"""Command: create the groups of editors, publishers and importers, or reset their permissions."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand

from relations.catalog import RECORD_TYPES

RECORDS = tuple(one.model._meta.model_name for one in RECORD_TYPES)
OTHER_MODELS = (
    "citation",
    "participation",
    "recordlink",
    "source",
    "place",
    "organization",
    "person",
    "topic",
    "forumseries",
    "indicator",
    "unit",
)


def named(verbs: Iterable[str], models: Sequence[str | None]) -> set[str]:
    return {f"{verb}_{model}" for verb in verbs for model in models}


WRITE = named(("view", "add", "change"), (*RECORDS, *OTHER_MODELS)) | named(
    ("delete",), ("citation", "participation", "recordlink")
)
IMPORT = named(("import",), (*RECORDS, "source")) | {"view_importbatch"}
#: of those who have the right to quote
EDIT = WRITE | named(("delete",), (*RECORDS, "source")) | {"quote_sources"}
#: what each role may do; an administrator is a superuser
ROLES = {
    "editor": EDIT,
    "publisher": EDIT | named(("publish",), RECORDS) | IMPORT,
    "importer": WRITE | IMPORT,
}


class Command(BaseCommand):
    help = "Creates the groups editor, publisher and importer, or resets their permissions."

    def handle(self, **options: Any) -> None:
        for name, codenames in ROLES.items():
            group, _created = Group.objects.get_or_create(name=name)
            found = Permission.objects.filter(content_type__app_label="relations", codename__in=codenames)
            group.permissions.set(found)
