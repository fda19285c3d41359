"""Row schema of visits."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from relations.models import LinkKind, Role, Visit
from relations.text.slugs import slug

from .citation_columns import CitationColumns
from .columns import Choice, PeriodColumn
from .common_columns import head_columns, tail_columns
from .minimum import Need
from .related_columns import ALL, Links, Participants
from .resource import SheetResource


class VisitResource(SheetResource):
    slug, model, citations = "visits", Visit, CitationColumns()
    telling_columns = ("visitor", "to_places", "date")
    side_columns = ("visitor", "to_places")
    minimum = (
        Need(
            ("visitor", "to_places", "date", "source", "from_place", "hosts", "not_before", "not_after"),
            _("a visitor, a destination, a date or a source"),
        ),
    )
    own_columns = [
        *head_columns(),
        Participants("visitor", _("visitor"), Role.VISITOR, takes=ALL),
        Choice("office", attribute="visitor_office"),
        Participants("from_place", _("from"), Role.ORIGIN),
        Participants("to_places", _("to"), Role.DESTINATION),
        Participants("hosts", _("hosts"), Role.HOST, takes=ALL),
        Choice("visit_type"),
        Choice("format"),
        Choice("visit_status"),
        PeriodColumn("date", attribute="period"),
        Links("attended", LinkKind.ATTENDED),
        *tail_columns(),
    ]

    @classmethod
    def key_parts(cls, record: Any, related: Mapping[str, tuple[Any, ...]]) -> list[str]:
        if record.title_en or record.title_ru:
            return []
        who = (*related.get("visitor", ()), *related.get("to_places", ()))
        return [slug(one.natural_key()[0]) for one in who]
