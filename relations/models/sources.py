"""Model of sources."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Self, cast

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.search.index import matching
from relations.search.lemmas import language_of_letters
from relations.text.locators import canonical_extent, read_extent
from relations.text.names import author_names, without_braces
from relations.text.slugs import slug
from relations.values.period import Period
from relations.values.readings import BOUNDS_CONTRADICT, Bounds, Readings, readings

from .citation_checks import rename_cited
from .citations import Citation
from .fields import PeriodField, derived_day
from .foreign_keys import RECORD_KEYS
from .key_history import Addressed, AddressedQuerySet
from .keys import free_key
from .named import label_of, reader_language
from .places import Membership
from .row_cache import Refreshed, refresh, refresh_dependents, unpacked

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from .link_checks import LinkCheck
    from .records import Record

LONGEST_AUTHOR = 80
#: columns that save() does not write: refresh() does
NOT_SAVED = frozenset({"id", "identified_by", "told_by", "search_text", "row"})
#: its date and bounds, and the days that follow from them, stored whenever anything is
DATES = frozenset({"issued", "not_before", "not_after"})
DAYS = ("issued_from", "issued_to")


class SourceQuerySet(AddressedQuerySet["Source"]):
    def get_by_natural_key(self, key: str) -> "Source":
        return self.get(key=key)

    def public(self) -> Self:
        """Sources that at least one published record cites, that are quoted in such a source, or that date a
        membership in a group of places.
        """
        dating = Membership.objects.order_by()
        # one EXISTS a type: the planner looks each source up, instead of joining all types to all citations
        named = (
            Citation.objects.filter(**{name: OuterRef("pk"), f"{key}__state": "published"}).order_by()
            for key in RECORD_KEYS
            for name in ("source", "quoted_in")
        )
        dated = (dating.filter(**{name: OuterRef("pk")}) for name in ("joined_source", "left_source"))
        return self.filter(Q(*(Exists(found) for found in (*named, *dated)), _connector=Q.OR))

    def matching(self, words: str, beginnings: bool = False) -> Self:
        return matching(self, words, beginnings)

    def with_publication(self) -> Self:
        """Adds the time when the first record citing each was published, and when one was last changed."""
        carried = Citation.objects.of_published().filter(
            Q(source=OuterRef("pk")) | Q(quoted_in=OuterRef("pk"))
        )
        moments = {"published_at": "", "updated_at": "-"}
        return self.annotate(
            **{
                name: Subquery(
                    carried.annotate(moment=Coalesce(*(f"{key}__{name}" for key in RECORD_KEYS)))
                    .order_by(f"{sign}moment")
                    .values("moment")[:1]
                )
                for name, sign in moments.items()
            }
        )

    def cited_in_public(self) -> Self:
        """Those that a published record cites, with the times of with_publication()."""
        return self.with_publication().filter(Q(published_at__isnull=False))

    def by_publication(self) -> Self:
        """For a feed: newest first; requires with_publication()."""
        return self.order_by(F("published_at").desc(nulls_last=True), "-pk").defer("search_text", "row")

    def with_licences(self) -> Self:
        """Datasets under terms of their own."""
        return self.exclude(licence="")

    def for_citing(self) -> Self:
        """With the check of each URL, because a broken one is cited by its archived copy."""
        return self.select_related("link_check")

    def for_row(self) -> Self:
        return self

    def for_detail(self) -> Self:
        """With everything a reader is shown."""
        return self.select_related("link_check")

    def to_check(self, before: datetime | None = None) -> Self:
        """Sources with a URL to check, the longest unchecked first; only those last checked `before` a time."""
        found = self.filter(Q(url__istartswith="http://") | Q(url__istartswith="https://"))
        if before:
            fresh = Q(link_check__url=F("url"), link_check__checked_at__gt=before)
            found = found.exclude(pk__in=Source.objects.filter(fresh).values("pk"))
        return found.order_by(F("link_check__checked_at").asc(nulls_first=True), "pk")

    def for_change(self) -> Self:
        return self

    def update_unchecked(self, **values: Any) -> int:
        """With the days that follow from dates, so that the database compares those of bulk_update() too."""
        if not DATES & values.keys():
            return super().update_unchecked(**values)
        keys = list(self.values_list("pk", flat=True))
        with transaction.atomic():
            updated = super().update_unchecked(**values)
            for source in self.model.objects.filter(pk__in=keys):
                source.save(update_fields=DAYS)
        return updated

    update_unchecked.alters_data = True  # type: ignore[attr-defined]  # as Django marks its own

    def bulk_create(self, objs: Iterable["Source"], *args: Any, **kwargs: Any) -> list["Source"]:
        """With what save() derives, so that the database compares the dates."""
        sources = list(objs)
        for source in sources:
            source.derive()
        return super().bulk_create(sources, *args, **kwargs)

    bulk_create.alters_data = True  # type: ignore[attr-defined]  # as Django marks its own


class Identity(models.TextChoices):
    """By what a reader can find a work."""

    ADDRESS = "address", _("address")
    DOI = "doi", _("DOI")
    ISBN = "isbn", _("ISBN")
    NUMBER = "number", _("number")
    DESCRIPTION = "author", _("author, title and date")


IDENTIFICATION = {
    Identity.ADDRESS: _("identified by its address"),
    Identity.DOI: _("identified by its DOI"),
    Identity.ISBN: _("identified by its ISBN"),
    Identity.NUMBER: _("identified by its number"),
    Identity.DESCRIPTION: _("identified by author, title and date"),
}


class Work(NamedTuple):
    """What coverage needs to know of a source: whether a reader can find it, and who wrote it."""

    is_identified: bool = False
    authors: frozenset[str] = frozenset()

    @classmethod
    def of(cls, identified_by: str, author: str) -> "Work":
        return cls(bool(identified_by), frozenset(name.identity for name in author_names(author)))


UNKNOWN_WORK = Work()


class Licence(NamedTuple):
    """The terms of a dataset: their name, and their address where one is given."""

    name: str
    address: str = ""

    @classmethod
    def parse(cls, text: str) -> "Licence":
        """“CC BY 4.0 https://…”; the address is the last word."""
        name, _space, address = text.rpartition(" ")
        return cls(name, address) if address.startswith(("http://", "https://")) else cls(text)


