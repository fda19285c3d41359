"""Makes unique keys for new records."""

from typing import TYPE_CHECKING

from django.db.models import Q

from relations.text.slugs import MOST_ENDING, slug

if TYPE_CHECKING:
    from .key_history import Addressed
    from .records import Record


def key_base(record: "Record", *more: object) -> str:
    """The preferred key of a record: English title, else Russian, then what distinguishes it from its
    namesakes.
    """
    year = record.period.first_day.year if record.period.first_day else ""
    title = slug(record.title_en or record.title_ru or record.title)
    ending = "".join(f"-{part}" for part in (*more, year) if part)[:MOST_ENDING]
    return f"{title or record._meta.model_name}{ending}"


def key_for(record: "Record") -> str:
    """A free key for a record that has none."""
    return free_key(record, key_base(record))


def free_key(entity: "Addressed", base: str) -> str:
    """`base`, or `base-2`, `base-3`, … if another entity of the model has or had that key."""
    key, number, others = base, 1, type(entity)._base_manager.exclude(pk=entity.pk)
    while others.filter(Q(key=key) | Q(former_keys__key=key)).exists():
        number += 1
        key = f"{base}-{number}"
    return key
