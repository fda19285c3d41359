"""Near duplicates: a new row of the same date and sides and much the same title as a record, or as a row above it."""

import re
from collections import defaultdict

from relations.models.row_cache import CHUNK, unpacked
from relations.text.normalize import fold
from relations.text.similarity import similarity

ALIKE = 0.87
FIGURES = re.compile(r"\d+")
#: of one date so many are compared: thousands of undistinguished rows say nothing about each other
MOST_NEIGHBOURS = 200


def near_twins(resource, drafts, above):
    """(draft, title, key of the record it looks like). Undated rows are not compared: they share nothing but that.

    `above` {day: what stood in the rows further up} is for sheets whose rows are not in the database; it grows.
    """
    dated = [draft for draft in drafts if draft.record.first_day or draft.record.last_day]
    days = {(draft.record.first_day, draft.record.last_day) for draft in dated}
    by_day = defaultdict(list, {day: above[day][:MOST_NEIGHBOURS] for day in days if day in above})
    for day, ru, en, key, row in of_the_same_days(resource.model, dated):
        by_day[day].append((key, ru, en, row))
    for draft in dated:
        record, day = draft.record, (draft.record.first_day, draft.record.last_day)
        own = (draft.key, record.title_ru, record.title_en, sides_of(resource, draft.after))
        for other in by_day[day][:MOST_NEIGHBOURS]:
            if are_alike(own, other) and have_sides_in_common(resource, own[3], other[3]):
                yield draft, other[1] or other[2], other[0]
                break
        by_day[day].append(own)
        above[day].append(own)


def of_the_same_days(model, drafts):
    """((first, last day), Russian title, English title, key, row) of the records of these days."""
    days = sorted({draft.record.first_day for draft in drafts if draft.record.first_day})
    for start in range(0, len(days), CHUNK):
        found = model.objects.filter(first_day__in=days[start : start + CHUNK]).order_by("pk")
        for first, last, *rest in found.values_list(
            "first_day", "last_day", "title_ru", "title_en", "key", "row"
        ):
            yield (first, last), *rest


def sides_of(resource, row):
    return tuple(row.get(name, "") for name in resource.twin_columns)


def have_sides_in_common(resource, own, other):
    """Whether both name the same sides, or one of them none; `other` may be a row as it is kept."""
    other = sides_of(resource, unpacked(other)) if isinstance(other, str) else other
    return own == other or not any(own) or not any(other)


def are_alike(own, other):
    """Whether the titles in either language are much the same; without any, the sides alone speak."""
    pairs = [(own[i], other[i]) for i in (1, 2) if own[i] and other[i]]
    return any(alike(one, two) for one, two in pairs) or not any((*own[1:3], *other[1:3]))


def alike(one, other):
    """Much the same words. Protocol 5 and Protocol 6 are two, however alike they read."""
    if abs(len(one) - len(other)) * 4 > max(len(one), len(other)) or FIGURES.findall(one) != FIGURES.findall(
        other
    ):
        return False
    return one == other or similarity(fold(one), fold(other), ALIKE) >= ALIKE
