"""An import is an object; undoing it restores exactly what was there and leaves what has changed since."""

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from relations.catalog import RESOURCES
from relations.errors import Problem
from relations.imports.undo import undo
from relations.imports.versions import rows_of
from relations.models import Agreement, CountryLimit, ImportBatch, Source, Version
from relations.revisions.batch_approval import Approver, approve_batch, pending_of, seen_of_all
from tests.helpers.factories import FACTORIES, AgreementFactory, SourceFactory, TopicFactory
from tests.helpers.import_pages import undone
from tests.helpers.sheets import import_rows

pytestmark = pytest.mark.django_db
ALL = RESOURCES


@pytest.fixture
def old():
    """An agreement with a value of every kind that an import could lose."""
    agreement = AgreementFactory(
        key="old", title_ru="Прежнее", summary_ru="Было", signed="1992-05-30", sources=2
    )
    agreement.topics.add(TopicFactory())
    agreement.cite(SourceFactory(), field="date_signed", note_ru="Сомнительно")
    return agreement


def row_of(agreement):
    return rows_of(ALL["agreements"], [agreement.pk])[agreement.pk]


def test_an_import_is_kept_with_its_counts_and_every_row_before_and_after(old):
    batch = import_rows(
        "agreements", {"key": "old", "title_ru": "Новое"}, {"key": "new", "title_ru": "Ещё одно"}
    )
    assert (batch.type, batch.rows, batch.created, batch.updated) == ("agreements", 2, 1, 1)
    versions = {version.key: version for version in batch.versions.all()}
    assert versions["new"].before is None
    assert versions["old"].before["title_ru"] == "Прежнее"
    assert versions["old"].after["title_ru"] == "Новое"
    assert batch.report["batch"] == batch.pk


def test_a_version_is_the_row_as_the_database_has_it(old):
    SourceFactory(key="herald")
    row = {
        "key": "old",
        "title_ru": "Новое",
        "alternative_titles": "А; Б ; ",
        "date_signed": "25 мая 1993",
        "topics": "trade",
        "source": "herald; herald; herald",
        "locator": "абзац 5; абзац 5; с. 7",
        "cited_fields": "; title_ru; parties",
    }
    batch = import_rows("agreements", row, {**row, "key": "new"})
    for version in batch.versions.all():
        assert version.after == rows_of(ALL["agreements"], [version.object_id])[version.object_id]


def test_a_sheet_that_changes_nothing_leaves_no_import(old):
    import_rows("agreements", {"key": "old", "title_ru": "Прежнее"})
    assert not ImportBatch.objects.exists()
    assert not Version.objects.exists()


def test_undo_restores_exactly_what_was_there(old):
    before = row_of(old)
    changes = {
        "title_ru": "Новое",
        "summary_ru": "",
        "date_signed": "",
        "topics": "",
        "parties": "",
        "source": "",
    }
    batch = import_rows("agreements", {"key": "old", **changes})
    assert row_of(old) != before
    undoing = undo(batch, ALL)
    assert (undoing.restored, undoing.skipped) == (1, [])
    assert row_of(old) == before


def test_undo_deletes_new_records_with_their_new_sources():
    row = {
        "key": "new",
        "title_ru": "Договор",
        "source_title": "Вестник",
        "source_url": "https://example.org/",
    }
    undoing = undo(import_rows("agreements", row), ALL)
    assert undoing.deleted == 2
    assert not Agreement.objects.exists()
    assert not Source.objects.exists()


def test_a_source_that_others_use_by_now_stays():
    row = {
        "key": "new",
        "title_ru": "Договор",
        "source_title": "Вестник",
        "source_url": "https://example.org/",
    }
    batch = import_rows("agreements", row)
    AgreementFactory(sources=0).cite(Source.objects.get(title="Вестник"))
    assert undo(batch, ALL).skipped == [Source.objects.get(title="Вестник").key]


def test_records_changed_since_are_left_and_named(old):
    batch = import_rows(
        "agreements", {"key": "old", "title_ru": "Новое"}, {"key": "new", "title_ru": "Ещё одно"}
    )
    Agreement.objects.filter(key="old").update(title_en="Edited by hand")
    undoing = undo(batch, ALL)
    assert (undoing.skipped, undoing.deleted) == (["old"], 1)
    assert Agreement.objects.get(key="old").title_ru == "Новое"


@pytest.fixture
def published_since(russia, uzbekistan):
    """An import of a new agreement that has been submitted and published since."""
    row = {"key": "new", "title_ru": "Договор", "parties": "RU; UZ", "source_title": "Вестник"}
    batch = import_rows("agreements", row)
    Agreement.objects.get().submit()
    Agreement.objects.get().publish()
    return batch


def test_new_records_published_since_are_unpublished_and_not_deleted(published_since):
    undoing = undo(published_since, ALL)
    assert (undoing.withdrawn, undoing.deleted) == (1, 0)
    assert Agreement.objects.get().state == "withdrawn"


def test_new_records_published_since_are_left_to_who_may_publish(published_since, staff):
    plan = undo(published_since, ALL, staff("importer"), may_publish=False, dry_run=True)
    assert (
        "new",
        "Сейчас это видят читатели, поэтому отозвать может только тот, кто вправе публиковать.",
    ) in plan.left
    with pytest.raises(Problem) as refused:
        undo(published_since, ALL, may_publish=False)
    assert refused.value.code == "undo.refused"
    published_since.refresh_from_db()
    assert published_since.undone_at is None
    assert undo(published_since, ALL).withdrawn == 1


