"""What becomes of rows that look like a record: stored as new, added to it, only cited, or skipped."""

import pytest

from relations.imports.decisions import Choice, Decision
from relations.models import Agreement, Recheck
from relations.registry import resource_named
from relations.revisions.saving import row_of
from tests.helpers.factories import SourceFactory
from tests.helpers.sheets import codes, load_rows

pytestmark = pytest.mark.django_db
STORED = {
    "key": "there", "title_ru": "Договор о дружбе", "title_en": "Treaty of friendship", "date_signed": "1992-05-30",
    "parties": "RU; UZ", "source": "herald", "locator": "page 5",
}  # fmt: skip
#: without a key, as foreign tables are
ROW = {
    "title_ru": "Договор «О дружбе»", "title_en": "", "date_signed": "1992-05-30", "parties": "UZ; RU",
    "source": "collection", "locator": "page 12",
}  # fmt: skip


@pytest.fixture
def stored(russia, uzbekistan):
    SourceFactory(key="herald", title="Вестник")
    SourceFactory(key="collection", title="Сборник")
    assert not load_rows("agreements", STORED).errors
    return Agreement.objects.get()


def brought(*rows, **choices):
    """The report of an import in which it was decided about the rows by the keys that they would have."""
    decisions = {key: Decision(Choice(choice), "there") for key, choice in choices.items()}
    return load_rows("agreements", *rows, decisions=decisions)


def key_of(*rows):
    """The key that the last of these rows would have."""
    keys = []

    def watch(_report, changes):
        keys.extend(one.key for one in changes)

    load_rows("agreements", *rows, dry_run=True, watch=watch)
    return keys[-1]


def row(record):
    return row_of(resource_named("agreements"), record.pk)


def test_without_a_decision_it_is_a_new_record(stored):
    assert brought(ROW).created == 1
    assert Agreement.objects.count() == 2


def test_as_a_new_record_it_is_stored_beside_the_other(stored):
    assert brought(ROW, **{key_of(ROW): "new"}).created == 1
    assert Agreement.objects.count() == 2


def test_skipped_it_changes_nothing_and_is_said(stored):
    before = row(stored)
    report = brought(ROW, **{key_of(ROW): "pass_over"})
    assert (report.rows, report.created, report.updated) == (0, 0, 0)
    assert "duplicate.passed_over" in codes(report.warnings)
    assert row(stored) == before


def test_only_cited_its_sources_are_added_and_nothing_else(stored):
    before = row(stored)
    report = brought(ROW, **{key_of(ROW): "cite"})
    assert (report.created, report.updated) == (0, 1)
    after = row(stored)
    assert (after["source"], after["locator"]) == ("herald; collection", "page 5; page 12")
    assert {name for name in before | after if before.get(name) != after.get(name)} <= {
        "source", "locator", "locator_label", "confidence", "fields", "not_after", "source_fields",
    }  # fmt: skip
    assert after["title_ru"] == "Договор о дружбе"


def test_cited_twice_it_says_nothing_new(stored):
    decided = {key_of(ROW): "cite"}
    brought(ROW, **decided)
    assert (brought(ROW, **decided).unchanged, stored.citations.count()) == (1, 2)


def test_a_source_without_a_place_in_it_adds_nothing_to_the_same_source_with_one(stored):
    cited = {**ROW, "source": "herald", "locator": ""}
    assert brought(cited, **{key_of(cited): "cite"}).unchanged == 1
    assert row(stored)["locator"] == "page 5"


def test_as_an_update_its_filled_cells_count_and_its_sources_are_added(stored):
    report = brought(ROW, **{key_of(ROW): "update"})
    assert (report.created, report.updated) == (0, 1)
    after = row(stored)
    assert (after["title_ru"], after["title_en"]) == ("Договор «О дружбе»", "Treaty of friendship")
    assert after["source"] == "herald; collection"


def test_an_update_does_not_confirm_what_others_cited_for_the_former_value(stored):
    new_date = {**ROW, "title_ru": "Договор о дружбе", "date_signed": "1993-05-30"}
    assert not brought(new_date, **{key_of(new_date): "update"}).errors
    assert [one.source for one in Recheck.objects.all()] == ["herald"]


def test_a_row_with_a_key_of_its_own_is_added_to_the_record_too(stored):
    keyed = {"key": "own", **ROW}
    assert brought(keyed, own="update").updated == 1
    assert Agreement.objects.get().key == "there"


def test_two_rows_that_would_change_one_record_are_refused(stored):
    other = {**ROW, "title_ru": "О дружбе договор"}
    report = brought(ROW, other, **{key_of(ROW): "update", key_of(ROW, other): "update"})
    assert codes(report.errors) == ["duplicate.twice"]
    assert row(stored)["title_ru"] == "Договор о дружбе"


def test_a_record_that_has_gone_meanwhile_becomes_no_new_one(stored):
    decided = {key_of(ROW): "update"}
    stored.delete()
    assert codes(brought(ROW, **decided).errors) == ["duplicate.gone"]
    assert not Agreement.objects.exists()


def test_rows_alike_keep_their_own_decisions(stored):
    """The first one is added to the record; the second one, which is alike, is not taken for the first one."""
    first = key_of(ROW)
    report = brought(ROW, ROW, **{first: "update"})
    assert (report.created, report.updated) == (1, 1)
    assert Agreement.objects.exclude(key="there").get().key == key_of(ROW, ROW) != first


@pytest.mark.parametrize("locator", ["page 5", ""])
@pytest.mark.parametrize("choice", ["cite", "update"])
def test_what_a_row_says_of_a_place_that_is_cited_already_is_not_lost_in_silence(stored, choice, locator):
    noted = {**ROW, "source": "herald", "locator": locator, "citation_note_en": "Only the Russian text."}
    report = brought(noted, **{key_of(noted): choice})
    assert codes(report.warnings).count("duplicate.cited") == 1
    assert "citation_note_en" not in row(stored)


def test_what_a_row_says_of_another_place_is_taken_with_it(stored):
    noted = {**ROW, "citation_note_en": "Only the Russian text."}
    report = brought(noted, **{key_of(noted): "cite"})
    assert "duplicate.cited" not in codes(report.warnings)
    assert "Only the Russian text." in row(stored)["citation_note_en"]
    assert "duplicate.cited" not in codes(brought(noted, **{key_of(noted): "cite"}).warnings)
