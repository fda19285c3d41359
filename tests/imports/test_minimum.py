"""What must stand in a row for it to be a record at all, and rows of tables that are none."""

import pytest

from relations.models import Agreement, Observation
from tests.helpers.factories import IndicatorFactory
from tests.helpers.sheets import codes, load_rows, load_table, problems, warnings

pytestmark = pytest.mark.django_db
HEADINGS = ["title_ru", "instrument_type", "date_signed", "parties", "source_title"]
TREATY = ["Договор о дружбе", "treaty", "1993-05-25", "RU; KZ", "Сборник"]


@pytest.fixture(autouse=True)
def places(russia, kazakhstan):
    """Those that the rows name."""


@pytest.fixture
def indicator():
    return IndicatorFactory(key="exports")


# The least that a record has.


@pytest.mark.parametrize(
    ("slug", "row", "lacks"),
    [
        ("agreements", {"title_ru": "Договор", "parties": ""}, "parties"),
        ("agreements", {"title_ru": "Договор", "date_signed": "", "level": ""}, "date_signed"),
        ("forums", {"title_ru": "Форум", "date": ""}, "date"),
        ("visits", {"title_ru": "Визит", "visitor": "", "date": ""}, "visitor"),
        ("projects", {"title_ru": "Завод", "project_type": "company", "places": ""}, "places"),
        ("statistics", {"indicator": "", "area": "RU", "value": "5"}, "indicator"),
        ("statistics", {"indicator": "exports", "area": "", "value": "5"}, "area"),
    ],
)
def test_a_row_without_it_is_refused_and_the_column_named(indicator, slug, row, lacks):
    report = load_rows(slug, row)
    assert [(one.header, one.problem.code) for one in report.errors] == [(lacks, "row.incomplete")]
    assert lacks in str(report.errors[0].problem)


def test_a_figure_without_any_is_refused_at_its_value(indicator):
    report = load_rows("statistics", {"indicator": "exports", "area": "RU", "value": ""})
    assert problems(report) == [("C2", "figure.none")]


@pytest.mark.parametrize(
    ("slug", "row"),
    [
        ("agreements", {"title_ru": "Договор", "date_signed": "1993"}),
        ("agreements", {"title_ru": "Договор", "parties": "RU"}),
        ("agreements", {"title_ru": "Договор", "source_title": "Сборник"}),
        ("forums", {"title_ru": "Форум", "places": "RU"}),
        ("visits", {"title_ru": "Визит", "to_places": "KZ"}),
        ("projects", {"title_ru": "Завод", "places": "KZ"}),
        ("statistics", {"indicator": "exports", "counterpart": "KZ", "value": "5"}),
        ("statistics", {"indicator": "exports", "area": "RU", "value": "н/д"}),
        ("statistics", {"indicator": "exports", "area": "RU", "value": "", "direction": "up"}),
    ],
)
def test_a_row_with_it_is_a_record(indicator, slug, row):
    report = load_rows(slug, row)
    assert not report.errors
    assert report.created == 1


def test_an_author_who_gives_a_key_means_a_record():
    assert load_rows("agreements", {"key": "draft", "title_ru": "Договор", "parties": ""}).created == 1


def test_a_missing_column_is_one_error_and_not_one_of_each_row(indicator):
    report = load_rows(
        "statistics", *[{"indicator": "exports", "area": "RU", "period": str(year)} for year in (1, 2, 3)]
    )
    assert codes(report.errors).count("column.needed") == 1
    assert "value" in str(next(one.problem for one in report.errors if one.problem.code == "column.needed"))
    assert report.good_rows == 0


def test_a_stored_record_may_lose_nothing_by_a_sheet_without_those_columns(indicator):
    load_rows("statistics", {"key": "f", "indicator": "exports", "area": "RU", "value": "5"})
    assert not load_rows("statistics", {"key": "f", "comment_en": "Checked."}).errors
    assert Observation.objects.get().obs_value == 5


# Rows that are no records.


@pytest.mark.parametrize(
    "cells",
    [
        ["Итого"],
        ["Итого: 2"],
        ["Всего по странам СНГ"],
        ["Total", "", "", "", ""],
        ["Примечание: по данным МИД на 01.01.2024"],
        ["Источник: Росстат"],
        ["Note: figures are provisional"],
        ["* не вступил в силу"],
        ["¹ без учёта протоколов"],
        ["1) без протоколов"],
        ["КАЗАХСТАН"],
        ["Казахстан"],
        ["РАЗДЕЛ I. СНГ"],
        ["1", "2", "3", "4", "5"],
    ],
)
def test_it_is_passed_over_and_said(cells):
    report = load_table("agreements", HEADINGS, TREATY, cells)
    assert (codes(report.errors), report.rows) == ([], 1)
    (finding,) = [one for one in report.warnings if one.problem.code == "row.passed_over"]
    assert finding.row == 3
    assert cells[0] in str(finding.problem)
    assert Agreement.objects.count() == 1


@pytest.mark.parametrize(
    "title", ["Итоговое соглашение", "Total peace treaty of states", "Примечание к договору", "Меморандум"]
)
def test_a_record_with_such_a_word_in_its_title_is_kept(title):
    report = load_table("agreements", HEADINGS, [title, *TREATY[1:]])
    assert (warnings(report).count("row.passed_over"), report.created) == (0, 1)


def test_a_total_among_figures_is_no_figure(indicator):
    report = load_table(
        "statistics", ["indicator", "area", "period", "value"],
        ["exports", "RU", "2001", "5"], ["Итого", "", "", "5"], ["Total", "", "", "5"],
    )  # fmt: skip
    assert (report.created, warnings(report).count("row.passed_over")) == (1, 2)


def test_a_row_with_a_key_is_always_a_record():
    report = load_table("agreements", ["key", *HEADINGS], ["total", "Итого", *TREATY[1:]])
    assert report.created == 1


def test_a_title_alone_is_neither_stored_nor_dropped_silently():
    report = load_table("agreements", HEADINGS, TREATY, ["Договор о чём-то ещё"])
    assert problems(report) == [("D3", "row.incomplete")]
