"""Model of former keys: addresses and cells with a former key lead to the present one."""

from collections.abc import Collection
from typing import Any, Self, TypeVar

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.registry import resource_of

from .foreign_keys import PARTICIPANT_KEYS, RECORD_KEYS, add_foreign_keys, exactly_one, key_to

#: what may have former keys; a place, an organisation or a person only of those that were merged into it
ADDRESSED = (*RECORD_KEYS, "source", *PARTICIPANT_KEYS)


A = TypeVar("A", bound="Addressed")


class AddressedQuerySet(models.QuerySet[A]):
    """Query set of entities with their own address."""

    def formerly(self, key: str) -> Self:
        """The entity that formerly had this key."""
        return self.filter(former_keys__key=key)

    def update(self, **values: Any) -> int:
        if "key" in values:
            raise Problem("key.by_save", _("A key is changed with save(), never by update()."))
        return self.update_unchecked(**values)

    def update_unchecked(self, **values: Any) -> int:
        """The plain update() of Django, for code that keeps these rules itself."""
        return super().update(**values)

    update_unchecked.alters_data = True  # type: ignore[attr-defined]  # Django marks functions so for its templates


class Addressed(models.Model):
    """An entity whose address is made of its key; save() keeps a former key as a redirect."""

    #: the key as the database has it; None before the first save
    stored_key: str | None = None
    key: "models.SlugField[str, str]"

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            self.save_with_key(*args, **kwargs)

    def save_with_key(self, *args: Any, **kwargs: Any) -> None:
        """The same in a transaction of the caller."""
        super().save(*args, **kwargs)
        written = kwargs.get("update_fields")
        if self.key != self.stored_key and (written is None or "key" in written):
            FormerKey.objects.exchange(self, self.stored_key)
            self.stored_key = self.key

    @classmethod
    def from_db(
        cls, db: str | None, field_names: Collection[str], values: Collection[Any], **kwargs: Any
    ) -> Self:
        entity = super().from_db(db, field_names, values, **kwargs)
        entity.stored_key = entity.__dict__.get("key")
        return entity

    @property
    def is_renamed(self) -> bool:
        """Whether the database has it under another key."""
        return self.stored_key not in (None, self.key)


class FormerKeyQuerySet(models.QuerySet["FormerKey"]):
    def of(self, model: type[models.Model]) -> Self:
        if key_to(model) not in ADDRESSED:
            return self.none()
        return self.filter(**{f"{key_to(model)}__isnull": False})

    def present(self, model: type[models.Model], keys: Collection[str]) -> dict[str, str]:
        """{former key: present key} of those of these keys that redirect."""
        return self.filter(key__in=keys).all_of(model)

    def all_of(self, model: type[models.Model]) -> dict[str, str]:
        """{former key: present key} of all that redirect within one type."""
        if key_to(model) not in ADDRESSED:
            return {}
        present = f"{key_to(model)}__{resource_of(model).key_field}"
        return dict(self.of(model).values_list("key", present))

    def forget(self, model: type[models.Model], keys: Collection[str]) -> None:
        """Removes redirects from keys that are now in use."""
        self.of(model).filter(key__in=keys).delete()

    def exchange(self, entity: Addressed, before: str | None) -> None:
        """Called after an entity took its key; its former key `before`, if any, now redirects to it."""
        self.forget(type(entity), [key for key in (entity.key, before) if key])
        if before:
            self.create(key=before, **{key_to(type(entity)): entity})

    def lead(self, key: str, entity: models.Model) -> None:
        """A key that nothing has any more leads to an entity."""
        self.forget(type(entity), [key])
        self.create(key=key, **{key_to(type(entity)): entity})


class FormerKey(models.Model):
    """A key that an entity formerly had, or one that was merged into it. It refers to the entity itself."""

    key = models.SlugField(_("key"), max_length=100)
    objects = FormerKeyQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("former key"), _("former keys")
        default_permissions = ()
        constraints = [
            exactly_one(
                "former_key_of_exactly_one",
                ADDRESSED,
                _("A former key must belong to exactly one entity."),
            ),
            models.CheckConstraint(name="former_key_is_not_empty", condition=~Q(key="")),
            *(
                models.UniqueConstraint(
                    fields=["key"],
                    condition=Q(**{f"{name}__isnull": False}),
                    name=f"former_key_of_one_{name}",
                )
                for name in ADDRESSED
            ),
        ]

    def __str__(self) -> str:
        return self.key


add_foreign_keys(FormerKey, ADDRESSED, related_name="former_keys")
