"""A record keeps its flat row: after any change, it equals the row gathered from the tables."""

import json

import pytest
from django.core.management import call_command

from relations.catalog import ROWS
from relations.models import Agreement, LinkKind, Participation, RecordLink, Role, Source
from relations.models.row_cache import unpacked
from relations.registry import resource_of
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
    VisitFactory,
)
from tests.helpers.memberships import MembershipFactory

pytestmark = pytest.mark.django_db


def gathered(record):
    """The row gathered from the tables, in the order of its columns."""
    found = type(record).objects.for_row().get(pk=record.pk)
    cells = resource_of(type(record)).cells_of(found)
    return {name: cell for name, cell in cells.items() if cell}


def kept(record):
    return unpacked(type(record).objects.get(pk=record.pk).row)


def is_true(record):
    assert json.dumps(kept(record)) == json.dumps(gathered(record))


@pytest.mark.parametrize(
    "make", [AgreementFactory, ForumFactory, VisitFactory, ObservationFactory, SourceFactory]
)
def test_a_record_of_any_type_keeps_its_row_from_the_beginning(make):
    is_true(make())


def change_the_title(record):
    record.title_ru = "Иначе"
    record.save()
    assert kept(record)["title_ru"] == "Иначе"


def change_many_at_once(record):
    Agreement.objects.update(title_ru="Иначе")
    assert kept(record)["title_ru"] == "Иначе"


def add_a_party(record):
    record.participations.create(role=Role.DEPOSITARY, place=record.participations.first().place)
    assert "depositary" in kept(record)


def remove_a_party(record):
    before = kept(record)
    record.participations.first().delete()
    assert kept(record) != before


def cite_another_source(record):
    record.cite(SourceFactory(key="another"), field="parties")
    assert "another" in kept(record)["source"]


def remove_a_citation(record):
    record.citations.first().delete()
    assert "source" not in kept(record)


def remove_all_citations(record):
    record.citations.all().delete()
    assert "source" not in kept(record)


def point_at_a_forum(record):
    record.links.create(kind=LinkKind.SIGNED_AT, to_forum=ForumFactory(key="forum"))
    assert kept(record)["signed_at"] == "forum"


def point_no_longer(record):
    point_at_a_forum(record)
    record.links.get().delete()
    assert "signed_at" not in kept(record)


def lose_what_it_points_at(record):
    point_at_a_forum(record)
    RecordLink.objects.get().to_forum.delete()
    assert "signed_at" not in kept(record)


def lose_what_it_points_at_with_others(record):
    point_at_a_forum(record)
    type(RecordLink.objects.get().to_forum).objects.all().delete()
    assert "signed_at" not in kept(record)


def point_at_what_is_renamed(record):
    point_at_a_forum(record)
    forum = RecordLink.objects.get().to_forum
    forum = type(forum).objects.get(pk=forum.pk)
    forum.key = "renamed"
    forum.save()
    assert kept(record)["signed_at"] == "renamed"


CHANGES = (
    change_the_title, change_many_at_once, add_a_party, remove_a_party, cite_another_source, remove_a_citation,
    remove_all_citations, point_at_a_forum, point_no_longer, lose_what_it_points_at, lose_what_it_points_at_with_others,
    point_at_what_is_renamed,
)  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_the_kept_row_follows_every_change(change):
    record = AgreementFactory(signed="1992-05-30")
    change(record)
    is_true(record)


def test_a_command_rebuilds_all_rows(capsys):
    record = AgreementFactory()
    record.topics.add(TopicFactory())  # outside the models: only the admin and imports handle it
    assert "topics" not in kept(record)
    call_command("refresh_records")
    is_true(record)
    assert kept(record)["topics"] == "trade"


def test_missing_rows_alone_can_be_made(django_assert_num_queries):
    record = AgreementFactory()
    Agreement._base_manager.update(row="")
    call_command("refresh_records", missing=True)
    is_true(record)
    with django_assert_num_queries(len(ROWS)):
        call_command("refresh_records", missing=True)


@pytest.mark.parametrize(
    "make", [PlaceFactory, OrganizationFactory, PersonFactory, TopicFactory, ForumSeriesFactory, UnitFactory,
             IndicatorFactory],
)  # fmt: skip
def test_reference_data_keep_their_row_and_leave_no_field_out(make):
    entity = make()
    is_true(entity)
    entity.name_en = "Another name"
    entity.save()
    assert kept(entity)["name_en"] == "Another name"
    fields = {field.name for field in entity._meta.concrete_fields} - {"id", "row", "folded_names"}
    assert fields <= {column.attribute for column in resource_of(make._meta.model).columns()}


def test_a_group_keeps_its_members_with_their_dates_in_its_row():
    group, member = PlaceFactory(code="group", kind="group"), PlaceFactory(code="UZ")
    sources = {f"{name}_source": SourceFactory(key=name) for name in ("joined", "left")}
    membership = MembershipFactory(group=group, member=member, joined="2004-05", left="2019", **sources)
    assert kept(group)["members"] == "UZ 2004-05/2019 joined/left"
    membership.left = ""
    membership.save()
    assert kept(group)["members"] == "UZ 2004-05/.. joined"
    membership.delete()
    is_true(group)
    assert "members" not in kept(group)


def test_what_has_another_name_is_found_by_it_whatever_has_changed_it(russia, uzbekistan):
    record = AgreementFactory()
    uzbekistan.other_names_en = "Bactria"
    uzbekistan.save()
    assert list(Agreement.objects.matching("Bactria")) == [record]


def test_curated_content_keeps_true_rows():
    call_command("load_content", only=["seeds"])
    for resource in ROWS.values():
        for record in resource.model.objects.all():
            is_true(record)
    assert Source.objects.exists()
    assert Participation.objects.exists()
