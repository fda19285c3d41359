"""Error reports: sent as a reader does, or made at once."""

from relations.models import ErrorReport
from relations.registry import resource_of


def report_on(record, text="The date is wrong", **more):
    """An error report about a record or source."""
    slug = resource_of(type(record)).slug
    given = {"type": slug, "object_id": record.pk, "key": record.key, "language": "en", "text": text}
    return ErrorReport.objects.create(**{**given, **more})


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
