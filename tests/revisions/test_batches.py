"""An import into public records proposes changes, which are reviewed, approved, discarded and undone together."""

import io
from contextlib import redirect_stdout

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from relations.catalog import RESOURCES
from relations.errors import Problem
from relations.imports.undo import undo
from relations.models import Agreement, Approval, ImportBatch, Revision, Source, State, Version
from relations.models.row_cache import unpacked
from relations.revisions.batch_approval import Approver, approve_batch, pending_of, seen_of_all
from tests.helpers.admin import signed_in, text, url
from tests.helpers.factories import AgreementFactory, SourceFactory
from tests.helpers.import_pages import batch_of, press, undone, upload
from tests.helpers.sheets import codes, import_rows, load_rows

pytestmark = pytest.mark.django_db
AGREEMENTS, SOURCES = RESOURCES["agreements"], RESOURCES["sources"]


def csv(*rows):
    return "\n".join(",".join(row) for row in rows).encode()


def stored(key):
    return unpacked(Agreement.objects.values_list("row", flat=True).get(key=key))


def title(key):
    return Agreement.objects.get(key=key).title_ru


def proposals(batch):
    return reverse("admin:relations_importbatch_proposals", args=[batch.pk])


def state_of(revision):
    return Revision.objects.get(pk=revision.pk).status


@pytest.fixture
def treaties(db):
    """Two public agreements and a draft."""
    for key in ("one", "two"):
        AgreementFactory(key=key, title_ru=f"Прежнее {key}", signed="1992-05-30", published=True)
    AgreementFactory(key="draft", title_ru="Прежнее draft", signed="1992-05-30")


@pytest.fixture
def uploader(staff):
    return staff("importer")


ROWS = [{"key": key, "title_ru": f"Новое {key}"} for key in ("one", "two", "draft")]


@pytest.fixture
def batch(treaties, uploader):
    """What an importer has stored: two proposed changes and a changed draft."""
    return import_rows("agreements", *ROWS, proposes=True, user=uploader, reason="Correction")


def approve_all(batch, by):
    shown = seen_of_all(AGREEMENTS, list(pending_of(batch)))
    return approve_batch(batch, AGREEMENTS, Approver(by, shown))


class TestAnImport:
    def test_proposes_changes_of_public_records_and_stores_the_others(self, batch, uploader):
        assert [title(key) for key in ("one", "two", "draft")] == [
            "Прежнее one",
            "Прежнее two",
            "Новое draft",
        ]
        revisions = {one.key: one for one in batch.revisions.all()}
        assert revisions.keys() == {"one", "two"}
        one = revisions["one"]
        assert (one.base, one.row["title_ru"]) == (stored("one"), "Новое one")
        assert (one.user, one.reason, one.status) == (uploader, "Correction", Revision.Status.OPEN)

    def test_counts_what_it_proposes(self, batch):
        assert (batch.updated, batch.proposed, batch.report["proposed"]) == (3, 2, 2)
        assert batch.versions.filter(type="agreements").count() == batch.created + batch.updated
        assert batch.versions.filter(is_proposal=True, revision__batch=batch).count() == 2

    def test_that_only_proposes_is_kept_too(self, treaties):
        batch = import_rows("agreements", ROWS[0], proposes=True)
        assert (batch.status, batch.proposed) == (ImportBatch.Status.STORED, 1)

    def test_of_a_preview_or_a_dry_run_keeps_nothing_but_reports_the_same(self, treaties, uploader):
        before = Version.objects.count()
        counts = {"rows": 3, "created": 0, "updated": 3, "proposed": 2, "unchanged": 0}
        for options in ({}, {"publish": True, "proposes": False}):
            options = {"proposes": True, "keep_batch": True, **options}
            report = load_rows("agreements", *ROWS, dry_run=True, user=uploader, **options).as_json()
            expected = counts if options["proposes"] else {**counts, "proposed": 0}
            assert {name: report[name] for name in counts} == expected
            assert report["batch"] is None
        assert not Revision.objects.exists()
        assert Version.objects.count() == before
        assert not ImportBatch.objects.exists()

    def test_rejects_a_proposed_row_without_a_source_at_its_cell(self, treaties):
        rows = [{"key": "one", "source": ""}, {"key": "two", "source": ""}]
        report = load_rows("agreements", *rows, proposes=True)
        assert set(codes(report.errors)) == {"publish.source"}
        assert not Revision.objects.exists()

    def test_names_the_row_that_the_database_refuses(self, treaties):
        rows = [{"key": "one", "not_before": ""}, {"key": "two", "not_before": "1990"}]
        report = load_rows("agreements", *rows, proposes=True)
        assert [finding.row for finding in report.errors] == [3]
        assert "contradict each other" not in str(report.errors[0])

    def test_keeps_a_version_of_a_source_that_a_proposed_row_describes(self, treaties):
        row = {
            "key": "one",
            "title_ru": "Новое",
            "source_title": "Вестник",
            "source_url": "https://example.org/",
        }
        batch = import_rows("agreements", row, {**row, "key": "draft"}, proposes=True)
        assert batch.versions.get(type="sources").key == Source.objects.get(title="Вестник").key

    def test_warns_that_an_error_of_a_rule_must_be_answered_before_the_approval(self, treaties, publisher):
        row = {"key": "one", "date_signed": "1992-05-30", "date_in_force": "1901-01-01"}
        for options in ({"dry_run": True}, {}):
            report = load_rows("agreements", row, proposes=True, keep_batch=True, **options)
            assert "approval.rule" in codes(report.warnings)
            assert "publish.rule" not in codes(report.warnings)
        assert Agreement.objects.get(key="one").state == State.PUBLISHED
        outcome = approve_all(ImportBatch.objects.get(), publisher)
        assert (outcome.approved, [key for key, _reason in outcome.left]) == ([], ["one"])
        assert Agreement.objects.get(key="one").state == State.PUBLISHED


