"""The rules that the database itself keeps: what it refuses and what it accepts."""

from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, QuerySet

from relations.models import Citation, Forum, Participation, RecordLink, Role, Source
from relations.values.period import Period
from tests.helpers.factories import (
    AgreementFactory,
    ForumFactory,
    ForumSeriesFactory,
    ObservationFactory,
    PersonFactory,
    PlaceFactory,
    SourceFactory,
    VisitFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def refused():
    """A context in which the database must refuse."""
    return lambda: pytest.raises(IntegrityError)


def set_columns(record, **values):
    """Writes into the table without any rule of Python."""
    with transaction.atomic():
        QuerySet.update(type(record).objects.filter(pk=record.pk), **values)


def test_two_records_cannot_share_a_key(refused):
    AgreementFactory(key="one")
    with refused(), transaction.atomic():
        AgreementFactory(key="one")
    ForumFactory(key="one")  # another type has addresses of its own


def test_a_record_needs_a_key(refused):
    agreement = AgreementFactory()
    with refused():
        set_columns(agreement, key="")


def test_a_period_cannot_end_before_it_begins(refused):
    forum = ForumFactory(period="2018-10-24/2018-10-26")
    with refused():
        set_columns(forum, first_day="2018-10-27")
    set_columns(forum, first_day="2018-10-26")


@pytest.mark.parametrize(
    "dates",
    [
        {"not_before": "2020", "not_after": "2019"},
        {"issued": "2018", "not_before": "2020"},
        {"issued": "2018-05", "not_after": "2018-04"},
    ],
)
def test_the_dates_of_a_source_cannot_contradict_each_other(dates, refused):
    source = SourceFactory()
    with refused(), transaction.atomic():
        SourceFactory(**dates)
    for name, date in dates.items():
        setattr(source, name, date)
    for fields in (None, list(dates)):
        with refused(), transaction.atomic():
            source.save(update_fields=fields)
    for write in (update, bulk_update, bulk_create):
        with refused(), transaction.atomic():
            write(dates)
    assert not Source.objects.exclude(issued="", not_before="", not_after="").exists()
    source = SourceFactory(issued="2018", not_before="2018", not_after="2019")
    with refused():
        set_columns(source, issued_from="2020-01-01")


def update(dates):
    Source.objects.update(**{name: Period.parse(date) for name, date in dates.items()})


def bulk_update(dates):
    source = Source.objects.first()
    for name, date in dates.items():
        setattr(source, name, date)
    Source.objects.bulk_update([source], list(dates))


def bulk_create(dates):
    Source.objects.bulk_create([SourceFactory.build(**dates)])


@pytest.mark.parametrize("write", [update, bulk_update, bulk_create])
def test_dates_of_a_source_that_agree_are_stored_with_their_days(write):
    SourceFactory(issued="2019")
    write({"issued": "2018-03", "not_before": "2018", "not_after": "2018-03-05"})
    found = Source.objects.order_by("pk").last()
    assert (str(found.issued_from), str(found.issued_to)) == ("2018-03-01", "2018-03-05")


def test_a_source_whose_dates_contradicted_each_other_before_keeps_them_without_days(refused):
    """Such a database can be migrated; the next change of that source is refused."""
    migration = import_module("relations.migrations.0022_source_bounds")
    wrong, right = SourceFactory(), SourceFactory()
    set_columns(wrong, not_before="2020", not_after="2019")
    set_columns(right, not_before="2018", not_after="2019")
    migration.read_dates(apps, None)
    wrong.refresh_from_db()
    right.refresh_from_db()
    assert (str(wrong.not_before), wrong.issued_from, wrong.issued_to) == ("2020", None, None)
    assert (str(right.issued_from), str(right.issued_to)) == ("2018-01-01", "2019-12-31")
    with refused(), transaction.atomic():
        wrong.save()
    wrong.not_after = "2021"
    wrong.save()
    assert str(wrong.issued_to) == "2021-12-31"


def test_days_without_a_period_are_refused(refused):
    forum = ForumFactory()
    with refused():
        set_columns(forum, first_day="2018-10-27")


def test_a_published_record_without_a_source_is_refused(refused):
    agreement = AgreementFactory(sources=0)
    with refused():
        set_columns(agreement, state="published")
    set_columns(agreement, state="published", source_count=1)


def test_an_unknown_state_or_status_is_refused(refused):
    agreement = AgreementFactory()
    for values in ({"state": "secret"}, {"status_in_law": "secret"}):
        with refused():
            set_columns(agreement, **values)


def test_a_citation_supports_exactly_one_record(refused):
    source, agreement, forum = SourceFactory(), AgreementFactory(), ForumFactory()
    with refused(), transaction.atomic():
        Citation.objects.bulk_create([Citation(source=source)])
    with refused(), transaction.atomic():
        Citation.objects.bulk_create([Citation(source=source, agreement=agreement, forum=forum)])
    Citation.objects.create(source=source, forum=forum)


def test_the_same_citation_twice_is_refused(refused):
    source, agreement = SourceFactory(), AgreementFactory()
    agreement.cite(source, locator_label="page", locator="5")
    with refused(), transaction.atomic():
        agreement.cite(source, locator_label="page", locator="5")
    agreement.cite(source, locator_label="page", locator="6")
    agreement.cite(source, locator_label="page", locator="5", field="date_signed")
    agreement.cite(source, locator_label="page", locator="5", quoted_in=SourceFactory())


def test_a_participant_is_exactly_one_of_place_organisation_and_person(refused):
    agreement = AgreementFactory(participants=[])
    with refused(), transaction.atomic():
        agreement.participations.create(role=Role.PARTY)
    with refused(), transaction.atomic():
        agreement.participations.create(role=Role.PARTY, place=PlaceFactory(), person=PersonFactory())
    agreement.participations.create(role=Role.PARTY, place=PlaceFactory())


def test_a_participant_belongs_to_exactly_one_record(refused):
    place = PlaceFactory()
    with refused(), transaction.atomic():
        Participation.objects.create(role=Role.PARTY, place=place)
    with refused(), transaction.atomic():
        Participation.objects.create(
            role=Role.PARTY, place=place, agreement=AgreementFactory(), visit=VisitFactory()
        )


def test_nobody_has_one_role_twice_but_anybody_may_have_two_roles(refused):
    agreement = AgreementFactory(participants=[])
    agreement.participations.create(role=Role.PARTY, place=PlaceFactory())
    with refused(), transaction.atomic():
        agreement.participations.create(role=Role.PARTY, place=PlaceFactory())
    agreement.participations.create(role=Role.PLACE_OF_SIGNATURE, place=PlaceFactory())


def test_a_region_has_a_parent_and_a_country_has_none(refused):
    russia = PlaceFactory()
    with refused(), transaction.atomic():
        PlaceFactory(code="RU-OMS", kind="region")
    with refused(), transaction.atomic():
        PlaceFactory(code="KZ", parent=russia)
    PlaceFactory(code="RU-OMS", kind="region", parent=russia)


def test_only_a_region_is_a_city_region(refused):
    russia = PlaceFactory()
    with refused(), transaction.atomic():
        PlaceFactory(code="ru-omsk", kind="city", parent=russia, is_city_region=True)
    PlaceFactory(code="RU-MOW", kind="region", parent=russia, is_city_region=True)


def test_an_edition_occurs_once_in_its_series(refused):
    series = ForumSeriesFactory()
    ForumFactory(series=series, edition_number=6)
    with refused(), transaction.atomic():
        ForumFactory(series=series, edition_number=6)
    ForumFactory(series=series)
    ForumFactory(series=series)  # editions whose number nobody knows
    ForumFactory(series=ForumSeriesFactory(), edition_number=6)
    assert Forum.objects.count() == 4


@pytest.mark.parametrize(
    "values",
    [
        {"qualifier": "between"},
        {"qualifier": "between", "value_to": 900},
        {"value_to": 1000},
        {"obs_value": None},
        {"obs_value": None, "qualifier": "direction_only"},
        {"qualifier": "direction_only"},
        {"rank": "preferred"},
        {"unit_mult": 99},
    ],
)
def test_a_figure_that_contradicts_itself_is_refused(values, refused):
    observation = ObservationFactory()
    with refused():
        set_columns(observation, **values)


@pytest.mark.parametrize(
    "values",
    [
        {"qualifier": "between", "value_to": 1000},
        {"obs_value": None, "qualifier": "direction_only", "unit": None},
        {"obs_value": None, "obs_status": "O"},
        {"rank": "preferred", "rank_reason": "the ministry's own figure"},
    ],
)
def test_a_figure_that_agrees_with_itself_is_kept(values):
    set_columns(ObservationFactory(), **values)


def test_a_link_fits_its_ends(refused):
    agreement, other, forum, visit = AgreementFactory(), AgreementFactory(), ForumFactory(), VisitFactory()
    impossible = (
        {"kind": "amends", "from_agreement": agreement, "to_forum": forum},
        {"kind": "signed_at", "from_agreement": agreement, "to_agreement": other},
        {"kind": "attended", "from_visit": visit, "to_visit": visit},
        {"kind": "amends", "from_agreement": agreement, "to_agreement": agreement},
        {"kind": "amends", "from_agreement": agreement},
        {"kind": "amends", "to_agreement": agreement},
    )
    for ends in impossible:
        with refused(), transaction.atomic():
            RecordLink.objects.create(**ends)
    RecordLink.objects.create(kind="amends", from_agreement=agreement, to_agreement=other)
    RecordLink.objects.create(kind="signed_at", from_agreement=agreement, to_forum=forum)
    RecordLink.objects.create(kind="attended", from_visit=visit, to_forum=forum)


def test_a_source_in_use_cannot_be_deleted():
    agreement = AgreementFactory()
    source = agreement.citations.get().source
    with pytest.raises(ProtectedError) as caught:
        source.delete()
    assert [citation.record for citation in caught.value.protected_objects] == [agreement]
    assert Source.objects.filter(pk=source.pk).exists()


def test_a_source_without_citations_can_be_deleted():
    source = SourceFactory()
    source.delete()
    assert not Source.objects.exists()


def test_a_place_cannot_be_its_own_parent(refused):
    region = PlaceFactory(code="RU-OMS", kind="region", parent=PlaceFactory())
    with refused():
        set_columns(region, parent=region)


def test_a_source_needs_a_title_and_a_key(refused):
    with refused(), transaction.atomic():
        SourceFactory(title="")
    source = SourceFactory(key="")
    assert source.key
    with refused():
        set_columns(source, key="")


@pytest.mark.parametrize("code", ["a/b", "a b", "Москва", ""])
def test_a_code_must_fit_into_an_address(code):
    with pytest.raises(ValidationError):
        PlaceFactory.build(code=code).full_clean()
