"""Views of the OpenAPI schema and of the page on which the API can be tried out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import activate, get_language_from_request
from drf_spectacular.renderers import OpenApiJsonRenderer2
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request

from .views import Api


class Description(Api, SpectacularAPIView):
    renderer_classes = [OpenApiJsonRenderer2]

    def _get_filename(self, request: Request, version: str) -> str:
        return "openapi.json"


def docs(request: HttpRequest) -> HttpResponse:
    """Interactive documentation of the API, without external resources."""
    activate(get_language_from_request(request))
    return render(request, "relations/api_docs.html")
