from collections import defaultdict
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from relations.keys import key_for
from relations.period_phrases import phrase
from relations.problems import Problem
from relations.search import matching, refresh_search

from .fields import DerivedDay, PeriodField
from .names import in_reader_language, reader_language
from .participations import NOT_INVOLVED, Participation
from .places import Place
from .sources import Citation
from .topics import Topic


class State(models.TextChoices):
    DRAFT = "draft", _("draft")
    REVIEW = "review", _("in review")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")


class RecordQuerySet(models.QuerySet):
    """The questions that pages, files, feeds and the admin ask of every type of record."""

    def published(self):
        return self.filter(state=State.PUBLISHED)

    def involving(self, codes):
        """Records in which one of these places, anything inside it or a group it belongs to takes part."""
        return self.filter(self.model.involvement(codes))

    def during(self, period, undated=True):
        """Records whose period overlaps `period`; those without any date only if `undated`."""
        overlap = Q()
        if period.last_day:
            overlap &= Q(first_day__lte=period.last_day) | Q(first_day__isnull=True)
        if period.first_day:
            overlap &= Q(last_day__gte=period.first_day) | Q(last_day__isnull=True)
        nothing_known = Q(first_day__isnull=True, last_day__isnull=True)
        return self.filter(overlap | nothing_known if undated else overlap & ~nothing_known)

    def on_topics(self, keys):
        through = self.model.topics.through
        column = self.model._meta.model_name
        return self.filter(Exists(through.objects.filter(topic__key__in=keys, **{column: OuterRef("pk")})))

    def citing(self, source_keys):
        column = self.model._meta.model_name
        sources = Q(source__key__in=source_keys) | Q(quoted_in__key__in=source_keys)
        return self.filter(Exists(Citation.objects.filter(sources, **{column: OuterRef("pk")})))

    def matching(self, words, beginnings=False):
        return matching(self, words, beginnings)

    def for_list(self):
        return self

    def for_detail(self):
        return self.prefetch_related("topics", "citations__source", "citations__quoted_in")

    def recount_sources(self):
        """Sets source_count, the number of different sources, from the citations as they are, in one statement."""
        column = self.model._meta.model_name
        counted = (
            Citation.objects.filter(**{column: OuterRef("pk")})
            .order_by()
            .values(column)
            .annotate(n=Count("source", distinct=True))
        )
        return super().update(source_count=Coalesce(Subquery(counted.values("n")), 0))

    def publish(self):
        """Publishes every record that may be; returns [(record, problems)] of the rest, which stay as they are."""
        refused, ready = [], []
        for record in self.for_detail():
            if problems := record.publication_problems():
                refused.append((record, problems))
            else:
                ready.append(record.pk)
        ready = self.model.objects.filter(pk__in=ready)
        ready.recount_sources()
        now = timezone.now()
        super(RecordQuerySet, ready).update(
            state=State.PUBLISHED, published_at=Coalesce("published_at", Value(now)), updated_at=now
        )
        return refused

    def update(self, **values):
        if "state" in values:
            raise Problem(
                "state.by_verb",
                _("The state is changed with publish(), send_back() or withdraw(), never by update()."),
            )
        return super().update(**values)


@contextmanager
def keep_cited(records):
    """Around the removal of citations: counts again, and refuses to leave a published record without any."""
    with transaction.atomic():
        yield
        by_model = defaultdict(set)
        for record in filter(None, records):
            by_model[type(record)].add(record.pk)
        for model, keys in by_model.items():
            refuse_bare(model, keys)
            model.objects.filter(pk__in=keys).recount_sources()


def refuse_bare(model, keys):
    column = model._meta.model_name
    bare = model.objects.filter(pk__in=keys, state=State.PUBLISHED).exclude(
        Exists(Citation.objects.filter(**{column: OuterRef("pk")}))
    )
    if record := bare.first():
        message = _(
            "“%(record)s” is published and would be left without a source. Withdraw it first, or add another source."
        )
        raise Problem("citation.last", message, record=str(record))


