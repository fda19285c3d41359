"""One timeline of all types: a union of what orders it, then one fetch a type. Constant queries at any length."""

from datetime import date

from django.db.models import CharField, F, Value
from django.db.models.functions import Coalesce

from relations.catalog import BY_SLUG

#: undated records stand at the end, as in every list
BEFORE_ALL = date(1, 1, 1)


class Timeline:
    """A sliceable, countable sequence of (record type, record), for Django's Paginator."""

    def __init__(self, results, length=None):
        """`results` are {record type: its records}, as an inquiry has them; `length` is their number, where
        it is known."""
        self.parts = {one.slug: records for one, records in results.items()}
        self.length = length

    def entries(self):
        first, *rest = (
            records.order_by()
            .annotate(day=Coalesce("first_day", Value(BEFORE_ALL)), slug=Value(slug, CharField()))
            .values_list("day", "slug", "pk")
            for slug, records in self.parts.items()
        )
        return first.union(*rest, all=True).order_by("-day", "slug", "-pk")

    def count(self):
        if self.length is None:
            self.length = sum(records.count() for records in self.parts.values())
        return self.length

    def __len__(self):
        return self.count()

    def __getitem__(self, wanted):
        entries = list(self.entries()[wanted])
        found = {}
        for slug, record_type in BY_SLUG.items():
            if keys := [pk for _day, of, pk in entries if of == slug]:
                records = record_type.model.objects.filter(pk__in=keys).for_list().order_by(F("pk"))
                found.update(((slug, record.pk), record) for record in records)
        return [(BY_SLUG[slug], found[slug, pk]) for _day, slug, pk in entries if (slug, pk) in found]
