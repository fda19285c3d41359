"""Views of the API: the entry point, lists, and single records, sources and places."""

from typing import Any, cast

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from relations.api.record_serializers import RecordSerializer
from relations.catalog import RECORD_TYPES
from relations.filters.source_filter import SourceFilter
from relations.models import Indicator, Place, Source, State, Topic
from relations.presentation.versions import newest_numbers
from relations.queries.record_query import RecordQuery
from relations.queries.source_counts import record_counts
from relations.rows.resource import SheetResource
from relations.rows.sources import SourceResource
from relations.writers.redirects import moved

from .exceptions import Gone
from .links import in_api
from .pagination import KeysetPagination
from .parameters import PAGING, openapi_parameters, refuse_errors, refuse_unknown, set_language
from .record_serializers import serializer_of
from .reference_serializers import IndicatorSerializer, PlaceSerializer, SourceSerializer, TopicSerializer

LISTS = (*(one.slug for one in RECORD_TYPES), "sources", "places", "topics", "indicators")


class Api(APIView):
    """Sets the language of messages and refuses unknown parameters before any response."""

    http_method_names = ["get", "head"]
    #: of messages, where a request asks for none
    language = settings.LANGUAGE_CODE

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        set_language(request, self.language)
        super().initial(request, *args, **kwargs)
        refuse_unknown(request, self.known_parameters())

    def known_parameters(self) -> tuple[str, ...]:
        return ("lang",)

    def documented_parameters(self) -> list[OpenApiParameter]:
        return []


#: name → name of its address
LINKS = {**{name: name for name in LISTS}, "statistics_csv": "sdmx", "schema": "schema", "docs": "docs"}
ENTRY = {name: serializers.URLField(help_text=_("URL")) for name in LINKS}


class Entry(Api, GenericAPIView):
    """The addresses of everything else."""

    serializer_class = type("EntrySerializer", (serializers.Serializer,), ENTRY)

    @extend_schema(operation_id="entry")
    def get(self, request: Request) -> Response:
        return Response({name: in_api(request, target) for name, target in LINKS.items()})


class Listing(Api, ListModelMixin, GenericAPIView):
    """A list, page by page."""

    pagination_class = KeysetPagination

    def get(self, request: Request) -> Response:
        return self.list(request)

    def known_parameters(self) -> tuple[str, ...]:
        return (*self.own_parameters(), *PAGING)

    def own_parameters(self) -> tuple[str, ...]:
        return ()


class One(Api, GenericAPIView):
    """One entity by its key."""

    lookup_field = "key"
    #: the field of the model with the key
    key_field = "key"

    def get(self, request: Request, key: str) -> HttpResponseBase:
        entity = self.get_queryset().filter(**{self.key_field: key}).first()
        return Response(self.get_serializer(entity).data) if entity else self.elsewhere(request, key)

    def elsewhere(self, request: Request, key: str) -> HttpResponseBase:
        """What is answered where nothing has this key."""
        raise Http404


class WithVersions(GenericAPIView):
    """Gives the serializer the numbers of the present versions of a whole page at once."""

    @property
    def versioned(self) -> type[SheetResource]:
        raise NotImplementedError

    def get_serializer(self, *found: Any, many: bool = False, **kwargs: Any) -> Any:
        serializer = super().get_serializer(*found, many=many, **kwargs)
        if found:
            keys = [one.pk for one in (found[0] if many else found)]
            context = cast(dict[str, Any], serializer.context)
            context["versions"] = newest_numbers(self.versioned, keys)
        return serializer


class OfType(WithVersions):
    """Of one record type; `record_type` comes with the address."""

    record_type = RECORD_TYPES[0]

    @property
    def versioned(self) -> type[SheetResource]:
        return self.record_type.resource

    def get_serializer_class(self) -> type[RecordSerializer]:
        return serializer_of(self.record_type)


