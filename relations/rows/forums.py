"""Row schema of forums."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.models import Forum, Organization, Role

from .citation_columns import CitationColumns
from .columns import Choice, PeriodColumn, Reference, Whole
from .common_columns import head_columns, tail_columns
from .minimum import Need
from .related_columns import ALL, Participants
from .resource import SheetResource

if TYPE_CHECKING:
    from .lookups import Lookups


class EventKind(Choice):
    """A new forum without a kind is an “other event”; an empty cell does not remove a kind."""

    def parse(self, cell: str, lookups: Lookups) -> Any:
        if not cell:
            raise Problem("cell.required", _("This cell must not be empty."))
        return super().parse(cell, lookups)


class ForumResource(SheetResource):
    slug, model, citations = "forums", Forum, CitationColumns()
    telling_columns = ("title_ru", "event_type", "date")
    side_columns = ("series", "participants")
    minimum = (
        Need(
            (
                "date", "places", "participants", "source", "series", "organizations", "hosts", "not_before",
                "not_after",
            ),
            _("a date, a place, a participant or a source"),
        ),
    )  # fmt: skip
    own_columns = [
        *head_columns(),
        Reference("series", "series"),
        Whole("edition", attribute="edition_number"),
        EventKind("event_type"),
        PeriodColumn("date", attribute="period"),
        Participants("places", _("places"), Role.LOCATION),
        Participants("participants", _("participants"), Role.PARTICIPANT, takes=ALL),
        Participants("organizations", _("organisers"), Role.ORGANIZER, takes=(Organization,)),
        Participants("hosts", _("hosts"), Role.HOST, takes=ALL),
        Choice("event_status"),
        *tail_columns(),
    ]
