"""The dated dump: complete, public, reproducible, and with a true list of changes."""

import csv
import hashlib
import io
import json
import os
import zipfile
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from relations.catalog import RESOURCES
from relations.dumps import storage, zip_archive
from relations.dumps.diff import merged
from relations.dumps.history import HISTORY
from relations.dumps.tables import TABLES
from relations.imports.pipeline import load_sheet
from relations.models import Organization, Person
from relations.readers.sheet import read_sheet
from relations.rows.public import public_names
from relations.rows.reference_tables import NamesTable
from relations.version import program_version
from tests.helpers.catalog import SLUGS
from tests.helpers.factories import (
    FACTORIES,
    AgreementFactory,
    ForumFactory,
    ForumSeriesFactory,
    ObservationFactory,
    OrganizationFactory,
    PersonFactory,
    SourceFactory,
    VisitFactory,
    two_countries,
)

pytestmark = pytest.mark.django_db
MARK = "НЕДЛЯЧИТАТЕЛЕЙ"


@pytest.fixture
def dump(tmp_path):
    """A function: {name: bytes} of the files of the dump of a day, written anew."""

    def write(day="2026-10-01", **options):
        call_command("dump_register", output=str(tmp_path), date=day, **options)
        return files_of(tmp_path / f"register-{day}.zip")

    return write


def files_of(path):
    with zipfile.ZipFile(path) as found:
        return {name: found.read(name) for name in found.namelist()}


def table(files, name):
    return list(csv.DictReader(io.StringIO(files[name].decode("utf-8-sig"), newline="")))


def changes(files):
    return [tuple(row.values()) for row in table(files, "changes.csv")]


def one_of_each():
    return [FACTORIES[slug](published=True) for slug in SLUGS]


class TestWhatItHolds:
    def test_every_table_parses_and_is_described_with_its_hash_size_and_rows(self, dump):
        one_of_each()
        files = dump()
        package = json.loads(files["datapackage.json"])
        described = {one["path"]: one for one in package["resources"]}
        assert set(described) == {name for name in files if name.endswith(".csv")}
        for name, one in described.items():
            assert one["hash"] == f"sha256:{hashlib.sha256(files[name]).hexdigest()}"
            assert (one["bytes"], one["rows"]) == (len(files[name]), len(table(files, name)))
            header = next(csv.reader(io.StringIO(files[name].decode("utf-8-sig"))))
            assert [field["name"] for field in one["schema"]["fields"]] == header
        assert package["version"] == "2026-10-01"
        assert package["program_version"] == program_version()
        assert package["licenses"][0]["name"] == "CC-BY-4.0"
        for name in ("LICENSE.txt", "README.txt"):
            assert "https://creativecommons.org/licenses/by/4.0/" in files[name].decode()

    def test_foreign_keys_of_the_description_lead_to_rows_that_are_there(self, content, dump):
        files = dump()
        for one in json.loads(files["datapackage.json"])["resources"]:
            for key in one["schema"].get("foreignKeys", ()):
                other = key["reference"]["resource"] or one["name"]
                known = {row[key["reference"]["fields"]] for row in table(files, f"{other}.csv")}
                assert {row[key["fields"]] for row in table(files, one["path"])} - {""} <= known

    def test_checksums_are_those_of_all_other_files(self, dump):
        files = dump()
        said = dict(line.split("  ")[::-1] for line in files.pop("sha256sums.txt").decode().splitlines())
        assert said == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}

    def test_each_file_of_records_is_the_public_csv_in_the_order_of_its_keys(self, dump, client):
        for slug in ("agreements", "forums"):
            for key in ("b-2", "B-1", "a_1", "a-1", "b"):
                FACTORIES[slug](key=key, published=True)
        files = dump()
        for slug in ("agreements", "forums"):
            rows = table(files, f"{slug}.csv")
            page = b"".join(client.get(f"/ru/{slug}.csv").streaming_content)
            assert list(rows[0]) == public_names(RESOURCES[slug])
            assert sorted(files[f"{slug}.csv"].splitlines()) == sorted(page.splitlines())
            assert [row["key"] for row in rows] == ["B-1", "a-1", "a_1", "b", "b-2"]

    def test_each_file_of_records_and_sources_imports_again_and_changes_nothing(self, content, dump):
        files = dump()
        for slug, resource in RESOURCES.items():
            report = load_sheet(resource, read_sheet(files[f"{slug}.csv"]))
            assert (report.errors, report.created, report.updated) == ([], 0, 0)
            assert report.unchanged > 0

    def test_the_codebook_explains_every_column_and_every_code_in_both_languages(self, dump):
        rows = table(dump(), "codebook.csv")
        said = {(row["file"], row["column"]) for row in rows}
        assert said == {(f"{one.slug}.csv", name) for one in (*TABLES, *HISTORY) for name in one.names()}
        assert all(row["label_ru"] and row["label_en"] and row["kind"] for row in rows)
        codes = {row["code"]: row["code_en"] for row in rows if row["column"] == "instrument_type"}
        assert codes["treaty"] == "treaty"
        assert len(codes) > 5

    def test_the_readme_counts_in_both_languages_and_says_how(self, dump):
        one_of_each()
        text = dump()["README.txt"].decode()
        assert "agreements.csv" in text
        assert "Each instrument is counted once" in text
        assert "Каждый документ считается один раз" in text
        assert "1 October 2026" in text
        assert "1 октября 2026" in text