class Record(models.Model):
    """Something that happened or was measured in a period, between participants, supported by citations."""

    #: columns whose value must rest on a source before the record may be published
    MUST_BE_CITED = ()

    key = models.SlugField(
        _("key"),
        max_length=100,
        unique=True,
        blank=True,
        help_text=_("The last part of the record's address; made from the title if left empty."),
    )
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False
    )
    title_ru = models.CharField(_("title in Russian"), max_length=500, blank=True)
    title_en = models.CharField(_("title in English"), max_length=500, blank=True)
    alternative_titles = models.TextField(
        _("alternative titles"),
        blank=True,
        help_text=_("Other wordings of the same title in the sources, one a line."),
    )
    summary_ru = models.TextField(_("summary in Russian"), blank=True)
    summary_en = models.TextField(_("summary in English"), blank=True)
    period = PeriodField(_("date"), bounds=("first_day", "last_day"))
    first_day = DerivedDay()
    last_day = DerivedDay()
    topics = models.ManyToManyField(Topic, verbose_name=_("topics"), blank=True)
    notes = models.TextField(_("notes for editors"), blank=True, help_text=_("Not shown to readers."))
    source_count = models.PositiveIntegerField(default=0, editable=False)
    search_text = models.TextField(editable=False, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = RecordQuerySet.as_manager()

    #: what searchable() reads from other tables, fetched once for many records
    SEARCH_PREFETCH = ("topics",)

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
                name="%(class)s_has_a_key",
                condition=~Q(key=""),
                violation_error_message=_("A record needs a key."),
            ),
        ]

    def __str__(self):
        return self.title or self.key

    def save(self, *args, **kwargs):
        self.settle()
        super().save(*args, **kwargs)
        if not kwargs.get("update_fields"):
            refresh_search([self])

    def get_absolute_url(self):
        return reverse(f"{self._meta.model_name}", args=[self.key])

    @property
    def title(self):
        return in_reader_language(self, "title")[0]

    def settle(self):
        """Sets what follows from the rest: here the key. Imports call it too, since bulk writes do not save()."""
        if not self.key:
            self.key = key_for(self)

    def clean(self):
        self.settle()
        if self.state == State.PUBLISHED and (problems := self.own_publication_problems()):
            raise ValidationError([ValidationError(str(problem), code=problem.code) for problem in problems])

    @classmethod
    def involvement(cls, codes):
        """The condition that a place takes part; each type says where its participants stand."""
        raise NotImplementedError

    def searchable(self):
        """Everything by which a reader may look for this record, in the active language where it depends on one."""
        yield from (self.title_ru, self.title_en, self.alternative_titles, self.summary_ru, self.summary_en)
        yield str(self._meta.verbose_name)
        yield phrase(self.period, reader_language()) if self.period else ""
        yield from (name for topic in self.topics.all() for name in topic.all_names())
        for field in self._meta.fields:
            if field.choices and field.name != "state":
                yield str(getattr(self, f"get_{field.name}_display")())

    # Publishing: the one gate.

    def own_publication_problems(self):
        """Problems of the record itself, without its citations: what a form can already see. A list of Problems."""
        if self.title_ru.strip() or self.title_en.strip():
            return []
        return [Problem("publish.title", _("It has no title in Russian or in English."))]

    def publication_problems(self):
        """Everything that stands between this record and the reader. A list of Problems, empty when it may be published."""
        return [*self.own_publication_problems(), *self.participant_problems(), *self.citation_problems()]

    def participant_problems(self):
        """Whether enough take part; a form checks its own rows instead, since they are not stored yet."""
        return []

    def citation_problems(self):
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

    def column(self, name):
        """The column of this type's flat row, as sheets name it."""
        from relations.catalog import record_type_of  # the catalogue stands above the models

        return record_type_of(self).resource.column(name)

    def publish(self):
        """Makes the record public, or raises ValidationError with every reason why not."""
        for _record, problems in type(self).objects.filter(pk=self.pk).publish():
            raise ValidationError([ValidationError(str(problem), code=problem.code) for problem in problems])
        self.refresh_from_db(fields=["state", "published_at", "updated_at", "source_count"])

    def send_back(self):
        self.change_state(State.DRAFT)

    def submit(self):
        self.change_state(State.REVIEW)

    def withdraw(self):
        self.change_state(State.WITHDRAWN)

    def change_state(self, state):
        self.state = state
        self.save(update_fields=["state", "updated_at"])

    def cite(self, source, **details):
        """Adds one citation of `source`; details are the fields of Citation."""
        return Citation.objects.create(source=source, **{self._meta.model_name: self}, **details)

    @property
    def is_published(self):
        return self.state == State.PUBLISHED


class EventQuerySet(RecordQuerySet):
    def for_list(self):
        who = Participation.objects.select_related(
            "place__parent__parent", "organization__place__parent__parent", "person__place__parent__parent"
        )
        return self.prefetch_related(Prefetch("participations", who))

    def for_detail(self):
        links = (
            ("links__to_agreement", "links__to_forum", "links__to_visit")
            if hasattr(self.model, "links")
            else ()
        )
        back = ("links_back__from_agreement", "links_back__from_visit")
        return super().for_detail().for_list().prefetch_related(*links, *back)


class Event(Record):
    """A record whose participants stand in roles: an agreement, a forum, a visit."""

    objects = EventQuerySet.as_manager()

    class Meta(Record.Meta):
        abstract = True

    SEARCH_PREFETCH = (
        "topics",
        "participations__place__parent__parent",
        "participations__organization__place",
        "participations__person__place",
    )

    def searchable(self):
        yield from super().searchable()
        for one in self.participations.all():
            yield from one.who.all_names()
            yield from one.country.all_names() if one.country else ()

    def in_role(self, *roles):
        """Participations in these roles, in their order, from what is prefetched."""
        return [one for one in self.participations.all() if one.role in roles]

    def sides(self):
        """The countries and groups involved, each once, in order of appearance."""
        involved = [one for one in self.participations.all() if one.role not in NOT_INVOLVED]
        return list(dict.fromkeys(filter(None, (one.country or one.place for one in involved))))

    @classmethod
    def involvement(cls, codes):
        places = Place.objects.within(codes).values("pk")
        takes_part = Q(place__in=places) | Q(organization__place__in=places) | Q(person__place__in=places)
        own = Participation.objects.filter(takes_part, **{cls._meta.model_name: OuterRef("pk")})
        return Q(Exists(own.exclude(role__in=NOT_INVOLVED)))

    @classmethod
    def places_of(cls, records):
        """The keys of all places that take part in these records."""
        of_these = Participation.objects.filter(
            **{f"{cls._meta.model_name}__in": records.order_by().values("pk")}
        )
        counted = of_these.exclude(role__in=NOT_INVOLVED).order_by()
        columns = ("place", "organization__place", "person__place")
        found = (counted.filter(**{f"{column}__isnull": False}).values(column) for column in columns)
        return next(found).union(*found)
