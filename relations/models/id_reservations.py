"""Model of primary keys that a long change on a private copy of the database may use."""

from django.db import models


class IdReservation(models.Model):
    """`ranges` are {table: [first, last]}; the copy has the name `copy`. The row is deleted together with the switch,
    so a row whose copy nobody works on any more is that of a change that was killed.
    """

    copy = models.CharField(max_length=500)
    ranges = models.JSONField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.copy