class TestWhatItKeepsBack:
    def test_nothing_unpublished_and_no_note_for_editors_is_in_any_file(self, dump):
        public = AgreementFactory(notes=MARK, signed="1992")
        series = ForumSeriesFactory(name_ru=MARK)
        draft = ForumFactory(title_ru=MARK, key=MARK_KEY, series=series, sources=0)
        draft.cite(SourceFactory(title=MARK))
        draft.participations.create(role="participant", organization=OrganizationFactory(name_ru=MARK))
        visit = VisitFactory(published=True, title_ru=MARK)
        visit.participations.create(role="visitor", person=PersonFactory(name_ru=MARK))
        visit.withdraw()
        ObservationFactory(title_ru=MARK).submit()
        public.links.create(kind="signed_at", to_forum=draft)
        source = SourceFactory(notes=MARK)
        public.cite(source)
        public.publish()
        files = dump()
        assert not [
            name for name, data in files.items() if MARK.encode() in data or MARK_KEY.encode() in data
        ]
        assert source.key in files["sources.csv"].decode()

    def test_a_participant_of_a_published_record_is_listed(self, dump):
        visit = VisitFactory(published=True)
        visit.participations.create(role="visitor", person=PersonFactory(key="orlov"))
        visit.participations.create(role="host", organization=OrganizationFactory(key="ministry"))
        ForumFactory(series=ForumSeriesFactory(key="regions"), published=True)
        files = dump()
        assert [row["key"] for row in table(files, "people.csv")] == ["orlov"]
        assert [row["key"] for row in table(files, "organizations.csv")] == ["ministry"]
        assert [row["key"] for row in table(files, "series.csv")] == ["regions"]
        assert Person.objects.public().count() == Organization.objects.public().count() == 1


MARK_KEY = "not-for-readers"


class TestTheSameTwice:
    def test_it_is_byte_for_byte_the_same_while_nothing_changes(self, content, tmp_path):
        for name in ("one", "two"):
            call_command("dump_register", output=str(tmp_path / name), date="2026-10-01")
        one, two = (tmp_path / name / "register-2026-10-01.zip" for name in ("one", "two"))
        assert one.read_bytes() == two.read_bytes()

    def test_a_second_dump_of_a_day_replaces_the_first_and_compares_with_the_older_one(self, dump, tmp_path):
        dump("2026-09-01")
        ForumFactory(key="new", published=True)
        first, again = dump(), dump()
        assert first == again
        assert ("forums", "new", "added", "", "", "") in changes(again)
        assert sorted(os.listdir(tmp_path)) == [
            "register-2026-09-01.json",
            "register-2026-09-01.zip",
            "register-2026-10-01.json",
            "register-2026-10-01.zip",
        ]

    def test_it_needs_no_more_queries_for_many_records(self, dump):
        def cost():
            with CaptureQueriesContext(connection) as captured:
                dump()
            return len(captured)

        one_of_each()
        with_one = cost()
        for _number in range(10):
            one_of_each()
        assert cost() <= with_one


