"""View of one record, with its links and, for forums, the other editions."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from relations.catalog import RecordType
from relations.models import Forum, LinkKind, Observation, RecordLink, State
from relations.models.foreign_keys import SUBJECT_KEYS, key_to
from relations.models.links import in_order
from relations.models.records import Record
from relations.presentation.facts import facts_of
from relations.presentation.parts import Part, mirrors_of, parts_and_wholes
from relations.presentation.versions import changes_of
from relations.revisions.reports import corrections_of
from relations.rows.columns import Label
from relations.writers.redirects import moved

from .visibility import is_staff, visible_to

MOST_FIGURES = 100


class LinkedRecord(NamedTuple):
    """A record on the other side of a link; `words` name the relation."""

    words: Label
    record: Record


def detail(request: HttpRequest, record_type: RecordType, key: str) -> HttpResponseBase:
    """One record. Editors see theirs before publication; a withdrawn one answers 410 to other readers."""
    visible = visible_to(request, record_type)
    record = visible.for_detail().filter(key=key).order_by().first()
    if not record:
        return moved(request, visible, key, _("There is no such record."))
    if record.state == State.WITHDRAWN and not is_staff(request):
        return render(
            request, "relations/withdrawn.html", {"record": record, "record_type": record_type}, status=410
        )
    facts, notes = facts_of(record, record_type.resource)
    context = {
        "record": record,
        "record_type": record_type,
        "facts": facts,
        "notes": notes,
        "links": links_of(record),
        "siblings": siblings(record),
        "parts": related_figures(record) if isinstance(record, Observation) else [],
        "figures": figures_about(record),
        "changes": changes_of(record_type.resource, record) if record.is_published else [],
        "corrections": corrections_of(record_type.slug, record.pk),
        "report_url": reverse(f"{record_type.slug}-report", args=[key]) if record.is_published else "",
    }
    return render(request, "relations/record_detail.html", context)


def related_figures(record: Observation) -> list[Part]:
    """Its parts, the figures it is a part of, and what the other side says of the same."""
    return [*parts_and_wholes(record), *mirrors_of([record]).get(record.pk, ())]


def links_of(record: Record) -> list[LinkedRecord]:
    """The published records this one points at, and those that point at it; parts are shown by the figure."""
    onward = getattr(record, "links", None)
    back = getattr(record, "links_back", None)
    found: list[tuple[Label, Record | None]] = []
    found += [(link.get_kind_display(), link.target) for link in shown(onward.all())] if onward else []
    found += [(link.kind_read_back, link.origin) for link in shown(back.all())] if back else []
    return [LinkedRecord(words, other) for words, other in found if other and other.is_published]


def shown(links: Iterable[RecordLink]) -> Iterator[RecordLink]:
    return (link for link in in_order(links) if link.kind != LinkKind.PART_OF and link.is_true)


def figures_about(record: Record) -> list[Observation]:
    """The published figures that are about it, in order of time."""
    if key_to(type(record)) not in SUBJECT_KEYS:
        return []
    found = Observation.objects.published().filter(**{f"about_{key_to(type(record))}": record})
    return list(found.for_list().in_time()[:MOST_FIGURES])


def siblings(record: Record) -> list[Forum]:
    """The other editions of a forum's series, by date."""
    if not isinstance(record, Forum) or not record.series_id:
        return []
    editions = Forum.objects.published().filter(series=record.series_id).exclude(pk=record.pk)
    return list(editions.order_by("first_day", "pk")[:20])
