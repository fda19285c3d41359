"""What too many records show is brought up to date by a worker, and never stays as it was."""

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from relations import tasks
from relations.models import Agreement, Source, StaleRecords, row_cache, stale_records
from relations.models.row_cache import refresh
from tests.helpers.admin import signed_in, text, url
from tests.helpers.factories import AgreementFactory, PlaceFactory, SourceFactory
from tests.helpers.many import copy

pytestmark = pytest.mark.django_db


@pytest.fixture
def few_at_once(monkeypatch):
    """More than two records are too many for a request, and a worker takes two at a time."""
    monkeypatch.setattr(row_cache, "MOST_AT_ONCE", 2)
    monkeypatch.setattr(stale_records, "PART", 2)


@pytest.fixture
def tashkent(russia, uzbekistan):
    return PlaceFactory(
        code="tashkent", kind="city", parent=uzbekistan, name_ru="Ташкент", name_en="Tashkent"
    )


@pytest.fixture
def agreements(few_at_once, russia, tashkent):
    return [AgreementFactory(participants=[("party", russia), ("party", tashkent)]) for _number in range(5)]


def rename(place):
    place.name_ru = "Шаш"
    place.save()


def found(word):
    return set(Agreement.objects.matching(word))


def test_few_records_are_brought_up_to_date_at_once(russia, tashkent):
    agreement = AgreementFactory(participants=[("party", russia), ("party", tashkent)])
    rename(tashkent)
    assert found("Шаш") == {agreement}
    assert StaleRecords.objects.number() == 0


def test_many_records_are_left_to_a_worker(agreements, tashkent, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as handed_over:
        rename(tashkent)
    assert len(handed_over) == 1
    assert (StaleRecords.objects.number(), StaleRecords.objects.count()) == (5, 3)
    assert found("Шаш") == set()
    handed_over[0]()
    assert found("Шаш") == set(agreements)
    assert found("Ташкент") == set()
    assert StaleRecords.objects.number() == 0


def test_a_change_that_is_taken_back_leaves_nothing_to_a_worker(agreements, tashkent):
    with transaction.atomic():
        rename(tashkent)
        transaction.set_rollback(True)
    assert StaleRecords.objects.number() == 0


def test_records_that_cite_a_renamed_source_are_left_to_a_worker(
    few_at_once, django_capture_on_commit_callbacks
):
    source = SourceFactory()
    for _number in range(3):
        AgreementFactory(sources=0).cite(source)
    with django_capture_on_commit_callbacks(execute=True):
        source.key = "renamed"
        source.save()
        assert StaleRecords.objects.number() == 3
    assert all('"source":"renamed"' in agreement.row for agreement in Agreement.objects.all())
    assert Source.objects.get().key == "renamed"


def test_a_list_says_how_many_are_waiting_and_has_a_dead_worker_replaced(agreements, tashkent, staff):
    client = signed_in(staff("editor"))
    rename(tashkent)  # and its worker dies: nothing has run, and the mark of a living one has expired
    assert "5 records are being brought up to date" in text(client.get(url(Agreement)))
    assert found("Шаш") == set(agreements)
    assert "brought up to date" not in text(client.get(url(Agreement)))


def test_a_worker_that_is_at_work_is_left_alone(agreements, tashkent):
    rename(tashkent)
    caches["progress"].add("refreshing", True)
    assert tasks.number_stale() == 5
    assert StaleRecords.objects.number() == 5


def test_what_a_worker_has_begun_when_it_dies_is_taken_up_again(agreements, tashkent, monkeypatch):
    rename(tashkent)
    with monkeypatch.context() as broken:
        broken.setattr(tasks, "refresh_keys", lambda *args, **options: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            tasks.refresh_part()
    assert StaleRecords.objects.number() == 5
    assert tasks.refresh_part()
    assert StaleRecords.objects.number() == 3


def test_the_statements_of_a_renaming_do_not_grow_with_its_records(russia, tashkent):
    agreement = AgreementFactory(participants=[("party", russia), ("party", tashkent)])
    numbers = []
    for number in (1, 1100):  # with the copies before more than a thousand
        copy(agreement, number, key=lambda at, number=number: f"copy-{at}-of-{number}")
        with CaptureQueriesContext(connection) as captured:
            rename(tashkent)
        numbers.append(len(captured))
        tashkent.name_ru = "Ташкент"
        tashkent.save()
        while tasks.refresh_part():
            pass
    assert StaleRecords.objects.number() == 0
    assert numbers[1] <= numbers[0]


def test_deleting_what_thousands_of_records_show_names_a_few_of_them(staff, russia, tashkent):
    copy(AgreementFactory(participants=[("party", russia), ("party", tashkent)]), 100)
    client = signed_in(staff("administrator"))
    with CaptureQueriesContext(connection) as captured:
        page = client.get(url(type(tashkent), "delete", tashkent.pk))
    assert 1 <= len(page.context["protected"]) <= 10
    assert len(captured) < 60


def test_refreshing_a_record_leaves_nothing(few_at_once):
    refresh([AgreementFactory()])
    assert not StaleRecords.objects.exists()
