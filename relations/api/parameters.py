"""Parameters: those of the public lists, asked of the same filter sets, and a refusal of everything else."""

from django.conf import settings
from django.utils.translation import activate, get_language_from_request
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter

from relations.filters import MANY, Year
from relations.values.period import FIRST_YEAR, LAST_YEAR

from .exceptions import Senseless

#: they change where one looks and in which words, not what is asked
PAGING = ("cursor", "page_size", "lang")


def single(data, name):
    """The value of a parameter that may be given only once, "" without it."""
    values = set(filter(None, data.getlist(name)))
    if len(values) > 1:
        raise Senseless([(name, _("This parameter was given twice with different values."))])
    return values.pop().strip() if values else ""


def set_language(request):
    """Messages speak the language of `lang`, else of the request."""
    activate(get_language_from_request(request))
    asked = single(request.query_params, "lang")
    if asked and asked not in dict(settings.LANGUAGES):
        raise Senseless([("lang", _("The language must be ru or en."))])
    if asked:
        activate(asked)


def refuse_unknown(request, known):
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        reason = _("Unknown parameter. Valid parameters: %(names)s.") % {"names": ", ".join(known)}
        raise Senseless([(name, reason) for name in unknown[:20]])


def answered(filterset):
    """The records a filter set finds; a refusal with every reason where the question makes no sense."""
    if not filterset.form.is_valid():
        errors = filterset.form.errors.items()
        raise Senseless([(name, reason) for name, reasons in errors for reason in reasons])
    return filterset.results


def described(filterset):
    """The parameters of a filter set for the description of the interface."""
    return [parameter(name, one) for name, one in filterset.base_filters.items()]


def parameter(name, one):
    choices = one.extra.get("choices")
    enum = [str(value) for value, _label in choices] if isinstance(choices, list | tuple) else None
    kind = str
    if isinstance(one, Year):
        kind = {"type": "integer", "minimum": FIRST_YEAR, "maximum": LAST_YEAR}
    elif name in MANY:
        kind = {"type": "array", "items": {"type": "string", **({"enum": enum} if enum else {})}}
        enum = None
    return OpenApiParameter(name, kind, description=str(one.label), enum=enum, explode=True if name in MANY else None)  # fmt: skip
