"""The kinds of entities that names are matched against, each with its types and with what a public page names."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from relations.models import FormerKey, Organization, Person, Place, Source
from relations.models.named import in_reader_language
from relations.registry import resource_of
from relations.rows.resource import SheetResource

#: what only searches need
NOT_SHOWN = frozenset(("folded_names", "search_text"))


class Type(NamedTuple):
    """A class of entities: that of a whole service, or one that is a part of it."""

    id: str
    label: str | Promise

    def as_json(self) -> dict[str, str]:
        return {"id": self.id, "name": capfirst(str(self.label))}


@dataclass(frozen=True)
class Kind:
    """The entities of one service."""

    slug: str
    model: type[Model]
    #: what schema.org calls one of them
    schema: str
    #: the field with the narrower type
    type_field: str = ""
    #: the field with the place it belongs to
    place_field: str = ""
    #: the name of the page of one of them; empty where the preview is all there is
    page: str = ""

    @property
    def resource(self) -> type[SheetResource]:
        return resource_of(self.model)

    @property
    def base(self) -> Type:
        """The type of all of them."""
        return Type(str(self.model._meta.model_name), self.model._meta.verbose_name or "")

    @property
    def types(self) -> dict[str, Type]:
        """{id: type}: that of all of them first."""
        field: Any = self.model._meta.get_field(self.type_field) if self.type_field else None
        narrower = [Type(code, label) for code, label in field.choices] if field else []
        return {one.id: one for one in (self.base, *narrower)}

    def types_of(self, entity: Any) -> list[dict[str, str]]:
        """The narrower type before that of all."""
        codes = [getattr(entity, self.type_field)] if self.type_field else []
        return [self.types[code].as_json() for code in (*codes, self.base.id) if code in self.types]

    def public(self, keys: Collection[int]) -> dict[int, Any]:
        """{primary key: entity} of those of these primary keys that public pages name."""
        model: Any = self.model
        shown = self.resource.public_among(keys) if keys else set()
        fields = {field.name for field in model._meta.concrete_fields}
        entities = model.objects.filter(pk__in=shown).defer(*fields & NOT_SHOWN)
        found: dict[int, Any] = self.with_place(entities).in_bulk() if shown else {}
        return found

    def with_place(self, entities: Any) -> Any:
        return entities.select_related(self.place_field) if self.place_field else entities

    def called(self, keys: Iterable[str]) -> dict[str, Any]:
        """{key: public entity} of these keys; a former key means what has become of it."""
        keys, field = set(keys), self.resource.key_field
        present = dict.fromkeys(keys) | FormerKey.objects.present(self.model, keys)
        wanted = {key: now or key for key, now in present.items()}
        rows = self.model._default_manager.order_by().filter(**{f"{field}__in": [*keys, *wanted.values()]})
        numbers = dict(rows.values_list(field, "pk"))
        entities = self.public(numbers.values())
        numbers |= {key: numbers[now] for key, now in wanted.items() if key not in numbers and now in numbers}
        return {key: entities[numbers[key]] for key in keys if numbers.get(key) in entities}


def key_of(entity: Any) -> str:
    return str(entity.natural_key()[0])


def name_of(entity: Any) -> str:
    """Its name in the reader's language; of a source, the title in its own."""
    return str(entity.title if isinstance(entity, Source) else entity.name)


def place_of(kind: Kind, entity: Any) -> Place | None:
    found: Place | None = getattr(entity, kind.place_field) if kind.place_field else None
    return found


def description_of(kind: Kind, entity: Any) -> str:
    """What tells it from its namesakes: kind, place, office, author and date."""
    place = place_of(kind, entity)
    if isinstance(entity, Source):
        parts = [entity.authors, str(entity.issued), entity.get_type_display()]
    elif isinstance(entity, Place):
        parts = [entity.get_kind_display(), place.name if place else "", entity.code]
    else:
        parts = [office_of(entity), place.name if place else "", key_of(entity)]
    return ", ".join(filter(None, parts))


def office_of(entity: Any) -> str:
    return in_reader_language(entity, "office").text if isinstance(entity, Person) else ""


PLACES = Kind("places", Place, "https://schema.org/Place", "kind", "parent", "place")
ORGANIZATIONS = Kind("organizations", Organization, "https://schema.org/Organization", place_field="place")
PEOPLE = Kind("people", Person, "https://schema.org/Person", place_field="place")
SOURCES = Kind("sources", Source, "https://schema.org/CreativeWork", "type", page="source")
KINDS = (PLACES, ORGANIZATIONS, PEOPLE, SOURCES)


def title_of(kind: Kind) -> str:
    """What a client lists the service as."""
    register = _("Russia and Central Asia. A register of relations")
    return f"{register}: {kind.model._meta.verbose_name_plural}"
