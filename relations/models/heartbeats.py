"""Model of the workers that have been seen lately."""

from django.db import models


class WorkerHeartbeat(models.Model):
    """One worker: when it began, when it last said that it lives, and the task that it did then.

    A worker removes its row at its end. The row of one that was killed stays for some minutes.
    """

    worker = models.CharField(max_length=64, primary_key=True)
    started = models.DateTimeField()
    seen = models.DateTimeField()
    task = models.UUIDField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.worker