class TestTheCommand:
    def run(self, tmp_path, **options):
        path = tmp_path / "sheet.csv"
        path.write_bytes(csv(["key", "title_ru"], *([row["key"], row["title_ru"]] for row in ROWS)))
        said = io.StringIO()
        with redirect_stdout(said):
            call_command("import_sheet", "agreements", str(path), stdout=said, **options)
        return said.getvalue()

    def test_proposes_without_publish(self, treaties, publisher, tmp_path):
        said = self.run(tmp_path, user="publisher", reason="Spelling")
        assert "2 of the changed rows are public: their changes wait for approval." in said
        assert title("one") == "Прежнее one"
        assert set(Revision.objects.values_list("user", "reason")) == {(publisher.pk, "Spelling")}

    @pytest.mark.parametrize("user", ["publisher", ""])
    def test_stores_and_publishes_at_once_with_publish(self, treaties, publisher, tmp_path, user):
        said = self.run(tmp_path, user=user, reason="Spelling", publish=True)
        assert "approval" not in said
        assert {title(one) for one in ("one", "two")} == {"Новое one", "Новое two"}
        assert not Revision.objects.exists()
        assert Agreement.objects.published().count() == 3
        versions = ImportBatch.objects.get().versions
        found = set(versions.values_list("user", "reason", "after__state", "is_proposal"))
        assert found == {(publisher.pk if user else None, "Spelling", "published", False)}


