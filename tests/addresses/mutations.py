"""Addresses that are changed at random, as somebody would who looks for a weakness."""

import re
from typing import NamedTuple
from urllib.parse import quote

from tests.helpers import hostile

#: what stands in an address as it is: bytes that are no text, control characters, escapes of escapes
RAW = (
    "%00 a%00b %0%000 %ff %c3 %ed%a0%80 %f4%90%80%80 %0d%0aX-Injected:%20yes %0a %09 %7f %zz % %u0041 %2500"
    " %252e%252e + %20 & = ; %26 %3B"
).split(" ")
LOOKUPS = (
    *"exact iexact in isnull gt gte lt lte range contains icontains startswith regex iregex year year__gte".split(),
    *"month date week_day id__exact pk__in key name nothing exact__exact place__code place__parent__name_ru".split(),
    *"password source__title__contains user__password__startswith".split(),
    "",
)
YEARS = (
    ("year_from", "year_to"),
    ("first_day__gte", "first_day__lt"),
    ("first_day__year__gte", "first_day__year__lte"),
)
PAGES = ("page", "p", "cursor", "page_size", "limit", "o", "after", "month", "e")
#: so many are asked for as they are
ORDINARY = 0.08


class Address(NamedTuple):
    """The parts as they stand in a request: escaped."""

    path: str
    query: tuple[str, ...] = ()

    def __str__(self):
        return f"{self.path}?{'&'.join(self.query)}" if self.query else self.path

    @classmethod
    def parse(cls, text):
        path, _mark, query = text.partition("?")
        return cls(path, tuple(query.split("&")) if query else ())

    def with_query(self, *more):
        return self._replace(query=(*self.query, *more))


class Mutations:
    """`names` are the parameters that this part of the register knows; a lookup can be added to `fields`."""

    def __init__(self, chance, names, fields=()):
        self.chance, self.names, self.fields = chance, names, fields
        self.all = 2 * [self.of_value, self.another, self.active, self.of_path]
        self.all += [self.repeated, self.many, self.long, self.unknown, self.empty, self.years, self.page]
        self.all += [self.lookup] * 6 if fields else []

    def mutated(self, address):
        """Changed in one to three ways, now and then in none."""
        if self.chance.random() < ORDINARY:
            return address
        for _time in range(self.chance.choice((1, 1, 2, 3))):
            address = self.chance.choice(self.all)(address)
        return address

    def value(self):
        if self.chance.random() < 0.2:
            return self.chance.choice(RAW)
        return escaped(self.chance.choice(hostile.VALUES))

    def of_value(self, address):
        """One of its parameters gets another value."""
        if not address.query:
            return self.another(address)
        at = self.chance.randrange(len(address.query))
        name = address.query[at].partition("=")[0]
        changed = f"{name}={self.value()}"
        return address._replace(query=(*address.query[:at], changed, *address.query[at + 1 :]))

    def another(self, address):
        return address.with_query(f"{self.chance.choice(self.names)}={self.value()}")

    def repeated(self, address):
        given = self.chance.choice(address.query or (f"{self.chance.choice(self.names)}=1",))
        return address.with_query(given, f"{given.partition('=')[0]}={self.value()}")

    def many(self, address):
        name = self.chance.choice(self.names)
        values = [f"{name}={self.value()}" for _number in range(5)]
        return address.with_query(*(values * 40))

    def long(self, address):
        return address.with_query(
            f"{self.chance.choice(self.names)}={escaped(self.chance.choice(hostile.LONG))}"
        )

    def unknown(self, address):
        return address.with_query(f"{self.value()}={self.value()}")

    def empty(self, address):
        name = self.chance.choice(self.names)
        return address.with_query(self.chance.choice((name, f"{name}=", "=", "", f"{name}==")))

    def years(self, address):
        first, last = self.chance.choice(YEARS)
        early, late = (escaped(self.chance.choice(hostile.YEARS)) for _end in "12")
        bounds = self.chance.choice(
            ((f"{first}=2010", f"{last}=2000"), (f"{first}={early}",), (f"{last}={late}",))
        )
        return address.with_query(*bounds)

    def page(self, address):
        cut = [one[: len(one) // 2] for one in address.query if one.startswith("cursor=")]
        number = escaped(self.chance.choice(hostile.NUMBERS))
        return address.with_query(*(cut or [f"{self.chance.choice(PAGES)}={number}"]))

    def active(self, address):
        return address.with_query(
            f"{self.chance.choice(self.names)}={escaped(self.chance.choice(hostile.ACTIVE))}"
        )

    def lookup(self, address):
        field, lookup = self.chance.choice(self.fields), self.chance.choice(LOOKUPS)
        return address.with_query(f"{field}__{lookup}={self.value()}")

    def of_path(self, address):
        parts = address.path.split("/")
        at = self.chance.randrange(1, len(parts))
        change = self.chance.randrange(8)
        if change == 0:
            parts[at] = self.value().replace("?", "%3F") or "%20"
        elif change == 1:
            parts[at] = re.sub(r"\d+", escaped(self.chance.choice(hostile.NUMBERS)), parts[at]) or "0"
        elif change == 2:
            parts.insert(at, self.chance.choice(("..", ".", "", "%2F", "%2e%2e", "x" * 300, "admin", "ru")))
        elif change == 3:
            del parts[at:]
        elif change == 4:
            parts[at] = parts[at].upper()
        elif change == 5:
            parts[at] += self.chance.choice((".csv", ".json", ".svg", "%00", "%0a", ";x=1", "~", "%20"))
        elif change == 6:
            parts = parts[:-1] if parts[-1] == "" else [*parts, ""]
        else:
            parts.insert(1, self.chance.choice(("", "evil.example", "%5Cevil.example")))
        return address._replace(path="/".join(parts) if len(parts) > 1 else "/")


def escaped(value):
    return quote(value, safe="", errors="surrogatepass")
