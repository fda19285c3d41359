"""Model of exceptions to plausibility rules: somebody has checked that it is so."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .foreign_keys import RECORD_KEYS, add_foreign_keys, exactly_one

if TYPE_CHECKING:
    from .records import Record

#: the longest reason
LONGEST_REASON = 500


class RuleException(models.Model):
    """“Checked: it is so”, with the reason, for one rule and one record.

    `values` is a fingerprint of the columns that the rule looks at: when they change, the rule asks again.
    """

    rule = models.CharField(_("rule"), max_length=40)
    values = models.CharField(max_length=64, editable=False)
    reason = models.CharField(_("reason"), max_length=LONGEST_REASON)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name, verbose_name_plural = _("exception to a rule"), _("exceptions to rules")
        ordering = ["-pk"]
        constraints = [
            exactly_one(
                "rule_exception_of_exactly_one_record",
                RECORD_KEYS,
                _("An exception must belong to exactly one record."),
            ),
            models.CheckConstraint(
                name="rule_exception_has_a_reason",
                condition=~Q(reason=""),
                violation_error_message=_("Give the reason why it is so."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.reason}"

    @property
    def record(self) -> "Record | None":
        return next((getattr(self, key) for key in RECORD_KEYS if getattr(self, f"{key}_id")), None)


add_foreign_keys(RuleException, RECORD_KEYS, related_name="rule_exceptions")
