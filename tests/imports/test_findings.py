"""What an import reports of cells, rows and near duplicates."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations.catalog import RESOURCES
from relations.imports import reading
from relations.imports.pipeline import load_sheet
from relations.models import Agreement
from relations.readers.sheet import read_sheet
from tests.helpers.factories import AgreementFactory, ForumFactory, ObservationFactory
from tests.helpers.sheets import codes, load_rows, problems, warnings

pytestmark = pytest.mark.django_db


def test_every_problem_of_every_row_is_named_at_once(treaty):
    bad = {
        **treaty,
        "instrument_type": "pamphlet",
        "date_signed": "yesterday",
        "parties": "RU; Атлантида",
        "source": "nobody",
    }
    found = problems(load_rows("agreements", bad, {**bad, "key": "second"}))
    assert [code for _where, code in found[:4]] == [
        "choice.unknown",
        "date.unreadable",
        "name.unknown",
        "key.unknown",
    ]
    assert len(found) == 8


def test_an_ambiguous_name_lists_its_choices(orenburg):
    ForumFactory()
    orenburg.name_ru = orenburg.parent.name_ru = "Оренбург"
    orenburg.save(), orenburg.parent.save()
    report = load_rows("forums", {"title_ru": "Форум", "event_type": "congress", "places": "Оренбург"})
    assert report.errors[0].problem.code == "name.ambiguous"
    assert "RU-ORE" in str(report.errors[0].problem)


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("source", "Мой / ключ", "key.letters"),
        ("source_url", "javascript:alert(1)", "text.invalid"),
        ("source_title", "я" * 600, "text.too_long"),
        ("source_type", "pamphlet", "choice.unknown"),
        ("source_date", "31.02.2000", "date.impossible"),
        ("locator", "я" * 300, "text.too_long"),
        ("citation_note_ru", "я" * 600, "text.too_long"),
        ("source_author", "a\x00b", "text.control"),
        ("title_ru", "\ud800", "text.control"),
    ],
)
def test_a_cell_that_cannot_be_kept_is_named(treaty, column, cell, code):
    row = {**treaty, "source": "", "source_title": "Вестник", "source_url": "https://example.org/"}
    assert code in [found for _where, found in problems(load_rows("agreements", {**row, column: cell}))]


@pytest.mark.parametrize("figure", ["1e30", "1e999999", "nan", "inf", "9" * 20, "1" + "0" * 18])
def test_a_figure_that_cannot_be_kept_is_named(figure, uzbekistan):
    ObservationFactory()
    report = load_rows(
        "statistics", {"indicator": "enterprises", "area": "UZ", "value": "1", "value_to": figure}
    )
    assert report.errors[0].problem.code.startswith("number.")


def test_sources_without_their_column_are_not_dropped_silently(treaty):
    treaty.pop("source")
    assert problems(load_rows("agreements", treaty)) == [("F2", "citation.no_source")]
    row = {**treaty, "source": "herald; other", "source_title": "Новый"}
    assert "source.several" in [code for _where, code in problems(load_rows("agreements", row))]


def test_a_new_record_needs_a_title_and_what_its_type_cannot_do_without(source):
    found = problems(load_rows("forums", {"key": "x", "date": "2009"}))
    assert [code for _where, code in found] == ["title.required"]
    found = problems(load_rows("sources", {"key": "x", "url": "https://example.org"}))
    assert [code for _where, code in found] == ["column.required"]
    new = {"title_ru": "Форум", "event_type": "", "date": "2009"}
    assert problems(load_rows("forums", new)) == [("B2", "cell.required")]


def test_a_misspelt_name_gets_suggestions(treaty, kazakhstan):
    report = load_rows("agreements", {**treaty, "parties": "Казахстана; UZ", "source": "herold"})
    sentences = [str(finding.problem) for finding in report.errors]
    assert any("KZ (Казахстан)" in sentence for sentence in sentences)
    assert any("herald" in sentence for sentence in sentences)


def test_latin_letters_that_look_cyrillic_are_found_and_named(treaty):
    report = load_rows("agreements", {**treaty, "parties": "Poccия; UZ"})
    assert not report.errors
    assert codes(report.warnings) == ["converted", "text.mixed"]


def test_remarks_of_the_file_reader_are_in_the_report(source):
    sheet = read_sheet("Список форумов\n\nНазвание на русском;event_type\nФорум;congress\n".encode("cp1251"))
    report = load_sheet(RESOURCES["forums"], sheet)
    assert report.created == 1
    assert codes(report.warnings) == ["file.encoding_found", "header.found"]


def test_a_near_duplicate_of_a_record_or_of_a_row_above_is_reported(treaty):
    AgreementFactory(key="there", title_ru="Договор о дружбе и сотрудничестве", signed="1992-05-30")
    row = {**treaty, "title_ru": "Договор «О дружбе и сотрудничестве»"}
    other = {**treaty, "key": "second", "title_ru": "Соглашение о торговле хлопком"}
    twin = {**other, "key": "third", "title_ru": "Соглашение о торговле хлопком."}
    report = load_rows("agreements", row, other, twin, dry_run=True)
    said = [
        (finding.row, str(finding.problem))
        for finding in report.warnings
        if finding.problem.code == "duplicate.near"
    ]
    assert [row for row, _sentence in said] == [2, 4]
    assert "there" in said[0][1]


def test_another_date_or_another_title_is_no_duplicate(treaty):
    AgreementFactory(title_ru="Договор", signed="1999-05-30")
    AgreementFactory(title_ru="Соглашение о поставках", signed="1992-05-30")
    assert not load_rows("agreements", treaty, dry_run=True).warnings


@pytest.mark.parametrize("signed", ["1992-05-31", "1991", "1995-05-01"])
def test_the_same_title_and_parties_with_another_date_are_a_near_duplicate(treaty, signed):
    there = {**treaty, "title_ru": "Договор «О дружбе»", "parties": "RU; UZ"}
    load_rows("agreements", there)
    new = {**there, "key": "new", "title_ru": "договор о дружбе", "date_signed": signed}
    report = load_rows("agreements", new, {**new, "key": "next"}, dry_run=True)
    assert [one.row for one in report.warnings if one.problem.code == "duplicate.near"] == [2, 3]
    assert "another date" in report.warnings[0].problem.in_every_language()["en"]


@pytest.mark.parametrize(
    "cells",
    [
        {"date_signed": "1999-05-30"},
        {"title_ru": "VI форум", "date_signed": "1993"},
        {"title_ru": "V форум 2016 года", "date_signed": "1993"},
        {"parties": "RU; KZ", "date_signed": "1993"},
        {"parties": "", "date_signed": "1993"},
        {"date_signed": ""},
    ],
)
def test_another_edition_or_a_date_far_away_or_other_parties_make_no_near_duplicate(
    treaty, kazakhstan, cells
):
    there = {**treaty, "title_ru": "V форум", "title_en": "", "parties": "RU; UZ"}
    load_rows("agreements", there)
    report = load_rows("agreements", {**there, "key": "new", **cells}, dry_run=True)
    assert "duplicate.near" not in codes(report.warnings)


def test_near_duplicates_cost_a_chunk_one_statement(treaty, russia, uzbekistan):
    def statements(number):
        rows = [
            {
                **treaty,
                "key": f"k{number}-{i}",
                "title_ru": f"Договор {number}-{i}",
                "date_signed": f"{1990 + i}",
            }
            for i in range(number)
        ]
        with CaptureQueriesContext(connection) as captured:
            load_rows("agreements", *rows, dry_run=True)
        return sum("title_mark_ru" in one["sql"] and one["sql"].startswith("SELECT") for one in captured)

    assert statements(1) == statements(9) == 1


def test_the_values_of_a_column_are_listed_in_the_readers_language(treaty):
    report = load_rows("agreements", {**treaty, "instrument_type": "pamphlet"})
    sentences = report.errors[0].problem.in_every_language()
    assert "договор" in sentences["ru"]
    assert "treaty" in sentences["en"]
    assert "treaty" not in sentences["ru"]


def test_latin_letters_in_a_russian_title_are_named_and_left(treaty):
    report = load_rows("agreements", {**treaty, "title_ru": "Дoговор о дружбе"})
    (warning,) = report.warnings
    assert (warning.problem.code, warning.header) == ("text.mixed", "title_ru")
    assert Agreement.objects.get().title_ru == "Дoговор о дружбе"


def test_words_of_two_alphabets_side_by_side_are_no_mistake(treaty):
    report = load_rows("agreements", {**treaty, "title_ru": "Соглашение ООН и UNESCO, COVID-19, 5G"})
    assert not warnings(report)


def test_near_duplicates_far_apart_in_a_sheet_are_named_before_and_when_it_is_stored(
    monkeypatch, russia, uzbekistan
):
    monkeypatch.setattr(reading, "CHUNK", 2)
    rows = [
        {"key": f"k{i}", "title_ru": title, "date_signed": "1992-05-30", "parties": "RU; UZ"}
        for i, title in enumerate(
            ["Договор о дружбе и согласии", "Иное", "Прочее", "Договор о дружбе и согласий"]
        )
    ]
    for dry_run in (True, False):
        report = load_rows("agreements", *rows, dry_run=dry_run)
        assert [(one.row, one.problem.code) for one in report.warnings] == [(5, "duplicate.near")], dry_run


def test_other_parties_make_another_agreement(russia, uzbekistan, kazakhstan):
    row = {"key": "a", "title_ru": "Договор о дружбе", "date_signed": "1992", "parties": "RU; UZ"}
    assert not load_rows("agreements", row, {**row, "key": "b", "parties": "RU; KZ"}, dry_run=True).warnings
    assert load_rows("agreements", row, {**row, "key": "b"}, dry_run=True).duplicates == 1


def test_every_obstacle_to_a_public_record_is_reported_at_its_row(treaty):
    load_rows("agreements", treaty, publish=True)
    report = load_rows("agreements", {"key": treaty["key"], "title_ru": "", "title_en": "", "parties": ""})
    assert problems(report) == [("2", "publish.title"), ("2", "publish.parties")]
    assert report.bad_rows == {2}


@pytest.mark.parametrize(
    "cells",
    [
        {"title_ru": "Договоры о дружбе с соседями", "title_en": ""},
        {"parties": "UZ; RU"},
        {"title_ru": "Дружба: договор с соседями о ней", "alternative_titles": "Договор о дружбе с соседями"},
        {"title_ru": "", "title_en": "Treaty of friendship"},
    ],
)
def test_inflections_wordings_languages_and_the_order_of_parties_make_no_other_agreement(cells, treaty):
    there = {**treaty, "key": "there", "title_ru": "Договор о дружбе с соседями", "parties": "RU; UZ"}
    load_rows("agreements", {**there, "title_en": "", "alternative_titles": ""})
    report = load_rows("agreements", {**there, **cells, "key": "new"}, dry_run=True)
    assert "duplicate.near" in codes(report.warnings)


def test_without_a_common_language_and_sides_nothing_is_known_to_be_the_same(treaty):
    there = {**treaty, "key": "there", "title_ru": "Договор о дружбе", "parties": ""}
    load_rows("agreements", there)
    report = load_rows(
        "agreements", {**there, "key": "new", "title_ru": "", "title_en": "Treaty"}, dry_run=True
    )
    assert "duplicate.near" not in codes(report.warnings)
