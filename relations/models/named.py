"""Abstract model of entities with names: a name in both languages, and other names."""

from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache, reduce
from operator import or_
from typing import Any, NamedTuple, Self, TypeVar

from django.apps import apps
from django.db import models, transaction
from django.db.models import Case, Q, When
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from relations.search.lemmas import lemmas
from relations.text.normalize import fold

from .data_changes import DataChange
from .foreign_keys import EVENT_KEYS, RECORD_KEYS
from .resting import paths_to, resting_on
from .row_cache import refresh

LANGUAGES = ("ru", "en")
#: columns that save() does not write: refresh() does
NOT_SAVED = ("id", "row")
#: longer searches would only nest the SQL expression more deeply
LONGEST_QUESTION, MOST_WORDS = 200, 10


def reader_language() -> str:
    """The reader's language, "ru" or "en"."""
    return "en" if (get_language() or "").startswith("en") else "ru"


@lru_cache
def name_of(model: type[models.Model]) -> str:
    """What a model is called, in Russian and in English, as one text."""
    return in_both_languages(model._meta.verbose_name)


@lru_cache(maxsize=2000)
def label_of(field: models.Field[Any, Any], code: str) -> str:
    """The label of a coded value, in Russian and in English, as one text."""
    return in_both_languages(dict(field.flatchoices).get(code, ""))


def in_both_languages(label: object) -> str:
    texts = []
    for language in LANGUAGES:
        with override(language):
            texts.append(str(label))
    return " ".join(texts)


def other_language(language: str) -> str:
    return "ru" if language == "en" else "en"


class TextInLanguage(NamedTuple):
    """A text and the language it is in; "" and None where there is none."""

    text: str
    language: str | None


def in_reader_language(entity: object, stem: str) -> TextInLanguage:
    """`<stem>_ru` or `<stem>_en`: the reader's language, else the other."""
    language = reader_language()
    for candidate in (language, other_language(language)):
        if text := getattr(entity, f"{stem}_{candidate}"):
            return TextInLanguage(text, candidate)
    return TextInLanguage("", None)


N = TypeVar("N", bound="Named")


class NamedQuerySet(models.QuerySet[N]):
    def get_by_natural_key(self, key: str) -> N:
        return self.get(**{self.model.natural_key_field: key})

    def formerly(self, key: str) -> Self:
        """The entity into which the one with this key was merged."""
        return self.filter(former_keys__key__iexact=key)

    def public(self) -> Self:
        """The public entities: all of them, unless a model requires a published record."""
        return self

    def update(self, **values: Any) -> int:
        keys = list(self.values_list("pk", flat=True))
        updated = super().update(**values)
        DataChange.objects.add({self.model: keys})
        return updated

    def for_row(self) -> Self:
        """With what its flat row takes from other tables."""
        return self

    def for_change(self) -> Self:
        return self.for_row()

    def named(self, text: str) -> Self:
        """Entities with a name that has every word, as a beginning or inflected: «Оренбурге», «омск»; best first."""
        text = fold(text[:LONGEST_QUESTION])
        found = self
        for word in text.split()[:MOST_WORDS]:
            found = found.filter(any_of(word_begins(form) for form in {word, *lemmas(word)}))
        whole = (
            Q(folded_names=text)
            | Q(folded_names__startswith=f"{text}\n")
            | Q(folded_names__contains=f"\n{text}\n")
        )
        whole |= Q(folded_names__endswith=f"\n{text}")
        # the first of the folded names is the Russian one, the second the English one
        shown = Q(folded_names__startswith=text) | Q(name_en__istartswith=text)
        begins = Q(folded_names__contains=f"\n{text}")
        best = Case(When(whole, then=0), When(shown, then=1), When(begins, then=2), default=3)
        return found.order_by(best, f"name_{reader_language()}", "pk")


class ParticipantQuerySet(NamedQuerySet[N]):
    def public(self) -> Self:
        """Who takes part in a published record."""
        published = any_of(Q(**{f"participations__{key}__state": "published"}) for key in EVENT_KEYS)
        return self.filter(pk__in=self.model.objects.filter(published).values("pk"))


def word_begins(word: str) -> Q:
    """A name, or a word within one, begins so."""
    inside = Q(folded_names__contains=f" {word}") | Q(folded_names__contains=f"\n{word}")
    return Q(folded_names__startswith=word) | inside


def any_of(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions)


class Named(models.Model):
    """An entity with one name per language, and any number of other names, one per line."""

    natural_key_field = "key"

    name_ru = models.CharField(_("name in Russian"), max_length=300)
    name_en = models.CharField(_("name in English"), max_length=300)
    other_names_ru = models.TextField(
        _("other names in Russian"),
        blank=True,
        help_text=_("One per line: short, official and former names, and other spellings."),
    )
    other_names_en = models.TextField(_("other names in English"), blank=True, help_text=_("One per line."))
    folded_names = models.TextField(editable=False, blank=True)
    row = models.TextField(editable=False, blank=True, default="")

    objects = NamedQuerySet.as_manager()

    class Meta:
        abstract = True
        default_permissions = ("add", "change", "delete", "view", "publish")

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        if not self._state.adding and not kwargs.get("update_fields") and not self.get_deferred_fields():
            kwargs["update_fields"] = [f.name for f in self._meta.concrete_fields if f.name not in NOT_SAVED]
        with transaction.atomic():
            super().save(*args, **kwargs)
            refresh([self])

    def derive(self) -> None:
        """The names as they are searched for."""
        self.folded_names = "\n".join(dict.fromkeys(fold(name) for name in self.all_names()))

    #: no link to a record bounds its date
    is_dated_by_records = False

    @property
    def passed_on(self) -> tuple[Any, ...]:
        """What the records that show it derive from it: they are found by anything in its row."""
        return (self.row,)

    def derive_from_related(self) -> bool:
        """Nothing of it follows from other tables."""
        return False

    @classmethod
    def dependents_of(cls, keys: Collection[int]) -> Iterator[models.QuerySet[Any]]:
        """The records that show these, by type: they are found by its names, and take their side from it."""
        found = cls.shown_with(keys)
        for key in RECORD_KEYS:
            model = apps.get_model("relations", key)
            if paths_to(cls, model):
                yield model._base_manager.filter(resting_on(cls, model, found))

    @classmethod
    def including(cls, keys: Collection[int]) -> Any:
        """The primary keys of these and of what is shown by their names."""
        return keys

    @classmethod
    def shown_with(cls, keys: Collection[int]) -> Any:
        """The primary keys of these and of what is shown, found or counted by them."""
        return keys

    @property
    def name(self) -> str:
        return in_reader_language(self, "name")[0]

    def natural_key(self) -> tuple[str]:
        return (getattr(self, self.natural_key_field),)

    def all_names(self) -> list[str]:
        """Every name in both languages, the main ones first."""
        lines = (*self.other_names_ru.splitlines(), *self.other_names_en.splitlines())
        return [name for name in (self.name_ru, self.name_en, *(line.strip() for line in lines)) if name]


class Keyed(Named):
    """A named entity that editors and spreadsheets refer to by a short stable key."""

    key = models.SlugField(
        _("key"),
        max_length=100,
        unique=True,
        help_text=_("Latin letters, digits and hyphens; does not change."),
    )

    class Meta(Named.Meta):
        abstract = True
