from django.utils.translation import gettext_lazy as _

from relations.models import Forum, Organization, Role

from .agreements import head_columns, tail_columns
from .apart import ALL, Participants
from .base import SheetResource
from .citations import CitationColumns
from .columns import Choice, Date, Reference, Whole


class ForumResource(SheetResource):
    slug, model, citations = "forums", Forum, CitationColumns()
    twin_columns = ("series", "participants")
    own_columns = [
        *head_columns(),
        Reference("series", "series"),
        Whole("edition", attribute="edition_number"),
        Choice("event_type"),
        Date("date", attribute="period"),
        Participants("places", _("places"), Role.LOCATION),
        Participants("participants", _("participants"), Role.PARTICIPANT, takes=ALL),
        Participants("organizations", _("organisers"), Role.ORGANIZER, takes=(Organization,)),
        Participants("hosts", _("hosts"), Role.HOST, takes=ALL),
        Choice("event_status"),
        *tail_columns(),
    ]