class TestInTheAdmin:
    def stored_by(self, user, *rows):
        client = signed_in(user)
        sheet = csv(["key", "title_ru"], *rows)
        preview = upload(client, sheet)
        return preview, press(client, preview, "confirm")

    @pytest.mark.parametrize("role", ["importer", "publisher"])
    def test_a_sheet_of_an_importer_or_a_publisher_proposes(self, treaties, staff, role):
        rows = ["one", "Новое one"], ["draft", "Новое draft"]
        preview, answer = self.stored_by(staff(role), *rows)
        assert "1 row changes a public record" in text(preview)
        assert "1 change of a public record waits for approval." in text(answer)
        assert (title("one"), title("draft")) == ("Прежнее one", "Новое draft")
        batch = batch_of(answer)
        assert proposals(batch) in text(answer)
        logged = dict(LogEntry.objects.values_list("object_id", "change_message"))
        assert logged == {
            str(Agreement.objects.get(key="one").pk): "Proposed by a sheet.",
            str(Agreement.objects.get(key="draft").pk): "Imported from a sheet.",
        }

    def test_the_list_of_imports_leads_to_what_waits(self, batch, publisher):
        page = text(signed_in(publisher).get(url(ImportBatch)))
        assert f'<a href="{proposals(batch)}">2</a>' in page

    def test_the_page_shows_old_and_new_in_words(self, treaties, publisher):
        batch = import_rows("agreements", {"key": "one", "date_signed": "1993-02"}, proposes=True)
        page = text(signed_in(publisher).get(proposals(batch)))
        assert "<del>30 May 1992</del>" in page
        assert "<ins>February 1993</ins>" in page
        assert str(Agreement.objects.get(key="one").citations.get().source) in page

    def test_the_page_shows_what_an_approval_would_store(self, batch, publisher):
        record = Agreement.objects.get(key="one")
        record.notes = "Changed meanwhile"
        record.save()
        page = text(signed_in(publisher).get(proposals(batch)))
        assert "Новое one" in page
        assert "Changed meanwhile" not in page

    def test_the_page_has_fifty_changes_and_a_constant_number_of_statements(self, publisher):
        counted = {}
        client = signed_in(publisher)
        for number in (2, 60):
            keys = [f"{number}-{i}" for i in range(number)]
            for key in keys:
                AgreementFactory(key=key, title_ru="Прежнее", published=True)
            AgreementFactory(key=f"basis-{number}", title_en="The basis", published=True)
            rows = ({"key": key, "amends": f"basis-{number}", "notes": key} for key in keys)
            batch = import_rows("agreements", *rows, proposes=True)
            client.get(proposals(batch))
            with CaptureQueriesContext(connection) as captured:
                page = client.get(proposals(batch))
            assert "<ins>The basis</ins>" in text(page)
            counted[len(page.context["proposed"])] = len(captured)
        assert counted.keys() == {2, 50}
        assert counted[2] == counted[50]

    def test_a_publisher_approves_all_at_once(self, batch, publisher, client):
        signed = signed_in(publisher)
        seen = signed.get(proposals(batch)).context["seen"]
        answer = signed.post(proposals(batch), {"verb": "approve", "seen": seen}, follow=True)
        assert "2 changes approved and public." in text(answer)
        assert "Новое one" in text(client.get("/ru/agreements/one/"))
        assert LogEntry.objects.filter(user=publisher, change_message="Approved.").count() == 2

    @pytest.mark.parametrize("seen", ["", "nonsense", "1:2", f"{'9' * 30}:x", "²:x"])
    def test_what_was_not_shown_is_not_approved(self, batch, publisher, seen):
        answer = signed_in(publisher).post(proposals(batch), {"verb": "approve", "seen": seen}, follow=True)
        assert answer.status_code == 200
        assert title("one") == "Прежнее one"
        assert pending_of(batch).count() == 2

    def test_only_publishers_approve(self, batch, uploader, staff, django_user_model):
        client = signed_in(uploader)
        page = client.get(proposals(batch))
        assert 'value="approve"' not in text(page)
        seen = " ".join(f"{pk}:{one}" for pk, one in seen_of_all(AGREEMENTS, pending_of(batch)).items())
        assert client.post(proposals(batch), {"verb": "approve", "seen": seen}).status_code == 403
        assert title("one") == "Прежнее one"

    def test_the_uploader_and_publishers_discard_and_nobody_else(self, batch, uploader, staff):
        other = staff("publisher")
        other.groups.set(uploader.groups.all())
        assert signed_in(other).post(proposals(batch), {"verb": "discard"}).status_code == 403
        sent = {"verb": "discard", "comment": "Wrong file"}
        answer = signed_in(uploader).post(proposals(batch), sent, follow=True)
        assert "2 proposed changes discarded." in text(answer)
        found = set(batch.revisions.values_list("status", "comment", "decided_by"))
        assert found == {("discarded", "Wrong file", uploader.pk)}

    def test_who_may_not_see_imports_does_not_see_them(self, batch, staff):
        assert signed_in(staff("editor")).get(proposals(batch)).status_code == 403

    def test_an_unknown_import_or_verb_is_refused(self, batch, publisher):
        client = signed_in(publisher)
        assert client.get("/admin/relations/importbatch/999999/proposals/").status_code == 404
        assert client.post(proposals(batch), {"verb": "destroy"}).status_code == 403


