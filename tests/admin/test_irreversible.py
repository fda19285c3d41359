"""What cannot be taken back needs a right of its own: who may only change does none of it, in whatever way."""

import pytest
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command

from relations.imports.recipes import keep_recipe
from relations.mapping.recipe import Recipe
from relations.models import Agreement, ImportBatch, ImportRecipe, Merge, Source
from relations.revisions.merges import TYPES
from tests.helpers.admin import act, signed_in, url
from tests.helpers.factories import AgreementFactory, SourceFactory
from tests.helpers.merging import every_row, proposed
from tests.helpers.sheets import import_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def changer(roles, django_user_model):
    """A user who may see and change everything, and nothing else."""
    user = django_user_model.objects.create_user("changer", password="x", is_staff=True)
    own = Permission.objects.filter(content_type__app_label="relations")
    user.user_permissions.set(own.filter(codename__regex="^(view|change)_"))
    return user


@pytest.fixture
def client(changer):
    return signed_in(changer)


@pytest.fixture
def imported(db):
    """An import of somebody else, which has made one record."""
    row = {"title_ru": "Договор", "source": SourceFactory().key, "date_signed": "2018"}
    return import_rows("agreements", {"key": "made", **row})


@pytest.mark.parametrize("page", ["undo", "publish", "confirm", "good", "cancel"])
def test_the_import_of_another_is_not_undone_or_stored_by_a_request(page, client, imported):
    before = every_row()
    sent = {"confirmed": "1", "reason": "Wrong", "seen": "anything"}
    assert client.post(url(ImportBatch, page, imported.pk), sent).status_code == 403
    client.post(url(ImportBatch), {"action": "undo", "_selected_action": [imported.pk]}, follow=True)
    imported.refresh_from_db()
    assert imported.undone_at is None
    assert every_row().keys() == before.keys()


def test_nor_by_the_command_in_her_name(changer, imported, publisher):
    with pytest.raises(CommandError, match="The user “changer” may not undo the import"):
        call_command("undo_import", imported.pk, user="changer")
    assert Agreement.objects.count() == 1
    call_command("undo_import", imported.pk, user="publisher")
    assert not Agreement.objects.exists()


def test_nothing_is_deleted(client):
    record, source, recipe = AgreementFactory(), SourceFactory(), keep_recipe(Recipe("agreements", name="x"))
    for entity in (record, source, recipe):
        sent = {"post": "yes", "reason": "Wrong", "_reason": "Wrong"}
        assert client.post(url(type(entity), "delete", entity.pk), sent).status_code == 403
        chosen = {"action": "delete_selected", "_selected_action": [entity.pk], **sent}
        client.post(url(type(entity)), chosen, follow=True)
    assert Agreement.objects.filter(pk=record.pk).exists()
    assert Source.objects.filter(pk=source.pk).exists()
    assert ImportRecipe.objects.filter(pk=recipe.pk).exists()


def test_nothing_is_restored_from_the_trash(client, staff):
    record, editor = AgreementFactory(), signed_in(staff("editor"))
    editor.post(url(Agreement, "delete", record.pk), {"post": "yes", "reason": "Wrong", "_reason": "Wrong"})
    assert not Agreement.objects.exists()
    page = editor.get(url(Agreement, "trash"))
    [(_title, version)] = page.context["deleted"]
    assert client.post(url(Agreement, "trash"), {"version": version.pk}).status_code == 403
    assert not Agreement.objects.exists()


def test_nothing_is_merged_and_no_merge_undone(client, publisher):
    assert "agreements" in TYPES
    kept, other, third = (AgreementFactory() for _ in range(3))
    merge = proposed(kept, other, publisher)
    before = every_row()
    for verb in ("undo", "approve", "discard"):
        assert client.post(url(Agreement, "merged", merge.pk), {"verb": verb, "seen": "x"}).status_code == 403
    for verb in ("merge", "different"):
        sent = {"verb": verb, "with": third.pk, "seen": "x", "reason": "One"}
        assert client.post(url(Agreement, "merge", kept.pk), sent).status_code == 403
    assert every_row() == before
    assert Merge.objects.get().status == Merge.Status.DONE


def test_nothing_is_published_or_unpublished(client):
    draft, public = AgreementFactory(), AgreementFactory(published=True)
    for action, record in (("publish", draft), ("withdraw", public)):
        act(client, action, record)
        act(client, action, record, confirmed=1, reason="Checked")
    assert Agreement.objects.get(pk=draft.pk).state == "draft"
    assert Agreement.objects.get(pk=public.pk).state == "published"
