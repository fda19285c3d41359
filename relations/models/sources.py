"""Model of sources."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self, cast

from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from relations.search.index import matching
from relations.text.slugs import slug

from .citations import Citation
from .fields import PeriodField
from .foreign_keys import RECORD_KEYS
from .key_history import Addressed, AddressedQuerySet
from .keys import free_key
from .named import label_of
from .row_cache import refresh

if TYPE_CHECKING:
    from .link_checks import LinkCheck
    from .records import Record

LONGEST_AUTHOR = 80


class SourceQuerySet(AddressedQuerySet["Source"]):
    def get_by_natural_key(self, key: str) -> "Source":
        return self.get(key=key)

    def public(self) -> Self:
        """Sources that at least one published record cites, or that are quoted in such a source."""
        cited = Citation.objects.of_published().order_by()
        named = (Exists(cited.filter(**{name: OuterRef("pk")})) for name in ("source", "quoted_in"))
        return self.filter(Q(*named, _connector=Q.OR))

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

    def by_publication(self) -> Self:
        """For a feed: newest first; requires with_publication()."""
        return self.order_by(F("published_at").desc(nulls_last=True), "-pk").defer("search_text", "row")

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
    title_translation = models.CharField(_("title in the other language"), max_length=500, blank=True)
    author = models.CharField(
        _("author"), max_length=300, blank=True, help_text=_("Separate several authors with semicolons.")
    )
    container_title = models.CharField(
        _("published in"), max_length=300, blank=True, help_text=_("Journal, website or collection.")
    )
    publisher = models.CharField(_("publisher"), max_length=300, blank=True)
    publisher_place = models.CharField(_("place of publication"), max_length=200, blank=True)
    issued = PeriodField(_("date of publication"), help_text=_("Leave empty if the work gives no date."))
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
    notes = models.TextField(_("notes"), blank=True)
    search_text = models.TextField(editable=False, blank=True, default="")
    row = models.TextField(editable=False, blank=True, default="")

    #: of the records that cite it; set by with_publication()
    published_at: datetime | None
    updated_at: datetime | None

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("source"), _("sources")
        default_permissions = ("add", "change", "delete", "view", "import")
        constraints = [
            models.CheckConstraint(
                name="source_has_a_title",
                condition=~Q(title=""),
                violation_error_message=_("A source needs a title."),
            ),
            models.CheckConstraint(name="source_has_a_key", condition=~Q(key="")),
        ]
        ordering = ["title"]

    def __str__(self) -> str:
        """“Author. Title”; a long list of authors is omitted."""
        short = self.author and len(self.author) <= LONGEST_AUTHOR
        return f"{self.author.rstrip('.')}. {self.title}" if short else self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.derive()
        with transaction.atomic(), self.named_in_rows() if self.is_renamed else nullcontext():
            super().save(*args, **kwargs)
            refresh([self])
        self.forget_check_of_another_address()

    @contextmanager
    def named_in_rows(self) -> Iterator[None]:
        """Wraps a change of its key, and refreshes the rows of records that cite it."""
        cited = Citation.objects.filter(Q(source=self) | Q(quoted_in=self))
        yield
        for key in RECORD_KEYS:
            owners = cited.filter(**{f"{key}__isnull": False}).values(key)
            model = cast("type[Record]", Citation._meta.get_field(key).related_model)
            records = list(model.objects.filter(pk__in=owners).only("pk"))
            if records:
                refresh(records)

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
        self.derive()

    def derive(self) -> None:
        """A source without a key gets a free one."""
        if not self.key:
            self.key = free_key(self, slug(f"{self.author} {self.title}") or "source")

    def related_for_search(self) -> tuple[()]:
        return ()

    def searchable(self) -> Iterator[str]:
        yield from (
            self.title,
            self.title_translation,
            self.author,
            self.container_title,
            self.publisher,
            self.doi,
        )
        yield label_of(self._meta.get_field("type"), self.type)

    def natural_key(self) -> tuple[str]:
        return (self.key,)