def test_new_records_submitted_since_are_deleted():
    batch = import_rows("agreements", {"key": "new", "title_ru": "Договор"})
    Agreement.objects.get().submit()
    assert undo(batch, ALL).deleted == 1


def test_a_draft_that_was_published_since_is_as_before_the_import_and_not_public(old):
    batch = import_rows("agreements", {"key": "old", "title_ru": "Новое"})
    Agreement.objects.get().publish()
    assert undo(batch, ALL).restored == 1
    old.refresh_from_db()
    assert (old.title_ru, old.state) == ("Прежнее", "draft")


def test_a_part_that_was_left_can_be_undone_later(old):
    batch = import_rows(
        "agreements", {"key": "old", "title_ru": "Новое"}, {"key": "new", "title_ru": "Ещё одно"}
    )
    Agreement.objects.filter(key="old").update(title_en="Edited by hand")
    assert undo(batch, ALL).left == [("old", "С тех пор изменено.")]
    batch.refresh_from_db()
    assert (batch.undone_at, batch.report["not_undone"]) == (None, 1)
    with pytest.raises(Problem, match="С тех пор изменено"):
        undo(batch, ALL)
    Agreement.objects.filter(key="old").update(title_en=old.title_en)
    again = undo(batch, ALL)
    assert (again.restored, again.as_before) == (1, 1)
    batch.refresh_from_db()
    assert batch.undone_at is not None
    assert "not_undone" not in batch.report


def test_a_dry_run_counts_the_same_and_undoes_nothing(old):
    batch = import_rows(
        "agreements", {"key": "old", "title_ru": "Новое"}, {"key": "new", "title_ru": "Ещё одно"}
    )
    planned = undo(batch, ALL, dry_run=True)
    assert (planned.restored, planned.deleted) == (1, 1)
    assert Agreement.objects.get(key="old").title_ru == "Новое"
    batch.refresh_from_db()
    assert batch.undone_at is None
    assert undo(batch, ALL).seen == planned.seen


def test_who_is_limited_to_countries_undoes_only_their_records(old, staff, kazakhstan):
    batch = import_rows("agreements", {"key": "old", "title_ru": "Новое"})
    importer = staff("importer")
    CountryLimit.objects.create(user=importer).countries.add(kazakhstan)
    with pytest.raises(Problem) as refused:
        undo(batch, ALL, importer, may_publish=False)
    assert refused.value.code == "undo.refused"


@pytest.mark.parametrize("slug", ["agreements", "forums", "visits", "projects", "statistics"])
def test_what_an_approval_made_public_is_restored_whatever_the_type(slug, publisher):
    record = FACTORIES[slug](key="public", published=True, period="2018-10-24")
    before = rows_of(ALL[slug], [record.pk])
    batch = import_rows(slug, {"key": "public", "notes": "Новое"}, proposes=True)
    shown = seen_of_all(ALL[slug], list(pending_of(batch)))
    assert approve_batch(batch, ALL[slug], Approver(publisher, shown)).left == []
    assert rows_of(ALL[slug], [record.pk]) != before
    assert undo(batch, ALL, publisher).restored == 1
    assert rows_of(ALL[slug], [record.pk]) == before


def test_an_import_is_undone_once(old):
    batch = import_rows("agreements", {"key": "old", "title_ru": "Новое"})
    undo(batch, ALL)
    with pytest.raises(Problem):
        undo(batch, ALL)
    with pytest.raises(CommandError):
        call_command("undo_import", batch.pk)


def test_the_command_undoes_and_names_what_it_left(old, capsys):
    batch = import_rows(
        "agreements", {"key": "old", "title_ru": "Новое"}, {"key": "new", "title_ru": "Ещё одно"}
    )
    Agreement.objects.filter(key="old").update(title_en="Edited by hand")
    call_command("undo_import", batch.pk)
    said = capsys.readouterr().out
    assert "1 deleted" in said
    assert "old" in said
    with pytest.raises(CommandError) as caught:
        call_command("undo_import", 99999)
    assert caught.value.returncode == 2


def test_the_admin_lists_imports_and_undoes_them(old, client, staff):
    batch = import_rows("agreements", {"key": "old", "title_ru": "Новое"})
    client.force_login(staff("importer"))
    page = client.get(reverse("admin:relations_importbatch_change", args=[batch.pk])).content.decode()
    assert reverse("admin:relations_agreement_change", args=[old.pk]) in page
    address = reverse("admin:relations_importbatch_changelist")
    asked = client.post(address, {"action": "undo", "_selected_action": [batch.pk]})
    assert asked["Location"] == reverse("admin:relations_importbatch_undo", args=[batch.pk])
    undone(client, batch)
    old.refresh_from_db()
    assert old.title_ru == "Прежнее"


def test_editors_may_not_undo_imports_of_others(old, client, staff):
    batch = import_rows("agreements", {"key": "old", "title_ru": "Новое"})
    client.force_login(staff("editor"))
    address = reverse("admin:relations_importbatch_undo", args=[batch.pk])
    assert client.post(address, {"confirmed": 1, "reason": "Ошибка"}).status_code == 403
    old.refresh_from_db()
    assert old.title_ru == "Новое"


def test_an_import_cannot_be_changed_or_deleted_in_the_admin(old, client, staff):
    batch = import_rows("agreements", {"key": "old", "title_ru": "Новое"})
    client.force_login(staff("administrator"))
    assert client.post(reverse("admin:relations_importbatch_delete", args=[batch.pk])).status_code == 403
    assert client.get(reverse("admin:relations_importbatch_add")).status_code == 403
