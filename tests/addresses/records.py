"""The records and accounts with which addresses are asked for."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from tests.helpers.hostile_records import plant_hostile_records
from tests.helpers.planted import plant


def plant_all():
    plant(get_user_model().objects.create_user("planter"))
    plant_hostile_records()


def accounts():
    """{name: user}: one who may do everything, and one with the rights of an editor."""
    users = get_user_model().objects
    everything = users.create_superuser("everything")
    editor = users.create_user("editor", is_staff=True)
    editor.groups.set(Group.objects.filter(name="editor"))
    return {"superuser": everything, "editor": editor}
