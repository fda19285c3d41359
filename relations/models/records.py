"""Abstract model of all record types: editorial state, titles, stored row and publication rules."""

from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.registry import resource_of
from relations.values.period_format import phrase

from .citations import Citation
from .fields import DerivedDay, PeriodField
from .foreign_keys import key_to
from .key_history import Addressed
from .keys import key_for
from .named import LANGUAGES, Named, in_reader_language, label_of, name_of
from .querysets import RecordQuerySet
from .row_cache import refresh
from .states import State
from .topics import Topic

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

    from relations.rows.columns import Column

    from .sources import Source

#: columns that save() does not write
NOT_SAVED = frozenset({"id", "source_count", "fact_count", "sourced_count", "search_text", "row"})
STATE_ALONE = ["state", "updated_at"]


@cache
def coded_fields(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """The fields of a type with coded values and labels."""
    return [field for field in model._meta.fields if field.choices and field.name != "state"]


class Record(Addressed):
    """An event or measurement in a period, between participants, supported by citations."""

    #: columns that must have a source before the record may be published
    MUST_BE_CITED: tuple[str, ...] = ()

    key = models.SlugField(
        _("key"),
        max_length=100,
        unique=True,
        blank=True,
        help_text=_(
            "The last part of the record’s address. If left empty, it is made from the title. If"
            " you change it, the old address keeps working."
        ),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False
    )
    title_ru = models.CharField(_("title in Russian"), max_length=500, blank=True)
    title_en = models.CharField(_("title in English"), max_length=500, blank=True)
    alternative_titles = models.TextField(
        _("alternative titles"),
        blank=True,
        help_text=_("Other wordings of the same title in the sources, one per line."),
    )
    summary_ru = models.TextField(_("summary in Russian"), blank=True)
    summary_en = models.TextField(_("summary in English"), blank=True)
    period = PeriodField(_("date"), bounds=("first_day", "last_day"))
    first_day = DerivedDay()
    last_day = DerivedDay()
    topics = models.ManyToManyField(Topic, verbose_name=_("topics"), blank=True)
    notes = models.TextField(_("notes for editors"), blank=True, help_text=_("Not shown to readers."))
    source_count = models.PositiveIntegerField(default=0, editable=False)
    fact_count = models.PositiveSmallIntegerField(default=0, editable=False)
    sourced_count = models.PositiveSmallIntegerField(default=0, editable=False)
    search_text = models.TextField(editable=False, blank=True, default="")
    row = models.TextField(editable=False, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = RecordQuerySet.as_manager()
    citations: "RelatedManager[Citation]"

    #: the state as the database has it; None before the first save
    stored_state: str | None = None

    class Meta:
        abstract = True
        default_permissions = ("add", "change", "delete", "view", "publish", "import")
        ordering = [F("first_day").desc(nulls_last=True), "-pk"]
        indexes = [models.Index(fields=["state", "first_day", "last_day"], name="%(class)s_by_day")]
        constraints = [
            models.CheckConstraint(
                name="%(class)s_ends_after_it_begins",
                condition=Q(first_day__isnull=True)
                | Q(last_day__isnull=True)
                | Q(first_day__lte=F("last_day")),
                violation_error_message=_("The period ends before it begins."),
            ),
            models.CheckConstraint(
                name="%(class)s_without_a_date_has_no_days",
                condition=~Q(period="") | Q(first_day__isnull=True, last_day__isnull=True),
            ),
            models.CheckConstraint(name="%(class)s_state_is_known", condition=Q(state__in=State.values)),
            models.CheckConstraint(
                name="%(class)s_published_is_cited",
                condition=~Q(state=State.PUBLISHED) | Q(source_count__gt=0),
                violation_error_message=_("A published record needs a source."),
            ),
            models.CheckConstraint(
                name="%(class)s_sourced_facts_are_facts",
                condition=Q(sourced_count__lte=F("fact_count")),
            ),
            models.CheckConstraint(
                name="%(class)s_has_a_key",
                condition=~Q(key=""),
                violation_error_message=_("A record needs a key."),
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.key

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        self.refuse_a_side_door()
        if not self._state.adding and not kwargs.get("update_fields") and not self.get_deferred_fields():
            kwargs["update_fields"] = [f.name for f in self._meta.concrete_fields if f.name not in NOT_SAVED]
        super().save(*args, **kwargs)
        self.stored_state = self.state
        if kwargs.get("update_fields") != STATE_ALONE:
            refresh([self])

    def get_absolute_url(self) -> str:
        return reverse(f"{self._meta.model_name}", args=[self.key])

    @classmethod
    def from_db(
        cls, db: str | None, field_names: Collection[str], values: Collection[Any], **kwargs: Any
    ) -> Self:
        record = super().from_db(db, field_names, values, **kwargs)
        record.stored_state = record.__dict__.get("state")
        return record

    def refuse_a_side_door(self) -> None:
        """Only publish() makes a record public, and a public record must stay publishable."""
        if self.state != State.PUBLISHED:
            return
        if self.stored_state != State.PUBLISHED:
            raise Problem("state.by_verb", _("A record is published only with publish()."))
        for problem in self.own_publication_problems():
            raise problem

    @property
    def title(self) -> str:
        return in_reader_language(self, "title")[0]

    def derive(self) -> None:
        """Sets derived fields: here the key. Imports call it too, because bulk writes bypass save()."""
        if not self.key:
            self.key = key_for(self)

    def clean(self) -> None:
        self.derive()
        if self.state == State.PUBLISHED and (problems := self.own_publication_problems()):
            raise ValidationError([ValidationError(str(problem), code=problem.code) for problem in problems])

    @classmethod
    def involvement(cls, codes: Collection[str]) -> Q:
        """The condition that a place takes part; each type knows where its participants are stored."""
        raise NotImplementedError

    @classmethod
    def places_of(cls, records: models.QuerySet[Any]) -> models.QuerySet[Any, Any]:
        """The keys of all places that take part in these records; each type knows where they are stored."""
        raise NotImplementedError

    def related_for_search(self) -> tuple[Iterable[Named], ...]:
        """What searchable() takes from other tables."""
        return (self.topics.all(),)

    def searchable(self, topics: Iterable[Named] = ()) -> Iterator[str]:
        """Everything a reader may search for to find this record, in both languages."""
        yield from (self.title_ru, self.title_en, self.alternative_titles, self.summary_ru, self.summary_en)
        yield name_of(type(self))
        if self.period:
            yield from (phrase(self.period, language) for language in LANGUAGES)
        yield from (topic.folded_names for topic in topics)
        for field in coded_fields(type(self)):
            yield label_of(field, getattr(self, field.attname))

    def coded_labels(self) -> list[str]:
        """The labels of its coded values, without default values."""
        chosen = (
            field
            for field in coded_fields(type(self))
            if getattr(self, field.attname) not in ("", field.get_default())
        )
        return [getattr(self, f"get_{field.name}_display")() for field in chosen]

    # Publishing.

    def own_publication_problems(self) -> list[Problem]:
        """Problems of the record without its citations, which a form can already detect. A list of Problems."""
        if self.title_ru.strip() or self.title_en.strip():
            return []
        return [Problem("publish.title", _("It has no title in Russian or English."))]

    def publication_problems(self) -> list[Problem]:
        """Everything that prevents publication. A list of Problems, empty when the record may be published."""
        return [*self.own_publication_problems(), *self.participant_problems(), *self.citation_problems()]

    def participant_problems(self) -> list[Problem]:
        """Whether there are enough participants; a form checks its own rows, which are not stored yet."""
        return []

    def citation_problems(self) -> list[Problem]:
        fields = {citation.field for citation in self.citations.all()}
        if not fields:
            return [Problem("publish.source", _("It has no source."))]
        if "" in fields:
            return []
        return [
            Problem(
                "publish.unsourced",
                _("No source is given for “%(field)s”."),
                field=str(self.column(name).label),
            )
            for name in self.MUST_BE_CITED
            if name not in fields and self.column(name).value_of(self)
        ]

    def column(self, name: str) -> "Column":
        """The column of this type's flat row, as sheets name it."""
        return resource_of(type(self)).column(name)

    def publish(self) -> None:
        """Makes the record public, or raises ValidationError with every reason why not."""
        for _record, problems in type(self).objects.filter(pk=self.pk).publish():
            raise ValidationError([ValidationError(str(problem), code=problem.code) for problem in problems])
        self.refresh_from_db(fields=["state", "published_at", "updated_at", "source_count"])
        self.stored_state = self.state

    def send_back(self) -> None:
        self.change_state(State.DRAFT)

    def submit(self) -> None:
        self.change_state(State.REVIEW)

    def withdraw(self) -> None:
        self.change_state(State.WITHDRAWN)

    def change_state(self, state: State) -> None:
        self.state = state
        self.save(update_fields=STATE_ALONE)

    def cite(self, source: "Source", **details: Any) -> Citation:
        """Adds one citation of `source`; details are the fields of Citation."""
        return Citation.objects.create(source=source, **{key_to(type(self)): self}, **details)

    @property
    def is_published(self) -> bool:
        return self.state == State.PUBLISHED
