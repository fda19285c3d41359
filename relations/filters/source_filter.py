"""Filter set of the list of sources."""

from django.utils.translation import gettext_lazy as _

from relations.models import Source
from relations.models.sources import SourceQuerySet

from .parameters import ColumnFilter, ParameterFilterSet, WordsFilter


class SourceFilter(ParameterFilterSet):
    q = WordsFilter()
    type = ColumnFilter("type", _("type of source"), Source.Type.choices)

    class Meta(ParameterFilterSet.Meta):
        model = Source
        fields = ()

    @property
    def results(self) -> SourceQuerySet:
        """The sources that match both parameters; none if one is not valid."""
        found: SourceQuerySet = self.qs if self.is_valid() else self.queryset.none()
        return found
