"""A record is of the register’s subject where a Central Asian side takes part together with Russia’s side."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations.catalog import RECORD_TYPES
from relations.models import Agreement, Forum, Observation, Place, Version
from relations.models.row_cache import refresh, unpacked
from tests.helpers.admin import filled_in, signed_in, text, url
from tests.helpers.factories import (
    AgreementFactory,
    ForumFactory,
    ObservationFactory,
    OrganizationFactory,
    PersonFactory,
    PlaceFactory,
    SourceFactory,
)
from tests.helpers.memberships import MembershipFactory
from tests.helpers.sheets import import_rows, load_rows

pytestmark = pytest.mark.django_db


def is_in_scope(record):
    return type(record).objects.in_scope().filter(pk=record.pk).exists()


def group_of(code, *members, **days):
    group = PlaceFactory(code=code, kind="group")
    for member in members:
        MembershipFactory(group=group, member=member, **days)
    return group


def forum_of(*participants, **values):
    return ForumFactory(participants=[("participant", who) for who in participants], **values)


@pytest.fixture
def belarus(db):
    return PlaceFactory(code="BY")


def test_both_sides_make_it_the_subject_and_one_side_does_not(russia, uzbekistan, kazakhstan, belarus):
    assert is_in_scope(forum_of(russia, uzbekistan))
    for participants in ((russia,), (russia, belarus), (uzbekistan, kazakhstan), ()):
        assert not is_in_scope(forum_of(*participants))


def test_a_side_takes_part_by_its_cities_organisations_and_people(orenburg, uzbekistan):
    ministry, minister = OrganizationFactory(place=uzbekistan), PersonFactory(place=uzbekistan)
    assert is_in_scope(forum_of(orenburg, ministry))
    assert is_in_scope(forum_of(orenburg, minister))
    assert not is_in_scope(forum_of(orenburg, OrganizationFactory(place=None)))


def test_the_place_of_signature_and_the_depositary_do_not_take_part(russia, belarus, uzbekistan):
    parties = [("party", russia), ("party", belarus)]
    for role in ("place_of_signature", "depositary"):
        assert not is_in_scope(AgreementFactory(participants=[*parties, (role, uzbekistan)]))


def test_a_domestic_act_is_always_context():
    assert is_in_scope(AgreementFactory())
    assert not is_in_scope(AgreementFactory(instrument_type="law_or_concept"))


def test_a_figure_is_judged_by_its_area_and_counterpart(russia, uzbekistan, orenburg):
    assert is_in_scope(ObservationFactory(ref_area=uzbekistan, counterpart_area=orenburg))
    assert not is_in_scope(ObservationFactory(ref_area=uzbekistan, counterpart_area=None))
    both = group_of("central-asia-and-russia", russia, uzbekistan)
    assert is_in_scope(ObservationFactory(ref_area=both, counterpart_area=None))


def test_a_group_counts_for_its_members_if_all_are_of_the_two_sides(russia, uzbekistan, orenburg_oblast):
    central_asia, regions = group_of("central-asia", uzbekistan), group_of("regions", orenburg_oblast)
    assert is_in_scope(forum_of(russia, central_asia))
    assert is_in_scope(forum_of(regions, central_asia))
    assert not is_in_scope(forum_of(russia, group_of("world")))


def test_a_group_with_members_elsewhere_counts_only_as_a_party(russia, uzbekistan, belarus):
    cis = group_of("cis", russia, uzbekistan, belarus)
    assert not is_in_scope(forum_of(russia, cis))
    assert not is_in_scope(ObservationFactory(ref_area=russia, counterpart_area=cis))
    assert is_in_scope(AgreementFactory(participants=[("party", russia), ("party", cis)]))


def test_a_member_counts_from_the_day_it_joined(russia, uzbekistan):
    group = group_of("group", uzbekistan, joined="2001-06")
    assert not is_in_scope(forum_of(russia, group, period="2000"))
    assert is_in_scope(forum_of(russia, group, period="2001"))
    assert is_in_scope(forum_of(russia, group))


def test_it_follows_every_change_of_the_participants(russia, uzbekistan):
    forum = forum_of(russia)
    added = forum.participations.create(role="participant", place=uzbekistan)
    assert is_in_scope(forum)
    added.delete()
    assert not is_in_scope(forum)


def test_imported_records_are_judged_as_all_others(russia, uzbekistan, belarus):
    group_of("central-asia", uzbekistan)
    source = SourceFactory().key
    rows = [
        {"key": key, "title_en": key, "participants": who, "source": source}
        for key, who in (("subject", "RU; UZ"), ("group", "RU; central-asia"), ("context", "RU; BY"))
    ]
    assert not load_rows("forums", *rows).errors
    assert {forum.key for forum in Forum.objects.in_scope()} == {"subject", "group"}
    assert not load_rows(
        "forums", rows[0] | {"participants": "RU"}, rows[2] | {"participants": "RU; UZ"}
    ).errors
    assert {forum.key for forum in Forum.objects.in_scope()} == {"group", "context"}


def test_files_and_the_api_have_it_as_a_column_that_sheets_do_not_set(client, russia, uzbekistan):
    forum = forum_of(russia, uzbekistan, key="subject", published=True)
    forum_of(russia, key="context", published=True)
    rows = json.loads(b"".join(client.get("/en/forums.json")))
    assert {row["key"]: row["scope"] for row in rows} == {"subject": "subject", "context": "context"}
    columns = client.get("/api/v1/forums/subject/").json()["columns"]
    assert columns["scope"] == "subject"
    report = load_rows(
        "forums", {"key": "subject", "scope": "context"}, {"key": "context", "scope": "context"}
    )
    assert (report.unchanged, report.errors) == (2, [])
    assert is_in_scope(forum)
    assert "scope" not in {fact.name for fact in client.get(forum.get_absolute_url()).context["facts"]}


def test_the_row_of_an_import_has_the_scope_that_the_record_gets(russia, uzbekistan):
    source = SourceFactory().key
    row = {"key": "new", "title_en": "New", "participants": "RU; UZ", "source": source}
    for cells, scope in (
        (row, "subject"),
        (row | {"participants": "RU"}, "context"),
        ({"key": "new", "title_en": "Newer"}, "context"),
    ):
        import_rows("forums", cells)
        forum = Forum.objects.get()
        assert unpacked(forum.row)["scope"] == scope
        assert is_in_scope(forum) == (scope == "subject")
        assert Version.objects.filter(key="new").first().after["scope"] == scope


def test_imported_figures_are_judged_by_the_areas_of_the_row(russia, uzbekistan):
    figure = ObservationFactory()  # so that the indicator and the unit are known
    row = {
        "key": "figure",
        "indicator": "enterprises",
        "unit": "enterprise",
        "value": "5",
        "source": SourceFactory().key,
    }
    assert not load_rows("statistics", row | {"area": "UZ", "counterpart": "RU"}).errors
    assert set(Observation.objects.in_scope()) == {Observation.objects.get(key="figure")}
    assert figure in Observation.objects.context()


def test_it_follows_the_form_of_the_record(staff, uzbekistan):
    record, client = AgreementFactory(), signed_in(staff("editor"))
    page = client.get(url(Agreement, "change", record.pk))
    client.post(url(Agreement, "change", record.pk), filled_in(page, instrument_type="law_or_concept"))
    assert not is_in_scope(record)


def test_it_follows_a_place_that_is_moved_and_a_group_that_gains_a_member(
    staff, russia, uzbekistan, belarus, approved
):
    city = PlaceFactory(code="by-city", kind="city", parent=belarus)
    group, client = group_of("group", city), signed_in(staff("administrator"))
    direct, grouped = forum_of(russia, city), forum_of(russia, group)
    page = client.get(url(Place, "change", city.pk))
    assert (
        client.post(url(Place, "change", city.pk), filled_in(page, parent=uzbekistan.pk)).status_code == 302
    )
    approved(city)
    assert is_in_scope(direct)
    assert is_in_scope(grouped)
    page = client.get(url(Place, "change", group.pk))
    sent = filled_in(page)
    prefix = next(name for name in sent if name.endswith("-TOTAL_FORMS")).removesuffix("-TOTAL_FORMS")
    sent[f"{prefix}-0-DELETE"] = "on"
    assert client.post(url(Place, "change", group.pk), sent).status_code == 302
    approved(group)
    assert not is_in_scope(grouped)


def test_many_records_with_groups_cost_no_more_queries_than_one(russia, uzbekistan):
    group = group_of("central-asia", uzbekistan)
    forums = [forum_of(russia, group) for _number in range(4)]

    def cost(records):
        with CaptureQueriesContext(connection) as captured:
            refresh(records)
        return len(captured)

    assert cost(forums) == cost(forums[:1])


def test_the_list_of_the_admin_can_be_filtered_by_it(staff, russia):
    AgreementFactory(title_en="Of the subject")
    AgreementFactory(title_en="Of the context", participants=[("party", russia)])
    client = signed_in(staff("editor"))
    for chosen, shown, hidden in (("subject", "subject", "context"), ("context", "context", "subject")):
        page = text(client.get(url(Agreement), {"scope": chosen}))
        assert f"Of the {shown}" in page
        assert f"Of the {hidden}" not in page


def test_the_curated_records_have_their_scope_from_the_import(content):
    for record_type in RECORD_TYPES:
        imported = dict(record_type.model.objects.values_list("key", "in_scope"))
        refresh(list(record_type.model.objects.all()))
        assert dict(record_type.model.objects.values_list("key", "in_scope")) == imported
    agreements = Agreement.objects.in_scope()
    assert agreements.filter(key="sister-cities-khujand-orenburg").exists()
    assert not agreements.filter(
        key__in=["constitution-russia", "programme-interreg-baltic-sea-region"]
    ).exists()
    assert not Observation.objects.in_scope().filter(key="rank-uz-cotton").exists()
