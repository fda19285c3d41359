"""A sheet is imported as a whole or not at all, and the same file again changes nothing."""

import pytest

from relations.catalog import RESOURCES
from relations.imports.pipeline import load_sheet
from relations.models import Agreement, Forum, Observation, Source, State
from relations.readers.sheet import make_sheet, read_sheet
from tests.helpers.factories import (
    FACTORIES,
    AgreementFactory,
    ForumFactory,
    ForumSeriesFactory,
    ObservationFactory,
    SourceFactory,
    TopicFactory,
    VisitFactory,
)
from tests.helpers.sheets import codes, load_rows, problems

pytestmark = pytest.mark.django_db


def test_a_row_becomes_a_draft_with_its_parties_and_source(treaty):
    report = load_rows("agreements", treaty)
    agreement = Agreement.objects.get()
    assert (report.outcome, report.created) == ("accepted", 1)
    assert agreement.state == State.DRAFT
    assert [one.place.code for one in agreement.participations.all()] == ["RU", "UZ"]
    assert str(agreement.citations.get().where) in ("paragraph 36", "абзац 36")
    assert agreement.source_count == 1
    assert Agreement.objects.matching("договоры узбекистана").exists()


def test_the_same_sheet_again_changes_nothing(treaty):
    load_rows("agreements", treaty)
    assert load_rows("agreements", treaty).unchanged == 1
    assert Agreement.objects.count() == 1


def test_a_row_without_a_key_is_found_again_by_its_content(treaty):
    treaty.pop("key")
    load_rows("agreements", treaty)
    report = load_rows("agreements", treaty)
    assert (report.created, report.unchanged) == (0, 1)


def test_a_dry_run_stores_nothing_and_counts_the_same(treaty):
    report = load_rows("agreements", treaty, dry_run=True)
    assert (report.created, report.outcome) == (1, "accepted")
    assert not Agreement.objects.exists()


def test_one_bad_row_stores_none(treaty):
    report = load_rows("agreements", treaty, {**treaty, "key": "other", "date_signed": "31.02.2000"})
    assert problems(report) == [("D3", "date.impossible")]
    assert not Agreement.objects.exists()


def test_a_missing_column_changes_nothing_and_an_empty_cell_clears_the_value(treaty):
    load_rows("agreements", {**treaty, "summary_ru": "Кратко", "topics": ""})
    load_rows("agreements", {"key": "treaty-1992", "title_en": "Treaty"})
    agreement = Agreement.objects.get()
    assert (agreement.summary_ru, agreement.title_en, agreement.citations.count()) == ("Кратко", "Treaty", 1)
    load_rows("agreements", {"key": "treaty-1992", "summary_ru": "", "parties": "RU", "source": ""})
    agreement = Agreement.objects.get()
    assert (agreement.summary_ru, agreement.participations.count(), agreement.citations.count()) == ("", 1, 0)


def test_headings_may_be_labels_in_any_language_and_case(source, russia, uzbekistan):
    report = load_rows(
        "agreements",
        {"Название на русском": "Договор", "PARTIES": "RU;UZ", "Signed": "1992", "source": "herald"},
    )
    assert report.created == 1, report.errors
    assert str(Agreement.objects.get().signed) == "1992"


def test_unknown_headings_are_named_and_ignored(treaty):
    report = load_rows("agreements", {**treaty, "colour": "red"})
    assert codes(report.warnings) == ["column.ignored"]
    assert report.created == 1


def test_a_sheet_without_a_known_heading_is_refused_as_a_file():
    report = load_rows("agreements", {"foo": "1"})
    assert report.outcome == "rejected_file"


def test_a_heading_twice_is_refused(treaty):
    sheet = make_sheet("", [["title_ru", "title_ru"], ["a", "b"]], "")
    report = load_sheet(RESOURCES["agreements"], sheet)
    assert report.errors[0].problem.code == "column.twice"


def test_names_are_read_and_the_conversion_is_reported(treaty):
    report = load_rows(
        "agreements", {**treaty, "parties": "россия; Республика Узбекистан", "date_signed": "30.05.1992"}
    )
    assert report.outcome == "accepted_with_conversions"
    assert {finding.header for finding in report.warnings} == {"parties", "date_signed"}
    assert str(Agreement.objects.get().signed) == "1992-05-30"


def test_a_key_twice_in_one_sheet_is_refused(treaty):
    assert ("A3", "key.twice") in problems(load_rows("agreements", treaty, treaty))


