"""Views of the reconciliation service: the service itself, suggestions, proposed properties and previews."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from rest_framework.parsers import FormParser
from rest_framework.request import Request
from rest_framework.views import APIView

from relations.api.exceptions import InvalidParameters
from relations.api.negotiation import OneFormatNegotiation
from relations.api.parameters import set_language

from . import suggestions
from .extension import extended
from .kinds import PLACES, Kind, description_of, key_of, name_of
from .manifest import manifest_of
from .matching import answers
from .properties import properties_of
from .reading import Extension, one_of, parameter, prefix_of, queries_of, text_of, typed_number

Suggest = Callable[[Kind, str, int], list[dict[str, Any]]]


class FormsOnly(OneFormatNegotiation):
    """Every answer is JSON; what is posted is a form."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        media_type = (request.content_type or "").partition(";")[0].strip().casefold()
        return next((one for one in parsers if one.media_type == media_type), None)


class Reconciling(APIView):
    """Of one kind of entities, which comes with the address. Other parameters than ours are passed over, because
    clients send some of their own.
    """

    kind: Kind = PLACES
    schema = None
    parser_classes = [FormParser]
    content_negotiation_class = FormsOnly

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        request.encoding = "utf-8"  # as JSON is, whatever the headers say
        return super().initialize_request(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Sets the language of names and messages: English unless Russian is asked for."""
        set_language(request, "en")
        super().initial(request, *args, **kwargs)


class Service(Reconciling):
    """The manifest; candidates for the names of a batch; values of properties."""

    def get(self, request: Request) -> HttpResponseBase:
        return self.answer(request, request.query_params) or answer_of(manifest_of(self.kind, request))

    def post(self, request: Request) -> HttpResponseBase:
        if answer := self.answer(request, cast(Mapping[str, str], request.data)):
            return answer
        raise InvalidParameters([("queries", _("Send “queries” or “extend” as a field of a form."))])

    def answer(self, request: Request, fields: Mapping[str, str]) -> HttpResponseBase | None:
        """None where nothing is asked for."""
        if "queries" in fields:
            return answer_of(answers(self.kind, queries_of(self.kind, fields["queries"])))
        if "extend" in fields:
            return answer_of(extended(self.kind, Extension(self.kind, fields["extend"]), request))
        return None


class Suggestions(Reconciling):
    """What begins with `prefix`, after the first `cursor`."""

    suggest: Suggest = staticmethod(suggestions.entities)

    def get(self, request: Request) -> HttpResponseBase:
        skipped = parameter(request.query_params, "cursor", typed_number, 0)
        return answer_of({"result": self.suggest(self.kind, prefix_of(request.query_params), skipped)})


class Properties(Reconciling):
    """The properties of a type: those of all entities of the kind."""

    def get(self, request: Request) -> HttpResponseBase:
        found = [one.as_json() for one in properties_of(self.kind).values()]
        type_ = one_of(self.kind.types, request.query_params.get("type") or self.kind.base.id, "type")
        limit = parameter(request.query_params, "limit", typed_number, 0)
        answer = {"type": type_.id, "properties": found[: limit or None]}
        return answer_of(answer | ({"limit": limit} if limit else {}))


class Preview(Reconciling):
    """A small page about one entity, which clients show in a frame."""

    @method_decorator(xframe_options_exempt)
    @method_decorator(csp_replace({"frame-ancestors": ["*"]}))
    def dispatch(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return super().dispatch(*args, **kwargs)

    def get(self, request: Request) -> HttpResponseBase:
        entity = self.entity(text_of(request.query_params.get("id", ""), "id"))
        found = ((one.name, one.words(entity)) for one in properties_of(self.kind).values())
        context = {
            "name": name_of(entity),
            "description": description_of(self.kind, entity),
            "facts": [(name, words) for name, words in found if words],
            "page": reverse(self.kind.page, args=[key_of(entity)]) if self.kind.page else "",
        }
        return render(request, "relations/reconcile_preview.html", context)

    def entity(self, key: str) -> Any:
        found = self.kind.called([key]).get(key)
        if not found:
            raise Http404
        return found


def answer_of(content: dict[str, Any]) -> HttpResponse:
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False})
