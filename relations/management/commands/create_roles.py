"""Command: create the groups of users, or reset their permissions."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand
from django.db.models import Q

from relations.catalog import RECORD_TYPES, REFERENCE

RECORDS = tuple(one.model._meta.model_name for one in RECORD_TYPES)
REFERENCE_MODELS = tuple(one.model._meta.model_name for one in REFERENCE.values())
#: rows of a form, which go with what they belong to
CHILDREN = ("citation", "participation", "recordlink", "membership")
OTHER_MODELS = (*CHILDREN, "source", *REFERENCE_MODELS)


def named(verbs: Iterable[str], models: Sequence[str | None]) -> set[str]:
    return {f"{verb}_{model}" for verb in verbs for model in models}


READ = named(("view",), (*RECORDS, *OTHER_MODELS))
WRITE = named(("view", "add", "change"), (*RECORDS, *OTHER_MODELS)) | named(("delete",), CHILDREN)
IMPORT = named(("import",), (*RECORDS, "source")) | {"view_importbatch"}
#: error reports of readers: to answer one, the right to change the type of its record is needed too
REPORTS = named(("view", "change"), ("errorreport",))
#: of those who have the right to quote
EDIT = WRITE | REPORTS | named(("delete",), (*RECORDS, "source")) | {"quote_sources"}
#: what each role may do (docs/permissions.md); a superuser may do everything
ROLES = {
    "reader": READ,
    "editor": EDIT,
    "publisher": EDIT | named(("publish",), (*RECORDS, "source", *REFERENCE_MODELS)) | IMPORT,
    "importer": WRITE | IMPORT,
}
ROLES["administrator"] = ROLES["publisher"] | named(("delete",), OTHER_MODELS)
#: beside those of the register: who administers it creates accounts and gives them roles
ACCOUNTS = named(("view", "add", "change"), ("user",)) | {"view_group"}
LIMITS = named(("view", "add", "change", "delete"), ("countrylimit",))


class Command(BaseCommand):
    help = "Creates the groups reader, editor, publisher, importer and administrator, or resets their permissions."

    def handle(self, **options: Any) -> None:
        for name, codenames in ROLES.items():
            group, _created = Group.objects.get_or_create(name=name)
            own = Q(content_type__app_label="relations", codename__in=codenames)
            accounts = Q(content_type__app_label="auth", codename__in=ACCOUNTS) | Q(
                content_type__app_label="relations", codename__in=LIMITS
            )
            found = Permission.objects.filter(own | accounts if name == "administrator" else own)
            group.permissions.set(found)