def test_several_citations_are_written_as_parallel_lists(treaty, source):
    SourceFactory(key="report"), SourceFactory(key="origin")
    row = {
        **treaty,
        "source": "herald; report; herald",
        "locator": "page 5; ; footnote 3",
        "cited_fields": "; date_signed,parties; ",
        "quoted_in": ";; origin",
        "confidence": "; low;",
        "citation_note_ru": r"; день\; сомнителен;",
    }
    report = load_rows("agreements", row)
    assert not report.errors
    found = [
        (c.source.key, c.field, c.locator_label, c.confidence, c.note_ru)
        for c in Agreement.objects.get().citations.all()
    ]
    assert found == [
        ("herald", "", "page", "high", ""),
        ("report", "date_signed", "", "low", "день; сомнителен"),
        ("report", "parties", "", "low", "день; сомнителен"),
        ("herald", "", "footnote", "high", ""),
    ]
    assert load_rows("agreements", row).unchanged == 1


def test_more_slots_than_sources_are_refused(treaty):
    assert ("G2", "citation.slots") in problems(
        load_rows("agreements", {**treaty, "locator": "page 1; page 2"})
    )


def test_a_cited_field_must_be_a_column(treaty):
    assert problems(load_rows("agreements", {**treaty, "cited_fields": "weather"})) == [
        ("H2", "citation.field")
    ]


def test_a_new_source_described_in_the_row_is_created_once(treaty):
    treaty.pop("source")
    row = {
        **treaty,
        "source_title": "Новый вестник",
        "source_url": "https://example.org/1",
        "source_date": "2024-05-27",
    }
    load_rows("agreements", row, {**row, "key": "second"})
    assert Source.objects.get(url="https://example.org/1").citations.count() == 2
    assert load_rows("agreements", row, {**row, "key": "second"}).unchanged == 2


def test_agreements_name_the_forum_at_which_they_were_signed_and_each_other(treaty):
    forum = ForumFactory(key="forum-6")
    load_rows("agreements", {**treaty, "signed_at": "forum-6", "amends": "older"}, {**treaty, "key": "older"})
    links = Agreement.objects.get(key="treaty-1992").links.all()
    assert {(link.kind, link.target.key) for link in links} == {("signed_at", "forum-6"), ("amends", "older")}
    assert forum.links_back.get().origin.key == "treaty-1992"


def test_an_unknown_record_to_link_to_is_refused(treaty):
    assert problems(load_rows("agreements", {**treaty, "amends": "nothing"})) == [("H2", "key.unknown")]


def test_participants_of_three_kinds_share_a_column(source, russia, mirziyoyev):
    load_rows(
        "forums",
        {
            "key": "f",
            "title_ru": "Форум",
            "event_type": "congress",
            "participants": "RU; person:shavkat-mirziyoyev",
        },
    )
    assert {str(one.who) for one in Forum.objects.get().participations.all()} == {"Россия", "Шавкат Мирзиёев"}


def test_a_figure_in_words_keeps_its_uncertainty(source, uzbekistan):
    ObservationFactory()
    row = {
        "indicator": "enterprises",
        "area": "UZ",
        "period": "2018",
        "value": "более 1,2 тыс",
        "unit": "enterprise",
        "source": "herald",
    }
    report = load_rows("statistics", row)
    figure = Observation.objects.get(period="2018")
    assert (str(figure.obs_value.normalize()), figure.qualifier, figure.unit_mult) == ("1.2", "more_than", 3)
    assert report.warnings


def test_an_empty_figure_is_a_direction(source, uzbekistan):
    ObservationFactory()
    load_rows(
        "statistics", {"key": "d", "indicator": "enterprises", "area": "UZ", "value": "", "direction": "up"}
    )
    assert Observation.objects.get(key="d").qualifier == "direction_only"


def test_what_the_database_refuses_is_named_at_its_row(treaty):
    series = ForumSeriesFactory()
    ForumFactory(series=series, edition_number=6)
    row = {"title_ru": "Форум", "event_type": "congress", "series": series.key, "edition": "6"}
    report = load_rows("forums", {**row, "edition": "7"}, row)
    assert [(finding.row, finding.problem.code) for finding in report.errors] == [(3, "rule.broken")]
    assert Forum.objects.count() == 1


def test_imports_make_drafts_unless_told_to_publish(treaty):
    load_rows("agreements", treaty, publish=True)
    assert Agreement.objects.get().is_published


def test_publishing_by_import_meets_the_same_rules(treaty):
    report = load_rows("agreements", {**treaty, "parties": "RU"}, publish=True)
    assert codes(report.errors) == ["publish.parties"]
    report = load_rows("agreements", {**treaty, "source": ""}, publish=True)
    assert codes(report.errors) == ["publish.source"]
    assert not Agreement.objects.exists()


def test_a_public_record_cannot_lose_its_last_source_by_import():
    agreement = AgreementFactory(published=True)
    report = load_rows("agreements", {"key": agreement.key, "source": ""})
    assert report.errors
    assert agreement.citations.count() == 1


