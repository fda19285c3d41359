"""Memberships in groups of places: from when until when, and by which source."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import ProtectedError
from django.utils.translation import override

from relations.errors import Problem
from relations.models import Membership, Source
from relations.models.row_cache import unpacked
from relations.values.period import Period
from relations.values.period_format import phrase
from tests.helpers.admin import filled_in, signed_in, text, url
from tests.helpers.factories import AgreementFactory, PlaceFactory, SourceFactory
from tests.helpers.memberships import MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(db):
    return PlaceFactory(code="union", kind="group", name_en="Union")


def test_a_date_needs_its_source_in_the_shell(group, uzbekistan):
    for dates in ({"joined": "2004"}, {"left": "2019"}, {"joined": "2004", "left_source": SourceFactory()}):
        with override("en"), pytest.raises(Problem, match="needs its source"):
            Membership.objects.create(group=group, member=uzbekistan, **dates)
    Membership.objects.create(group=group, member=uzbekistan)


def test_a_membership_cannot_end_before_it_begins(group, uzbekistan):
    with override("en"), pytest.raises(Problem, match="ends before it begins"):
        MembershipFactory(group=group, member=uzbekistan, joined="2004-05", left="2004-04")
    found = MembershipFactory(group=group, member=uzbekistan, joined="2004-05", left="2004")
    with pytest.raises(IntegrityError):
        Membership.objects.filter(pk=found.pk).update(held_to="2004-04-30")


def test_many_memberships_at_once_are_asked_the_same(group, uzbekistan):
    source = SourceFactory()
    stored = MembershipFactory(group=group, member=uzbekistan, joined="2004-05")
    other = PlaceFactory(code="KZ")
    with override("en"), pytest.raises(Problem, match="ends before it begins"):
        Membership.objects.update(left=Period.parse("2003"), left_source=source)
    with override("en"), pytest.raises(Problem, match="needs its source"):
        Membership.objects.update(joined_source=None)
    with override("en"), pytest.raises(Problem, match="needs its source"):
        Membership.objects.bulk_create([Membership(group=group, member=other, joined="2004")])
    stored.refresh_from_db()
    assert (str(stored.joined), str(stored.left), stored.joined_source is None) == ("2004-05", "", False)
    assert Membership.objects.count() == 1


def test_many_memberships_at_once_have_their_days_and_are_in_the_row_of_the_group(group, uzbekistan):
    source = SourceFactory(key="one")
    MembershipFactory(group=group, member=uzbekistan, joined="2004-05", joined_source=source)
    Membership.objects.update(left=Period.parse("2019"), left_source=source)
    kazakhstan = Membership(group=group, member=PlaceFactory(code="KZ"), joined="2005", joined_source=source)
    Membership.objects.bulk_create([kazakhstan])
    days = Membership.objects.order_by("pk").values_list("held_from", "held_to")
    assert [(str(first), str(last)) for first, last in days] == [
        ("2004-05-01", "2019-12-31"),
        ("2005-01-01", "None"),
    ]
    group.refresh_from_db()
    assert unpacked(group.row)["members"] == "KZ 2005/.. one; UZ 2004-05/2019 one"


def test_the_form_names_the_field_that_is_wrong(group, uzbekistan):
    found = Membership(
        group=group, member=uzbekistan, joined="2004", left="2003", left_source=SourceFactory()
    )
    with pytest.raises(ValidationError) as refused:
        found.full_clean()
    assert set(refused.value.message_dict) == {"joined_source", "left"}


def test_the_form_of_a_group_refuses_a_date_without_a_source_and_keeps_one_with_it(
    group, uzbekistan, staff, approved
):
    client, address = signed_in(staff("administrator")), url(type(group), "change", group.pk)
    page, source = client.get(address), SourceFactory()
    row = {
        "memberships-TOTAL_FORMS": 1,
        "memberships-0-member": uzbekistan.pk,
        "memberships-0-joined": "2004",
    }
    data = filled_in(page, **row)
    assert "A date of a membership needs its source." in text(client.post(address, data))
    client.post(address, data | {"memberships-0-joined_source": source.pk})
    approved(group)
    assert Membership.objects.get().joined_source == source


def test_its_time_is_one_date(group, uzbekistan):
    def said(**dates):
        return phrase(MembershipFactory.build(group=group, member=uzbekistan, **dates).period, "en")

    source = {"joined_source": None, "left_source": None}
    assert said(joined="2004-05-01", **source) == "since 1 May 2004"
    assert said(left="2019", **source) == "until 2019"
    assert said(joined="2004", left="2019", **source) == "2004–2019"
    assert not MembershipFactory.build(group=group, member=uzbekistan, **source).period


def test_the_source_of_a_date_is_public_and_cannot_be_deleted(group, uzbekistan, client):
    source = SourceFactory()
    assert source not in Source.objects.public()
    MembershipFactory(group=group, member=uzbekistan, joined="2004", joined_source=source)
    assert source in Source.objects.public()
    page = text(client.get(f"/en{source.get_absolute_url()[3:]}"))
    assert '<dt>Dates of memberships</dt> <dd> <a href="/en/places/union/">Union</a> </dd>' in page
    assert "Cited by" not in page
    with pytest.raises(ProtectedError):
        source.delete()


def test_a_membership_that_had_ended_allows_no_place_of_signature(group, russia, uzbekistan):
    """A rule about the countries that take part looks at the time of the record."""
    from relations.rules.findings import of_records

    PlaceFactory(code="TR")
    for member in (russia, uzbekistan):
        MembershipFactory(group=group, member=member, left="2019")
    parties = [("party", russia), ("party", group), ("place_of_signature", uzbekistan)]
    during, after = (AgreementFactory(signed=date, participants=parties) for date in ("2018", "2020"))
    MembershipFactory(group=group, member=PlaceFactory(code="BY"))
    found = of_records(type(during), [during.pk, after.pk])
    codes = {pk: {one.rule.code for one in findings} for pk, findings in found.items()}
    assert "signed_elsewhere" not in codes[during.pk]
    assert "signed_elsewhere" in codes[after.pk]
