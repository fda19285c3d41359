"""Parts and wholes of figures in words: “of which 5 schools (Dushanbe)”, “part of 26 schools (Tajikistan)”."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from relations.models import LinkKind, Observation
from relations.models.links import in_order


class Part(NamedTuple):
    """Another figure that is a part of the one shown, or of which that one is a part."""

    words: str
    record: Observation


def parts_and_wholes(record: Observation) -> list[Part]:
    """From links that for_detail() or with_parts() has fetched; only published figures."""
    parts = (link.origin for link in in_order(record.links_back.all()) if link.kind == LinkKind.PART_OF)
    wholes = (link.target for link in in_order(record.links.all()) if link.kind == LinkKind.PART_OF)
    return [
        *(Part(of_which(one, record), one) for one in shown(*parts)),
        *(Part(part_of(one, record), one) for one in shown(*wholes)),
    ]


def shown(*records: object) -> list[Observation]:
    return [one for one in records if isinstance(one, Observation) and one.is_published]


def of_which(part: Observation, whole: Observation) -> str:
    return _("of which %(figure)s (%(what)s)") % {"figure": part.in_words(), "what": difference(part, whole)}


def part_of(whole: Observation, part: Observation) -> str:
    return _("part of %(figure)s (%(what)s)") % {"figure": whole.in_words(), "what": difference(whole, part)}


def difference(one: Observation, other: Observation) -> str:
    """The places, the subject and the definition that only the first has; its title where there are none."""
    places = [place.name for place in one.sides() if place not in other.sides()]
    about = [str(one.public_about)] if one.public_about and one.about != other.about else []
    definition = [one.definition] if one.definition != other.definition and one.definition else []
    return ", ".join([*places, *about, *definition]) or one.title
