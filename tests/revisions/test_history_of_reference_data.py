"""Reference data have a history: versions are reverted, the deleted is restored, members are merged one by one."""

import importlib

import pytest
from django.apps import apps

from relations.catalog import REFERENCE
from relations.errors import Problem
from relations.models import Place, Topic, Version
from relations.models.row_cache import unpacked
from relations.registry import resource_of
from relations.revisions import trash
from relations.revisions.history import describe, revert, versions_of
from relations.revisions.saving import RowRefused, save_row
from relations.rows.merging import merge
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
    TopicFactory,
)
from tests.helpers.memberships import MembershipFactory

pytestmark = pytest.mark.django_db

PLACES, ORGANIZATIONS = REFERENCE["places"], REFERENCE["organizations"]


@pytest.fixture
def anna(staff):
    return signed_in(staff("editor"))


def save(client, entity, **changes):
    page = client.get(url(type(entity), "change", entity.pk))
    return client.post(url(type(entity), "change", entity.pk), filled_in(page, **changes), follow=True)


def stored(entity):
    return unpacked(type(entity).objects.get(pk=entity.pk).row)


class TestHistory:
    def test_reverts_a_version_and_that_again_to_the_byte(self, anna):
        entity = OrganizationFactory(other_names_en="One; two\nThree")
        before = stored(entity)
        save(anna, entity, name_en="Another name", other_names_en="One\\; two\nFour")
        changed = stored(entity)
        assert changed["other_names_en"] == "One\\; two; Four"
        number = versions_of(ORGANIZATIONS, entity.pk)[0].pk
        revert(ORGANIZATIONS, entity.pk, number, None)
        assert stored(entity) == before
        revert(ORGANIZATIONS, entity.pk, versions_of(ORGANIZATIONS, entity.pk)[0].pk, None)
        assert stored(entity) == changed

    def test_of_what_is_public_reverts_by_a_proposal(self, anna, approved):
        place = PlaceFactory(code="KZ", name_en="Kazakhstan")
        save(anna, place, name_en="Kazakstan")
        approved(place)
        version = versions_of(PLACES, place.pk).filter(is_proposal=False)[0]
        assert revert(PLACES, place.pk, version.pk, None).revision
        assert stored(place)["name_en"] == "Kazakstan"
        (change,) = describe(PLACES, [version])
        assert [(one.before, one.after) for one in change.differences] == [("Kazakhstan", "Kazakstan")]

    def test_begins_with_a_version_as_found(self):
        migration = importlib.import_module("relations.migrations.0023_rows_of_reference_data")
        group = PlaceFactory(code="group", kind="group", former_names_en="One; two\nThree", existed="1991/..")
        MembershipFactory(group=group, member=PlaceFactory(code="UZ"), joined="2004-05")
        region = PlaceFactory(
            code="RU-MOW", kind="region", is_city_region=True, parent=PlaceFactory(code="RU")
        )
        indicator = IndicatorFactory(former_keys="old\nolder", definition_en="Two\nlines")
        indicator.topics.set([TopicFactory(key=key) for key in ("trade", "science")])
        made = [group, region, indicator, indicator.unit, OrganizationFactory(place=group)]
        made += [PersonFactory(in_office="2016-12-14/.."), ForumSeriesFactory(), indicator.topics.first()]
        for resource in REFERENCE.values():
            resource.model._base_manager.update(row="")
        migration.keep_rows(apps, None)
        for entity in made:
            found = type(entity).objects.for_row().get(pk=entity.pk)
            resource = resource_of(type(entity))
            cells = {name: cell for name, cell in resource.cells_of(found).items() if cell}
            assert list(unpacked(found.row).items()) == list(cells.items())
            version = Version.objects.get(type=resource.slug, object_id=entity.pk)
            assert (version.after, version.reason) == (cells, "as found")


