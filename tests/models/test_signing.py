"""“Signed at” is only for what has been signed, at an event that has been held."""

import pytest

from relations.models import Agreement, Forum, LinkKind, RecordLink, Visit
from tests.helpers.admin import filled_in, signed_in, text, url
from tests.helpers.factories import AgreementFactory, ForumFactory, SourceFactory, VisitFactory
from tests.helpers.sheets import codes, load_rows

pytestmark = pytest.mark.django_db
WORDS = "“Signed at” is only for an agreement that has been signed, and an event that has been held."
EVENTS = [(ForumFactory, "event_status"), (VisitFactory, "visit_status")]


def link(agreement, event):
    return RecordLink.objects.create(
        kind=LinkKind.SIGNED_AT, from_agreement=agreement, **{f"to_{event._meta.model_name}": event}
    )


@pytest.fixture
def client_of_a_publisher(staff):
    return signed_in(staff("publisher"))


# Sheets.


@pytest.mark.parametrize(("factory", "field"), EVENTS)
def test_a_sheet_signs_at_what_was_held_and_at_nothing_else(factory, field, russia, uzbekistan):
    for status in ("held", "planned", "cancelled", "postponed"):
        factory(key=status, **{field: status})
    row = {"key": "new", "title_en": "New", "parties": "RU; UZ", "source": SourceFactory().key}
    for status in ("planned", "cancelled", "postponed"):
        report = load_rows("agreements", row | {"signed_at": f"held; {status}"})
        assert codes(report.errors) == ["link.unsigned"]
    assert not load_rows("agreements", row | {"signed_at": "held"}, dry_run=True).errors
    report = load_rows("agreements", row | {"signed_at": "held", "status": "planned"})
    assert codes(report.errors) == ["link.unsigned"]


def test_a_sheet_does_not_call_a_signed_agreement_planned():
    link(AgreementFactory(key="deal"), ForumFactory())
    assert codes(load_rows("agreements", {"key": "deal", "status": "planned"}).errors) == ["link.unsigned"]
    assert not load_rows("agreements", {"key": "deal", "status": "planned", "signed_at": ""}).errors


@pytest.mark.parametrize(("factory", "field"), EVENTS)
def test_a_sheet_does_not_call_an_event_planned_at_which_something_was_signed(factory, field):
    event = factory(key="event")
    slug = event.get_absolute_url().split("/")[2]
    assert not load_rows(slug, {"key": "event", field: "planned"}, dry_run=True).errors
    link(AgreementFactory(), event)
    assert codes(load_rows(slug, {"key": "event", field: "planned"}).errors) == ["link.unsigned"]


# Forms.


@pytest.mark.parametrize("agreement", ["signed", "planned"])
@pytest.mark.parametrize("forum", ["held", "planned", "cancelled"])
def test_the_form_of_an_agreement_refuses_it_in_words(agreement, forum, client_of_a_publisher):
    record, event = AgreementFactory(status_in_law="signed"), ForumFactory(event_status=forum)
    page = client_of_a_publisher.get(url(Agreement, "change", record.pk))
    sent = filled_in(page, status_in_law=agreement)
    sent |= {"links-TOTAL_FORMS": "1", "links-0-kind": "signed_at", "links-0-to_forum": event.pk}
    answer = client_of_a_publisher.post(url(Agreement, "change", record.pk), sent)
    fits = (agreement, forum) == ("signed", "held")
    assert RecordLink.objects.exists() == fits
    assert (WORDS in text(answer)) == (not fits)


def test_the_form_of_a_new_agreement_refuses_it_too(client_of_a_publisher):
    page = client_of_a_publisher.get(url(Agreement, "add"))
    sent = filled_in(page, status_in_law="planned", title_en="New")
    sent |= {"links-TOTAL_FORMS": "1", "links-0-kind": "signed_at", "links-0-to_forum": ForumFactory().pk}
    assert WORDS in text(client_of_a_publisher.post(url(Agreement, "add"), sent))
    assert not Agreement.objects.exists()


@pytest.mark.parametrize(
    ("factory", "model", "field"),
    [(ForumFactory, Forum, "event_status"), (VisitFactory, Visit, "visit_status")],
)
def test_the_form_of_an_event_refuses_to_cancel_it_while_something_is_signed_there(
    factory, model, field, client_of_a_publisher
):
    event = factory()
    link(AgreementFactory(), event)
    page = client_of_a_publisher.get(url(model, "change", event.pk))
    answer = client_of_a_publisher.post(
        url(model, "change", event.pk), filled_in(page, **{field: "cancelled"})
    )
    assert WORDS in text(answer)
    event.refresh_from_db()
    assert getattr(event, field) == "held"


# Pages.


@pytest.mark.parametrize(("status", "shown"), [("signed", True), ("planned", False)])
def test_an_older_link_that_is_not_true_is_not_shown(status, shown, client):
    agreement, forum = AgreementFactory(status_in_law=status, published=True), ForumFactory(published=True)
    link(agreement, forum)
    assert ("signed here" in text(client.get(f"/en/forums/{forum.key}/"))) == shown
    assert ("signed at" in text(client.get(f"/en/agreements/{agreement.key}/"))) == shown
    assert bool(client.get(f"/api/v1/agreements/{agreement.key}/").json()["links"]) == shown