class TestChanges:
    def test_the_first_dump_has_only_the_heading_and_says_so(self, dump):
        ForumFactory(published=True)
        files = dump()
        assert changes(files) == []
        assert files["changes.csv"].decode("utf-8-sig").strip() == "type,key,change,column,before,after"
        assert "This is the first dump" in files["README.txt"].decode()

    def test_added_withdrawn_and_changed_records_are_listed_cell_by_cell(self, dump):
        gone, kept = (ForumFactory(key=key, published=True) for key in ("gone", "kept"))
        dump()
        gone.withdraw()
        kept.summary_ru = "=Итог; новый"
        kept.save()
        kept.cite(SourceFactory(key="second"), locator_label="page", locator="3")
        ForumFactory(key="new", published=True)
        files = dump("2026-11-01")
        found = [change for change in changes(files) if change[0] == "forums"]
        told = {(key, kind, column) for _type, key, kind, column, _before, _after in found}
        assert told == {
            ("gone", "removed", ""), ("new", "added", ""), ("kept", "changed", "summary_ru"),
            ("kept", "changed", "source"), ("kept", "changed", "locator"),
        }  # fmt: skip
        after = {column: after for _t, key, _k, column, _b, after in found if key == "kept"}
        assert after["summary_ru"] == "'=Итог; новый"  # guarded once, as in every file of ours
        assert after["source"].endswith("; second")
        assert after["locator"] == "paragraph 7; page 3"
        assert "forums.csv: added 1, removed 1, changed 1" in files["README.txt"].decode()

    def test_guarded_cells_that_have_not_changed_are_not_listed(self, dump):
        ForumFactory(published=True, summary_ru="=1+1\r\n'=a", summary_en="'quoted")
        dump()
        files = dump("2026-11-01")
        assert changes(files) == []
        assert "Nothing has changed since register-2026-10-01.zip" in files["README.txt"].decode()

    def test_a_column_that_is_new_or_gone_is_named_once(self, dump, monkeypatch):
        for _number in range(3):
            ForumFactory(published=True, series=ForumSeriesFactory())
        dump()
        fields = NamesTable.__init__

        def without_english(self, *args):
            fields(self, *args)
            self.fields = [field for field in self.fields if field.name != "name_en"]

        changed = next(one for one in TABLES if one.slug == "series")
        with monkeypatch.context() as patch:
            patch.setattr(NamesTable, "__init__", without_english)
            patch.setattr(changed, "table", NamesTable(changed.table.model, "series"))
            assert changes(dump("2026-11-01")) == [("series", "", "column_removed", "name_en", "", "")]
        assert changes(dump("2026-12-01")) == [("series", "", "column_added", "name_en", "", "")]

    def test_it_compares_with_the_file_that_is_named(self, dump, tmp_path):
        dump("2026-08-01")
        ForumFactory(key="new", published=True)
        dump("2026-09-01")
        assert changes(dump("2026-10-01")) == []
        since = str(tmp_path / "register-2026-08-01.zip")
        assert ("forums", "new", "added", "", "", "") in changes(dump("2026-10-01", since=since))

    def test_a_dump_is_not_compared_with_a_later_one(self, dump):
        dump("2026-12-01")
        assert "This is the first dump" in dump("2026-10-01")["README.txt"].decode()

    @pytest.mark.parametrize(
        ("before", "after", "pairs"),
        [("", "", []), ("ab", "bc", ["a-", "bb", "-c"]), ("a", "", ["a-"]), ("", "a", ["-a"])],
    )
    def test_two_streams_are_merged_by_their_keys(self, before, after, pairs):
        streams = (iter([{"key": key} for key in keys]) for keys in (before, after))
        found = ["".join(row["key"] if row else "-" for row in pair) for pair in merged(*streams, "key")]
        assert found == pairs


