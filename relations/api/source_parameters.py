"""The question about sources, which is that of the public list."""

from collections.abc import Iterator

from django.http import QueryDict
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter

from relations.api.exceptions import Reason
from relations.filters import UNKNOWN_CHOICE
from relations.models import Source
from relations.models.sources import SourceQuerySet
from relations.views.sources import LONGEST_QUESTION, Asked

from .exceptions import Senseless
from .parameters import single


def answered_sources(data: QueryDict) -> SourceQuerySet:
    single(data, "q")
    asked = Asked(data)
    if not asked.makes_sense:
        raise Senseless(reasons(asked))
    return asked.sources


def reasons(asked: Asked) -> Iterator[Reason]:
    for one in asked.unknown:
        yield "type", UNKNOWN_CHOICE["invalid_choice"] % {"value": one[:80]}
    if len(asked.words) > LONGEST_QUESTION:
        yield "q", _("At most %(longest)d letters can be asked for.") % {"longest": LONGEST_QUESTION}
    elif asked.senseless:
        yield "q", _("These words alone say nothing that could be searched for.")


def described_sources() -> list[OpenApiParameter]:
    kinds = {"type": "array", "items": {"type": "string", "enum": Source.Type.values}}
    return [
        OpenApiParameter("q", str, description=str(_("words"))),
        OpenApiParameter("type", kinds, description=str(_("kind of source")), explode=True),
    ]
