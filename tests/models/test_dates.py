"""The dates of records: what a question about years finds certainly, what possibly, and what bounds a date."""

import random

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from relations.models import Agreement, Forum, LinkKind, RecordLink
from relations.values.period import Period
from tests.helpers.brute_force import answer
from tests.helpers.factories import (
    AgreementFactory,
    ForumFactory,
    ObservationFactory,
    SourceFactory,
    VisitFactory,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("asked", "period", "found"),
    [
        ((2009, 2009), "2009-09", "certainly"),
        ((2010, None), "2009-09", "not"),
        ((None, 2008), "2009-09", "not"),
        ((2005, 2005), "2005/..", "certainly"),
        ((2010, 2012), "2005/..", "possibly"),
        ((2001, 2004), "2005/..", "not"),
        ((2018, 2018), "2018-12-30/2019-01-02", "certainly"),
        ((2019, 2019), "2018-12-30/2019-01-02", "certainly"),
        ((2016, 2016), "2015-09/2016-08", "certainly"),
        ((2014, 2014), "2014~", "possibly"),
        ((2013, 2015), "2014~", "certainly"),
        ((2016, 2016), "2014~", "not"),
        ((2014, 2014), "2014?", "possibly"),
        ((2000, 2020), "2014?", "possibly"),
        ((1995, 1995), "../2022-21", "possibly"),
        ((2022, 2022), "../2022-21", "certainly"),
        ((1990, 1999), "199X", "certainly"),
        ((1995, 1995), "199X", "possibly"),
        ((1990, 1999), "", "possibly"),
        ((1990, 1999), "XXXX-04", "possibly"),
    ],
)
def test_a_question_about_years_finds_certainly_possibly_or_not(asked, period, found):
    ForumFactory(period=period)
    question = Period.years(*asked)
    assert Forum.objects.certainly_in(question).exists() is (found == "certainly")
    assert Forum.objects.possibly_in(question).exists() is (found == "possibly")


def test_a_signature_between_two_years_is_a_point_and_a_visit_a_span():
    AgreementFactory(signed="1992/1994")
    VisitFactory(period="1992/1994")
    question = Period.years(1993, 1993)
    assert not Agreement.objects.certainly_in(question).exists()
    assert Agreement.objects.possibly_in(question).exists()
    assert VisitFactory._meta.model.objects.certainly_in(question).exists()


class TestTheDateOfTheSource:
    def test_bounds_an_undated_record(self):
        forum = ForumFactory()
        forum.cite(SourceFactory(key="of-may", issued="2024-05-27"))
        forum.refresh_from_db()
        assert (str(forum.not_after), forum.not_after_reason) == ("2024-05-27", "source")
        assert Forum.objects.possibly_in(Period.years(2018, 2018)).exists()
        assert not Forum.objects.possibly_in(Period.years(2025, 2025)).exists()
        assert Forum.objects.certainly_in(Period.years(None, 2024)).exists()

    def test_follows_a_correction_of_the_source(self):
        source = SourceFactory(key="of-may", issued="2024-05-27")
        forum = ForumFactory()
        forum.cite(source)
        source.issued = "2023"
        source.save()
        forum.refresh_from_db()
        assert str(forum.not_after) == "2023"
        assert not Forum.objects.possibly_in(Period.years(2024, 2024)).exists()

    def test_may_itself_be_bounded(self):
        forum = ForumFactory()
        forum.cite(SourceFactory(key="undated", issued="", not_before="2018", not_after="2026-11"))
        forum.refresh_from_db()
        assert str(forum.not_after) == "2026-11"

    def test_says_nothing_of_what_is_only_planned(self):
        forum = ForumFactory(event_status="planned")
        forum.cite(SourceFactory(key="of-may", issued="2024-05-27"))
        forum.refresh_from_db()
        assert not forum.not_after

    def test_is_forgotten_once_the_record_has_a_date(self):
        forum = ForumFactory()
        forum.cite(SourceFactory(key="of-may", issued="2024-05-27"))
        forum.refresh_from_db()
        forum.period = "2020"
        forum.save()
        forum.refresh_from_db()
        assert (str(forum.not_after), forum.not_after_reason) == ("", "")

    def test_gives_way_to_what_the_text_says(self):
        forum = ForumFactory(not_after="2010", not_after_reason="text")
        forum.cite(SourceFactory(key="of-may", issued="2024-05-27"))
        forum.refresh_from_db()
        assert (str(forum.not_after), forum.not_after_reason) == ("2010", "text")


