"""Two people at once on a place or an organisation: the same scripts as for records, and those of its members."""

import random

import pytest
from django.contrib.auth.models import Group

from relations.models import Membership
from relations.models.row_cache import unpacked
from tests.helpers.admin import signed_in, text
from tests.helpers.factories import ForumFactory, OrganizationFactory, PlaceFactory, SourceFactory
from tests.revisions import test_two_at_once as scripts

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

#: as FIELDS of records
FIELDS = {
    "name_en": ("name_en", lambda number: f"Ministry {number}"),
    "name_ru": ("name_ru", lambda number: f"Министерство {number}"),
    "other_names_en": ("other_names_en", lambda number: f"Office {number}"),
    "other_names_ru": ("other_names_ru", lambda number: f"Ведомство {number}"),
}
PREFIX = "memberships"


@pytest.fixture
def people(staff, django_user_model):
    """{name: user}; the second one may delete."""
    users = {name: staff(name) for name in ("editor", "publisher")}
    for name, role in (("second", "administrator"), ("chief", "publisher")):
        users[name] = django_user_model.objects.create_user(name, is_staff=True)
        users[name].groups.set(Group.objects.filter(name=role))
    return users


@pytest.fixture
def desk(people):
    def make(entity, seed):
        clients = {name: signed_in(user) for name, user in people.items()}
        found = scripts.Desk(entity, clients, people, random.Random(seed), fields=FIELDS)
        if found.public_row is not None:
            found.approved.append(found.public_row)
        return found

    return make


def shown_organization():
    """An organisation that a public record shows."""
    entity = OrganizationFactory(key="ministry")
    ForumFactory(participants=[("organizer", entity), *two_sides()], published=True)
    return entity


def two_sides():
    return [("participant", PlaceFactory(code=code)) for code in ("RU", "UZ")]


MADE = (shown_organization, lambda: OrganizationFactory(key="ministry"), lambda: PlaceFactory(code="KZ"))
KINDS = [
    scripts.different_facts_in_two_forms,
    scripts.the_same_fact_in_two_forms,
    scripts.the_same_fact_decided_after_comparing,
    scripts.a_form_and_a_deletion,
    scripts.a_proposal_changed_and_sent_back,
    scripts.a_form_sent_twice,
]
#: of what readers see
KINDS_OF_PROPOSALS = [
    scripts.a_proposal_changed_and_approved,
    scripts.a_proposal_changed_and_discarded,
    scripts.an_approval_of_what_has_changed_since,
    scripts.two_approvals_of_one_proposal,
]
RUNS = [
    *((kind, make) for kind in KINDS for make in MADE),
    *((kind, make) for kind in KINDS_OF_PROPOSALS for make in (MADE[0], MADE[2])),
]


@pytest.mark.parametrize(("kind", "make"), RUNS)
def test_nothing_is_lost_or_public_unreviewed(kind, make, desk):
    made = desk(make(), kind.__name__)
    kind(made)
    made.check_public()
    made.check_nothing_lost()


def added(data, number, place):
    """The form with one more member."""
    return {**data, f"{PREFIX}-{number}-member": place.pk, f"{PREFIX}-TOTAL_FORMS": number + 1}


@pytest.fixture
def group(desk):
    """A desk with a group of one member."""
    entity = PlaceFactory(code="group", kind="group")
    Membership.objects.create(group=entity, member=PlaceFactory(code="KZ"))
    return desk(entity, "members")


def test_a_member_each_is_kept_of_both(group):
    forms = {who: group.open(who) for who in ("editor", "second")}
    for (who, data), code in zip(forms.items(), ("UZ", "TJ"), strict=True):
        group.clients[who].post(group.address("change"), added(data, 1, PlaceFactory(code=code)))
    assert group.row["members"] == "KZ; TJ; UZ"
    assert [one.member.code for one in Membership.objects.all()] == ["KZ"]
    group.approve()
    assert {one.member.code for one in Membership.objects.all()} == {"KZ", "TJ", "UZ"}


def test_a_member_removed_by_one_and_dated_by_the_other_is_shown_side_by_side(group):
    forms = {who: group.open(who) for who in ("editor", "second")}
    group.clients["editor"].post(group.address("change"), {**forms["editor"], f"{PREFIX}-0-DELETE": "on"})
    source = SourceFactory()
    dated = {**forms["second"], f"{PREFIX}-0-joined": "1991", f"{PREFIX}-0-joined_source": source.pk}
    answer = group.clients["second"].post(group.address("change"), dated)
    assert "Changed by both" in text(answer)
    assert unpacked(group.model.objects.get(code="group").row)["members"] == "KZ"


def test_the_same_member_added_by_both_is_there_once(group):
    place = PlaceFactory(code="UZ")
    forms = {who: group.open(who) for who in ("editor", "second")}
    for who, data in forms.items():
        answer = group.clients[who].post(group.address("change"), added(data, 1, place))
        assert answer.status_code == 302
    assert group.row["members"] == "KZ; UZ"
