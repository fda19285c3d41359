"""The catalogue: the one list of record types. Pages, files, search, admin and tests loop over it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from relations.filters.projects import ProjectFilter
from relations.filters.record_filters import (
    AgreementFilter,
    ForumFilter,
    RecordFilter,
    StatisticsFilter,
    VisitFilter,
)
from relations.models import Record
from relations.registry import register
from relations.rows.agreements import AgreementResource
from relations.rows.forums import ForumResource
from relations.rows.projects import ProjectResource
from relations.rows.reference_rows import (
    IndicatorResource,
    OrganizationResource,
    PersonResource,
    PlaceResource,
    SeriesResource,
    TopicResource,
    UnitResource,
)
from relations.rows.resource import SheetResource
from relations.rows.sources import SourceResource
from relations.rows.statistics import StatisticsResource
from relations.rows.visits import VisitResource

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, eq=False)
class RecordType:
    """One record type: its row schema, which names slug and model, its filter set and its texts."""

    resource: type[SheetResource]
    filterset: type[RecordFilter]
    #: «5 форумов»: a lazy plural with %(n)d
    noun: "StrOrPromise" = ""
    #: what is counted as one
    counting_rule: "StrOrPromise" = ""
    #: the class of schema.org, and its properties for the first and the last day, or the one for both
    schema_org: str = ""
    schema_org_dates: tuple[str, ...] = ()
    #: {column: cell} of the example row of the template
    example: dict[str, str] = field(default_factory=dict)
    #: how a record reads in a list, below its title
    row_template: str = "rows/record.html"
    #: the name of the address to which the navigation leads; empty: the list
    entrance: str = ""

    @property
    def slug(self) -> str:
        """The address of the list, and the TYPE of sheets."""
        return self.resource.slug

    @property
    def model(self) -> Any:
        return self.resource.model

    @property
    def label(self) -> "StrOrPromise":
        return self.model._meta.verbose_name_plural or ""


RECORD_TYPES = (
    RecordType(
        AgreementResource,
        AgreementFilter,
        noun=ngettext_lazy("%(n)d agreement", "%(n)d agreements", "n"),
        counting_rule=_(
            "Each instrument is counted once, however many sources mention it and whatever titles"
            " they give it. Agreements of which only the number is known count as statistics."
        ),
        schema_org="CreativeWork",
        schema_org_dates=("dateCreated",),
        example={
            "title_ru": "Договор о дружбе",
            "title_en": "Treaty of Friendship",
            "instrument_type": "treaty",
            "level": "interstate",
            "status": "signed",
            "date_signed": "25.05.1993",
            "parties": "RU; TJ",
        },
        row_template="rows/agreements.html",
    ),
    RecordType(
        ForumResource,
        ForumFilter,
        noun=ngettext_lazy("%(n)d forum", "%(n)d forums", "n"),
        counting_rule=_(
            "Each edition of a forum is counted once, however many places it was held in. Planned"
            " and cancelled editions are included and marked."
        ),
        schema_org="Event",
        schema_org_dates=("startDate", "endDate"),
        example={
            "title_ru": "VI форум регионов",
            "title_en": "6th Forum of Regions",
            "edition": "6",
            "event_type": "interregional_forum",
            "date": "2009-09",
            "participants": "RU; KZ",
            "event_status": "held",
        },
        row_template="rows/forums.html",
    ),
    RecordType(
        VisitResource,
        VisitFilter,
        noun=ngettext_lazy("%(n)d visit", "%(n)d visits", "n"),
        counting_rule=_(
            "Each visit is counted once, however many stops it had. Planned visits are included."
        ),
        schema_org="Event",
        schema_org_dates=("startDate", "endDate"),
        example={
            "title_ru": "Официальный визит",
            "title_en": "Official visit",
            "office": "head_of_state",
            "visit_type": "official",
            "from_place": "UZ",
            "to_places": "RU-MOW",
            "date": "2023-10-05/2023-10-07",
        },
        row_template="rows/visits.html",
    ),
    RecordType(
        ProjectResource,
        ProjectFilter,
        noun=ngettext_lazy("%(n)d project", "%(n)d projects", "n"),
        counting_rule=_(
            "Each project is counted once, in however many places and stages. Proposed and planned ones are"
            " included and marked."
        ),
        schema_org="Project",
        schema_org_dates=("foundingDate", "dissolutionDate"),
        example={
            "title_ru": "Строительство завода",
            "title_en": "Construction of a plant",
            "project_type": "industrial_project",
            "status": "under_construction",
            "status_as_of": "2021-05",
            "period": "2019/2022",
            "places": "UZ",
            "parties": "RU; UZ",
        },
    ),
    RecordType(
        StatisticsResource,
        StatisticsFilter,
        noun=ngettext_lazy("%(n)d figure", "%(n)d figures", "n"),
        counting_rule=_(
            "Each figure from each source is counted once. Competing values for the same fact are"
            " separate figures."
        ),
        schema_org="Observation",
        schema_org_dates=("observationDate",),
        example={
            "area": "UZ",
            "counterpart": "RU",
            "period": "2018",
            "value": "более 200",
            "measure": "level",
        },
        row_template="rows/statistics.html",
        entrance="indicators",
    ),
)
BY_SLUG = {record_type.slug: record_type for record_type in RECORD_TYPES}
BY_MODEL: dict[type[Record], RecordType] = {record_type.model: record_type for record_type in RECORD_TYPES}
#: what has public lists and upload pages: the record types and sources
RESOURCES: dict[str, type[SheetResource]] = {
    **{record_type.slug: record_type.resource for record_type in RECORD_TYPES},
    "sources": SourceResource,
}
#: what records refer to, in an order in which each comes after what it refers to
REFERENCE: dict[str, type[SheetResource]] = {
    resource.slug: resource
    for resource in (
        PlaceResource,
        TopicResource,
        UnitResource,
        IndicatorResource,
        OrganizationResource,
        PersonResource,
        SeriesResource,
    )
}
#: everything that has a row, and so sheets, versions and proposed changes
ROWS = {**RESOURCES, **REFERENCE}

for resource in ROWS.values():
    register(resource)


def listed_types() -> str:
    """“agreements, forums, visits and statistics”, for sentences about the register."""
    *first, last = (str(one.label) for one in RECORD_TYPES)
    return gettext("%(first)s and %(last)s") % {"first": ", ".join(first), "last": last}


def record_type_of(record: Record) -> RecordType:
    return BY_MODEL[type(record)]
