"""In whatever way something is written, the index that follows is the one that is read anew."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations.catalog import RESOURCES
from relations.imports.undo import undo
from relations.index.current import new
from relations.index.record_index import RecordIndex
from relations.models import Agreement, DataChange
from relations.revisions.unmerging import undo_merge
from tests.helpers.factories import AgreementFactory, PlaceFactory, SourceFactory
from tests.helpers.merging import merged_into
from tests.helpers.sheets import import_rows
from tests.index.test_against_the_database import seen

pytestmark = pytest.mark.django_db


class Follower:
    """Follows the data, and compares what it has with an index that is read anew."""

    def __init__(self):
        self.indexes = new(DataChange.objects.version())
        self.before = seen(self.indexes.of(Agreement))

    def check(self, has_changed=True):
        self.indexes = self.indexes.followed_by(DataChange.objects.version())
        found = seen(self.indexes.of(Agreement))
        assert found == seen(RecordIndex(Agreement, self.indexes.names))
        assert (found != self.before) is has_changed
        self.before = found


def published(**more):
    return AgreementFactory(title_en="A treaty", signed="1992-05-30", published=True, **more)


@pytest.fixture
def anna(staff):
    return staff("publisher")


def test_records_are_merged_and_parted(content, anna, admin_user):
    kept, merged = published(), published()
    follower = Follower()
    merge = merged_into(kept, merged, anna, admin_user)
    follower.check()
    undo_merge(merge, anna)
    follower.check()


def test_sources_are_merged_and_parted(content, anna, admin_user):
    kept, merged = SourceFactory(), SourceFactory()
    record = AgreementFactory(signed="1992", sources=0)
    record.cite(merged)
    record.publish()
    follower = Follower()
    merge = merged_into(kept, merged, anna, admin_user)
    follower.check()
    undo_merge(merge, anna)
    follower.check()


def test_places_are_merged_and_parted(content, anna, admin_user):
    kept, merged = (PlaceFactory(code=code, kind="country") for code in ("AA", "AB"))
    published(participants=[("party", merged), ("party", PlaceFactory(code="RU"))])
    follower = Follower()
    merge = merged_into(kept, merged, anna, admin_user)
    follower.check()
    undo_merge(merge, anna)
    follower.check()


def test_a_sheet_is_imported_as_public_and_undone(content, anna):
    follower = Follower()
    row = {"key": "imported", "title_en": "Imported", "date_signed": "1993", "parties": "RU; UZ",
           "instrument_type": "treaty", "source": SourceFactory().key}  # fmt: skip
    first = import_rows("agreements", row, publish=True)
    follower.check()
    second = import_rows("agreements", {**row, "date_signed": "1994"}, publish=True)
    follower.check()
    for batch in (second, first):
        undo(batch, RESOURCES, anna)
        follower.check()


def test_a_deletion_is_said_after_it_was_done(content):
    """A process that reads in between would keep the record."""
    for delete in (lambda one: one.delete(), lambda one: Agreement.objects.filter(pk=one.pk).delete()):
        record = AgreementFactory()
        with CaptureQueriesContext(connection) as captured:
            delete(record)
        written = [one["sql"] for one in captured]
        done = max(
            at for at, sql in enumerate(written) if sql.startswith('DELETE FROM "relations_agreement" ')
        )
        assert any("relations_datachange" in sql for sql in written[done:])