class TestSources:
    """Readers see the sources that public records cite."""

    @pytest.fixture
    def sources(self, treaties):
        cited = Agreement.objects.get(key="one").citations.get().source
        return cited, SourceFactory(key="uncited")

    @pytest.fixture
    def batch(self, sources, uploader):
        rows = ({"key": one.key, "title": "Другое название", "type": one.type} for one in sources)
        return import_rows("sources", *rows, proposes=True, user=uploader)

    def titles(self, sources):
        return [Source.objects.get(pk=one.pk).title for one in sources]

    def test_that_public_records_cite_are_proposed_and_approved(self, batch, sources, publisher):
        assert (batch.updated, batch.proposed) == (2, 1)
        assert self.titles(sources) == [sources[0].title, "Другое название"]
        client = signed_in(publisher)
        page = client.get(proposals(batch))
        assert "Другое название" in text(page)
        client.post(proposals(batch), {"verb": "approve", "seen": page.context["seen"]})
        assert self.titles(sources) == ["Другое название"] * 2
        undo(batch, RESOURCES, publisher)
        assert self.titles(sources) == [one.title for one in sources]

    def test_are_proposed_again_by_who_may_not_publish(self, batch, sources, publisher, uploader):
        approve_batch(batch, SOURCES, Approver(publisher, seen_of_all(SOURCES, list(pending_of(batch)))))
        assert not SOURCES.may_publish(uploader)
        undoing = undo(batch, RESOURCES, uploader, may_publish=False)
        assert (undoing.proposed, undoing.restored, undoing.left) == (1, 1, [])
        assert self.titles(sources) == ["Другое название", sources[1].title]


