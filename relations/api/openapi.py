"""Additions to the OpenAPI schema that drf-spectacular cannot derive: parameters of filter sets, language,
errors.
"""

from typing import TYPE_CHECKING, Any, Literal, cast

from django.utils.translation import gettext_lazy as _
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from .exceptions import CONTENT_TYPE

if TYPE_CHECKING:
    from .views import Api


class FaultSerializer(serializers.Serializer):
    parameter = serializers.CharField(help_text=_("name of the parameter"))
    reason = serializers.CharField(help_text=_("what is wrong with it"))


class ProblemSerializer(serializers.Serializer):
    """RFC 9457."""

    type = serializers.CharField(help_text=_("always about:blank"))
    title = serializers.CharField(help_text=_("the name of the HTTP status"))
    status = serializers.IntegerField(help_text=_("the HTTP status"))
    detail = serializers.CharField(help_text=_("what is wrong, in the language of the request"))
    # A field name of the response is also an attribute of the framework's serializers.
    errors = FaultSerializer(many=True, required=False, help_text=_("the invalid parameters"))  # type: ignore[assignment]  # see above


REFUSALS = {
    400: _("a parameter is unknown or not valid"),
    404: _("there is no such record"),
    410: _("the record has been withdrawn"),
    429: _("too many requests; wait as many seconds as Retry-After gives"),
}


class RegisterSchema(AutoSchema):
    """Adds what the generator cannot see: the parameters of the filter sets, the language, the refusals."""

    def get_override_parameters(self) -> list[Any]:
        own = cast("Api", self.view).documented_parameters()
        words = str(_("the language of messages and of sorting by title"))
        return [*own, OpenApiParameter("lang", str, description=words, enum=["ru", "en"])]

    def get_filter_backends(self) -> list[Any]:
        return []

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        bodies = super()._get_response_bodies(direction)
        is_one = "{key}" in self.path
        for status, words in REFUSALS.items():
            if is_one or status not in (404, 410):
                answer = OpenApiResponse(ProblemSerializer, str(words))
                bodies[str(status)] = self._get_response_for_code(answer, str(status), [CONTENT_TYPE])
        return bodies
