"""What stops an import on its way: nothing is stored, and the report says where and why."""

import pytest
from django.db import IntegrityError, OperationalError

from relations.catalog import RESOURCES
from relations.errors import Problem
from relations.imports import batches, parser, report
from relations.imports.bulk_write import BulkWriter
from relations.imports.db_errors import problem_of
from relations.imports.loader import Loader
from relations.imports.pipeline import load_sheet
from relations.imports.undo import undo
from relations.models import Agreement, ImportBatch, ImportLine, KeptFile, RecordLink, Source, State, Topic
from relations.readers.sheet import make_sheet
from relations.rows.related_columns import Links
from tests.helpers.factories import AgreementFactory, SourceFactory, TopicFactory
from tests.helpers.sheets import codes, import_rows, load_rows, problems

pytestmark = pytest.mark.django_db
Status = ImportBatch.Status
AGREEMENTS = RESOURCES["agreements"]


def agreements(*keys):
    return [{"key": key, "title_ru": f"Договор {key}"} for key in keys]


def raise_error(error):
    def fail(*args, **kwargs):
        raise error

    return fail


class TestSheets:
    def test_a_row_too_wide_near_the_top_is_refused_with_the_sheet(self, settings):
        settings.MOST_COLUMNS = 2
        rows = [["key", "title_ru"], ["a", "Договор"], ["b", "Договор", "ещё"]]
        found = load_sheet(AGREEMENTS, make_sheet("", rows, ""))
        assert (found.outcome, problems(found)) == ("rejected_file", [("None", "sheet.too_wide")])

    def test_a_row_beyond_the_limit_undoes_the_rows_above(self, settings):
        settings.MOST_ROWS = 1
        found = load_rows("agreements", *agreements(*(f"k{i}" for i in range(40))))
        assert codes(found.errors) == ["sheet.too_long"]
        assert not Agreement.objects.exists()

    def test_findings_beyond_the_limit_are_counted(self, monkeypatch):
        monkeypatch.setattr(report, "MOST_FINDINGS", 1)
        rows = [{"key": key, "title_ru": "Договор", "date_signed": "вчера"} for key in "abc"]
        found = load_rows("agreements", *rows)
        assert (len(found.errors), found.as_json()["errors_left_out"]) == (1, 2)
        assert found.good_rows == 0


class TestDatabase:
    def test_a_reference_deleted_before_the_rows_are_written_asks_for_a_new_upload(self, monkeypatch):
        monkeypatch.setattr(Loader, "load_links", raise_error(IntegrityError("foreign key")))
        assert problems(load_rows("agreements", *agreements("a"))) == [("1", "preview.stale")]
        assert not Agreement.objects.exists()

    def test_a_locked_database_is_reported_as_busy(self, monkeypatch):
        monkeypatch.setattr(Loader, "load", raise_error(OperationalError("database is locked")))
        assert problems(load_rows("agreements", *agreements("a"))) == [("1", "database.busy")]

    def test_another_fault_of_the_database_is_not_hidden(self, monkeypatch):
        monkeypatch.setattr(Loader, "load", raise_error(OperationalError("disk full")))
        with pytest.raises(OperationalError, match="disk full"):
            load_rows("agreements", *agreements("a"))

    def test_rows_that_fail_only_together_are_said_to_contradict_each_other(self, monkeypatch):
        write = BulkWriter.write

        def refuse_several(writer, new, *changed):
            if len(new) > 1:
                raise IntegrityError("together")
            write(writer, new, *changed)

        monkeypatch.setattr(BulkWriter, "write", refuse_several)
        assert problems(load_rows("agreements", *agreements("a", "b"))) == [("1", "database.refused")]
        assert not Agreement.objects.exists()

    def test_a_link_that_is_refused_is_named_at_its_row(self, monkeypatch):
        AgreementFactory(key="old")
        store = Links.store

        def refuse_one(column, new, changed):
            if any(change.key == "bad" and change.related[column] for change in new):
                raise IntegrityError("CHECK constraint failed: link_not_to_itself")
            store(column, new, changed)

        monkeypatch.setattr(Links, "store", refuse_one)
        rows = [row | {"cites": "old"} for row in agreements("good", "bad")]
        found = load_rows("agreements", *rows)
        assert problems(found) == [("C3", "rule.broken")]
        assert "itself" in found.errors[0].problem.in_every_language()["en"]
        assert not RecordLink.objects.exists()

    def test_a_key_used_in_the_meantime_and_a_rule_without_a_name_have_their_own_messages(self):
        taken = IntegrityError("UNIQUE constraint failed: relations_agreement.key")
        assert problem_of(taken, (Agreement,)).code == "key.taken"
        unknown = problem_of(IntegrityError("something else"), (Agreement, RecordLink))
        assert "breaks a rule" in unknown.in_every_language()["en"]
        unique = ", ".join(f"relations_recordlink.{name}" for name in linked_once())
        named = problem_of(IntegrityError(f"UNIQUE constraint failed: {unique}"), (RecordLink,))
        assert "breaks a rule" not in named.in_every_language()["en"]