class Records(OfType, Listing):
    """The records that the public list finds for the same parameters, in the same order."""

    def get_queryset(self) -> QuerySet[Any]:
        query = RecordQuery(self.record_type.slug, self.request.query_params)
        refuse_errors(query.parameter_errors)
        return query.results[self.record_type].for_row()

    def own_parameters(self) -> tuple[str, ...]:
        return tuple(self.record_type.filterset.base_filters)

    def documented_parameters(self) -> list[OpenApiParameter]:
        return openapi_parameters(self.record_type.filterset)


class Record(OfType, One):
    """One published record. One that has been withdrawn is answered with 410."""

    def get_queryset(self) -> QuerySet[Any]:
        return self.record_type.model.objects.published().for_row()

    def get(self, request: Request, key: str) -> HttpResponseBase:
        if self.record_type.model.objects.filter(key=key, state=State.WITHDRAWN).exists():
            raise Gone
        return super().get(request, key)

    def elsewhere(self, request: Request, key: str) -> HttpResponseBase:
        return moved(request, self.record_type.model.objects.shown(), key)


class OfSources(WithVersions):
    serializer_class = SourceSerializer
    versioned = SourceResource

    def get_serializer(self, *found: Any, many: bool = False, **kwargs: Any) -> Any:
        """The records that cite each source are counted for a whole page at once."""
        serializer = super().get_serializer(*found, many=many, **kwargs)
        if found:
            sources = list(found[0]) if many else list(found)
            numbers = zip(sources, record_counts(sources), strict=True)
            context = cast(dict[str, Any], serializer.context)
            context["carried"] = {source.pk: number for source, number in numbers}
        return serializer


class Sources(OfSources, Listing):
    """The sources that published records cite."""

    def get_queryset(self) -> QuerySet[Any]:
        filterset = SourceFilter(self.request.query_params, queryset=Source.objects.public())
        refuse_errors(filterset.parameter_errors)
        return filterset.results.for_detail()

    def own_parameters(self) -> tuple[str, ...]:
        return tuple(SourceFilter.base_filters)

    def documented_parameters(self) -> list[OpenApiParameter]:
        return openapi_parameters(SourceFilter)


class OneSource(OfSources, One):
    """One source that published records cite."""

    def get_queryset(self) -> QuerySet[Any]:
        return Source.objects.public().for_detail()

    def elsewhere(self, request: Request, key: str) -> HttpResponseBase:
        return moved(request, Source.objects.public(), key)


class OfPlaces(GenericAPIView):
    serializer_class = PlaceSerializer

    def get_queryset(self) -> QuerySet[Any]:
        places = Place.objects.select_related("parent__parent").prefetch_related(
            "memberships__member", "memberships__joined_source", "memberships__left_source"
        )
        return places.order_by("code")


class Places(OfPlaces, Listing):
    """All countries, regions, cities and groups, in the order of their codes."""


class OnePlace(OfPlaces, One):
    """One place by its code, in capitals or not."""

    key_field = "code"

    def get(self, request: Request, key: str) -> HttpResponseBase:
        key = key[:60].replace("\x00", "")
        place = Place.objects.filter(code__iexact=key).first()
        return super().get(request, place.code if place else key)

    def elsewhere(self, request: Request, key: str) -> HttpResponseBase:
        return moved(request, Place.objects.all(), key)


class OfTopics(GenericAPIView):
    serializer_class = TopicSerializer

    def get_queryset(self) -> QuerySet[Any]:
        return Topic.objects.order_by("key")


class Topics(OfTopics, Listing):
    """All fields of co-operation."""


class OneTopic(OfTopics, One):
    """One field of co-operation."""


class OfIndicators(GenericAPIView):
    serializer_class = IndicatorSerializer

    def get_queryset(self) -> QuerySet[Any]:
        published = Count("observations", filter=Q(observations__state=State.PUBLISHED))
        measured = Indicator.objects.annotate(figures=published).filter(figures__gt=0)
        return measured.select_related("unit").prefetch_related("topics").order_by("key")


class Indicators(OfIndicators, Listing):
    """What is measured by published figures."""


class OneIndicator(OfIndicators, One):
    """One indicator with published figures."""
