"""An importer in the admin, as a browser without scripts: uploads, presses the buttons of the preview, reads."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from relations.models import Agreement, ImportBatch


def upload(client, data, name="sheet.csv", model=Agreement, sheet=""):
    """The page that answers an uploaded file: its preview, or the form with the reason why not."""
    address = reverse(f"admin:relations_{model._meta.model_name}_import")
    return client.post(address, {"file": SimpleUploadedFile(name, data), "sheet": sheet}, follow=True)


def press(client, page, step):
    """The page after one of the buttons: confirm, good, cancel, marked, undo."""
    batch = page.context["batch"]
    return client.post(reverse(f"admin:relations_importbatch_{step}", args=[batch.pk]), follow=True)


def batch_of(page):
    return ImportBatch.objects.get(pk=page.context["batch"].pk)


def counts(page):
    batch = batch_of(page)
    return batch.created, batch.updated, batch.unchanged


def errors(page):
    return batch_of(page).report["errors"]