class TestTrouble:
    @pytest.mark.parametrize("damage", ["nonsense", "cut", "foreign", "altered", "empty"])
    def test_a_broken_or_foreign_zip_is_named_and_the_one_before_it_is_used(
        self, damage, dump, tmp_path, capsys
    ):
        dump("2026-08-01")
        whole = files_of(tmp_path / "register-2026-08-01.zip")
        spoil(tmp_path / "register-2026-09-01.zip", damage, whole)
        ForumFactory(key="new", published=True)
        assert ("forums", "new", "added", "", "", "") in changes(dump())
        assert "register-2026-09-01.zip" in capsys.readouterr().err
        with pytest.raises(CommandError, match=r"register-2026-09-01\.zip"):
            dump(since=str(tmp_path / "register-2026-09-01.zip"))

    def test_a_full_disk_ends_in_a_sentence_and_leaves_the_old_dump_alone(self, dump, tmp_path, monkeypatch):
        dump()
        before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
        ForumFactory(published=True)

        def full(*args):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(zip_archive.os, "fsync", full)
        with pytest.raises(CommandError, match="No space left on device"):
            dump()
        assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before

    def test_a_database_that_finds_no_room_to_sort_ends_in_a_sentence(self, dump, tmp_path, monkeypatch):
        def full(*args):
            raise OperationalError("database or disk is full")

        monkeypatch.setattr(zip_archive.Archive, "add_table", full)
        with pytest.raises(CommandError, match="database or disk is full"):
            dump()
        assert not list(tmp_path.iterdir())

    def test_a_folder_that_cannot_be_written_ends_in_a_sentence(self, tmp_path):
        (tmp_path / "file").write_text("")
        with pytest.raises(CommandError, match="cannot be written"):
            call_command("dump_register", output=str(tmp_path / "file"))

    @pytest.mark.parametrize(
        "wrong", [{"day": "31.12.2026"}, {"day": "2026-02-30"}, {"since": "nowhere.zip"}]
    )
    def test_an_invalid_day_or_file_is_a_usage_error(self, wrong, dump):
        with pytest.raises(CommandError) as caught:
            dump(**wrong)
        assert caught.value.returncode == 2

    def test_a_dump_is_not_compared_with_itself(self, dump, tmp_path):
        dump()
        with pytest.raises(CommandError, match="itself"):
            dump(since=str(tmp_path / "register-2026-10-01.zip"))


def spoil(path, damage, files):
    """Replaces a dump with a damaged file."""
    if damage in ("nonsense", "empty"):
        path.write_bytes(b"PK\x03\x04 and nothing more" if damage == "nonsense" else b"")
        return
    if damage == "altered":
        files = {**files, "places.csv": files["places.csv"] + b"XX\r\n"}
    with zipfile.ZipFile(path, "w") as target:
        for name, data in {"a.txt": b"a"}.items() if damage == "foreign" else files.items():
            target.writestr(name, data)
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-200])


def test_it_is_written_where_the_settings_say_and_dated_today(settings, tmp_path):
    settings.DUMPS_DIR = tmp_path / "new" / "dumps"
    call_command("dump_register")
    (path,) = settings.DUMPS_DIR.glob("*.zip")
    assert storage.day_of(path) >= date(2026, 1, 1)
    assert storage.read_description(path).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert Path(path).stat().st_mode & 0o044 == 0o044  # the web server may be another user


@pytest.mark.django_db(transaction=True)
def test_it_is_written_in_a_transaction_of_its_own(dump):
    two_countries()
    assert len(table(dump(), "places.csv")) == 2
    ForumFactory(published=True)  # whatever was begun has ended
    assert not connection.in_atomic_block
    assert len(table(dump(), "forums.csv")) == 1
