"""Near duplicates: a new row of the same date and much the same title as a record, or as a row above it."""

import difflib
from collections import defaultdict

from relations.folding import fold

ALIKE = 0.87
CHUNK = 500


def near_twins(model, drafts):
    """[(draft, the record it looks like)]. Undated rows are not compared: too many share nothing but that."""
    by_day = defaultdict(list)
    for record in of_the_same_days(model, drafts):
        by_day[record.first_day, record.last_day].append((record, titles(record)))
    found = []
    for draft in drafts:
        day = (draft.record.first_day, draft.record.last_day)
        if any(day):
            own = titles(draft.record)
            if twin := next((other for other, theirs in by_day[day] if alike(own, theirs)), None):
                found.append((draft, twin))
            by_day[day].append((draft.record, own))
    return found


def of_the_same_days(model, drafts):
    days = sorted({draft.record.first_day for draft in drafts if draft.record.first_day})
    for start in range(0, len(days), CHUNK):
        wanted = model.objects.filter(first_day__in=days[start : start + CHUNK])
        yield from wanted.only("key", "title_ru", "title_en", "period", "first_day", "last_day")


def titles(record):
    return {language: fold(getattr(record, f"title_{language}")) for language in ("ru", "en")}


def alike(own, theirs):
    """Whether the titles in either language are much the same."""
    return any(own[code] and theirs[code] and ratio(own[code], theirs[code]) >= ALIKE for code in own)


def ratio(one, other):
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    # Two bounds that are cheap to know come first: most pairs are nothing alike.
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return 0
    return matcher.ratio()
