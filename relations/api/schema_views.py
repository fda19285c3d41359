"""Views of the OpenAPI schema and of the page on which the API can be tried out."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import activate, get_language_from_request
from drf_spectacular.renderers import OpenApiJsonRenderer2
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from .views import Api


class Description(Api, SpectacularAPIView):
    """This description, in English unless Russian is asked for."""

    renderer_classes = [OpenApiJsonRenderer2]
    language = "en"

    @extend_schema(
        operation_id="schema",
        exclude=False,
        responses={(200, OpenApiJsonRenderer2.media_type): OpenApiTypes.OBJECT},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        answer: Response = super().get(request, *args, **kwargs)
        return answer

    def _get_filename(self, request: Request, version: str) -> str:
        return "openapi.json"


def docs(request: HttpRequest) -> HttpResponse:
    """Interactive documentation of the API, without external resources."""
    activate(get_language_from_request(request))
    return render(request, "relations/api_docs.html")
