"""An inquiry: the parameters of one address, put to one type of record or, as on the timeline, to all of them at once."""

from functools import cached_property

from django.http import Http404
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from relations.catalog import BY_MODEL, BY_SLUG, RECORD_TYPES
from relations.filters import Many, RecordFilter
from relations.models import Place

from .facets import Covers, Facets, JointFacets

#: the name of the question to all types, beside the slugs of the types
ALL_TYPES = "timeline"


def type_choices():
    return [(one.slug, one.label) for one in RECORD_TYPES]


class TimelineFilter(RecordFilter):
    """What every type knows, and which types are meant."""

    type = Many(_("record type"), type_choices, "of_types")

    def of_types(self, records, name, value):
        return records if BY_MODEL[records.model].slug in value else records.none()


class Inquiry:
    """`slug` is "timeline" or the slug of a type; `data` are the parameters, a QueryDict.

    `within` narrows the published records beforehand, as to those of one place: a function of a query set.
    """

    def __init__(self, slug, data, within=lambda records: records):
        if slug not in (ALL_TYPES, *BY_SLUG):
            raise Http404(_now("There is no such list."))
        self.slug, self.data = slug, data
        asked = (
            {BY_SLUG[slug]: BY_SLUG[slug].filterset}
            if slug in BY_SLUG
            else dict.fromkeys(RECORD_TYPES, TimelineFilter)
        )
        self.filtersets = {
            one: filterset(data, queryset=within(one.model.objects.published()))
            for one, filterset in asked.items()
        }

    @cached_property
    def filterset(self):
        """The one that speaks for all: their forms are the same."""
        return next(iter(self.filtersets.values()))

    @property
    def is_answerable(self):
        return self.filterset.is_answerable

    @cached_property
    def results(self):
        """{record type: the records that answer}."""
        return {one: filterset.results for one, filterset in self.filtersets.items()}

    def without(self, *names):
        """{record type: the records that would answer, were these parameters not given}; none where nothing makes sense."""
        return {
            one: filterset.without(*names) if filterset.is_answerable else filterset.queryset.none()
            for one, filterset in self.filtersets.items()
        }

    @cached_property
    def counts(self):
        """{record type: number of records}."""
        return {one: records.order_by().count() for one, records in self.results.items()}

    @property
    def total(self):
        return sum(self.counts.values())

    @cached_property
    def facets(self):
        covers = Covers()
        each = {one.slug: Facets(filterset, covers) for one, filterset in self.filtersets.items()}
        return each[self.slug] if self.slug in each else JointFacets(each)

    def places(self):
        """The places that take part in some published record of these types, with what they lie in."""
        found = {}
        for filterset in self.filtersets.values():
            taking_part = Place.objects.taking_part_in(filterset.queryset).select_related("parent__parent")
            found.update((place.pk, place) for place in taking_part)
        return list(found.values())
