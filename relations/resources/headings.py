"""The heading row: which column each heading means, by name or by label, and what is wrong with it as a whole."""

from functools import cached_property

from django.utils.translation import gettext_lazy as _

from relations.folding import fold
from relations.problems import Problem

from .citations import NEW_SOURCE

#: the key of the template's example row
EXAMPLE_KEY = "example"
#: the column that our own copy of somebody's table has
ERRORS = "_errors"


def known_headings(resource):
    """{folded heading: canonical name}: the names themselves and their labels in both languages."""
    known = {fold(name): name for name in (*resource.names(), *(NEW_SOURCE if resource.citations else ()))}
    for column in resource.columns():
        for label in column.labels():
            known.setdefault(fold(label), column.name)
    return known


class Headings:
    """Canonical column names in the order of the sheet; an unknown heading stays as it is."""

    def __init__(self, resource, sheet):
        self.resource = resource
        self.known = known_headings(resource)
        self.sheet = sheet.located(set(self.known))
        self.names = [self.known.get(fold(text)) or text for text in self.sheet.header]
        self.given = frozenset(self.names)
        self.places = {name: at for at, name in reversed(list(enumerate(self.names))) if name}

    def index(self, name):
        return self.places.get(name)

    def at(self, index):
        return self.names[index] if index < len(self.names) else ""

    @cached_property
    def of_sources(self):
        """{name: index} of the columns that say something of sources."""
        names = (*(part.name for part in self.resource.citations.parts), *NEW_SOURCE)
        return {name: self.places[name] for name in names if name in self.places}

    @property
    def unknown(self):
        known = set(self.known.values())
        return [name for name in dict.fromkeys(self.names) if name not in known and name not in ("", ERRORS)]

    def refusals(self):
        """Problems of the sheet as a whole: no headings, or those of another type."""
        if not set(self.known.values()) & self.given:
            names = ", ".join(self.resource.names()[:6])
            message = _(
                "No known column heading was found. One row near the top must hold headings such as %(names)s."
            )
            yield Problem("header.missing", message, names=names)
        elif other := self.other_type():
            message = _("This is a sheet of another type: %(other)s. Import it there.")
            yield Problem("header.other_type", message, other=other.model._meta.verbose_name_plural)

    def other_type(self):
        """Another type that knows every heading of this sheet, as this one does not; None where there is none."""
        from relations.catalog import RESOURCES  # the catalogue stands above the resources

        headings = {fold(text) for text in self.sheet.header} - {"", fold(ERRORS)}
        others = (one for one in RESOURCES.values() if self.unknown and one is not type(self.resource))
        return next((one for one in others if headings <= set(known_headings(one))), None)

    def problems(self):
        """(heading, Problem, whether it is only a warning) of single headings."""
        for name in self.unknown:
            message = _("The column “%(name)s” is not known and was not read.")
            yield name, Problem("column.ignored", message, name=name[:80]), True
        for name in self.places:
            if self.names.count(name) > 1 and name in self.known.values():
                message = _("The column “%(name)s” stands in the sheet twice.")
                yield name, Problem("column.twice", message, name=name), False
