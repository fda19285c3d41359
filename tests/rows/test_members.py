"""The members of a group as one cell: with the time of each membership and its sources."""

import pytest
from django.utils.translation import override

from relations.errors import Problem
from relations.models import Membership, Place
from relations.rows.members import Members, set_members
from relations.rows.reference_tables import PLACES
from relations.text.cell_syntax import split
from tests.helpers.factories import PlaceFactory, SourceFactory

pytestmark = pytest.mark.django_db

ENTRIES = ["KZ 1991-12-21/.. one", "RU", "TM 1991-12-21/2005-08-26 one/two", "UZ ../1999 two"]


@pytest.fixture
def group(db):
    for code in ("RU", "KZ", "TM", "UZ"):
        PlaceFactory(code=code)
    for key in ("one", "two"):
        SourceFactory(key=key)
    return PlaceFactory(code="union", kind="group")


def test_what_is_written_can_be_read_again(group):
    assert set_members(group, ENTRIES)
    assert Members.cells() == {group.pk: "; ".join(ENTRIES)}
    assert not set_members(group, split(Members.cells()[group.pk]))


def test_the_table_of_places_has_a_column_of_members(group):
    set_members(group, ENTRIES)
    rows = [dict(zip(PLACES.names(), row, strict=True)) for row in PLACES.rows(Place.objects.all())]
    assert {row["code"]: row["members"] for row in rows if row["members"]} == {"union": "; ".join(ENTRIES)}


def test_only_what_differs_is_stored_again(group):
    set_members(group, ENTRIES)
    kept = Membership.objects.get(member__code="KZ")
    assert set_members(group, [ENTRIES[0], "TM 1991-12-21/.. one"])
    assert set(Membership.objects.values_list("member__code", "left")) == {("KZ", ""), ("TM", "")}
    assert Membership.objects.get(member__code="KZ").pk == kept.pk


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("KZ 1991", "cannot be read as a member"),
        ("KZ 1991/..", "cannot be read as a member"),
        ("KZ 1991/.. one two", "cannot be read as a member"),
        ("", "cannot be read as a member"),
        ("XX", "names a place that is not in the register"),
        ("KZ 1991/.. three", "names a source that is not in the register"),
        ("KZ 1991/1990 one", "ends before it begins"),
        ("KZ soon/.. one", "could not be read as a date"),
    ],
)
def test_what_is_wrong_with_an_entry_is_said(entry, message, group):
    with override("en"), pytest.raises(Problem, match=message):
        set_members(group, [entry])