class TestDeleting:
    @pytest.fixture
    def chief(self, staff):
        return signed_in(staff("administrator"))

    def delete(self, client, entity):
        data = {"post": "yes", "_reason": "Entered twice"}
        return client.post(url(type(entity), "delete", entity.pk), data, follow=True)

    def test_puts_into_the_trash_from_where_it_is_restored_with_its_members(self, chief):
        group = PlaceFactory(code="group", kind="group", name_en="A group")
        MembershipFactory(group=group, member=PlaceFactory(code="UZ"), joined="2004-05")
        before = stored(group)
        self.delete(chief, group)
        assert not Place.objects.filter(code="group").exists()
        page = text(chief.get(url(Place, "trash")))
        assert "A group" in page
        assert "Entered twice" in page
        version = Version.objects.get(type="places", after__isnull=True)
        chief.post(url(Place, "trash"), {"version": version.pk})
        restored = Place.objects.get(code="group")
        assert stored(restored) == before
        assert [str(one.joined) for one in restored.memberships.all()] == ["2004-05"]
        assert Place.objects.named("a group").get() == restored

    def test_is_refused_where_something_refers_to_it_with_what_does(self, chief):
        group, member = PlaceFactory(code="group", kind="group"), PlaceFactory(code="UZ")
        MembershipFactory(group=group, member=member)
        topic, ministry = TopicFactory(), OrganizationFactory()
        draft = AgreementFactory(title_en="Treaty with a topic")
        draft.topics.add(topic)
        forum = ForumFactory(title_en="Forum of a ministry", participants=[("organizer", ministry)])
        about = OrganizationFactory(key="about")
        figure = ObservationFactory(title_en="Figure about it", about_organization=about)
        refused = [(topic, draft), (member, group), (ministry, forum), (about, figure)]
        for entity, by in refused:
            with pytest.raises(Problem) as problem:
                trash.delete(resource_of(type(entity)), [entity.pk])
            assert str(by) in str(problem.value)
        page = self.delete(chief, topic)
        assert "Treaty with a topic" in text(page)
        assert Topic.objects.exists()
        assert draft.topics.exists()

    def test_is_offered_to_those_alone_who_may(self, anna):
        assert anna.get(url(Topic, "delete", TopicFactory().pk)).status_code == 403


class TestMerging:
    def merged(self, base, mine, theirs):
        found = merge(PLACES, *({"members": cells} for cells in (base, mine, theirs)))
        return found.row.get("members", ""), bool(found.conflicts)

    @pytest.mark.parametrize(
        ("base", "mine", "theirs", "expected"),
        [
            ("KZ", "KZ; UZ", "KG; KZ", "KG; KZ; UZ"),
            ("KZ; UZ", "KZ", "KZ; UZ 1991/..", None),
            ("KZ; UZ", "KZ", "KZ 1991/..; UZ", "KZ 1991/.."),
            ("UZ", "UZ; UZ-X", "UZ 1991/..", "UZ 1991/..; UZ-X"),
            ("UZ", "UZ 1991/..", "UZ 1992/..", None),
        ],
    )
    def test_takes_members_one_by_one(self, base, mine, theirs, expected):
        row, is_conflict = self.merged(base, mine, theirs)
        assert is_conflict == (expected is None)
        if expected is not None:
            assert row == expected

    def test_of_names_keeps_those_of_both(self):
        rows = ({"other_names_en": cells} for cells in ("A", "A; B", "A; C"))
        assert merge(ORGANIZATIONS, *rows).row["other_names_en"] == "A; C; B"

    @pytest.mark.parametrize(
        ("cell", "code"),
        [("UZ 1991", "members.unreadable"), ("UZ 1991/1992/1993", "members.unreadable"), ("UZ x/..", "date.unreadable"),
         ("nowhere", "name.unknown")],
    )  # fmt: skip
    def test_refuses_a_member_that_cannot_be_read(self, cell, code):
        PlaceFactory(code="UZ")
        group = PlaceFactory(code="group", kind="group")
        with pytest.raises(RowRefused) as refused:
            save_row(PLACES, {**stored(group), "members": cell}, ["members"], group.pk)
        assert [one.problem.code for one in refused.value.findings] == [code]
