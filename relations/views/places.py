"""Views of places: the list, one place, and all places as a file."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from relations.models import Membership, Place
from relations.models.events import Event
from relations.models.places import COUNTRIES, register_first
from relations.presentation.counts import counted_apart
from relations.presentation.through_groups import mark_groups
from relations.presentation.year_chart import chart_of_events
from relations.queries.record_query import ALL_TYPES, RecordQuery
from relations.queries.timeline import Timeline
from relations.rows.reference_tables import PLACES
from relations.writers.redirects import moved
from relations.writers.responses import CONTENT_TYPES, file_response

LATEST = 20

#: the places in a place, by its primary key; under None those without one
Children = dict[int | None, list[Place]]


def place_list(request: HttpRequest) -> HttpResponse:
    """Countries with their regions and cities, the six of the register first."""
    children: Children = {}
    for place in Place.objects.select_related("parent"):
        children.setdefault(place.parent_id, []).append(place)
    for places in children.values():
        places.sort(key=lambda place: place.name)
    countries = [place for place in children.get(None, []) if place.kind == Place.Kind.COUNTRY]
    six = sorted((place for place in countries if place.code in COUNTRIES), key=register_first)
    groups = [place for place in children.get(None, []) if place.kind == Place.Kind.GROUP]
    context = {
        "six": [(place, branch(place, children)) for place in six],
        "others": [(place, children.get(place.pk, [])) for place in countries if place.code not in COUNTRIES],
        "groups": groups,
    }
    return render(request, "relations/place_list.html", context)


def names(request: HttpRequest) -> HttpResponse:
    """How places are named and coded, with those whose code and country differ."""
    regions = Place.objects.filter(kind=Place.Kind.REGION).select_related("parent")
    places = sorted((one for one in regions if one.is_coded_elsewhere), key=lambda place: place.name)
    return render(request, "relations/names.html", {"places": places})


def download(request: HttpRequest, form: str) -> HttpResponseBase:
    """All places with their codes and names, as a file."""
    if form not in CONTENT_TYPES:
        raise Http404(_("Unknown format. Try csv, xlsx or json."))
    return file_response(PLACES, Place.objects.all(), form)


def branch(place: Place, children: Children) -> list[tuple[Place, list[Place]]]:
    return [(region, children.get(region.pk, [])) for region in children.get(place.pk, [])]


def memberships_of(place: Place) -> dict[str, object]:
    """The members of a group, or the groups of another place, by name, and the sources of their dates, each once."""
    found = Membership.objects.filter(**{"group" if place.is_group else "member": place})
    found = found.select_related("group", "member", "joined_source", "left_source")
    ordered = sorted(found, key=lambda one: (one.member.name, one.group.name))
    sources = dict.fromkeys(source for one in ordered for source in one.sources)
    return {"memberships": ordered, "membership_sources": list(sources)}


def detail(request: HttpRequest, code: str) -> HttpResponseBase:
    place = (
        Place.objects.select_related("parent__parent")
        .filter(code__iexact=code[:60].replace("\x00", ""))
        .first()
    )
    if not place:
        return moved(request, Place.objects.all(), code[:60], _("There is no such place."), "code")
    parameter = "country" if place.kind == Place.Kind.COUNTRY else "region"
    query = RecordQuery(ALL_TYPES, QueryDict(), within=[place.code])
    latest = Timeline(query.found_of_all())[:LATEST]
    mark_groups((record for _type, record in latest), query, [place.code])
    context = {
        "place": place,
        "canonical": place.get_absolute_url(),
        "parameter": parameter,
        "followed": urlencode({parameter: place.code}),
        "children": sorted(place.children.all(), key=lambda child: child.name),
        **memberships_of(place),
        "chart": chart_of_events(request, place.name, **{parameter: place.code}),
        "counts": list(query.numbers.items()),
        "total_in_words": counted_apart(query.total, query.context, "records"),
        "latest": latest,
        "total": query.total,
        "events": sum(number for one, number in query.counts.items() if issubclass(one.model, Event)),
        "partners": Place.objects.filter(code__in=COUNTRIES).exclude(code__in=[place.code, "RU"])
        if place.code == "RU"
        else Place.objects.filter(code="RU")
        if place.code in COUNTRIES
        else (),
    }
    return render(request, "relations/place_detail.html", context)
