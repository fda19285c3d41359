"""Error reports: sent as a reader does, or made at once."""

from relations.models import ErrorReport, Version
from relations.registry import resource_of


def report_on(record, text="The date is wrong", **more):
    """An error report about a record or source."""
    slug = resource_of(type(record)).slug
    given = {"type": slug, "object_id": record.pk, "key": record.key, "language": "en", "text": text}
    return ErrorReport.objects.create(**{**given, **more})


def correction_of(record):
    """A change of a record that readers see."""
    slug = resource_of(type(record)).slug
    number = Version.objects.filter(type=slug, object_id=record.pk).count() + 100
    about = {"type": slug, "object_id": record.pk, "key": record.key, "number": number, "is_correction": True}
    return Version.objects.create(**about, before={"notes": "old"}, after={"notes": "new"})


def address_of(record, language="en"):
    return f"/{language}/{resource_of(type(record)).slug}/{record.key}/report/"


def opened(client, record, language="en"):
    """What a browser would send back from the form as it is opened."""
    form = client.get(address_of(record, language)).context["form"]
    return {field.html_name: field.value() or "" for field in form}


def send(client, record, language="en", **typed):
    return client.post(
        address_of(record, language), {**opened(client, record, language), "text": "It is wrong", **typed}
    )
