"""Whether a visit or a forum was held, in lists, on pages and for programs."""

import pytest

from relations.models import Visit
from tests.helpers.admin import filled_in, signed_in, text, url
from tests.helpers.factories import ForumFactory, VisitFactory
from tests.helpers.head import Head
from tests.helpers.random_queries import total
from tests.helpers.sheets import import_rows

pytestmark = pytest.mark.django_db


def test_the_status_and_the_format_of_visits_are_two_parameters(client):
    VisitFactory(visit_status="planned", published=True)
    VisitFactory(visit_status="cancelled", format="online", published=True)
    VisitFactory(published=True)
    found = {
        query: total("visits", query) for query in ("status=planned", "status=held", "format=online", "")
    }
    assert found == {"status=planned": 1, "status=held": 1, "format=online": 1, "": 3}
    assert total("visits", "status=online") == 0
    page = text(client.get("/en/visits/?status=planned&format=in_person"))
    assert 'name="format" value="in_person" checked' in page
    answer = client.get("/api/v1/visits/?status=cancelled&format=online").json()
    assert [one["columns"]["visit_status"] for one in answer["results"]] == ["cancelled"]


@pytest.mark.parametrize("status", ["planned", "cancelled", "postponed"])
@pytest.mark.parametrize(
    ("factory", "field"), [(VisitFactory, "visit_status"), (ForumFactory, "event_status")]
)
def test_what_was_not_held_is_marked_in_the_list_and_on_its_page(status, factory, field, client):
    record = factory(**{field: status}, published=True)
    slug = record.get_absolute_url().split("/")[2]
    assert f'<span class="status">{status}</span>' in text(client.get(f"/en/{slug}/"))
    assert f"<dt>Status</dt> <dd> {status} <a" in text(client.get(f"/en/{slug}/{record.key}/"))


def test_a_visit_that_was_held_is_not_marked(client):
    visit = VisitFactory(published=True)
    assert 'class="status"' not in text(client.get("/en/visits/"))
    page = client.get(f"/en/visits/{visit.key}/")
    assert "<dt>Status</dt>" not in text(page)
    assert "visit_status" not in {fact.name for fact in page.context["facts"]}


@pytest.mark.parametrize(
    ("status", "word"),
    [
        ("held", "EventScheduled"),
        ("planned", "EventScheduled"),
        ("cancelled", "EventCancelled"),
        ("postponed", "EventPostponed"),
    ],
)
@pytest.mark.parametrize(
    ("factory", "field"), [(VisitFactory, "visit_status"), (ForumFactory, "event_status")]
)
def test_linked_data_gives_the_status_in_the_words_of_schema_org(status, word, factory, field, client):
    record = factory(**{field: status}, published=True)
    found = Head(client.get(record.get_absolute_url()).content.decode()).data[0]
    assert found["eventStatus"] == f"https://schema.org/{word}"


def test_the_form_and_the_list_of_the_admin_know_the_status(staff):
    visit, client = VisitFactory(title_en="To Tashkent"), signed_in(staff("editor"))
    page = client.get(url(Visit, "change", visit.pk))
    client.post(url(Visit, "change", visit.pk), filled_in(page, visit_status="cancelled"))
    visit.refresh_from_db()
    assert visit.visit_status == "cancelled"
    assert "To Tashkent" in text(client.get(url(Visit), {"visit_status__exact": "cancelled"}))
    assert "To Tashkent" not in text(client.get(url(Visit), {"visit_status__exact": "held"}))


def test_a_sheet_sets_the_status(client):
    VisitFactory(key="visit", published=True)
    import_rows("visits", {"key": "visit", "visit_status": "отменено"}, publish=True)
    assert Visit.objects.get().visit_status == "cancelled"