def extent_in_words(extent: str) -> str:
    """«абзац 52; сноска 13» of a stored extent, in the reader's language."""
    return "; ".join(
        f"{Citation.Locator(label).label} {number}" for label, number in read_extent(extent).items()
    )


class Source(Addressed):
    """A work that records cite. Types and fields are those of CSL 1.0.2; dates are Periods and may be unknown."""

    class Type(models.TextChoices):
        ARTICLE_JOURNAL = "article-journal", _("journal article")
        ARTICLE_NEWSPAPER = "article-newspaper", _("newspaper article")
        WEBPAGE = "webpage", _("web page")
        POST_WEBLOG = "post-weblog", _("blog post")
        BOOK = "book", _("book")
        CHAPTER = "chapter", _("chapter")
        REPORT = "report", _("report")
        LEGISLATION = "legislation", _("legislation")
        TREATY = "treaty", _("treaty")
        SPEECH = "speech", _("speech")
        DATASET = "dataset", _("dataset")
        DOCUMENT = "document", _("document")
        PRESS_RELEASE = "press-release", _("press release")

    key = models.SlugField(
        _("key"),
        max_length=100,
        unique=True,
        blank=True,
        help_text=_(
            "If left empty, it is made from the author and the title. If you change it, the old"
            " address keeps working."
        ),
    )
    type = models.CharField(_("type"), max_length=20, choices=Type.choices, default=Type.DOCUMENT)
    title = models.CharField(
        _("title"),
        max_length=500,
        help_text=_("In the original language. If the work has no title, describe it in square brackets."),
    )
    title_translation = models.CharField(
        _("title in the other language"),
        max_length=500,
        blank=True,
        help_text=_("Our own translation: readers see it marked as such."),
    )
    author = models.CharField(
        _("author"),
        max_length=300,
        blank=True,
        help_text=_(
            "A person as “Suyunov, Asliddin” or «Жапов А. А.», an organisation as {Ministry of Trade}, in braces."
            " Separate several authors with semicolons."
        ),
    )
    container_title = models.CharField(
        _("published in"), max_length=300, blank=True, help_text=_("Journal, website or collection.")
    )
    publisher = models.CharField(_("publisher"), max_length=300, blank=True)
    publisher_place = models.CharField(_("place of publication"), max_length=200, blank=True)
    issued = PeriodField(_("date of publication"), help_text=_("Leave empty if the work gives no date."))
    not_before = PeriodField(
        _("not before"),
        help_text=_(
            "If the work gives no date: the earliest possible one, such as the latest year it names."
        ),
    )
    not_after = PeriodField(
        _("not after"),
        help_text=_("If the work gives no date: the latest possible one, such as that of access."),
    )
    dating_ru = models.CharField(_("reason for the dates, in Russian"), max_length=300, blank=True)
    dating_en = models.CharField(_("reason for the dates, in English"), max_length=300, blank=True)
    accessed = PeriodField(_("date of access"))
    url = models.URLField(_("URL"), max_length=1000, blank=True)
    archive_url = models.URLField(_("archived copy"), max_length=1000, blank=True)
    archived_on = PeriodField(_("archived on"))
    doi = models.CharField("DOI", max_length=200, blank=True)
    isbn = models.CharField("ISBN", max_length=40, blank=True)
    volume = models.CharField(_("volume"), max_length=40, blank=True)
    issue = models.CharField(_("issue"), max_length=40, blank=True)
    page = models.CharField(_("pages"), max_length=60, blank=True)
    number = models.CharField(_("number"), max_length=100, blank=True)
    language = models.CharField(_("language"), max_length=20, blank=True, help_text=_("ru, en, …"))
    licence = models.CharField(
        _("licence"),
        max_length=300,
        blank=True,
        help_text=_(
            "Of a dataset: the producer’s licence by its short name, then its address. Not that of whoever passed"
            " the file on."
        ),
    )
    extent = models.CharField(
        _("extent"),
        max_length=100,
        blank=True,
        help_text=_("The last number of each kind: paragraph 52; footnote 13."),
    )
    notes = models.TextField(_("notes"), blank=True)
    identified_by = models.CharField(
        _("identified by"), max_length=10, choices=Identity.choices, blank=True, editable=False
    )
    told_by = PeriodField(editable=False)
    issued_from = derived_day()
    issued_to = derived_day()
    search_text = models.TextField(editable=False, blank=True, default="")
    row = models.TextField(editable=False, blank=True, default="")

    #: of the records that cite it; set by with_publication()
    published_at: datetime | None
    updated_at: datetime | None

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("source"), _("sources")
        default_permissions = ("add", "change", "delete", "view", "publish", "import")
        constraints = [
            models.CheckConstraint(
                name="source_has_a_title",
                condition=~Q(title=""),
                violation_error_message=_("A source needs a title."),
            ),
            models.CheckConstraint(name="source_has_a_key", condition=~Q(key="")),
            models.CheckConstraint(
                name="source_bounds_agree",
                condition=Q(issued_from__isnull=True)
                | Q(issued_to__isnull=True)
                | Q(issued_from__lte=F("issued_to")),
                violation_error_message=BOUNDS_CONTRADICT,
            ),
        ]
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        """“Author. Title”; the title in our translation, marked as ours, where that is in the reader's language."""
        if translation := self.translation:
            return self.named(f"{translation} ({_('our translation')})")
        return self.named(self.title)

    def named(self, title: str) -> str:
        """“Author. Title”"""
        return f"{self.author_in_front} {title}".lstrip()

    @property
    def author_in_front(self) -> str:
        """“Author.”; empty for a long list of authors."""
        author = self.authors
        return f"{author.rstrip('.')}." if 0 < len(author) <= LONGEST_AUTHOR else ""

    @property
    def translation(self) -> str:
        """Our translation of the title, where the reader's language is its language and not that of the work."""
        text, language = self.title_translation.strip("[]"), reader_language()
        own = self.language or language_of_letters(self.title)
        is_for_reader = text and language_of_letters(text) == language and not own.startswith(language)
        return text if is_for_reader else ""

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        if not self._state.adding and not kwargs.get("update_fields") and not self.get_deferred_fields():
            kwargs["update_fields"] = [f.name for f in self._meta.concrete_fields if f.name not in NOT_SAVED]
        elif kwargs.get("update_fields"):
            kwargs["update_fields"] = {*kwargs["update_fields"], *DAYS}
        with transaction.atomic(), self.named_in_rows() if self.is_renamed else nullcontext():
            self.save_with_key(*args, **kwargs)
            refresh([self])
        if "url" in (kwargs.get("update_fields") or ("url",)):
            self.forget_check_of_another_address()

    @contextmanager
    def named_in_rows(self) -> Iterator[None]:
        """Wraps a change of its key, and refreshes the rows of records that cite it."""
        before = self.stored_key or ""
        yield
        rename_cited(before, self.key)
        refresh_dependents({Source: Refreshed([self.pk], [])})

    def forget_check_of_another_address(self) -> None:
        model = cast("type[LinkCheck]", self._meta.get_field("link_check").related_model)
        model.objects.filter(source=self).exclude(url=self.url).delete()

    @property
    def link(self) -> "LinkCheck | None":
        """The last check of its present URL; None if that was never checked."""
        check = getattr(self, "link_check", None)
        return check if check and check.url == self.url else None

    @property
    def has_dead_link(self) -> bool:
        return bool(self.link and self.link.is_dead)

    def get_absolute_url(self) -> str:
        return reverse("source", args=[self.key])

    def clean(self) -> None:
        try:
            self.derive()
        except Problem as problem:
            raise ValidationError({"extent": str(problem)}) from problem
        if contradiction := self.bounds_problem():
            raise ValidationError({"not_after" if self.not_after else "not_before": str(contradiction)})

    @property
    def readings(self) -> Readings:
        """When it may have been published: by its date and its bounds."""
        return readings(self.issued, False, Bounds(self.not_before.first_day, self.not_after.last_day))

    def bounds_problem(self) -> Problem | None:
        """Where the earliest possible date is later than the latest one."""
        return Problem("bound.contradiction", BOUNDS_CONTRADICT) if self.readings.is_contradictory else None

    def derive(self) -> None:
        """A source without a key gets a free one; its extent is written in one way. Problem if that is unreadable."""
        self.extent = canonical_extent(self.extent)
        if not self.key:
            self.key = free_key(self, slug(f"{self.author} {self.title}") or "source")
        self.issued_from, self.issued_to = self.readings.possible_from, self.readings.possible_to

    #: no link to a record bounds its date
    is_dated_by_records = False

    @property
    def passed_on(self) -> tuple[Any, ...]:
        """What the records that cite it derive from it."""
        return self.identified_by, self.told_by, self.author

    def derive_from_related(self) -> bool:
        """Sets by what it is identified, and the date by which it has told of anything.

        Returns whether one of them or its author, as the stored row has it, has changed.
        """
        before = (self.identified_by, self.told_by, unpacked(self.row).get("author", ""))
        self.identified_by = self.identity
        self.told_by = self.latest_date
        return before != (self.identified_by, self.told_by, self.author)

    def longest(self, label: str) -> int | None:
        """The last number of a kind of place, such as “paragraph”, in the source; None where that is not known."""
        return read_extent(self.extent).get(label)

    @property
    def extent_in_words(self) -> str:
        return extent_in_words(self.extent)

    @property
    def work(self) -> Work:
        return Work.of(self.identity, self.author)

    @property
    def named_licence(self) -> Licence:
        return Licence.parse(self.licence)

    @property
    def authors(self) -> str:
        """The author as readers see it."""
        return without_braces(self.author)

    @property
    def identity(self) -> str:
        """By what a reader can find it; "" where its text names nothing."""
        named = {
            Identity.DOI: self.doi,
            Identity.ADDRESS: self.url or self.archive_url,
            Identity.ISBN: self.isbn,
            Identity.NUMBER: self.number,
            Identity.DESCRIPTION: self.author and self.issued and not self.title.startswith("["),
        }
        return next((str(name) for name, is_given in named.items() if is_given), "")

    @property
    def identification(self) -> "StrOrPromise":
        """“identified by its address”, as readers see it."""
        return IDENTIFICATION[Identity(self.identity)] if self.identity else _("work not identified")

    @property
    def latest_date(self) -> Period:
        """The date it gives, else the latest possible one; unknown where the date itself is doubtful."""
        for date in (self.issued, self.not_after):
            if date.last_day and "?" not in date.text and "%" not in date.text:
                return Period.parse(date.points[-1])
        return Period()

    @classmethod
    def dependents_of(cls, keys: Collection[int]) -> "Iterator[models.QuerySet[Any]]":
        """The records that cite these, by type."""
        cited = Citation.objects.filter(Q(source__in=keys) | Q(quoted_in__in=keys)).order_by()
        for key in RECORD_KEYS:
            model = cast("type[Record]", Citation._meta.get_field(key).related_model)
            citing = cited.filter(**{f"{key}__isnull": False}).values(key)
            yield model._base_manager.filter(pk__in=citing)

    def related_for_search(self) -> tuple[()]:
        return ()

    def searchable(self) -> Iterator[str]:
        yield from (
            self.title,
            self.title_translation,
            self.authors,
            self.container_title,
            self.publisher,
            self.doi,
        )
        yield label_of(self._meta.get_field("type"), self.type)

    def natural_key(self) -> tuple[str]:
        return (self.key,)