class TestAnotherRecord:
    def test_bounds_a_date_and_takes_it_along_when_its_own_date_changes(self):
        treaty = AgreementFactory(signed="1999-12-11")
        figure = ObservationFactory(period="", not_before_reason="record")
        RecordLink.objects.create(kind=LinkKind.AFTER, from_observation=figure, to_agreement=treaty)
        figure.refresh_from_db()
        assert str(figure.possible_from) == "1999-12-11"
        treaty.signed = "2001"
        treaty.save()
        figure.refresh_from_db()
        assert str(figure.possible_from) == "2001-01-01"

    def test_no_longer_bounds_it_when_the_link_is_gone(self):
        treaty = AgreementFactory(signed="1999-12-11")
        forum = ForumFactory(not_before_reason="record")
        link = RecordLink.objects.create(kind=LinkKind.AFTER, from_forum=forum, to_agreement=treaty)
        link.delete()
        forum.refresh_from_db()
        assert forum.possible_from is None

    @pytest.mark.parametrize("kinds", [("after", "after"), ("before", "before")])
    def test_cannot_be_later_than_what_is_later_than_it(self, kinds):
        first, second = ForumFactory(), ForumFactory()
        RecordLink.objects.create(kind=kinds[0], from_forum=first, to_forum=second)
        with pytest.raises(ValueError, match="позже"):
            RecordLink.objects.create(kind=kinds[1], from_forum=second, to_forum=first)

    def test_closes_no_circle_over_a_third_record(self):
        first, second, third = ForumFactory(), ForumFactory(), AgreementFactory()
        RecordLink.objects.create(kind="after", from_forum=first, to_forum=second)
        RecordLink.objects.create(kind="after", from_forum=second, to_agreement=third)
        with pytest.raises(ValidationError):
            RecordLink(kind="before", from_forum=first, to_agreement=third).full_clean()
        RecordLink(kind="after", from_forum=first, to_agreement=third).full_clean()


class TestABound:
    def test_needs_its_reason(self):
        with pytest.raises(ValidationError, match="основание"):
            Forum(title_en="Forum", not_before="2010").full_clean()
        with pytest.raises(IntegrityError), transaction.atomic():
            ForumFactory(not_before="2010")

    def test_must_not_contradict_the_date(self):
        with pytest.raises(ValidationError, match="позже самой поздней"):
            Forum(title_en="Forum", period="2009", not_before="2010", not_before_reason="text").full_clean()
        with pytest.raises(IntegrityError), transaction.atomic():
            ForumFactory(period="2009", not_before="2010", not_before_reason="text")

    def test_makes_a_date_certain_where_both_lie_in_one_year(self):
        ForumFactory(
            not_before="2018-03", not_before_reason="text", not_after="2018-10", not_after_reason="text"
        )
        assert Forum.objects.certainly_in(Period.years(2018, 2018)).exists()


PERIODS = (
    "2009 2009-09 2006-08-25 2018-10-24/2018-10-26 2018-12-30/2019-01-02 2014~ 2014? 2014% 2014/.. ../2014 200X"
    " 199X/200X 2022-21 2022-24 2023-33 2015-09/2016-08 1992/1994 2013~/2015 2013/2015~ 2013~/2014~ 2012?/2015"
    " 2012/2015? 2010~/.. ../2020~ 201X/2016 XXXX-04"
).split() + [""]


@pytest.mark.parametrize(("make", "date"), [(ForumFactory, "period"), (AgreementFactory, "signed")])
def test_every_question_is_answered_as_by_trying_every_year(make, date):
    records = [make(**{date: period}) for period in PERIODS]
    model = type(records[0])
    chance = random.Random("years")
    for _number in range(60):
        first = chance.randint(1988, 2025)
        last = first + chance.choice((0, 0, 1, 2, 5, 9))
        question = Period.years(first, last)
        expected = {record.pk: answer(record, first, last) for record in records}
        certain = set(model.objects.certainly_in(question).values_list("pk", flat=True))
        possible = set(model.objects.possibly_in(question).values_list("pk", flat=True))
        found = {
            pk: "certainly" if pk in certain else "possibly" if pk in possible else "not" for pk in expected
        }
        wrong = {
            record.period.text: (found[record.pk], expected[record.pk])
            for record in records
            if found[record.pk] != expected[record.pk]
        }
        assert not wrong, (first, last)
        assert not certain & possible
