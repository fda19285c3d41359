"""The order of what a search field suggests: what is called so, then what begins so, then the rest."""

from typing import Any, TypeVar

from django.db.models import Case, Model, Q, QuerySet, When
from django.http import HttpRequest
from django.utils.text import capfirst

from relations.models.named import any_of

M = TypeVar("M", bound=Model)


def best_first(request: HttpRequest, found: QuerySet[M], term: str, *names: str) -> QuerySet[M]:
    """Suggestions by how these fields match; a list keeps its own order."""
    match = request.resolver_match
    if match is None or match.url_name != "autocomplete":
        return found
    forms = {term, capfirst(term), term.lower()}  # SQLite knows upper and lower case of Latin letters alone

    def matching(lookup: str) -> Q:
        return any_of(Q(**{f"{name}__{lookup}": form}) for name in names for form in sorted(forms))

    order: Any = found.query.order_by or found.model._meta.ordering
    best = Case(When(matching("exact"), then=0), When(matching("startswith"), then=1), default=2)
    return found.order_by(best, *order)
