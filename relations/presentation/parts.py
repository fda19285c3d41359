"""Parts, wholes and mirrors of figures in words: “of which 5 schools (Dushanbe)”, “part of 26 schools (Tajikistan)”."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from relations.models import LinkKind, Observation
from relations.models.links import in_order
from relations.models.mirrors import mirror_of


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


def mirrors_of(figures: Sequence[Observation]) -> dict[int, list[Part]]:
    """{primary key: what the counterpart says of the same flow, period and unit}, of figures of one indicator."""
    sided = [one for one in figures if one.indicator and one.counterpart_area_id and one.period]
    mirror = mirror_of(sided[0].indicator.key) if sided and sided[0].indicator else ""
    if not mirror:
        return {}
    found = Observation.objects.published().filter(
        indicator__key=mirror,
        ref_area__in={one.counterpart_area_id for one in sided},
        counterpart_area__in={one.ref_area_id for one in sided},
        period__in={str(one.period) for one in sided},
    )
    by_flow: dict[Flow, list[Observation]] = {}
    for one in found.select_related("indicator", "unit").order_by("pk"):
        by_flow.setdefault(flow(one), []).append(one)
    parts = {
        one.pk: [Part(mirrored(other), other) for other in by_flow.get(flow(one, True), ())] for one in sided
    }
    return {pk: [part for part in found if part.record.pk != pk] for pk, found in parts.items()}


#: what two mirror figures have in common
Flow = tuple[int | None, int | None, str, int | None, str]


def flow(one: Observation, is_mirrored: bool = False) -> Flow:
    sides = (one.ref_area_id, one.counterpart_area_id)
    first, second = reversed(sides) if is_mirrored else sides
    return first, second, str(one.period), one.unit_id, one.measure


def mirrored(other: Observation) -> str:
    words = other.in_words()
    if other.obs_status != Observation.Status.NORMAL:
        words = f"{words}, {other.get_obs_status_display()}"
    return _("the other side: %(figure)s (%(what)s)") % {"figure": words, "what": other.indicator}


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
