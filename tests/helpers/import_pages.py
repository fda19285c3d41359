"""An importer in the admin, as a browser without scripts: uploads, presses the buttons of the preview, reads."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from relations.models import Agreement, ImportBatch


def upload(client, data, name="sheet.csv", model=Agreement, sheet=""):
    """The page that answers an uploaded file: its preview, or the form with the reason why not."""
    address = reverse(f"admin:relations_{model._meta.model_name}_import")
    return client.post(address, {"file": SimpleUploadedFile(name, data), "sheet": sheet}, follow=True)


def press(client, page, step):
    """The page after one of the buttons: confirm, good, cancel, marked."""
    batch = page.context["batch"]
    return client.post(reverse(f"admin:relations_importbatch_{step}", args=[batch.pk]), follow=True)


def undone(client, batch, reason="Wrong file"):
    """The page after an import was undone: what will be done is looked at, and confirmed with a reason."""
    address = reverse("admin:relations_importbatch_undo", args=[batch.pk])
    planned = client.get(address).context["planned"]
    return client.post(address, {"confirmed": 1, "seen": planned.seen, "reason": reason}, follow=True)


def batch_of(page):
    return ImportBatch.objects.get(pk=page.context["batch"].pk)


def counts(page):
    batch = batch_of(page)
    return batch.created, batch.updated, batch.unchanged


def errors(page):
    return batch_of(page).report["errors"]
