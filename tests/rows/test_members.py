"""The members of a group as one cell: with the time of each membership and its sources."""

import pytest
from django.utils.translation import override

from relations.models import Membership, Place
from relations.registry import resource_of
from relations.revisions.saving import RowRefused, row_of, save_row
from relations.rows.members import Members
from relations.rows.reference_tables import PLACES
from relations.text.cell_syntax import join
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


def set_members(group, entries):
    """Whether the row of the group has changed."""
    resource = resource_of(Place)
    row = row_of(resource, group.pk) | {"members": join(entries)}
    return save_row(resource, row, ["members"], group.pk).change.is_changed


def test_what_is_written_can_be_read_again(group):
    assert set_members(group, ENTRIES)
    assert (
        Members().cells()[group.pk] == row_of(resource_of(Place), group.pk)["members"] == "; ".join(ENTRIES)
    )
    assert not set_members(group, reversed(ENTRIES))


def test_the_table_of_places_has_a_column_of_members(group):
    set_members(group, ENTRIES)
    rows = [dict(zip(PLACES.names(), row, strict=True)) for row in PLACES.rows(Place.objects.all())]
    assert {row["code"]: row["members"] for row in rows if row["members"]} == {"union": "; ".join(ENTRIES)}


def test_the_days_of_a_membership_are_stored_with_it(group):
    set_members(group, ENTRIES)
    found = Membership.objects.get(member__code="TM")
    assert (str(found.held_from), str(found.held_to)) == ("1991-12-21", "2005-08-26")
    set_members(group, ["KZ"])
    assert Membership.objects.get().member.code == "KZ"


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("KZ 1991", "cannot be read as a member"),
        ("KZ 1991/.. one two", "cannot be read as a member"),
        ("KZ 1991/..", "needs its source"),
        ("XX", "XX"),
        ("KZ 1991/.. three", "no source with the key “three”"),
        ("KZ 1991/1990 one", "ends before it begins"),
        ("KZ soon/.. one", "could not be read as a date"),
        ("KZ; KZ 1991/.. one", "given twice"),
    ],
)
def test_what_is_wrong_with_an_entry_is_said(entry, message, group):
    with override("en"), pytest.raises(RowRefused) as refused:
        set_members(group, entry.split("; "))
    with override("en"):
        assert message in str(refused.value.findings[0].problem)
