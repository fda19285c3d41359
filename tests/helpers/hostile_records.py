"""Records that are hard to show: undated, of the first and the last year, and with markup in each text."""

from contextlib import suppress

from django.core.exceptions import ValidationError
from django.db import models

from relations.catalog import RECORD_TYPES
from relations.models import Indicator, Source
from relations.values.period_problems import FIRST_YEAR, LAST_YEAR
from tests.helpers.factories import (
    FACTORIES,
    ForumSeriesFactory,
    IndicatorFactory,
    OrganizationFactory,
    PersonFactory,
    PlaceFactory,
    SourceFactory,
    TopicFactory,
    UnitFactory,
)
from tests.helpers.hostile import ACTIVE
from tests.helpers.reports import report_on

#: endings of the names of fields with free text
FREE = (
    "_ru",
    "_en",
    "notes",
    "title",
    "author",
    "publisher",
    "container_title",
    "alternative_titles",
    "rank_reason",
)


def plant_hostile_records():
    """One of each type for each of these."""
    named = {
        TopicFactory: {"key": "hostile-topic"}, PlaceFactory: {"code": "hostile-place"},
        OrganizationFactory: {}, PersonFactory: {}, ForumSeriesFactory: {}, UnitFactory: {"key": "hostile-unit"},
    }  # fmt: skip
    made = {factory: factory(**given, **texts_of(factory._meta.model)) for factory, given in named.items()}
    source = SourceFactory(key="hostile-source", url="https://example.org/?a=%22%3E", **texts_of(Source))
    indicator = IndicatorFactory(key="hostile-indicator", unit=made[UnitFactory], **texts_of(Indicator))
    for one in RECORD_TYPES:
        more = {"indicator": indicator, "unit": made[UnitFactory]} if one.slug == "statistics" else {}
        for number, period in enumerate(("", str(FIRST_YEAR), str(LAST_YEAR), f"{FIRST_YEAR}/{LAST_YEAR}")):
            texts = texts_of(one.model, number)
            record = FACTORIES[one.slug](key=f"hostile-{one.slug}-{number}", period=period, **texts, **more)
            record.cite(source, locator=ACTIVE[1])
            record.topics.add(made[TopicFactory])
            if hasattr(record, "participations"):
                first = record.participations.first()
                for name, factory in (("organization", OrganizationFactory), ("person", PersonFactory)):
                    record.participations.create(role=first.role, **{name: made[factory]})
            with suppress(
                ValidationError
            ):  # some of these are not plausible: they remain drafts, which editors see
                record.publish()
            report_on(record, ACTIVE[number], evidence=ACTIVE[1], reply_to="reader@example.org")


def texts_of(model, number=0):
    """{field: markup} of the fields with free text."""
    fields = [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, (models.CharField, models.TextField))
        and field.name.endswith(FREE)
        and not field.choices
    ]
    return {field.name: markup(field, at + number) for at, field in enumerate(fields)}


def markup(field, at):
    text = ACTIVE[at % len(ACTIVE)]
    return (
        text if field.max_length is None or len(text) <= field.max_length else ACTIVE[0][: field.max_length]
    )
