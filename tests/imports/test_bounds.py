"""Sheets say what bounds a date: the source, the text, or another record."""

import pytest
from django.core.exceptions import ValidationError

from relations.models import Forum, Observation, Version
from relations.models.row_cache import unpacked
from relations.values.period import Period
from tests.helpers.factories import AgreementFactory, ForumFactory, SourceFactory
from tests.helpers.sheets import codes, import_rows, load_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def source():
    return SourceFactory(key="of-may", issued="2024-05-27")


def row_of(forum):
    return unpacked(Forum.objects.get(key=forum).row)


def test_an_undated_record_is_bounded_by_its_source(source):
    import_rows("forums", {"key": "meeting", "title_en": "Meeting", "source": "of-may"})
    row = row_of("meeting")
    assert (row["not_after"], row["not_after_reason"]) == ("2024-05-27", "source")
    assert Version.objects.get(key="meeting").after == row | {"state": "draft"}


def test_a_source_that_the_row_describes_bounds_it_too():
    import_rows(
        "forums",
        {"key": "meeting", "title_en": "Meeting", "source_title": "News", "source_date": "2021-03-04"},
    )
    assert row_of("meeting")["not_after"] == "2021-03-04"


def test_the_same_sheet_again_changes_nothing(source):
    rows = [
        {"key": "meeting", "title_en": "Meeting", "source": "of-may", "not_after": "", "not_after_reason": ""}
    ]
    import_rows("forums", *rows)
    assert load_rows("forums", *rows).unchanged == 1


def test_a_date_that_contradicts_the_source_of_the_bound_is_said(source):
    row = {"key": "meeting", "title_en": "Meeting", "source": "of-may"}
    report = load_rows("forums", row | {"not_after": "2020", "not_after_reason": "source"})
    assert codes(report.warnings) == ["bound.derived"]
    assert row_of("meeting")["not_after"] == "2024-05-27"


def test_the_text_bounds_a_date(source):
    row = {"key": "meeting", "title_en": "Meeting", "source": "of-may", "not_before": "2009"}
    import_rows("forums", row | {"not_before_reason": "указано в тексте"})
    assert row_of("meeting")["not_before_reason"] == "text"
    assert str(Forum.objects.get().possible_from) == "2009-01-01"


def test_a_record_bounds_a_date_of_a_new_and_of_a_stored_row(source):
    AgreementFactory(key="treaty", signed="1999-12-11")
    row = {"key": "meeting", "title_en": "Meeting", "source": "of-may", "not_before_reason": "treaty"}
    import_rows("forums", row)
    forum = Forum.objects.get()
    assert (row_of("meeting")["not_before_reason"], str(forum.possible_from)) == ("treaty", "1999-12-11")
    import_rows("forums", row | {"not_before_reason": ""})
    forum.refresh_from_db()
    assert (forum.not_before_reason, forum.possible_from) == ("", None)
    import_rows("forums", row)
    forum.refresh_from_db()
    assert str(forum.possible_from) == "1999-12-11"


def test_a_figure_is_bounded_by_a_record(source, uzbekistan):
    AgreementFactory(key="treaty", signed="1999-12-11")
    import_rows(
        "statistics",
        {"key": "f", "area": "UZ", "value": "5", "source": "of-may", "not_before_reason": "treaty"},
    )
    assert str(Observation.objects.get().possible_from) == "1999-12-11"


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"not_before": "2009"}, "основание"),
        ({"date": "2009", "not_before": "2010", "not_before_reason": "text"}, "позже самой поздней"),
        ({"not_before_reason": "no-such-record"}, "no-such-record"),
        ({"not_before": "2009", "not_before_reason": "earlier"}, "основание"),
    ],
)
def test_a_bound_that_cannot_be_is_refused_in_words(source, cells, said):
    ForumFactory(key="earlier", period="2001")
    report = load_rows("forums", {"key": "meeting", "title_en": "Meeting", "source": "of-may", **cells})
    (error,) = report.errors
    assert said in str(error.problem)


def test_a_circle_is_refused_at_its_row(source):
    rows = [
        {"key": "one", "title_en": "One", "source": "of-may", "not_before_reason": "two"},
        {"key": "two", "title_en": "Two", "source": "of-may", "not_before_reason": "one"},
    ]
    report = load_rows("forums", *rows)
    assert "link.circle" in codes(report.errors)
    assert not Forum.objects.exists()


def test_a_record_takes_the_place_of_the_source_as_the_bound_of_a_stored_row(source):
    AgreementFactory(key="treaty", signed="1999-12-11")
    row = {"key": "meeting", "title_en": "Meeting", "source": "of-may"}
    import_rows("forums", row)
    import_rows("forums", row | {"not_after_reason": "treaty"})
    assert row_of("meeting")["not_after_reason"] == "treaty"
    assert str(Forum.objects.get().possible_to) == "1999-12-11"
    assert load_rows("forums", row | {"not_after_reason": "treaty"}).unchanged == 1


@pytest.mark.parametrize(
    "later",
    [
        {"not_before": "2026-12"},
        {"not_before": "2026-12", "not_after": "2025"},
        {"not_after": "2017"},
        {"issued": "2017"},
        {"issued": "2027", "not_after": "2026"},
    ],
)
def test_bounds_of_a_source_that_contradict_each_other_are_refused_at_their_cell(later):
    import_rows("sources", {"key": "x", "title": "Статья", "not_before": "2018", "not_after": "2026-11"})
    report = load_rows("sources", {"key": "x"} | later)
    assert codes(report.errors) == ["bound.contradiction"]
    moved = {"key": "x", "not_before": "2027", "not_after": "2028"}
    assert not load_rows("sources", moved).errors


def test_the_form_of_a_source_refuses_bounds_that_contradict_each_other():
    source = SourceFactory.build(not_before=Period.parse("2020"), not_after=Period.parse("2019"))
    with pytest.raises(ValidationError) as refused:
        source.clean()
    assert list(refused.value.message_dict) == ["not_after"]
    source = SourceFactory.build(not_before=Period.parse("2020"), issued=Period.parse("2019"))
    with pytest.raises(ValidationError) as refused:
        source.clean()
    assert list(refused.value.message_dict) == ["not_before"]
