"""Near duplicates: a new row of the same date and sides and much the same title as a record, or as a row above it."""

import difflib
import re
from collections import defaultdict

from relations.folding import fold
from relations.rows import CHUNK, unpacked

ALIKE = 0.87
FIGURES = re.compile(r"\d+")
#: of one date so many are compared: thousands of undistinguished rows say nothing about each other
MOST_NEIGHBOURS = 200


def near_twins(resource, drafts):
    """[(draft, title, key of the record it looks like)]. Undated rows are not compared: they share nothing but that."""
    by_day = defaultdict(list)
    dated = [draft for draft in drafts if draft.record.first_day or draft.record.last_day]
    for day, ru, en, key, row in of_the_same_days(resource.model, dated):
        by_day[day].append((key, ru, en, row))
    for draft in dated:
        record, day = draft.record, (draft.record.first_day, draft.record.last_day)
        own = (draft.key, record.title_ru, record.title_en, draft.after)
        for other in by_day[day][:MOST_NEIGHBOURS]:
            if are_alike(own, other) and have_sides_in_common(resource, own[3], other[3]):
                yield draft, other[1] or other[2], other[0]
                break
        by_day[day].append(own)


def of_the_same_days(model, drafts):
    """((first, last day), Russian title, English title, key, row) of the records of these days."""
    days = sorted({draft.record.first_day for draft in drafts if draft.record.first_day})
    for start in range(0, len(days), CHUNK):
        found = model.objects.filter(first_day__in=days[start : start + CHUNK]).order_by("pk")
        for first, last, *rest in found.values_list(
            "first_day", "last_day", "title_ru", "title_en", "key", "row"
        ):
            yield (first, last), *rest


def have_sides_in_common(resource, own, other):
    """Whether both rows name the same sides, or one of them none."""
    other = other if isinstance(other, dict) else unpacked(other)
    return all(own.get(name, "") == other.get(name, "") for name in resource.twin_columns) or not (
        any(own.get(name) for name in resource.twin_columns)
        and any(other.get(name) for name in resource.twin_columns)
    )


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
    return one == other or ratio(fold(one), fold(other)) >= ALIKE


def ratio(one, other):
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    # Two bounds that are cheap to know come first: most pairs are nothing alike.
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return 0
    return matcher.ratio()
