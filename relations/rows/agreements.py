"""Row schema of agreements."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from relations.models import Agreement, LinkKind, Organization, Person, Place, Role

from .citation_columns import CitationColumns
from .columns import Choice, PeriodColumn
from .common_columns import head_columns, tail_columns
from .minimum import Need
from .related_columns import ALL, Links, Participants, ParticipationStatuses
from .resource import SheetResource

STATES = (Place.Kind.COUNTRY, Place.Kind.GROUP)
BELOW_STATES = (Place.Kind.REGION, Place.Kind.CITY)


class AgreementResource(SheetResource):
    slug, model, citations = "agreements", Agreement, CitationColumns()
    telling_columns = ("title_ru", "date_signed", "parties")
    side_columns = ("parties", "regions", "organizations")
    minimum = (
        Need(
            (
                "parties", "date_signed", "source", "regions", "organizations", "signatories", "date_adopted",
                "date_in_force", "date_provisional", "date_terminated", "not_before", "not_after",
            ),
            _("a party, a date or a source"),
        ),
    )  # fmt: skip
    own_columns = [
        *head_columns(),
        Choice("instrument_type"),
        Choice("level"),
        Choice("status", attribute="status_in_law"),
        PeriodColumn("date_signed", attribute="signed"),
        PeriodColumn("date_adopted", attribute="adopted"),
        PeriodColumn("date_in_force", attribute="entered_into_force"),
        PeriodColumn("date_provisional", attribute="provisionally_applied"),
        PeriodColumn("date_terminated", attribute="terminated"),
        PeriodColumn("status_as_of"),
        Participants("place", _("place of signature"), Role.PLACE_OF_SIGNATURE),
        Participants("parties", _("parties"), Role.PARTY, kinds=STATES),
        Participants("regions", _("regions and cities concerned"), Role.PARTY, kinds=BELOW_STATES),
        Participants("organizations", _("organisations as parties"), Role.PARTY, takes=(Organization,)),
        ParticipationStatuses(
            "participation_status", _("status of participation of the parties"), of="parties"
        ),
        ParticipationStatuses(
            "regions_status", _("status of participation of regions and cities"), of="regions"
        ),
        ParticipationStatuses(
            "organizations_status", _("status of participation of organisations"), of="organizations"
        ),
        Participants("signatories", _("signatories that are not parties"), Role.SIGNATORY, takes=ALL),
        Participants("signed_by", _("signed by"), Role.SIGNER, takes=(Person,)),
        Participants("depositary", _("depositary"), Role.DEPOSITARY, takes=ALL),
        Links("signed_at", LinkKind.SIGNED_AT),
        Links("amends", LinkKind.AMENDS),
        Links("supersedes", LinkKind.SUPERSEDES),
        Links("implements", LinkKind.IMPLEMENTS),
        Links("protocol_to", LinkKind.PROTOCOL_TO),
        Links("cites", LinkKind.CITES),
        *tail_columns(),
    ]

    @classmethod
    def key_parts(cls, record: Any, related: Mapping[str, tuple[Any, ...]]) -> list[str]:
        parties = (*related.get("parties", ()), *related.get("regions", ()))
        return [place.code.casefold() for place in parties[:4]]
