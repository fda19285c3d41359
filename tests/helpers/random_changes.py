"""Random changes of records and of what they refer to."""

from contextlib import suppress

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from relations.errors import Problem
from relations.models import Agreement, Citation, Membership, Observation, Place, Source, State, Topic


def change_something(chance):
    """One change as people and programs make them."""
    record = some(chance.choice((Agreement, Observation)).objects.order_by("pk"), chance)
    place = some(Place.objects.filter(kind="country").order_by("pk"), chance)
    topic, source = (some(model.objects.order_by("pk"), chance) for model in (Topic, Source))
    changes = [
        lambda: move(record, chance),
        lambda: record.topics.set([topic]) or record.save(),
        lambda: record.cite(source, field="title_ru", locator_label="page", locator=str(chance.randint(1, 99))),
        lambda: record.citations.count() > 1 and Citation.objects.get(pk=record.citations.last().pk).delete(),
        lambda: record.withdraw() if record.state == State.PUBLISHED else record.publish(),
        lambda: type(record).objects.filter(pk=record.pk).update(title_en=f"Title {chance.random()}"),
        lambda: record.delete() if not record.links_back.exists() else None,
        lambda: rename(place, chance),
        lambda: Membership.objects.filter(group__code="cis").last().delete(),
    ]  # fmt: skip
    change = chance.choice(changes)
    # A rule refuses some: what was done before counts, but for what the database refuses.
    with suppress(IntegrityError), transaction.atomic(), suppress(Problem, ValidationError):
        change()


def some(records, chance):
    return records[chance.randrange(records.count())]


def move(record, chance):
    if isinstance(record, Agreement):
        record.signed = f"{chance.randint(1992, 2024)}-{chance.randint(1, 12):02}"
    else:
        record.period = str(chance.randint(1992, 2024))
    record.save()


def rename(place, chance):
    place.name_en = f"Place {chance.random()}"
    place.save()
