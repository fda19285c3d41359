"""The form of an entity says which other editors have it open; it locks nothing."""

import pytest
from django.contrib.auth.models import Permission
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from relations.admin import open_forms
from relations.models import Agreement, Source
from tests.helpers.admin import filled_in, signed_in, text, url
from tests.helpers.factories import AgreementFactory, SourceFactory

pytestmark = pytest.mark.django_db
OPENED = "opened this form"


@pytest.fixture
def clock(monkeypatch):
    """A function: lets so many minutes pass."""
    now = [1_700_000_000.0]
    monkeypatch.setattr(open_forms.time, "time", lambda: now[0])

    def pass_minutes(number):
        now[0] += 60 * number

    return pass_minutes


@pytest.fixture
def editors(staff, django_user_model):
    """Two editors: Anna Petrova, and one with a user name only."""
    anna = staff("editor")
    anna.first_name, anna.last_name = "Anna", "Petrova"
    anna.save()
    boris = django_user_model.objects.create_user("boris", is_staff=True)
    boris.groups.set(anna.groups.all())
    return signed_in(anna), signed_in(boris)


def form(client, obj, language="en"):
    client.cookies["django_language"] = language
    return text(client.get(url(type(obj), "change", obj.pk)))


@pytest.mark.parametrize("factory", [AgreementFactory, SourceFactory])
def test_a_form_names_the_other_editor_who_has_it_open_and_since_when(factory, editors, clock):
    anna, boris = editors
    obj = factory()
    assert OPENED not in form(anna, obj)
    clock(3)
    assert "Anna Petrova opened this form 3 minutes ago and may be changing it now." in form(boris, obj)
    assert "boris opened this form less than a minute ago" in form(anna, obj)
    clock(2)
    assert "2 минуты назад открыл другой редактор: Anna Petrova" in form(boris, obj, "ru")


def test_an_editor_is_not_told_of_their_own_form_nor_of_other_forms(editors):
    anna, boris = editors
    one, other = AgreementFactory(), AgreementFactory()
    form(anna, one)
    assert OPENED not in form(anna, one)
    assert OPENED not in form(boris, other)


def test_a_form_no_longer_counts_as_open_after_a_quarter_of_an_hour(editors, clock):
    anna, boris = editors
    record = AgreementFactory()
    form(anna, record)
    clock(14)
    assert OPENED in form(boris, record)
    clock(1)
    assert "Anna" not in form(boris, record)


def test_a_form_that_was_saved_and_left_does_not_count_as_open(editors):
    anna, boris = editors
    record = AgreementFactory()
    address = url(Agreement, "change", record.pk)
    anna.post(address, filled_in(anna.get(address), _continue="1"))
    assert OPENED in form(boris, record)
    anna.post(address, filled_in(anna.get(address)))
    assert OPENED not in form(boris, record)


def test_both_may_save(editors):
    anna, boris = editors
    record = AgreementFactory()
    address = url(Agreement, "change", record.pk)
    form(anna, record)
    assert boris.post(address, filled_in(boris.get(address), notes="Boris’s")).status_code == 302
    assert Agreement.objects.get().notes == "Boris’s"


def test_who_may_only_look_does_not_have_the_form_open(editors, django_user_model):
    anna, _boris = editors
    source = SourceFactory()
    looker = django_user_model.objects.create_user("looker", is_staff=True)
    looker.user_permissions.set(Permission.objects.filter(codename="view_source"))
    assert signed_in(looker).get(url(Source, "change", source.pk)).status_code == 200
    assert OPENED not in form(anna, source)


def test_many_editors_cost_no_more_statements(editors, django_user_model):
    anna, boris = editors
    record = AgreementFactory()
    form(boris, record)
    form(anna, record)
    with CaptureQueriesContext(connection) as few:
        form(anna, record)
    for number in range(5):
        one = django_user_model.objects.create_user(f"editor-{number}", is_staff=True)
        one.groups.set(django_user_model.objects.get(username="boris").groups.all())
        form(signed_in(one), record)
    with CaptureQueriesContext(connection) as many:
        page = form(anna, record)
    assert page.count(OPENED) == 6
    assert len(many) == len(few)


def test_a_cache_that_fails_keeps_no_one_from_the_form(editors, monkeypatch):
    anna, _boris = editors
    record = AgreementFactory()

    def fails(*_args, **_kwargs):
        raise RuntimeError("No cache")

    for name in ("get", "get_many", "set"):
        monkeypatch.setattr(type(caches["progress"]), name, fails)
    address = url(Agreement, "change", record.pk)
    assert anna.post(address, filled_in(anna.get(address), notes="Kept")).status_code == 302
    assert Agreement.objects.get().notes == "Kept"
