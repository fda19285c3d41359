"""Uploaded files between preview and confirmation: in the database, so that every server finds them and none is left."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone
from import_export.tmp_storages import BaseStorage

from relations.models import KeptFile

KEPT_FOR = timedelta(days=1)


class DatabaseStorage(BaseStorage):
    """What django-import-export asks of a place for temporary files."""

    def save(self, data):
        KeptFile.objects.filter(kept_at__lt=timezone.now() - KEPT_FOR).delete()
        self.name = uuid4().hex
        KeptFile.objects.create(name=self.name, data=data)

    def read(self):
        """The bytes; FileNotFoundError when they have been confirmed, or kept for longer than a day."""
        kept = KeptFile.objects.filter(name=self.name).first()
        if not kept:
            raise FileNotFoundError(self.name)
        return bytes(kept.data)

    def remove(self):
        KeptFile.objects.filter(name=self.name).delete()
