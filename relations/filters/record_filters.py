"""Filter sets of records, one per type; pages, files and counts all use their results."""

from typing import ClassVar

from django.db.models import F
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django_filters import Filter

from relations.models import Agreement, EventType, Forum, Observation, Visit
from relations.models.querysets import UNDATED, certainly_in, possibly_in
from relations.values.period import Period

from .parameters import (
    CERTAIN,
    POSSIBLE_ONLY,
    POSSIBLE_TOO,
    AreaFilter,
    Bits,
    Choices,
    ColumnFilter,
    CoverageFilter,
    Index,
    IndicatorsFilter,
    ManyFilter,
    ParameterFilterSet,
    PlacesFilter,
    Records,
    ScopeFilter,
    SortFilter,
    SourcesFilter,
    StoredChoices,
    TopicsFilter,
    UndatedFilter,
    WordsFilter,
    YearFilter,
)

NEWEST_FIRST = "-date"
#: the order of the model turned round, but for those without a first day, which stay at the end
OLDEST_FIRST = (F("first_day").asc(nulls_last=True), F("last_day").asc(nulls_first=True), "pk")
SORTS: Choices = [(NEWEST_FIRST, _("newest first")), ("date", _("oldest first")), ("title", _("by title"))]


class RecordFilter(ParameterFilterSet):
    """The parameters that every type knows."""

    #: parameters whose names are keywords of Python: {name of the attribute: name of the parameter}
    RENAMED: ClassVar[dict[str, str]] = {"with_": "with"}

    q = WordsFilter()
    country = PlacesFilter(_("country"))
    region = PlacesFilter(_("region or city"))
    with_ = PlacesFilter(_("other side"))
    year_from = YearFilter(_("from year"))
    year_to = YearFilter(_("to year"))
    undated = UndatedFilter()
    topic = TopicsFilter(_("topic"))
    source = SourcesFilter(_("source"))
    sourced = CoverageFilter()
    scope = ScopeFilter()
    sort = SortFilter(SORTS)

    def __init__(
        self, data: QueryDict, queryset: Records, stored_choices: StoredChoices | None = None
    ) -> None:
        super().__init__(data, queryset=queryset)
        stored = stored_choices or StoredChoices(data)
        for one in self.filters.values():
            if isinstance(one, ManyFilter) and one.choices_model:
                one.extra["choices"] = stored.loader(one.choices_model)

    @classmethod
    def get_filters(cls) -> dict[str, Filter]:
        return {cls.RENAMED.get(name, name): one for name, one in super().get_filters().items()}

    @property
    def results(self) -> Records:
        """The records that match all parameters, sorted as requested; none if a parameter is not valid."""
        return self.ordered(self.without())

    def without(self, *names: str) -> Records:
        """The records that match all parameters except these; none if a parameter is not valid."""
        records: Records = self.queryset
        if not self.is_valid():
            return records.none()
        for name, value in self.form.cleaned_data.items():
            if name not in names:
                records = self.filters[name].filter(records, value)
        return records if "year_from" in names else self.in_years(records)

    def in_years(self, records: Records) -> Records:
        """Those that certainly lie in the years, with or without those that possibly do."""
        certain, possible = certainly_in(self.years), possibly_in(self.years)
        if not self.years:
            certain, possible = ~UNDATED, UNDATED
        if self.uncertain == POSSIBLE_ONLY:
            return records.filter(possible)
        if self.uncertain == CERTAIN or (self.years and not self.uncertain):
            return records.filter(certain)
        return records.filter(certain | possible) if self.years else records

    # The same in an index: bitmaps of positions.

    def found(self, index: Index, within: Bits, *without: str) -> Bits:
        """Those of `within` that match all parameters except these; none if a parameter is not valid."""
        if not self.is_valid():
            return within - within
        for name, value in self.form.cleaned_data.items():
            if value and name not in without:
                within = within & self.filters[name].found(index, value)
        return within if "year_from" in without else self.found_in_years(index, within)

    def found_in_years(self, index: Index, within: Bits) -> Bits:
        """What in_years() says of records."""
        if not self.years and not self.uncertain:
            return within
        certain = index.certainly_in(self.years) if self.years else within - index.undated
        possible = index.possibly_in(self.years) if self.years else index.undated
        if self.uncertain == POSSIBLE_ONLY:
            return within & possible
        if self.uncertain == POSSIBLE_TOO:
            return within & (certain | possible)
        return within & certain

    @property
    def years(self) -> Period:
        return Period.years(self.value("year_from"), self.value("year_to"))

    @property
    def uncertain(self) -> str:
        """What is asked of uncertain dates; "" where nothing is."""
        given = self.value("undated") or []
        return next((one for one in (POSSIBLE_TOO, POSSIBLE_ONLY, CERTAIN) if one in given), "")

    def ordered(self, records: Records) -> Records:
        sort = self.value("sort") or NEWEST_FIRST
        if sort == "title":
            return records.by_title()
        return records.order_by(*OLDEST_FIRST) if sort == "date" else records


class AgreementFilter(RecordFilter):
    type = ColumnFilter("instrument_type", _("kind of instrument"), Agreement.InstrumentType.choices)
    status = ColumnFilter("status_in_law", _("status"), Agreement.Status.choices)
    level = ColumnFilter("level", _("level"), Agreement.Level.choices)

    class Meta(RecordFilter.Meta):
        model = Agreement
        fields = ()


class ForumFilter(RecordFilter):
    type = ColumnFilter("event_type", _("kind of event"), EventType.choices)
    status = ColumnFilter("event_status", _("status"), Forum.EventStatus.choices)

    class Meta(RecordFilter.Meta):
        model = Forum
        fields = ()


class VisitFilter(RecordFilter):
    type = ColumnFilter("visit_type", _("kind of visit"), Visit.VisitType.choices)
    office = ColumnFilter("visitor_office", _("office of the visitor"), Visit.Office.choices)
    status = ColumnFilter("visit_status", _("status"), Visit.VisitStatus.choices)
    format = ColumnFilter("format", _("format"), Visit.Format.choices)

    class Meta(RecordFilter.Meta):
        model = Visit
        fields = ()


class StatisticsFilter(RecordFilter):
    indicator = IndicatorsFilter(_("indicator"))
    area = AreaFilter("ref_area", _("area"))
    counterpart = AreaFilter("counterpart_area", _("counterpart"))
    type = ColumnFilter("measure", _("measure"), Observation.Measure.choices)
    status = ColumnFilter("obs_status", _("status of the value"), Observation.Status.choices)

    class Meta(RecordFilter.Meta):
        model = Observation
        fields = ()
