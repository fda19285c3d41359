"""What records and their query sets return."""

import pytest

from relations.models import Agreement, Forum, Observation, Place, Visit
from tests.helpers.factories import (
    AgreementFactory,
    ForumFactory,
    ObservationFactory,
    OrganizationFactory,
    PlaceFactory,
    VisitFactory,
)

pytestmark = pytest.mark.django_db


def test_an_agreement_is_dated_by_its_signature_else_by_adoption_else_by_force():
    assert str(AgreementFactory(signed="1992-05-30", entered_into_force="1993").period) == "1992-05-30"
    assert str(AgreementFactory(adopted="2020-10-07").period) == "2020-10-07"
    assert str(AgreementFactory(entered_into_force="1992-03-20").period) == "1992-03-20"
    assert not AgreementFactory().period


def test_the_days_follow_the_period_and_nothing_else():
    forum = ForumFactory(period="2009-09")
    forum.first_day = None
    forum.save()
    forum.refresh_from_db()
    assert (forum.first_day.day, forum.last_day.day) == (1, 30)
    forum.period = ""
    forum.save()
    forum.refresh_from_db()
    assert forum.first_day is None


def test_lateralism_follows_the_number_of_parties(russia, uzbekistan, kazakhstan):
    others = [PlaceFactory(code=code) for code in ("KG", "TJ", "TM")]

    def lateralism(*parties):
        return AgreementFactory(participants=[("party", party) for party in parties]).lateralism

    assert lateralism(russia) == ""
    assert lateralism(russia, uzbekistan) == "bilateral"
    assert lateralism(russia, uzbekistan, kazakhstan) == "plurilateral"
    assert lateralism(russia, uzbekistan, kazakhstan, *others) == "multilateral"


def test_a_country_is_involved_through_its_regions_cities_people_and_organisations(
    russia, orenburg, mirziyoyev
):
    by_city = ForumFactory(participants=[("location", orenburg)])
    by_person = VisitFactory(participants=[("visitor", mirziyoyev)])
    by_organisation = AgreementFactory(participants=[("party", OrganizationFactory(place=orenburg.parent))])
    assert Forum.objects.involving(["RU"]).get() == by_city
    assert Forum.objects.involving(["RU-ORE"]).get() == by_city
    assert Visit.objects.involving(["UZ"]).get() == by_person
    assert Agreement.objects.involving(["RU"]).get() == by_organisation


def test_a_city_is_not_its_region(russia, orenburg, orenburg_oblast):
    ForumFactory(participants=[("location", orenburg_oblast)])
    assert not Forum.objects.involving(["ru-orenburg"]).exists()


def test_a_question_about_a_country_includes_the_groups_it_belongs_to(uzbekistan, russia):
    group = PlaceFactory(code="central-asia", kind="group")
    group.members.add(uzbekistan)
    figure = ObservationFactory(ref_area=group)
    assert Observation.objects.involving(["UZ"]).get() == figure
    assert not Observation.objects.involving(["RU"]).exists()


def test_signing_in_a_place_does_not_involve_it(russia, uzbekistan, kazakhstan):
    AgreementFactory(
        participants=[("party", russia), ("party", uzbekistan), ("place_of_signature", kazakhstan)]
    )
    assert not Agreement.objects.involving(["KZ"]).exists()


def test_undated_records_come_last():
    undated, old, new = ForumFactory(), ForumFactory(period="1999"), ForumFactory(period="2020")
    assert list(Forum.objects.all()) == [new, old, undated]


def test_keys_are_made_from_the_title_and_never_collide():
    first, second = (
        ForumFactory(title_en="Форум", title_ru="", period="2009-09"),
        ForumFactory(title_en="Форум", period="2009"),
    )
    assert (first.key, second.key) == ("forum-2009", "forum-2009-2")


def test_a_figure_without_a_title_is_called_after_its_indicator_and_area():
    assert ObservationFactory(title_ru="", title_en="").title == "Предприятия: Узбекистан"


def test_a_city_region_is_reachable_as_either(russia):
    moscow = PlaceFactory(code="RU-MOW", kind="region", is_city_region=True, parent=russia)
    ForumFactory(participants=[("location", moscow)])
    assert Forum.objects.involving(["RU-MOW"]).exists()
    assert Place.objects.within(["RU"]).filter(code="RU-MOW").exists()


def test_what_is_left_out_of_a_query_is_fetched_when_asked_for():
    ForumFactory(period="2009-09")
    assert str(Forum.objects.only("key").get().period) == "2009-09"
    assert Forum.objects.only("key").get().first_day.year == 2009
