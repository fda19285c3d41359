"""The first page of the admin: what waits for whom."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from relations.catalog import RESOURCES
from relations.imports.undo import undo
from relations.models import Agreement, ImportBatch, Observation, Revision, Version
from relations.revisions.authorship import waits_since
from tests.helpers.admin import act, filled_in, signed_in, text, url
from tests.helpers.factories import AgreementFactory, ObservationFactory
from tests.helpers.sheets import import_rows, load_rows

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
    assert "Waiting for approval by others: 1" in text(desk(editor))
    assert "Waiting for approval:" not in text(desk(editor))


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


def lists_of(client, heading):
    return next((found for name, found in desk(client).context["lists"] if str(name) == heading), None)


BY_OTHERS = "Waiting for approval by others"


def test_what_was_submitted_stays_on_the_desk_of_its_author_until_it_is_approved_or_sent_back(editor, chief):
    record = AgreementFactory(title_en="Treaty")
    propose(editor, record, title_en="Another treaty")
    act(editor, "submit", record)
    (task,) = lists_of(editor, BY_OTHERS).tasks
    assert (task.pk, task.note, task.author) == (record.pk, "new record in review", "editor")
    assert lists_of(chief, BY_OTHERS) is None
    act(chief, "send_back", record)
    assert lists_of(editor, BY_OTHERS) is None
    assert lists_of(editor, "Your drafts").number == 1


def test_an_import_that_waits_is_on_the_desk_of_who_uploaded_it(staff):
    AgreementFactory(key="treaty", published=True)
    importer = staff("importer")
    row = {"key": "treaty", "title_en": "Another"}
    batch = import_rows("agreements", row, proposes=True, user=importer)
    (task,) = lists_of(signed_in(importer), BY_OTHERS).tasks
    assert (task.pk, task.note) == (batch.pk, "proposed by an import: 1 change")


def test_the_author_is_who_wrote_and_not_who_submitted_imported_or_undid(editor, chief, staff):
    record = AgreementFactory(key="treaty", title_en="Treaty")
    propose(editor, record, title_en="Another treaty")
    importer = staff("importer")
    batch = load_rows("agreements", {"key": "treaty", "title_en": "Imported"}, keep_batch=True, user=importer)
    ImportBatch.objects.filter(pk=batch.batch).update(sha256="of a file")
    assert lists_of(editor, "Your drafts").number == 1
    undo(ImportBatch.objects.get(), RESOURCES, importer)
    Agreement.objects.get().submit(importer)
    assert [task.author for task in lists_of(chief, "Waiting for approval").tasks] == ["editor"]
    assert lists_of(editor, BY_OTHERS).number == 1
    assert lists_of(signed_in(importer), BY_OTHERS) is None


def test_what_was_only_imported_is_of_who_imported_it(staff):
    importer = staff("importer")
    batch = import_rows("agreements", {"key": "treaty", "title_en": "Imported"}, user=importer)
    ImportBatch.objects.filter(pk=batch.pk).update(sha256="of a file")
    assert lists_of(signed_in(importer), "Your drafts").number == 1


def test_it_waits_since_it_was_submitted_and_not_since_it_was_last_saved(editor, chief):
    record = AgreementFactory(title_en="Treaty")
    other = AgreementFactory(title_en="Other", published=True)
    propose(editor, record, title_en="Another treaty")
    act(editor, "submit", record)
    propose(editor, other, title_en="Another")
    long_ago = timezone.now() - timedelta(days=9)
    Version.objects.update(at=long_ago)
    Revision.objects.update(created_at=long_ago)
    propose(editor, record, title_en="A third treaty")
    propose(editor, other, title_en="A third")
    found = lists_of(chief, "Waiting for approval")
    assert {task.since for task in found.tasks} == {long_ago}
    assert {task.since for task in lists_of(editor, BY_OTHERS).tasks} == {long_ago}
    assert waits_since("agreements", Agreement.objects.get(pk=record.pk), None) == long_ago
    assert waits_since("agreements", other, Revision.objects.get()) == long_ago


def test_a_figure_is_named_with_its_period_and_value_wherever_staff_choose(chief, editor):
    for year, value in (("2014", 961), ("2015", 470)):
        ObservationFactory(period=year, obs_value=value).submit()
    titles = [task.title for task in lists_of(chief, "Waiting for approval").tasks]
    assert any(", 2014: 961" in title for title in titles)
    assert any(", 2015: 470" in title for title in titles)
    asked = chief.post(
        url(Observation),
        {"action": "send_back", "_selected_action": list(Observation.objects.values_list("pk", flat=True))},
    )
    assert ", 2014: 961" in text(asked).replace("\u00a0", " ")
    public = ObservationFactory(period="2016", obs_value=7, published=True)
    row = {"key": public.key, "notes": "Checked"}
    load_rows("statistics", row, proposes=True)
    assert ", 2016: 7" in lists_of(chief, "Waiting for approval").tasks[-1].title


def test_many_figures_cost_no_more_statements_than_few(chief):
    counted = []
    for year in ("2014", "2015", "2016", "2017"):
        ObservationFactory(period=year).submit()
        with CaptureQueriesContext(connection) as captured:
            desk(chief)
        counted.append(len(captured))
    assert counted[1] == counted[3]