class TestApproval:
    def test_publishes_all_with_versions_of_the_approver(self, batch, publisher):
        outcome = approve_all(batch, publisher)
        assert (len(outcome.approved), outcome.left) == (2, [])
        assert {title(one) for one in ("one", "two")} == {"Новое one", "Новое two"}
        assert set(batch.revisions.values_list("status", "decided_by")) == {("approved", publisher.pk)}
        versions = Version.objects.filter(revision__batch=batch, is_proposal=False)
        assert set(versions.values_list("user", "reason", "key")) == {
            (publisher.pk, "Correction", "one"),
            (publisher.pk, "Correction", "two"),
        }
        assert Approval.objects.filter(user=publisher).count() == 2

    def test_leaves_out_and_names_what_has_changed_since_it_was_shown(self, batch, publisher):
        shown = seen_of_all(AGREEMENTS, list(pending_of(batch)))
        record = Agreement.objects.get(key="one")
        record.notes = "Changed meanwhile"
        record.save()
        outcome = approve_batch(batch, AGREEMENTS, Approver(publisher, shown))
        assert [key for key, _reason in outcome.left] == ["one"]
        assert (title("one"), title("two")) == ("Прежнее one", "Новое two")
        assert [one.key for one in pending_of(batch)] == ["one"]

    def test_keeps_what_has_changed_since_the_import(self, batch, publisher):
        record = Agreement.objects.get(key="one")
        record.notes = "Changed meanwhile"
        record.save()
        approve_all(batch, publisher)
        record.refresh_from_db()
        assert (record.title_ru, record.notes) == ("Новое one", "Changed meanwhile")

    def test_leaves_out_what_others_have_changed_otherwise(self, batch, publisher):
        record = Agreement.objects.get(key="one")
        record.title_ru = "Иное"
        record.save()
        page = signed_in(publisher).get(proposals(batch))
        assert "in the same columns" in text(page)
        outcome = approve_all(batch, publisher)
        assert [key for key, _reason in outcome.left] == ["one"]
        assert (title("one"), title("two")) == ("Иное", "Новое two")

    @pytest.mark.parametrize("change", ["deleted", "withdrawn", "discarded"])
    def test_leaves_out_what_is_no_longer_public_or_waiting(self, batch, publisher, change):
        shown = seen_of_all(AGREEMENTS, list(pending_of(batch)))
        record = Agreement.objects.get(key="one")
        if change == "deleted":
            record.delete()
        elif change == "withdrawn":
            record.withdraw(publisher)
        else:
            undo_time = batch.revisions.get(key="two").created_at
            batch.revisions.filter(key="one").update(status="discarded", decided_at=undo_time)
        page = signed_in(publisher).get(proposals(batch))
        assert page.status_code == 200
        outcome = approve_batch(batch, AGREEMENTS, Approver(publisher, shown))
        ((key, reason),) = outcome.left
        assert key == "one"
        assert reason
        assert title("two") == "Новое two"

    def test_leaves_out_one_that_can_no_longer_be_stored_and_approves_the_rest(self, treaties, publisher):
        AgreementFactory(key="basis", title_ru="Основа", published=True)
        for i in range(5):
            AgreementFactory(key=f"more-{i}", title_ru="Прежнее", published=True)
        rows = [{"key": f"more-{i}", "title_ru": f"Новое {i}", "amends": ""} for i in range(5)]
        batch = import_rows(
            "agreements", {"key": "one", "title_ru": "Новое", "amends": "basis"}, *rows, proposes=True
        )
        Agreement.objects.get(key="basis").delete()
        outcome = approve_all(batch, publisher)
        assert ([key for key, _reason in outcome.left], len(outcome.approved)) == (["one"], 5)
        assert title("more-4") == "Новое 4"
        assert batch.revisions.filter(status="approved").count() == 5

    def test_is_refused_to_the_uploader(self, treaties, publisher):
        batch = import_rows("agreements", *ROWS, proposes=True, user=publisher)
        client = signed_in(publisher)
        page = client.get(proposals(batch))
        assert "Somebody else has to approve it" in text(page)
        assert 'value="approve"' not in text(page)
        with pytest.raises(Problem) as refused:
            approve_all(batch, publisher)
        assert refused.value.code == "approval.own"
        answer = client.post(proposals(batch), {"verb": "approve", "seen": page.context["seen"]}, follow=True)
        assert answer.status_code == 200
        assert title("one") == "Прежнее one"

    def test_is_open_to_the_uploader_in_a_house_with_one_publisher(self, treaties, publisher, settings):
        settings.TWO_PAIRS_OF_EYES = False
        batch = import_rows("agreements", *ROWS, proposes=True, user=publisher)
        assert 'value="approve"' in text(signed_in(publisher).get(proposals(batch)))
        approve_all(batch, publisher)
        assert title("one") == "Новое one"

    def test_of_many_needs_few_statements(self, publisher):
        keys = [f"k{i}" for i in range(60)]
        for key in keys:
            AgreementFactory(key=key, title_ru="Прежнее", published=True)
        batch = import_rows("agreements", *({"key": key, "title_ru": "Новое"} for key in keys), proposes=True)
        with CaptureQueriesContext(connection) as captured:
            assert len(approve_all(batch, publisher).approved) == 60
        assert len(captured) < 120


class TestItsSources:
    """A sheet without sources changes values that citations were given for."""

    @pytest.fixture
    def redated(self, treaties, uploader):
        rows = [
            {"key": "one", "title_ru": "Новое one", "date_signed": "1993"},
            {"key": "two", "title_ru": "Новое two", "date_signed": "1992-05-30"},
        ]
        return import_rows("agreements", *rows, proposes=True, user=uploader)

    def signed(self):
        return str(Agreement.objects.get(key="one").signed)

    def test_must_be_checked_again_before_readers_see_the_new_values(self, redated, publisher):
        outcome = approve_all(redated, publisher)
        assert [key for key, _reason in outcome.left] == ["one"]
        assert "Источники нужно проверить ещё раз" in str(outcome.left[0][1])
        assert (self.signed(), title("two")) == ("1992-05-30", "Новое two")

    def test_are_confirmed_for_all_changes_by_one_tick_on_the_page(self, redated, publisher):
        client = signed_in(publisher)
        page = client.get(proposals(redated))
        assert page.context["to_confirm"] == 1
        assert "Cited for another value, to be checked again" in text(page)
        sent = {"verb": "approve", "seen": page.context["seen"]}
        client.post(proposals(redated), sent)
        assert self.signed() == "1992-05-30"
        client.post(proposals(redated), {**sent, "confirms_all": "on"})
        assert self.signed() == "1993"

    def test_are_not_asked_for_where_the_sheet_names_them(self, treaties, uploader, publisher):
        source = Agreement.objects.get(key="one").citations.get().source.key
        row = {"key": "one", "date_signed": "1993", "source": source}
        batch = import_rows("agreements", row, proposes=True, user=uploader)
        assert signed_in(publisher).get(proposals(batch)).context["to_confirm"] == 0
        assert approve_all(batch, publisher).left == []
        assert self.signed() == "1993"


