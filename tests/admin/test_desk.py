"""The first page of the admin: what waits for whom."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from relations.models import Agreement, ImportBatch
from tests.helpers.admin import filled_in, signed_in, text, url
from tests.helpers.factories import AgreementFactory
from tests.helpers.sheets import load_rows

pytestmark = pytest.mark.django_db


def desk(client):
    return client.get(reverse("admin:index"))


def propose(client, record, **changes):
    address = url(Agreement, "change", record.pk)
    client.post(address, {**filled_in(client.get(address)), **changes})


@pytest.fixture
def editor(staff):
    return signed_in(staff("editor"))


@pytest.fixture
def chief(staff):
    return signed_in(staff("publisher"))


def test_a_proposed_change_waits_for_the_publisher_and_is_told_to_its_author(editor, chief):
    record = AgreementFactory(title_en="Treaty", published=True)
    propose(editor, record, title_en="Another treaty")
    page = text(desk(chief))
    assert "Waiting for approval: 1" in page
    assert url(Agreement, "review", record.pk) in page
    assert "editor" in page
    assert "Your proposed changes: 1" in text(desk(editor))
    assert "Waiting for approval" not in text(desk(editor))


def test_what_was_sent_back_is_shown_to_its_author_with_the_comment(editor, chief):
    record = AgreementFactory(title_en="Treaty", published=True)
    propose(editor, record, title_en="Another treaty")
    chief.post(url(Agreement, "review", record.pk), {"verb": "send_back", "comment": "Which source?"})
    page = text(desk(editor))
    assert "Sent back to you: 1" in page
    assert "Which source?" in page


def test_a_record_in_review_waits_and_a_draft_is_of_its_last_author(editor, chief):
    record = AgreementFactory(title_en="Treaty")
    propose(editor, record, title_en="Another treaty")
    assert "Your drafts: 1" in text(desk(editor))
    assert "Your drafts" not in text(desk(chief))
    Agreement.objects.get().submit()
    assert "Waiting for approval: 1" in text(desk(chief))


def test_an_import_that_proposes_changes_leads_to_its_page(chief, staff):
    AgreementFactory(key="treaty", published=True)
    batch = ImportBatch.objects.create(type="agreements", file="treaties.csv", user=staff("importer"))
    load_rows("agreements", {"key": "treaty", "title_en": "Another"}, proposes=True, batch=batch)
    page = text(desk(chief))
    assert "Imports that propose changes" in page
    assert reverse("admin:relations_importbatch_proposals", args=[batch.pk]) in page


def test_a_publisher_whom_nobody_could_approve_is_told_so(chief, staff, settings):
    assert "Nobody else may approve what you write." in text(desk(chief))
    settings.TWO_PAIRS_OF_EYES = False
    assert "Nobody else may approve what you write." not in text(desk(chief))
    settings.TWO_PAIRS_OF_EYES = True
    staff("administrator")
    assert "Nobody else may approve what you write." not in text(desk(chief))


def test_many_lines_cost_no_more_statements_than_few(editor, chief):
    def statements():
        with CaptureQueriesContext(connection) as captured:
            desk(chief)
        return len(captured)

    propose(editor, AgreementFactory(published=True), title_en="One")
    AgreementFactory().submit()
    few = statements()
    for number in range(4):
        propose(editor, AgreementFactory(published=True), title_en=f"Another {number}")
        AgreementFactory().submit()
    assert statements() == few
