"""Thousands of records in a few seconds: copies of one that differ by key, title, days and words."""

from datetime import date, timedelta

from relations.models import Citation, Participation
from relations.models.bulk import insert, reserve
from relations.models.events import Event
from relations.models.foreign_keys import key_to
from relations.search.index import keep_words

FIRST_DAY = date(1992, 1, 1)
DAYS = ("first_day", "last_day", "possible_from", "possible_to", "certain_from", "certain_to")


def copy(record, number, **values):
    """Copies a record with its citations and participants; `values` are functions of the number of the copy."""
    model = type(record)
    fields = model._meta.concrete_fields
    stored = {field.name: getattr(record, field.attname) for field in fields}
    keys = reserve(model, number)
    rows = [{**stored, "id": key, **made(stored, at)} for at, key in enumerate(keys)]
    for at, row in enumerate(rows):
        row.update({name: make(at) for name, make in values.items()})
    insert(model, [field.name for field in fields], (tuple(row.values()) for row in rows))
    keep_words(model._meta.db_table, [(row["id"], row["search_text"]) for row in rows])
    for related in (Citation, Participation) if issubclass(model, Event) else (Citation,):
        copy_related(related, key_to(model), record.pk, keys)
    return keys


def made(stored, at):
    """What a copy has of its own: a title with its number, one of a thousand words, a day of forty years."""
    day = FIRST_DAY + timedelta(days=at * 7919 % 14_600)
    return {
        "key": f"{stored['key']}-{at}",
        "title_ru": f"Договор № {at * 7919 % 100_003}",
        "search_text": f"{stored['search_text']} знак{at % 1000:03}",
        "period": day.isoformat(),
        "published_at": stored["published_at"] and stored["published_at"] + timedelta(seconds=at),
        **dict.fromkeys(DAYS, day),
    }


def copy_related(model, owner, pk, keys):
    names = [field.name for field in model._meta.concrete_fields if field.name != "id"]
    attributes = [field.attname for field in model._meta.concrete_fields if field.name != "id"]
    at = names.index(owner)
    rows = model.objects.filter(**{owner: pk}).values_list(*attributes)
    insert(model, names, ((*row[:at], key, *row[at + 1 :]) for row in rows for key in keys))
