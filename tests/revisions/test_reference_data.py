"""What public pages rest on is guarded: places, organisations, topics … are proposed, approved, reverted, restored."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations.catalog import REFERENCE
from relations.errors import Problem
from relations.models import (
    Agreement,
    Indicator,
    Observation,
    Organization,
    Place,
    Revision,
    Version,
)
from relations.models.row_cache import refresh, unpacked
from relations.revisions.saving import RowRefused, row_of, save_row
from tests.helpers.admin import filled_in, signed_in, text, url
from tests.helpers.factories import (
    AgreementFactory,
    ForumFactory,
    ForumSeriesFactory,
    IndicatorFactory,
    ObservationFactory,
    OrganizationFactory,
    PersonFactory,
    PlaceFactory,
    SourceFactory,
    TopicFactory,
    UnitFactory,
    two_countries,
)
from tests.helpers.memberships import MembershipFactory

pytestmark = pytest.mark.django_db

PLACES, ORGANIZATIONS = REFERENCE["places"], REFERENCE["organizations"]


@pytest.fixture
def anna(staff):
    return signed_in(staff("editor"))


@pytest.fixture
def ministry(db):
    """An organisation that a public record shows."""
    return shown(OrganizationFactory(key="ministry"))


def save(client, entity, **changes):
    page = client.get(url(type(entity), "change", entity.pk))
    return client.post(url(type(entity), "change", entity.pk), filled_in(page, **changes), follow=True)


def stored(entity):
    return unpacked(type(entity).objects.get(pk=entity.pk).row)


def shown(participant, role="organizer"):
    """The participant, after a public record that shows it has been made."""
    sides = (("participant", place) for place in two_countries())
    ForumFactory(participants=[(role, participant), *sides], published=True)
    return participant


def figure_in(unit):
    """A public figure in this unit, of an indicator without a usual one."""
    ObservationFactory(unit=unit, indicator=IndicatorFactory(unit=None), published=True)


#: how it is made, and how a public record that shows it
SHOWN_BY_RECORDS = [
    (OrganizationFactory, shown),
    (PersonFactory, lambda person: shown(person, "participant")),
    (TopicFactory, lambda topic: AgreementFactory(published=True).topics.add(topic)),
    (ForumSeriesFactory, lambda series: ForumFactory(series=series, published=True)),
    (UnitFactory, lambda unit: figure_in(unit)),
]


class TestAChange:
    def test_of_what_a_public_record_shows_waits_for_approval(self, anna, ministry, approved, client):
        answer = save(anna, ministry, name_en="Another ministry")
        assert "waits for approval" in text(answer)
        assert stored(ministry)["name_en"] == "Ministry"
        assert Revision.objects.get().row["name_en"] == "Another ministry"
        assert approved(ministry)
        assert stored(ministry)["name_en"] == "Another ministry"
        assert Organization.objects.named("another").get() == ministry
        version = Version.objects.get(type="organizations", is_proposal=False)
        assert (version.before["name_en"], version.after["name_en"]) == ("Ministry", "Another ministry")

    @pytest.mark.parametrize(("make", "show"), SHOWN_BY_RECORDS)
    def test_waits_where_a_public_record_shows_it_and_is_stored_at_once_where_none_does(
        self, make, show, anna
    ):
        entity = make()
        save(anna, entity, name_en="Another name")
        assert stored(entity)["name_en"] == "Another name"
        assert Version.objects.get(object_id=entity.pk).after["name_en"] == "Another name"
        show(entity)
        save(anna, entity, name_en="Yet another name")
        assert stored(entity)["name_en"] == "Another name"
        assert Revision.objects.get().row["name_en"] == "Yet another name"

    @pytest.mark.parametrize("make", [PlaceFactory, IndicatorFactory])
    def test_of_what_has_a_public_page_always_waits(self, make, anna, approved):
        entity = make()
        answer = save(anna, entity, name_en="Another name")
        assert "waits for approval" in text(answer)
        assert stored(entity)["name_en"] != "Another name"
        assert approved(entity)
        assert stored(entity)["name_en"] == "Another name"

    def test_of_what_the_page_of_an_indicator_shows_waits(self, anna):
        indicator = IndicatorFactory()
        indicator.topics.add(TopicFactory())
        for entity in (indicator.unit, indicator.topics.get()):
            save(anna, entity, name_en="Another name")
            assert stored(entity)["name_en"] != "Another name"
        assert {one.type for one in Revision.objects.all()} == {"units", "topics"}

    def test_is_not_approved_by_who_wrote_it(self, ministry, publisher, approved):
        save(signed_in(publisher), ministry, name_en="Another ministry")
        with pytest.raises(Problem) as refused:
            approved(ministry, publisher)
        assert refused.value.code == "approval.own"

    def test_waits_on_the_desk_of_who_may_approve_it(self, anna, ministry, publisher):
        save(anna, ministry, name_en="Another ministry", name_ru="Иное министерство")
        page = text(signed_in(publisher).get("/admin/"))
        assert "Another ministry" in page
        assert url(Organization, "review", ministry.pk) in page

    def test_sent_back_unchanged_changes_nothing(self, anna):
        group = PlaceFactory(code="group", kind="group", existed="1991/..")
        MembershipFactory(group=group, member=PlaceFactory(code="UZ"), joined="2004-05")
        indicator = IndicatorFactory(definition_en="Two lines\nof a definition", former_keys="old\nolder")
        indicator.topics.add(TopicFactory())
        refresh([indicator])
        for entity in (
            group,
            indicator,
            OrganizationFactory(place=group),
            PersonFactory(in_office="2016/.."),
        ):
            before = stored(entity)
            assert save(anna, entity).status_code == 200
            assert stored(entity) == before
        assert not Revision.objects.exists()
        assert not Version.objects.exists()

    def test_costs_no_more_statements_for_many_members_than_for_one(self, anna):
        def cost(number):
            group = PlaceFactory(code=f"group-{number}", kind="group")
            for i in range(number):
                MembershipFactory(group=group, member=PlaceFactory(code=f"X{i}"))
            page = anna.get(url(Place, "change", group.pk))
            data = filled_in(page, name_en="Another name")
            with CaptureQueriesContext(connection) as captured:
                assert anna.post(url(Place, "change", group.pk), data).status_code == 302
            return len(captured)

        cost(1)  # with what only the first request asks
        few, many = cost(2), cost(12)
        assert many == few
        assert few <= 40

    @pytest.mark.parametrize("seen", [[], ["view_membership"]])
    def test_leaves_the_members_that_the_user_may_not_change_as_they_are(self, seen, django_user_model):
        user = django_user_model.objects.create_user("some", is_staff=True)
        wanted = Permission.objects.filter(codename__in=["view_place", "change_place", *seen])
        user.user_permissions.set(wanted)
        group = PlaceFactory(code="group", kind="group")
        MembershipFactory(group=group, member=PlaceFactory(code="UZ"))
        save(signed_in(user), group, name_en="Another name")
        assert Revision.objects.get().row["members"] == "UZ"


class TestTheForm:
    def test_says_how_many_public_records_rest_on_it_and_leads_to_them(self, anna, ministry):
        draft = ForumFactory(title_en="A draft", participants=[("organizer", ministry)])
        other = ForumFactory(title_en="Of others", published=True)
        page = anna.get(url(Organization, "change", ministry.pk))
        assert "1 public record rests on this: <a href" in text(page)
        (found,) = page.context["affected"]
        assert found.words == "1 forum"
        listed = anna.get(found.url).context["cl"].result_list
        assert list(listed) == [ministry.participations.exclude(forum=draft).get().forum]
        assert other not in listed
        assert "1 public record rests on this" in text(anna.get(url(Organization, "review", ministry.pk)))

    def test_counts_for_a_country_the_records_of_its_cities(self, anna):
        russia, _uzbekistan = two_countries()
        city = PlaceFactory(code="ru-orenburg", kind="city", parent=russia)
        sides = (("participant", place) for place in two_countries())
        ForumFactory(participants=[("location", city), *sides], published=True)
        ObservationFactory(ref_area=russia, published=True)
        assert [one.words for one in self.affected(anna, russia)] == ["1 forum", "1 figure"]
        assert [one.words for one in self.affected(anna, city)] == ["1 forum"]

    def test_counts_for_a_source_the_records_that_cite_it(self, anna):
        record = AgreementFactory(published=True)
        (found,) = self.affected(anna, record.citations.get().source)
        assert list(anna.get(found.url).context["cl"].result_list) == [record]
        assert not self.affected(anna, SourceFactory())

    def affected(self, client, entity):
        return client.get(url(type(entity), "change", entity.pk)).context["affected"]

    @pytest.mark.parametrize(
        "value", ["place-999", "place", "nothing-1", "place-x", "agreement-1", "place-" + "9" * 30]
    )
    def test_an_address_of_a_list_made_up_by_hand_finds_nothing(self, anna, value):
        AgreementFactory(published=True)
        answer = anna.get(url(Agreement), {"rests_on": value})
        assert answer.status_code == 200
        assert not answer.context["cl"].result_list

    def test_refuses_a_place_in_a_place_that_cannot_contain_it(self, anna):
        russia, uzbekistan = two_countries()
        city = PlaceFactory(code="city", kind="city", parent=russia)
        answer = save(anna, PlaceFactory(code="RU-X", kind="region", parent=russia), parent=city.pk)
        assert "A region must be located in a country" in text(answer)
        row = {**row_of(PLACES, uzbekistan.pk), "kind": "region", "parent": "city"}
        with pytest.raises(RowRefused) as refused:
            save_row(PLACES, row, PLACES.names(), uzbekistan.pk)
        assert {one.problem.code for one in refused.value.findings} == {"place.parent"}

    def test_refuses_the_same_member_twice(self, anna):
        group, member = PlaceFactory(code="group", kind="group"), PlaceFactory(code="UZ")
        members = {f"memberships-{i}-member": member.pk for i in range(2)}
        answer = save(anna, group, **members, **{"memberships-TOTAL_FORMS": 2})
        assert "The same member is given twice." in text(answer)
        with pytest.raises(RowRefused) as refused:
            save_row(PLACES, {**row_of(PLACES, group.pk), "members": "UZ; UZ 1991/.."}, ["members"], group.pk)
        assert refused.value.findings[0].problem.code == "members.twice"

    def test_refuses_a_key_in_use_at_its_field(self, anna, ministry):
        data = {"key": "ministry", "name_ru": "Иное", "name_en": "Another"}
        answer = anna.post(url(Organization, "add"), data)
        assert answer.context["errors"]
        assert Organization.objects.count() == 1

    def test_makes_a_new_place_from_the_form_of_a_record(self, anna):
        data = {"code": "KZ", "kind": "country", "name_ru": "Казахстан", "name_en": "Kazakhstan", "_popup": 1}
        data |= {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
        answer = anna.post(url(Place, "add") + "?_popup=1", data)
        place = Place.objects.get()
        assert f"&quot;value&quot;: &quot;{place.pk}&quot;" in answer.content.decode()
        assert (place.folded_names, stored(place)["key"]) == ("казахстан\nkazakhstan", "KZ")
        assert Version.objects.get().before is None


class TestTheReview:
    def test_says_in_words_what_changes(self, anna):
        group = PlaceFactory(code="group", kind="group")
        PlaceFactory(code="UZ", name_en="Uzbekistan")
        row = {
            **row_of(PLACES, group.pk),
            "members": f"UZ 2004-05/2019 {SourceFactory(key='source').key}",
            "is_city_region": "yes",
        }
        with_members = save_row(PLACES, {**row, "is_city_region": ""}, ["members"], group.pk, proposes=True)
        assert with_members.revision
        page = text(anna.get(url(Place, "review", group.pk)))
        assert "Uzbekistan (May 2004 – 2019; source)" in page
        assert '<th scope="col">Sources</th>' not in page

    def test_answers_where_nothing_waits_with_a_sentence(self, publisher, ministry):
        client = signed_in(publisher)
        for entity in (ministry, SourceFactory()):
            review = url(type(entity), "review", entity.pk)
            seen = client.get(review).context["seen"]
            answer = client.post(review, {"verb": "approve", "seen": seen}, follow=True)
            assert "No change of this record waits for approval." in text(answer)


def test_figures_are_found_by_the_approved_name_of_their_indicator(anna, approved):
    figure = ObservationFactory(published=True)
    save(anna, figure.indicator, name_en="Companies")
    assert not Observation.objects.matching("companies")
    approved(figure.indicator)
    assert list(Observation.objects.matching("companies")) == [figure]
    assert Indicator.objects.get().name_en == "Companies"
