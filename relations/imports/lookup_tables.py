"""Shelves of the book: things found by key, by any of their names, or by their description; with what may be meant."""

import re
from collections import defaultdict
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.rows.suggestions import near, parts_at_commas, unmixed
from relations.text.normalize import fold

#: what advertisers add to an address
CAMPAIGN = re.compile(r"utm_\w+=", re.IGNORECASE)


class Names:
    """Things of one model, found by key or by any of their names in either language, in any case."""

    def __init__(self, things, what):
        self.what, self.found = what, {}
        self.by_key = {thing.natural_key()[0].casefold(): thing for thing in things}
        self.by_name = defaultdict(list)
        for thing in things:
            for name in thing.folded_names.split("\n"):
                self.by_name[name].append(thing)

    def find(self, text):
        """The one thing meant by `text`; Problem where there is none or more than one, with what may be meant."""
        if text not in self.found:
            self.found[text] = self.look_up(text)
        found = self.found[text]
        if isinstance(found, Problem):
            raise found
        return found

    def look_up(self, text):
        found = self.called(text)
        if len(found) == 1:
            return found[0]
        if found:
            message = _("“%(text)s” may mean any of these: %(choices)s. Enter the code.")
            return Problem("name.ambiguous", message, text=text[:80], choices=named(found))
        parts = [self.called(part) for part in parts_at_commas(text)]
        if parts and all(len(one) == 1 for one in parts):
            return several(text, named(one for (one,) in parts))
        if near_ones := [thing for name in near(fold(text), self.by_name) for thing in self.by_name[name]]:
            message = _("There is no %(what)s “%(text)s” in the register. Did you mean %(choices)s?")
            choices = named(dict.fromkeys(near_ones))
            return Problem("name.unknown", message, text=text[:80], what=self.what, choices=choices)
        message = _("There is no %(what)s “%(text)s” in the register.")
        return Problem("name.unknown", message, text=text[:80], what=self.what)

    def called(self, text):
        """All things that `text` is the key or a name of."""
        if thing := self.by_key.get(text.casefold()):
            return [thing]
        found = self.by_name.get(fold(text)) or self.by_name.get(fold(unmixed(text))) or ()
        return list(dict.fromkeys(found))


def several(text, choices):
    """The Problem of several values with commas between them: a comma may be part of a name, so that it divides none."""
    message = _(
        "“%(text)s” contains several names: %(choices)s. If the column takes several values,"
        " separate them with “;”."
    )
    return Problem("value.commas", message, text=text[:80], choices=choices)


def named(things):
    return ", ".join(f"{thing.natural_key()[0]} ({thing.name})" for thing in things)


class Keys(dict):
    """{key: primary key} of records or sources; None for those that this very sheet is about to create."""

    def __init__(self, model, what):
        super().__init__(model.objects.order_by().values_list("key", "pk"))
        self.what, self.refused = what, {}

    def find(self, text):
        if text in self:
            return self[text]
        if text not in self.refused:
            self.refused[text] = self.refusal(text)
        raise self.refused[text]

    def refusal(self, text):
        """The Problem of an unknown key, with what may be meant."""
        parts = parts_at_commas(text)
        if parts and all(part in self for part in parts):
            return several(text, ", ".join(parts))
        if near_ones := near(text, self):
            message = _("There is no %(what)s with the key “%(text)s”. Did you mean %(choices)s?")
            choices = ", ".join(near_ones)
            return Problem("key.unknown", message, text=text[:80], what=self.what, choices=choices)
        message = _("There is no %(what)s with the key “%(text)s”.")
        return Problem("key.unknown", message, text=text[:80], what=self.what)


class Descriptions:
    """Which source a description means, whatever its key: the one at its address, else of its title and date."""

    def __init__(self, rows):
        """`rows` are (key, title, date, address) of the sources that are there, the oldest first."""
        self.by_address, self.by_title, self.addresses = {}, {}, {}
        for row in rows:
            self.add(*row)

    def add(self, key, title, issued, url):
        self.addresses[key] = address = plain_address(url)
        self.by_title.setdefault((fold(title), str(issued)), []).append(key)
        for spelling in filter(None, (url, address)):
            self.by_address.setdefault(spelling, key)

    def find(self, title, issued, url):
        """The key of the source, or None. Two works of the same title and date at two addresses are two."""
        address = plain_address(url)
        if known := self.by_address.get(url) or self.by_address.get(address):
            return known
        namesakes = self.by_title.get((fold(title), str(issued)), ())
        return next((key for key in namesakes if self.may_stand_at(key, address)), None)

    def may_stand_at(self, key, address):
        own = self.addresses.get(key, "")
        return not own or not address or own == address


def plain_address(url):
    """An address without what does not change where it leads: scheme, “www.”, last slash, fragment, campaign."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url
    query = "&".join(part for part in parts.query.split("&") if part and not CAMPAIGN.match(part))
    host = parts.netloc.casefold().removeprefix("www.")
    return host + parts.path.rstrip("/") + (f"?{query}" if query else "")
