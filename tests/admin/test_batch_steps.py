"""From the page of an import on: its new records are submitted and approved together, and it is undone."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations.models import Agreement, ImportBatch, State
from tests.helpers.admin import act, signed_in, text, url
from tests.helpers.factories import AgreementFactory
from tests.helpers.import_pages import undone
from tests.helpers.sheets import import_rows

pytestmark = pytest.mark.django_db
CITED = {"parties": "RU; UZ", "date_signed": "1992-05-30", "source_title": "Вестник", "source_date": "1992"}


@pytest.fixture
def uploader(staff):
    return staff("importer")


@pytest.fixture
def batch(uploader, russia, uzbekistan):
    """What an importer has stored: two new agreements."""
    rows = ({"key": key, "title_ru": f"Новое {key}", **CITED} for key in ("one", "two"))
    return import_rows("agreements", *rows, user=uploader)


def page_of(client, batch, page="change"):
    return client.get(url(ImportBatch, page, batch.pk))


def confirmed(client, batch, page):
    """The page after the new records were looked at and moved."""
    ready = page_of(client, batch, page).context["ready"]
    seen = {f"seen-{one.record.pk}": one.seen for one in ready}
    sent = {"confirmed": 1, "reason": "Checked", **seen}
    return client.post(url(ImportBatch, page, batch.pk), sent, follow=True)


def states():
    return set(Agreement.objects.values_list("key", "state"))


class TestNewRecords:
    def test_are_submitted_and_then_published_by_somebody_else_from_the_page(
        self, batch, uploader, publisher
    ):
        client = signed_in(uploader)
        page = text(page_of(client, batch))
        assert "Submit 2 new drafts for review" in page
        assert "Approve and publish" not in page
        assert "2 records will be changed" in text(page_of(client, batch, "submit"))
        assert states() == {("one", "draft"), ("two", "draft")}
        assert "Submitted for review: 2" in text(confirmed(client, batch, "submit"))
        assert states() == {("one", "review"), ("two", "review")}
        page = text(page_of(signed_in(publisher), batch))
        assert "2 new records are in review." in page
        assert "Approve and publish 2 new records" in page
        assert "2 records published." in text(confirmed(signed_in(publisher), batch, "publish"))
        assert states() == {("one", "published"), ("two", "published")}

    def test_are_moved_as_one_batch(self, batch, uploader):
        confirmed(signed_in(uploader), batch, "submit")
        assert ImportBatch.objects.latest("pk").updated == 2

    def test_in_review_are_counted_among_what_waits_for_approval(self, batch, publisher):
        Agreement.objects.get(key="one").submit()
        page = text(signed_in(publisher).get(url(ImportBatch)))
        assert f'<a href="{url(ImportBatch, "change", batch.pk)}">1</a>' in page

    def test_are_counted_by_the_list_in_a_constant_number_of_statements(self, batch, publisher):
        client, counted = signed_in(publisher), []
        for number in range(2):
            Agreement.objects.get(key="one").submit()
            with CaptureQueriesContext(connection) as captured:
                client.get(url(ImportBatch))
            counted.append(len(captured))
            for i in range(3):
                import_rows("agreements", {"key": f"more-{number}-{i}", "title_ru": "Ещё"})
                Agreement.objects.get(key=f"more-{number}-{i}").submit()
        assert counted[0] == counted[1]

    @pytest.mark.parametrize("role", ["importer", "editor"])
    def test_are_published_only_by_publishers(self, batch, staff, role, uploader):
        client = signed_in(uploader if role == "importer" else staff(role))
        assert page_of(client, batch, "publish").status_code == 403
        assert client.post(url(ImportBatch, "publish", batch.pk), {"confirmed": 1}).status_code == 403

    def test_are_not_published_by_who_has_imported_them(self, publisher, russia, uzbekistan):
        batch = import_rows("agreements", {"key": "one", "title_ru": "Новое", **CITED}, user=publisher)
        client = signed_in(publisher)
        assert "Approve and publish" not in text(page_of(client, batch))
        assert page_of(client, batch, "publish").status_code == 403

    def test_that_have_changed_since_they_were_shown_are_left(self, batch, uploader):
        sent = {"confirmed": 1, "reason": "Checked"}
        answer = signed_in(uploader).post(url(ImportBatch, "submit", batch.pk), sent, follow=True)
        assert "It has changed since you looked at it" in text(answer)
        assert states() == {("one", "draft"), ("two", "draft")}


class TestUndo:
    def test_says_what_it_will_do_and_asks_why(self, batch, uploader):
        client = signed_in(uploader)
        page = page_of(client, batch, "undo")
        assert "3 new rows will be deleted." in text(page)
        sent = {"confirmed": 1, "seen": page.context["planned"].seen, "reason": " "}
        assert "Say why, in words." in text(client.post(url(ImportBatch, "undo", batch.pk), sent))
        assert Agreement.objects.count() == 2
        assert "Import undone: 0 restored, 3 deleted" in text(undone(client, batch, "Wrong file"))
        assert not Agreement.objects.exists()

    def test_says_what_it_leaves_and_why(self, batch, uploader):
        record = Agreement.objects.get(key="one")
        record.notes = "Changed by hand"
        record.save()
        page = text(page_of(signed_in(uploader), batch, "undo"))
        assert "2 rows stay as they are" in page
        assert "Others refer to it." in page
        assert "one: It has changed since." in page
        answer = text(undone(signed_in(uploader), batch))
        assert "A part of the import is undone" in answer
        assert "you can try again later: one – It has changed since." in answer
        assert "Undo this import" in answer

    def test_of_what_cannot_be_undone_is_not_offered(self, uploader):
        AgreementFactory(key="old", title_ru="Прежнее")
        batch = import_rows("agreements", {"key": "old", "title_ru": "Новое"}, user=uploader)
        record = Agreement.objects.get(key="old")
        record.notes = "Changed by hand"
        record.save()
        page = page_of(signed_in(uploader), batch, "undo")
        assert "Nothing can be undone now" in text(page)
        assert 'id="id_reason"' not in text(page)

    def test_does_nothing_else_than_was_shown(self, batch, uploader):
        client = signed_in(uploader)
        seen = page_of(client, batch, "undo").context["planned"].seen
        record = Agreement.objects.get(key="one")
        record.notes = "Changed by hand"
        record.save()
        sent = {"confirmed": 1, "seen": seen, "reason": "Wrong file"}
        answer = client.post(url(ImportBatch, "undo", batch.pk), sent)
        assert "Something has changed meanwhile. Look again." in text(answer)
        assert Agreement.objects.count() == 2

    @pytest.mark.parametrize("role", ["publisher", "administrator"])
    def test_is_offered_to_publishers_and_administrators_too(self, batch, staff, role):
        client = signed_in(staff(role))
        assert url(ImportBatch, "undo", batch.pk) in text(page_of(client, batch))
        assert "Import undone" in text(undone(client, batch))

    def test_of_an_approved_change_by_the_importer_leads_to_what_waits(self, uploader, publisher, approved):
        AgreementFactory(key="old", title_ru="Прежнее", published=True)
        batch = import_rows("agreements", {"key": "old", "title_ru": "Новое"}, user=uploader, proposes=True)
        proposals = page_of(signed_in(publisher), batch, "proposals")
        sent = {"verb": "approve", "seen": proposals.context["seen"]}
        signed_in(publisher).post(url(ImportBatch, "proposals", batch.pk), sent)
        assert "1 row is public: its previous values will wait" in text(
            page_of(signed_in(uploader), batch, "undo")
        )
        answer = text(undone(signed_in(uploader), batch))
        assert url(ImportBatch, "proposals", ImportBatch.objects.latest("pk").pk) in answer
        assert "1 restored row waits for approval" in answer


class TestAnEditor:
    @pytest.fixture
    def editor(self, staff):
        return staff("editor")

    def test_reaches_what_her_action_has_done_and_undoes_it(self, editor):
        record = AgreementFactory(key="mine")
        client = signed_in(editor)
        answer = act(client, "submit", record)
        batch = ImportBatch.objects.get()
        assert f'<a href="{url(ImportBatch, "change", batch.pk)}">' in text(answer)
        assert page_of(client, batch).status_code == 200
        assert "Import undone: 1 restored" in text(undone(client, batch))
        record.refresh_from_db()
        assert record.state == State.DRAFT

    def test_sees_her_own_imports_alone(self, editor, batch):
        mine = ImportBatch.objects.create(type="agreements", user=editor, file="mine")
        page = text(signed_in(editor).get(url(ImportBatch)))
        assert url(ImportBatch, "change", mine.pk) in page
        assert url(ImportBatch, "change", batch.pk) not in page
        assert page_of(signed_in(editor), batch).status_code == 403
