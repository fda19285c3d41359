"""Model of traits: the names, URLs and numbers by which an entity is found again, whatever the size of the register."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from relations.text.addresses import same_address
from relations.text.normalize import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

#: the longest text that is kept; what is longer is compared as a whole once it is found
LONGEST = 250
TRAITS_AT_ONCE = 200
#: identifiers of a source
NUMBERS = ("doi", "isbn")


class Trait(models.Model):
    """A text that two entities of a type have in common only if they may be one.

    Entities that are deleted keep theirs, because a restored one has its primary key again.
    """

    type = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    text = models.CharField(max_length=LONGEST)

    class Meta:
        verbose_name, verbose_name_plural = _("trait"), _("traits")
        default_permissions = ()
        ordering = ["pk"]
        indexes = [models.Index(fields=["type", "text"], name="trait_found")]
        constraints = [models.UniqueConstraint(fields=["type", "object_id", "text"], name="trait_once")]

    def __str__(self) -> str:
        return f"{self.type} {self.object_id}: {self.text}"


def traits_of_work(fields: Mapping[str, str]) -> set[str]:
    """Of a source: its identifiers and the normal form of its URL."""
    found = {
        f"{name} {fields.get(name, '').strip().casefold()}"
        for name in NUMBERS
        if fields.get(name, "").strip()
    }
    if url := fields.get("url", "").strip():
        found.add(f"url {same_address(url)}")
    return {text[:LONGEST] for text in found}


def traits_of_names(folded_names: str) -> set[str]:
    """Of a place, a person and the like: each name, in whatever order its words are."""
    return {name[:LONGEST] for name in names_in_any_order(folded_names)}


def names_in_any_order(folded_names: str) -> set[str]:
    """«орлов петр» and «петр орлов» are one name."""
    return {" ".join(sorted(fold(name).split())) for name in folded_names.split("\n")} - {""}


def traits_of(entity: Any) -> set[str]:
    """The traits of a source, or of what has names."""
    if hasattr(entity, "folded_names"):
        return traits_of_names(entity.folded_names)
    return traits_of_work({name: getattr(entity, name) for name in (*NUMBERS, "url")})


def keep_traits(slug: str, entities: Sequence[Any]) -> None:
    """Stores the traits of entities of one type; of those that have not changed nothing is written."""
    if not entities:
        return
    wanted = {(one.pk, text) for one in entities for text in traits_of(one)}
    kept = Trait.objects.filter(type=slug, object_id__in=[one.pk for one in entities]).order_by()
    before = {(pk, text): number for number, pk, text in kept.values_list("pk", "object_id", "text")}
    if gone := [number for one, number in before.items() if one not in wanted]:
        Trait.objects.filter(pk__in=gone).delete()
    new = (Trait(type=slug, object_id=pk, text=text) for pk, text in sorted(wanted - before.keys()))
    # another save may have added the same one meanwhile
    Trait.objects.bulk_create(new, batch_size=TRAITS_AT_ONCE, ignore_conflicts=True)


def having(slug: str, texts: Iterable[str], most: int) -> list[int]:
    """The primary keys of at most so many entities of a type that have one of these traits."""
    wanted = {text.replace("\x00", "") for text in texts}
    found = Trait.objects.filter(type=slug, text__in=wanted).order_by("object_id")
    return list(found.values_list("object_id", flat=True).distinct()[:most])
