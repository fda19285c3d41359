"""Model of link checks: the outcome of the last check of the URL of a source."""

from datetime import datetime, timedelta
from typing import Protocol, Self

from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .sources import Source

#: the page exists, but blocks automated requests
CLOSED = (401, 403, 429)
GONE = (404, 410)
#: one failure is not enough: a link is broken after this many failed checks in a row over this much time
MOST_FAILURES, LONG_ENOUGH = 3, timedelta(days=10)


class Answer(Protocol):
    """The response of a URL: `status` of HTTP, None without one; `reason` explains a failure."""

    @property
    def status(self) -> int | None: ...

    @property
    def reason(self) -> str: ...


class LinkCheckQuerySet(models.QuerySet["LinkCheck"]):
    def current(self) -> Self:
        """Those of the address that the source has now."""
        return self.filter(url=F("source__url"))

    def dead(self) -> Self:
        failing = Q(failures__gte=MOST_FAILURES, checked_at__gte=F("failing_since") + LONG_ENOUGH)
        return self.current().filter(Q(outcome="gone") | failing)

    def answering(self) -> Self:
        return self.current().filter(failures=0)

    def failing(self) -> Self:
        return self.current().filter(failures__gt=0)

    def keep(self, source: int, url: str, answer: Answer) -> "LinkCheck | None":
        """The check of a source (its primary key) updated with a result; None if its URL has changed meanwhile."""
        try:
            with transaction.atomic():
                if not Source.objects.filter(pk=source, url=url).exists():
                    return None
                check = self.filter(source=source).first() or self.model(source_id=source)
                check.take(url, answer, timezone.now())
                check.save()
        except IntegrityError:  # deleted between the check and the commit
            return None
        return check


class LinkCheck(models.Model):
    """The last check of a source's URL. `status` is that of HTTP, null without a response."""

    class Outcome(models.TextChoices):
        ALIVE = "alive", _("responds")
        CLOSED = "closed", _("blocks automated requests")
        GONE = "gone", _("the page is gone")
        REFUSED = "refused", _("responds with an error")
        UNREACHABLE = "unreachable", _("does not respond")

    class Reason(models.TextChoices):
        ADDRESS = "address", _("not a valid page address")
        NAME = "name", _("the site was not found")
        PRIVATE = "private", _("the address is in a private network")
        CONNECTION = "connection", _("the connection was refused or dropped")
        TIMEOUT = "timeout", _("no response in time")
        CERTIFICATE = "certificate", _("the site’s certificate is not trusted")
        TLS = "tls", _("a secure connection could not be established")
        GARBAGE = "garbage", _("the response could not be read")
        REDIRECTS = "redirects", _("too many redirects")

    source = models.OneToOneField(Source, on_delete=models.CASCADE, related_name="link_check")
    url = models.URLField(_("URL"), max_length=1000)
    checked_at = models.DateTimeField(_("checked"))
    status = models.PositiveSmallIntegerField(_("HTTP status"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=11, choices=Outcome.choices)
    reason = models.CharField(_("reason"), max_length=11, choices=Reason.choices, blank=True)
    last_alive_at = models.DateTimeField(_("last response"), null=True, blank=True)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    failures = models.PositiveIntegerField(_("consecutive failures"), default=0)

    objects = LinkCheckQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("link check"), _("link checks")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="link_outcome_follows_from_status",
                # A CHECK that is NULL passes, so responses and failures have separate conditions.
                condition=Q(status__isnull=False)
                & (
                    Q(outcome="alive", status__gte=200, status__lt=300)
                    | Q(outcome="closed", status__in=[401, 403, 429])
                    | Q(outcome="gone", status__in=[404, 410])
                    | Q(outcome="refused")
                    & (Q(status__lt=200) | Q(status__gte=300))
                    & ~Q(status__in=[401, 403, 404, 410, 429])
                )
                | Q(status__isnull=True)
                & (
                    Q(outcome="closed", reason="certificate")
                    | Q(outcome="unreachable") & ~Q(reason__in=["", "certificate"])
                ),
            ),
            models.CheckConstraint(
                name="link_answers_or_fails",
                condition=Q(
                    outcome__in=["alive", "closed"],
                    failures=0,
                    failing_since__isnull=True,
                    last_alive_at__isnull=False,
                    last_alive_at=F("checked_at"),
                )
                | Q(
                    outcome__in=["gone", "refused", "unreachable"],
                    failures__gt=0,
                    failing_since__isnull=False,
                    failing_since__lte=F("checked_at"),
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.url}: {self.get_outcome_display()}"

    def take(self, url: str, answer: Answer, now: datetime) -> None:
        """Adds a result; results of an earlier URL no longer count."""
        if self.url != url:
            self.url, self.last_alive_at, self.failing_since, self.failures = url, None, None, 0
        self.checked_at, self.status, self.reason = now, answer.status, answer.reason
        self.outcome = outcome_of(answer)
        if self.answers:
            self.last_alive_at, self.failing_since, self.failures = now, None, 0
        else:
            self.failing_since, self.failures = self.failing_since or now, self.failures + 1

    @property
    def answers(self) -> bool:
        return self.outcome in (self.Outcome.ALIVE, self.Outcome.CLOSED)

    @property
    def is_dead(self) -> bool:
        """The same condition as LinkCheckQuerySet.dead()."""
        if self.outcome == self.Outcome.GONE:
            return True
        long_enough = self.failing_since and self.checked_at - self.failing_since >= LONG_ENOUGH
        return bool(long_enough and self.failures >= MOST_FAILURES)


def outcome_of(answer: Answer) -> LinkCheck.Outcome:
    outcomes = LinkCheck.Outcome
    if answer.status is None:
        is_distrust = answer.reason == LinkCheck.Reason.CERTIFICATE  # ours, not the reader's
        return outcomes.CLOSED if is_distrust else outcomes.UNREACHABLE
    if 200 <= answer.status < 300:
        return outcomes.ALIVE
    if answer.status in CLOSED:
        return outcomes.CLOSED
    return outcomes.GONE if answer.status in GONE else outcomes.REFUSED
