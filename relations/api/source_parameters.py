"""The question about sources, which is that of the public list."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter

from relations.filters import UNKNOWN_CHOICE
from relations.models import Source
from relations.views.sources import LONGEST_QUESTION, Asked

from .exceptions import Senseless
from .parameters import single


def answered_sources(data):
    single(data, "q")
    asked = Asked(data)
    if not asked.makes_sense:
        raise Senseless(reasons(asked))
    return asked.sources


def reasons(asked):
    for one in asked.unknown:
        yield "type", UNKNOWN_CHOICE["invalid_choice"] % {"value": one[:80]}
    if len(asked.words) > LONGEST_QUESTION:
        yield "q", _("Search for at most %(longest)d characters.") % {"longest": LONGEST_QUESTION}
    elif asked.senseless:
        yield "q", _("These words are too common to search for.")


def described_sources():
    kinds = {"type": "array", "items": {"type": "string", "enum": Source.Type.values}}
    return [
        OpenApiParameter("q", str, description=str(_("words"))),
        OpenApiParameter("type", kinds, description=str(_("type of source")), explode=True),
    ]
