"""Questions about years answered by trying every pair of years that a date may mean."""

from relations.values.period import point_bounds

#: years that an open end may reach
ALL_YEARS = range(1950, 2051)


def answer(record, first, last):
    """ "certainly", "possibly" or "not": whether the date of a record lies between two years."""
    asked = set(range(first, last + 1))
    tried = [any(year in asked for year in years) for years in spans_of(record)]
    if tried and all(tried) and is_known(record, asked):
        return "certainly"
    return "possibly" if any(tried) or not tried else "not"


def spans_of(record):
    """Every run of years that the date may mean; none for an unknown date."""
    text = record.period.text
    if not text or "XXXX" in text:
        return []
    start, end = [years_of(point) for point in record.period.points] * (1 if "/" in text else 2)
    if not record.IS_SPAN or "/" not in text:
        return [[year] for year in range(min(start), max(end) + 1)]
    return [range(one, other + 1) for one in start for other in end if one <= other]


def is_known(record, asked):
    """Whether the certain answer rests on ends that are neither doubtful nor open."""
    known = [
        point for point in record.period.points if point != ".." and "?" not in point and "%" not in point
    ]
    if len(known) == len(record.period.points):
        return True
    return record.IS_SPAN and len(known) == 1 and set(years_of(known[0])) <= asked


def years_of(point):
    if point == "..":
        return ALL_YEARS
    first, last = point_bounds(point)
    about = 1 if "~" in point or "%" in point else 0
    return range(first.year - about, last.year + about + 1)
