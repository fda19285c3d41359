"""The versions of public records: numbered, citable, and silent on what is not public."""

import pytest

from relations.models import Version
from relations.models.versions import remember
from relations.registry import resource_of
from relations.revisions.saving import row_of, save_row
from tests.helpers.factories import AgreementFactory, SourceFactory

pytestmark = pytest.mark.django_db


def change(record, reason="", **cells):
    """Stores cells of a record at once, as an approved import does."""
    resource = resource_of(type(record))
    return save_row(
        resource, {**row_of(resource, record.pk), **cells}, list(cells), record.pk, reason=reason, proposes=False
    )


def numbers(record):
    versions = Version.objects.filter(type=resource_of(type(record)).slug, object_id=record.pk)
    return list(versions.order_by("pk").values_list("number", "is_correction"))


@pytest.fixture
def treaty(db):
    """A treaty with two public versions."""
    treaty = AgreementFactory(title_ru="Договор", title_en="Treaty", signed="1992-05-30", published=True)
    change(treaty, "A misprint", title_en="Treaty of friendship")
    return treaty


class TestAVersion:
    def test_has_the_next_number_where_readers_see_something_else(self, treaty):
        assert numbers(treaty) == [(1, False), (2, True)]

    def test_has_none_where_only_editors_see_the_difference(self, treaty):
        change(treaty, notes="Ask the archive")
        assert numbers(treaty)[-1] == (None, False)

    def test_is_no_correction_where_only_the_order_is_another(self, treaty):
        change(treaty, alternative_titles="First; Second")
        change(treaty, alternative_titles="Second; First")
        assert numbers(treaty)[-2:] == [(3, True), (4, False)]
