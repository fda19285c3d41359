"""Abstract model of all record types: editorial state, titles, stored row and publication rules."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, Self, cast

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.registry import checked_for_publication, resource_of
from relations.text.title_marks import LENGTH, title_mark
from relations.values.period import Period
from relations.values.period_format import phrase
from relations.values.readings import BOUNDS_CONTRADICT, LATEST, UNBOUNDED, Bounds, readings

from .citations import Citation
from .data_changes import DataChange
from .fields import DerivedDay, PeriodField, derived_day
from .foreign_keys import TIME_LINKS, key_to
from .key_history import Addressed
from .keys import key_for
from .links import LinkKind, RecordLink, linked_to
from .list_index import ListIndex
from .named import LANGUAGES, Named, in_reader_language, label_of, name_of
from .querysets import RecordQuerySet
from .rechecks import recheck_problem, rechecks_of
from .related import fetch_related
from .row_cache import refresh, unpacked
from .scope import GroupSides, TakingPart, is_in_scope
from .states import State
from .topics import Topic
from .versions import remember_states

if TYPE_CHECKING:
    from django.utils.safestring import SafeString
    from django_stubs_ext.db.models.manager import RelatedManager

    from relations.rows.columns import Column

    from .imports import ImportBatch
    from .places import Place
    from .rechecks import Recheck
    from .row_cache import FlatRow
    from .sources import Source, Work

BOUND_WITHOUT_REASON = _(
    "A bound of the date needs its reason: the date of the source, another record, or the text itself."
)


class BoundReason(models.TextChoices):
    """Why a record cannot be earlier or later than a date."""

    SOURCE = "source", _("date of the source")
    TEXT = "text", _("said by the text")
    RECORD = "record", _("date of another record")


#: the four days of `Readings`
DAYS = ("possible_from", "possible_to", "certain_from", "certain_to")
#: columns that save() does not write: refresh() does
NOT_SAVED = frozenset(
    "id source_count fact_count sourced_count identified_count corroborated_count in_scope search_text row".split()
).union(DAYS)
STATE_ALONE = ["state", "updated_at"]


@cache
def coded_fields(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """The fields of a type with coded values and labels."""
    return [field for field in model._meta.fields if field.choices and field.name != "state"]


class PlacesNamed(NamedTuple):
    """Rows that name places: the column with the key of the record, and that with the key of the place."""

    rows: models.QuerySet[Any]
    record: str
    place: str


class Record(Addressed):
    """An event or measurement in a period, between participants, supported by citations."""

    #: whether its date is a span of time, such as three days of a visit, or a point in it
    IS_SPAN = False
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
    not_before = PeriodField(
        _("not before"), help_text=_("The earliest possible date, where the date itself is not known.")
    )
    not_before_reason = models.CharField(
        _("reason for “not before”"), max_length=6, choices=BoundReason.choices, blank=True
    )
    not_after = PeriodField(
        _("not after"),
        help_text=_(
            "The latest possible date. If the record has no date, it is taken from the source that tells of it."
        ),
    )
    not_after_reason = models.CharField(
        _("reason for “not after”"), max_length=6, choices=BoundReason.choices, blank=True
    )
    possible_from = derived_day()
    possible_to = derived_day()
    certain_from = derived_day()
    certain_to = derived_day()
    in_scope = models.BooleanField(default=False, editable=False)
    topics = models.ManyToManyField(Topic, verbose_name=_("topics"), blank=True)
    notes = models.TextField(_("notes for editors"), blank=True, help_text=_("Not shown to readers."))
    source_count = models.PositiveIntegerField(default=0, editable=False)
    fact_count = models.PositiveSmallIntegerField(default=0, editable=False)
    sourced_count = models.PositiveSmallIntegerField(default=0, editable=False)
    #: None until it is counted
    identified_count = models.PositiveSmallIntegerField(null=True, editable=False)
    corroborated_count = models.PositiveSmallIntegerField(default=0, editable=False)
    title_mark_ru = models.CharField(max_length=LENGTH, editable=False, blank=True, default="")
    title_mark_en = models.CharField(max_length=LENGTH, editable=False, blank=True, default="")
    search_text = models.TextField(editable=False, blank=True, default="")
    row = models.TextField(editable=False, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = RecordQuerySet.as_manager()
    citations: "RelatedManager[Citation]"
    links: "RelatedManager[RecordLink]"

    #: the state as the database has it; None before the first save
    stored_state: str | None = None
    #: what a list adds: the groups of places that bring the record in, and where it has the words of a search
    through: "Sequence[Place]" = ()
    marked_title, met = "", ""
    #: its entries in lists by language and kind of list, where the record is remembered
    kept_entries: "dict[tuple[str, bool], SafeString] | None" = None

    class Meta:
        abstract = True
        default_permissions = ("add", "change", "delete", "view", "publish", "import")
        ordering = [F("first_day").desc(nulls_last=True), F("last_day").desc(nulls_last=True), "-pk"]
        indexes = [
            ListIndex(fields=["-first_day", "-last_day", "-id"], name="%(class)s_newest"),
            # also for those of one state or of some days, in no order
            ListIndex(fields=["state", "-first_day", "-last_day", "-id"], name="%(class)s_by_day"),
            ListIndex(fields=["state", "-published_at", "-id"], name="%(class)s_published"),
            models.Index(fields=["state", "certain_from", "certain_to"], name="%(class)s_certain"),
            models.Index(fields=["title_mark_ru", "first_day"], name="%(class)s_title_ru"),
            models.Index(fields=["title_mark_en", "first_day"], name="%(class)s_title_en"),
        ]
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
            models.CheckConstraint(
                name="%(class)s_bounds_agree",
                condition=Q(possible_from__isnull=True)
                | Q(possible_to__isnull=True)
                | Q(possible_from__lte=F("possible_to")),
                violation_error_message=BOUNDS_CONTRADICT,
            ),
            *(
                models.CheckConstraint(
                    name=f"%(class)s_{name}_has_a_reason",
                    condition=Q(**{name: "", f"{name}_reason__in": ("", "source", "record")})
                    | (~Q(**{name: ""}) & Q(**{f"{name}_reason__in": ("source", "text")})),
                    violation_error_message=BOUND_WITHOUT_REASON,
                )
                for name in ("not_before", "not_after")
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

    @property
    def distinct_title(self) -> str:
        """What tells it from others of its type, for staff who choose among them."""
        return str(self)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        self.refuse_a_side_door()
        if not self._state.adding and not kwargs.get("update_fields") and not self.get_deferred_fields():
            kwargs["update_fields"] = [f.name for f in self._meta.concrete_fields if f.name not in NOT_SAVED]
        with linked_to(type(self), [self.pk]) if self.is_renamed else nullcontext():
            super().save(*args, **kwargs)
        self.stored_state = self.state
        if kwargs.get("update_fields") == STATE_ALONE:
            DataChange.objects.add({type(self): [self.pk]})
        else:
            refresh([self])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        key = self.pk
        with linked_to(type(self), [key]):
            deleted = super().delete(*args, **kwargs)
        DataChange.objects.add({type(self): [key]})
        return deleted

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
        """Sets derived fields. Imports call it too, because bulk writes bypass save()."""
        if not self.key:
            self.key = key_for(self)
        self.title_mark_ru, self.title_mark_en = title_mark(self.title_ru), title_mark(self.title_en)
        self.read_dates()

    def read_dates(self, by_records: Bounds = UNBOUNDED) -> None:
        """Sets the four days that questions about years compare; `by_records` are the dates of linked records.

        A bound taken from a source or a record is left out where it contradicts what the record itself says.
        """
        said = Bounds(self.not_before.first_day, self.not_after.last_day)
        if self.not_after_reason == BoundReason.SOURCE:
            said, by_source = Bounds(said.first), Bounds(None, said.last)
        else:
            by_source = UNBOUNDED
        found = readings(self.period, self.IS_SPAN, said)
        for bounds in (by_source, by_records):
            if bounds == UNBOUNDED:
                continue
            narrower = readings(self.period, self.IS_SPAN, said.within(bounds))
            if not narrower.is_contradictory:
                found, said = narrower, said.within(bounds)
        for name in DAYS:
            setattr(self, name, getattr(found, name))

    @property
    def possible_days(self) -> Bounds:
        """The days of which it may be; None where nothing is known."""
        return Bounds(self.possible_from, self.possible_to)

    def bound_by_sources(self, dates: "Iterable[Period]") -> None:
        """What has happened is not later than the first source that tells of it; `dates` are those of its sources."""
        if self.not_after_reason not in ("", BoundReason.SOURCE) or (
            self.not_after and not self.not_after_reason
        ):
            return
        told = [date for date in dates if date.last_day] if self.is_undated and self.has_happened else []
        first = min(told, key=lambda date: date.last_day or LATEST, default=Period())
        self.not_after = Period.parse(first.points[-1])
        self.not_after_reason = BoundReason.SOURCE if first else ""

    @property
    def is_undated(self) -> bool:
        """Whether it has no date of its own, whatever bounds it."""
        return not self.first_day and not self.last_day

    @property
    def has_happened(self) -> bool:
        """Whether it is told as a fact, neither planned nor forecast."""
        return True

    @property
    def is_domestic(self) -> bool:
        """Whether it is an act of one state, which is context whoever is named in it."""
        return False

    def taking_part(self) -> list[TakingPart]:
        """Who takes part, from what for_row() has fetched; each type knows where its participants are stored."""
        raise NotImplementedError

    @classmethod
    def set_scopes(cls, records: "Sequence[Record]") -> None:
        """Sets whether each is of the register’s subject; the members of groups are loaded once."""
        groups = GroupSides()
        for record in records:
            record.set_scope(record.taking_part(), groups)

    def set_scope(self, taking_part: Iterable[TakingPart], groups: GroupSides) -> None:
        self.in_scope = not self.is_domestic and is_in_scope(taking_part, self.possible_days, groups)

    def take_places(self, places: "Mapping[int, Place]") -> None:
        """Sets the places that without_places() has not fetched, from {primary key: place}."""

    @property
    def told_on(self) -> "Iterator[Period]":
        """The dates of the sources that tell of it, from what for_row() has fetched."""
        return (one.source.told_by for one in self.citations.all() if one.source.told_by)

    @property
    def passed_on(self) -> tuple[Any, ...]:
        """What other records derive from it."""
        return tuple(getattr(self, name) for name in DAYS)

    def derive_from_related(self) -> bool:
        """Sets what follows from citations, participants and links; whether its days have changed by that."""
        before = self.passed_on
        self.say_reasons()
        self.bound_by_sources(self.told_on)
        self.read_dates(self.bounds_by_records())
        return before != self.passed_on

    @property
    def is_dated_by_records(self) -> bool:
        """Whether a link to another record bounds its date."""
        return BoundReason.RECORD in (self.not_before_reason, self.not_after_reason)

    def say_reasons(self) -> None:
        """A link to an earlier or later record is the reason of a bound, unless the text itself gives one."""
        kinds = {link.kind for link in self.links.all()}
        for name, kind in (("not_before", LinkKind.AFTER), ("not_after", LinkKind.BEFORE)):
            reason = getattr(self, f"{name}_reason")
            if kind in kinds and reason != BoundReason.TEXT:
                setattr(self, name, "")
                setattr(self, f"{name}_reason", BoundReason.RECORD)
            elif reason == BoundReason.RECORD:
                setattr(self, f"{name}_reason", "")

    @classmethod
    def dependents_of(cls, keys: Collection[int]) -> "Iterator[models.QuerySet[Any]]":
        """The records that are dated by these, by type."""
        end = f"to_{key_to(cls)}"
        if end not in RecordLink.ENDS:
            return
        links = RecordLink.objects.filter(kind__in=TIME_LINKS, **{f"{end}__in": keys}).order_by()
        for start in RecordLink.STARTS:
            model = cast("type[Record]", RecordLink._meta.get_field(start).related_model)
            origins = links.filter(**{f"{start}__isnull": False}).values(start)
            yield model._base_manager.filter(pk__in=origins)

    @staticmethod
    def fetch_related(records: "Sequence[Record]") -> None:
        """Gives records what for_row() fetches from other tables, where they may be of different types."""
        fetch_related(records)

    def count_facts(self, cells: "FlatRow", works: "Mapping[str, Work]") -> None:
        """Sets how many facts its row states, and how well they are sourced; `works` are its sources by key."""
        found = resource_of(type(self)).coverage_of(cells, works)
        self.fact_count, self.sourced_count, self.identified_count, self.corroborated_count = found

    @property
    def works_cited(self) -> "dict[str, Work]":
        """Its sources and those that they quote, from what for_row() has fetched."""
        cited = (source for one in self.citations.all() for source in (one.source, one.quoted_in) if source)
        return {source.key: source.work for source in cited}

    def bounds_by_records(self) -> Bounds:
        """The dates of the records to which it is linked as later or earlier, from what for_row() has fetched."""
        found = UNBOUNDED
        for link in self.links.all():
            if link.target and link.kind == LinkKind.AFTER:
                found = found.within(Bounds(link.target.possible_from))
            elif link.target and link.kind == LinkKind.BEFORE:
                found = found.within(Bounds(None, link.target.possible_to))
        return found

    def clean(self) -> None:
        self.derive()
        if self.possible_from and self.possible_to and self.possible_from > self.possible_to:
            raise ValidationError({"not_before": BOUNDS_CONTRADICT})
        for name in ("not_before", "not_after"):
            if getattr(self, name) and not getattr(self, f"{name}_reason"):
                raise ValidationError({name: BOUND_WITHOUT_REASON})
        if self.state == State.PUBLISHED and (problems := self.own_publication_problems()):
            raise ValidationError([ValidationError(str(problem), code=problem.code) for problem in problems])

    @classmethod
    def involvement(cls, codes: Collection[str]) -> Q:
        """The condition that a place takes part; each type knows where its participants are stored."""
        raise NotImplementedError

    @classmethod
    def places_named(cls) -> "Iterator[PlacesNamed]":
        """Where it is stored which places take part; each type knows that of its own."""
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
        if not self.pk:
            return self.formal_problems()
        checked = checked_for_publication(type(self), [self.pk])[self.pk]
        return [*self.formal_problems(), *self.recheck_problems(self.rechecks), *checked]

    def formal_problems(self) -> list[Problem]:
        """What is missing; without the rules, which a query set applies to many records at once."""
        return [*self.own_publication_problems(), *self.participant_problems(), *self.citation_problems()]

    @property
    def rechecks(self) -> "list[Recheck]":
        """Its citations to be checked again."""
        return rechecks_of(type(self), [self.pk])[self.pk]

    def recheck_problems(self, rechecks: "Iterable[Recheck]") -> list[Problem]:
        """The facts whose only citations were given for another value."""
        resource = resource_of(type(self))
        names = resource.facts_only_outdated(unpacked(self.row), {one.place: one.vouched for one in rechecks})
        return [recheck_problem(resource, names)] if names else []

    def participant_problems(self) -> list[Problem]:
        """Whether there are enough participants; a form checks its own rows, which are not stored yet."""
        return []

    def citation_problems(self) -> list[Problem]:
        fields = {citation.field for citation in self.citations.all()}
        if not fields:
            return [Problem("publish.source", _("It has no source."))]
        if "" in fields:
            return []
        is_stated = resource_of(type(self)).is_stated
        uncited = (self.column(name) for name in self.MUST_BE_CITED if name not in fields)
        return [
            Problem("publish.unsourced", _("No source is given for “%(field)s”."), field=str(one.label))
            for one in uncited
            if one.value_of(self) and is_stated(one.name, one.cell_of(self))
        ]

    def column(self, name: str) -> "Column":
        """The column of this type's flat row, as sheets name it."""
        return resource_of(type(self)).column(name)

    def publish(self, user: Any = None, reason: str = "", batch: "ImportBatch | None" = None) -> None:
        """Makes the record public, or raises ValidationError with every reason why not."""
        for _record, problems in type(self).objects.filter(pk=self.pk).publish(user, reason, batch):
            raise ValidationError([ValidationError(str(problem), code=problem.code) for problem in problems])
        self.refresh_from_db(fields=["state", "published_at", "updated_at", "source_count"])
        self.stored_state = self.state

    def send_back(self, user: Any = None, reason: str = "", batch: "ImportBatch | None" = None) -> None:
        self.change_state(State.DRAFT, user, reason, batch)

    def submit(self, user: Any = None, reason: str = "", batch: "ImportBatch | None" = None) -> None:
        self.change_state(State.REVIEW, user, reason, batch)

    def withdraw(self, user: Any = None, reason: str = "", batch: "ImportBatch | None" = None) -> None:
        self.change_state(State.WITHDRAWN, user, reason, batch)

    def change_state(
        self,
        state: str,
        user: Any = None,
        reason: str = "",
        batch: "ImportBatch | None" = None,
        keeps_version: bool = True,
    ) -> None:
        """`user`, `reason` and `batch` are those of the version that it writes, unless the caller writes one."""
        if keeps_version:
            remember_states([self], state, user, reason, batch)
        self.state = state
        self.save(update_fields=STATE_ALONE)

    def cite(self, source: "Source", **details: Any) -> Citation:
        """Adds one citation of `source`; details are the fields of Citation."""
        return Citation.objects.create(source=source, **{key_to(type(self)): self}, **details)

    @property
    def is_published(self) -> bool:
        return self.state == State.PUBLISHED