@pytest.mark.parametrize("slug", FACTORIES)
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_export_and_import_of_the_same_file_change_nothing(slug, form, tmp_path):
    from django.core.management import call_command

    for factory in (FACTORIES[slug], FACTORIES[slug]):
        record = factory(
            summary_ru="Точка; запятая\nи строка", alternative_titles="А; Б\nВ", period="2009-09~"
        )
        record.topics.add(TopicFactory())
        record.cite(
            SourceFactory(), field="title_ru", note_en="a; b", confidence="low", quoted_in=SourceFactory()
        )
    path = tmp_path / f"sheet.{form}"
    call_command("export_sheet", slug, output=str(path), format=form)
    report = load_sheet(RESOURCES[slug], read_sheet(path.read_bytes()))
    assert (report.unchanged, report.created, report.updated, report.outcome) == (2, 0, 0, "accepted")


def test_exported_sources_can_be_imported_again(tmp_path):
    from django.core.management import call_command

    SourceFactory(issued="2024-05", doi="10.1/x", author="А; Б")
    call_command("export_sheet", "sources", output=str(tmp_path / "s.csv"))
    report = load_sheet(RESOURCES["sources"], read_sheet((tmp_path / "s.csv").read_bytes()))
    assert report.unchanged == 1


def test_an_export_of_a_query_holds_what_the_list_shows(tmp_path, russia):
    from django.core.management import call_command

    VisitFactory(key="in", period="2018")
    VisitFactory(key="out", period="1999")
    call_command(
        "export_sheet", "visits", query="year_from=2000", output=str(tmp_path / "v.json"), format="json"
    )
    text = (tmp_path / "v.json").read_text()
    assert '"in"' in text
    assert '"out"' not in text


def test_numbers_of_queries_do_not_grow_with_the_rows(treaty, django_assert_max_num_queries):
    rows = [{**treaty, "key": f"treaty-{number}"} for number in range(100)]
    with django_assert_max_num_queries(60):
        load_rows("agreements", *rows)
    with django_assert_max_num_queries(60):
        assert load_rows("agreements", *rows).unchanged == 100


def test_two_sources_that_disagree_are_two_figures(source, uzbekistan):
    ObservationFactory()
    SourceFactory(key="other")
    row = {
        "indicator": "enterprises",
        "area": "UZ",
        "period": "2018",
        "value": "5",
        "unit": "enterprise",
        "source": "herald",
    }
    load_rows("statistics", row)
    assert load_rows("statistics", {**row, "value": "9", "source": "other"}).created == 1
    assert load_rows("statistics", {**row, "value": "6"}).updated == 1


def test_a_new_figure_drops_the_scale_and_the_qualifier_of_the_old_one(uzbekistan):
    figure = ObservationFactory(key="f", obs_value="6.5", unit_mult=12, qualifier="almost")
    load_rows("statistics", {"key": "f", "value": "500"})
    figure.refresh_from_db()
    assert (figure.obs_value, figure.unit_mult, figure.qualifier) == (500, 0, "exact")


def test_long_titles_and_many_parties_make_a_key_that_fits(source, russia, uzbekistan):
    row = {"title_ru": "Соглашение " * 12, "parties": "RU; UZ", "date_signed": "1992", "source": "herald"}
    assert load_rows("agreements", row).created == 1
    assert len(Agreement.objects.get().key) <= 100


def test_a_preview_reports_what_the_database_would_refuse(treaty, source):
    treaty = {**treaty, "amends": treaty["key"]}
    assert [code for _where, code in problems(load_rows("agreements", treaty, dry_run=True))] == [
        "link.itself"
    ]
    twice = {**treaty, "amends": "", "source": "herald; herald; herald", "locator": "с. 5; с. 6; с. 5"}
    assert [code for _where, code in problems(load_rows("agreements", twice, dry_run=True))] == [
        "citation.twice"
    ]


def test_a_preview_stores_nothing_and_locks_nothing(treaty, source, django_assert_num_queries):
    report = load_rows("agreements", {**treaty, "source_title": "Новый", "source": ""}, dry_run=True)
    assert (report.created, report.errors) == (1, [])
    assert not Agreement.objects.exists()
    assert Source.objects.count() == 1


def test_a_preview_of_rows_the_database_refuses_names_them_and_stores_none(source):
    ForumSeriesFactory(key="series")
    row = {"title_ru": "Форум", "series": "series", "edition": "3", "event_type": "congress"}
    rows = {**row, "key": "a"}, {**row, "key": "b"}, {**row, "key": "c", "edition": "4"}
    for dry_run in (True, False):
        report = load_rows("forums", *rows, dry_run=dry_run)
        assert (problems(report), report.good_rows) == ([("3", "rule.broken")], 2)
        assert not Forum.objects.exists()
