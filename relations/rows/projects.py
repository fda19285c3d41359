"""Row schema of projects."""

from django.utils.translation import gettext_lazy as _

from relations.models import LinkKind, Organization, Project, Role

from .citation_columns import CitationColumns
from .columns import Choice, PeriodColumn
from .common_columns import head_columns, tail_columns
from .minimum import Need
from .related_columns import ALL, Links, Participants
from .resource import SheetResource


class ProjectResource(SheetResource):
    slug, model, citations = "projects", Project, CitationColumns()
    telling_columns = ("title_ru", "project_type", "parent", "operators")
    side_columns = ("places", "parties", "parent")
    minimum = (
        Need(
            (
                "places", "parties", "parent", "period", "source", "operators", "founders", "hosts", "investors",
                "contractors", "beneficiaries", "actors", "not_before", "not_after",
            ),
            _("a place, a party, an organisation, a date or a source"),
        ),
    )  # fmt: skip
    own_columns = [
        *head_columns(),
        Choice("project_type"),
        Choice("status"),
        PeriodColumn("status_as_of"),
        PeriodColumn("period"),
        Participants("places", _("places"), Role.LOCATION),
        Participants("parties", _("parties"), Role.PARTY),
        Participants("parent", _("parent organisation"), Role.PARENT, takes=(Organization,)),
        Participants("operators", _("operators"), Role.OPERATOR, takes=ALL),
        Participants("founders", _("founders"), Role.FOUNDER, takes=ALL),
        Participants("hosts", _("hosts"), Role.HOST, takes=ALL),
        Participants("investors", _("investors"), Role.INVESTOR, takes=ALL),
        Participants("contractors", _("contractors"), Role.CONTRACTOR, takes=ALL),
        Participants("beneficiaries", _("beneficiaries"), Role.BENEFICIARY, takes=ALL),
        Participants("actors", _("others involved"), Role.PARTICIPANT, takes=ALL),
        Links("about", LinkKind.ABOUT),
        *tail_columns(),
    ]