class TestUndo:
    def test_discards_what_waits_and_restores_the_rest(self, batch, publisher):
        undoing = undo(batch, RESOURCES, publisher)
        assert (undoing.discarded, undoing.restored, undoing.skipped) == (2, 1, [])
        assert title("draft") == "Прежнее draft"
        found = set(batch.revisions.values_list("status", "comment", "decided_by"))
        assert found == {("discarded", f"Отмена импорта {batch.pk}", publisher.pk)}

    def test_restores_what_was_approved(self, batch, publisher):
        before = {one.key: one.before for one in batch.versions.exclude(key="draft")}
        approve_all(batch, publisher)
        undoing = undo(batch, RESOURCES, publisher)
        assert (undoing.discarded, undoing.restored, undoing.skipped) == (0, 3, [])
        for key, row in before.items():
            assert {**stored(key), "state": "published"} == row
        assert Agreement.objects.published().count() == 2
        assert set(batch.revisions.values_list("status", flat=True)) == {"approved"}

    def test_by_who_may_not_publish_proposes_what_was_approved_as_one_import(
        self, batch, publisher, uploader
    ):
        approve_all(batch, publisher)
        undoing = undo(batch, RESOURCES, uploader, may_publish=False, reason="Wrong file")
        assert (undoing.left, undoing.restored, undoing.proposed) == ([], 1, 2)
        assert title("one") == "Новое one"
        batch.refresh_from_db()
        assert batch.undone_at is None
        proposal = ImportBatch.objects.get(pk=undoing.proposals)
        assert proposal.file == f"Отмена импорта {batch.pk}: Wrong file"
        with pytest.raises(Problem, match="ждёт одобрения"):
            undo(batch, RESOURCES, uploader, may_publish=False)
        assert approve_all(proposal, publisher).left == []
        assert {title(one) for one in ("one", "two")} == {"Прежнее one", "Прежнее two"}
        assert undo(batch, RESOURCES, uploader, may_publish=False).as_before == 3
        batch.refresh_from_db()
        assert batch.undone_by == uploader

    def test_by_a_publisher_settles_what_an_importer_has_proposed(self, batch, publisher, uploader):
        approve_all(batch, publisher)
        proposal = ImportBatch.objects.get(pk=undo(batch, RESOURCES, uploader, may_publish=False).proposals)
        assert undo(batch, RESOURCES, publisher).restored == 2
        assert title("one") == "Прежнее one"
        assert not pending_of(proposal).exists()

    def test_names_what_has_changed_since_the_approval(self, batch, publisher):
        approve_all(batch, publisher)
        record = Agreement.objects.get(key="one")
        record.notes = "Changed meanwhile"
        record.save()
        assert undo(batch, RESOURCES, publisher).skipped == ["one"]
        assert (title("one"), title("two")) == ("Новое one", "Прежнее two")

    def test_says_in_the_admin_and_the_command_how_much_it_discarded(self, batch, uploader, treaties, capsys):
        assert "2 proposed changes discarded" in text(undone(signed_in(uploader), batch))
        other = import_rows("agreements", ROWS[0], proposes=True)
        call_command("undo_import", other.pk)
        assert "1 proposed changes discarded" in capsys.readouterr().out