def linked_once():
    """The columns of a unique constraint, by which SQLite names it."""
    constraint = RecordLink._meta.total_unique_constraints[0]
    return [RecordLink._meta.get_field(name).column for name in constraint.fields]


class TestCells:
    def test_many_different_cells_are_read_though_few_are_remembered(self, monkeypatch):
        monkeypatch.setattr(parser, "MOST_REMEMBERED", 1)
        SourceFactory(key="s1"), SourceFactory(key="s2")
        rows = [
            row | {"level": level, "source": source}
            for row, level, source in zip(
                agreements("a", "b", "c"), ("interstate", "municipal", ""), ("s1", "s2", "s1"), strict=True
            )
        ]
        assert not load_rows("agreements", *rows).errors
        assert [one.citations.get().source.key for one in Agreement.objects.order_by("key")] == [
            "s1",
            "s2",
            "s1",
        ]

    def test_control_characters_among_the_sources_are_named(self):
        found = load_rows("agreements", agreements("a")[0] | {"source": "herald\x00"})
        assert problems(found) == [("C2", "text.control")]


class TestBatches:
    @pytest.fixture
    def begin(self, settings):
        def begin(*rows):
            lines = ["key,title_ru,date_signed", *rows]
            return batches.begin(AGREEMENTS, None, "\n".join(lines).encode(), "rows.csv")

        return begin

    def test_a_file_that_is_no_longer_kept_is_asked_for_again(self, begin):
        batch = begin("a,Договор,1992")
        KeptFile.objects.all().delete()
        with pytest.raises(Problem, match="file|Файл"):
            batches.data_of(batch)

    def test_the_slower_of_two_workers_leaves_the_preview_of_the_quicker(self, begin, monkeypatch):
        batch, read = begin("a,Договор,1992"), batches.read

        def overtaken(batch, sheet, watch):
            ImportBatch.objects.filter(pk=batch.pk).update(status=Status.PREVIEWED, seen="quicker")
            return read(batch, sheet, watch)

        monkeypatch.setattr(batches, "read", overtaken)
        batches.preview(batch)
        batch.refresh_from_db()
        assert (batch.seen, ImportLine.objects.count()) == ("quicker", 0)

    def test_a_preview_names_near_duplicates(self, begin):
        batch = begin("a,Договор о дружбе и согласии,1992-05-30", "b,Договор о дружбе и согласий,1992-05-30")
        batches.preview(batch)
        line = batch.lines.get(tab=ImportLine.Tab.DUPLICATES)
        assert (line.content["key"], line.content["twin"]["key"], line.content["twin"]["row"]) == (
            "b",
            "a",
            2,
        )

    def test_good_rows_are_not_stored_over_a_register_that_has_changed(self, begin):
        AgreementFactory(key="a", title_ru="Прежнее")
        batch = begin("a,Новое,1992", "b,Ещё одно,вчера")
        batches.preview(batch)
        batch.refresh_from_db()
        Agreement.objects.get(key="a").delete()
        batches.confirm(batch, only_good=True)
        batches.store(batch)
        batch.refresh_from_db()
        assert batch.status == Status.STALE
        assert not Agreement.objects.exists()


class TestUndo:
    def test_what_was_never_stored_cannot_be_undone(self):
        batch = batches.begin(AGREEMENTS, None, b"key,title_ru\na,b\n", "rows.csv")
        with pytest.raises(Problem) as caught:
            undo(batch, RESOURCES)
        assert caught.value.code == "undo.nothing"

    def test_a_row_that_can_no_longer_be_read_stops_the_whole_undo(self):
        AgreementFactory(key="a", title_ru="Прежнее").topics.add(topic := TopicFactory())
        Agreement.objects.get(key="a").save()  # keeps its row
        batch = import_rows("agreements", {"key": "a", "title_ru": "Новое", "topics": ""})
        Topic.objects.filter(pk=topic.pk).delete()
        with pytest.raises(Problem) as caught:
            undo(batch, RESOURCES)
        assert caught.value.code == "name.unknown"
        assert Agreement.objects.get(key="a").title_ru == "Новое"

    def test_what_an_import_has_published_is_a_draft_again(self):
        AgreementFactory(key="a", title_ru="Прежнее", signed="1992", sources=1)
        batch = import_rows("agreements", {"key": "a", "title_ru": "Новое"}, publish=True)
        assert Agreement.objects.get(key="a").state == State.PUBLISHED
        assert undo(batch, RESOURCES).restored == 1
        assert (Agreement.objects.get(key="a").state, Agreement.objects.get(key="a").title_ru) == (
            "draft",
            "Прежнее",
        )

    def test_of_several_new_sources_only_the_cited_one_is_kept(self):
        rows = [{"key": key, "title": f"Вестник {key}"} for key in ("s1", "s2", "s3")]
        batch = import_rows("sources", *rows)
        AgreementFactory(sources=0).cite(Source.objects.get(key="s2"))
        undoing = undo(batch, RESOURCES)
        assert (undoing.deleted, undoing.skipped) == (2, ["s2"])
