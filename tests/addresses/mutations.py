"""Addresses as they come from programs that look for weaknesses, old links and slips of the keyboard."""

from urllib.parse import quote, urlencode

#: what is never to stand in a page as it is typed here
PROBE = "<probe-of-markup"
HOSTILE = (
    "", " ", "%00", "a%00b", "%FF%FE", "%C3%28", "%ED%A0%80", "%F0%9F%92%A5", "%0d%0aX-Injected:1",
    "%25%25", quote(f'">{PROBE} x=1>'), quote(f"'>{PROBE}>"), quote("javascript:alert(1)"),
    quote("' OR 1=1 --"), quote("{{7*7}}{%if%}"), "-1", "0", "1.5", "1e9", "00001", "+1", "NaN", "Infinity",
    "null", "None", "undefined", "true", "[]", "{}", str(2**31), str(2**31 - 1), str(2**63),
    str(-(2**63) - 1), "9" * 20, "9" * 400, quote("१९९२"), quote("²"), quote("１９９２"), "1984", "9999",
    "10000", "-9999", "1992-13-45", "1992-05-30", "1992/1990", "..%2F..%2Fetc%2Fpasswd", "*", "%2A" * 50,
    "a" * 2000, quote("я" * 600), ",", ",".join(map(str, range(200))), quote('"' * 99), "-" * 99, "OR" * 90,
    "KZ", "kz", "ZZ",
)  # fmt: skip
PARAMETERS = (
    "q", "country", "region", "with", "year_from", "year_to", "undated", "topic", "source", "sourced",
    "scope", "sort", "page", "type", "status", "level", "indicator", "area", "counterpart", "format",
    "office", "cursor", "lang", "pairs", "columns", "size", "date", "as_of", "unknown",
    "csrfmiddlewaretoken",
)  # fmt: skip
OF_ADMIN = (
    "o", "p", "e", "all", "_facets", "_popup", "_to_field", "_changelist_filters", "state", "state__exact",
    "id", "id__in", "pk__gt", "first_day__year", "first_day__month", "first_day__day", "created_at__gte",
    "key__startswith", "title_ru__regex", "search_text", "topics__id__exact", "sources", "term",
    "app_label", "model_name", "field_name", "next", "batch", "sheet", "ids", "history", "about", "key",
    "password", "created_by__password__startswith",
)  # fmt: skip
#: what follows a mutated path
ENDS = (
    "",
    "/",
    "//",
    "/.",
    "/%2e%2e/",
    ".csv",
    ".json",
    ".atom",
    "/history/",
    "/change/",
    "/1/",
    "/-1/",
    "?",
    "#x",
)


def mutated(chance, address, is_admin):
    """One address made of a good one: another value, another name, several of one name, or another path."""
    path, _mark, query = address.partition("?")
    parts = query.split("&") if query else []
    names = PARAMETERS + OF_ADMIN if is_admin else PARAMETERS
    for _ in range(chance.choice((1, 1, 2, 3))):
        kind = chance.random()
        if kind < 0.75:
            name = chance.choice(names)
            parts += [f"{name}={chance.choice(HOSTILE)}"] * chance.choice((1, 1, 1, 2, 40))
        elif kind < 0.8:
            name = chance.choice(names)
            parts.append(urlencode([(name, f"{value}") for value in range(200)]))
        elif kind < 0.95:
            segments = path.split("/")
            at = chance.randrange(1, len(segments))
            segments[at] = chance.choice(HOSTILE)
            path = "/".join(segments)
        else:
            path = path.rstrip("/") + chance.choice(ENDS)
    return path + ("?" + "&".join(parts) if parts else "")
