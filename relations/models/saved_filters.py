"""Model of saved filters: what an editor has chosen in a list of the admin, under a name."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

#: characters of a query string: far more than a list needs
LONGEST_QUERY = 2000
LONGEST_NAME = 80


class SavedFilter(models.Model):
    """A choice of filters, search words and order in the list of one model, kept by one user for themselves.

    `model` is the name of the model as in the addresses of the admin; `query` is the query string of the list.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    model = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=LONGEST_NAME)
    query = models.CharField(max_length=LONGEST_QUERY)

    class Meta:
        verbose_name, verbose_name_plural = _("saved filter"), _("saved filters")
        default_permissions = ()
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "model", "name"], name="saved_filter_has_one_name")
        ]

    def __str__(self) -> str:
        return self.name
