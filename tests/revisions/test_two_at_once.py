"""Two people at once, in a hundred scripted runs of twenty kinds: nothing is lost in silence, nothing public is
unreviewed, and nobody meets an error without a sentence.
"""

import random
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from relations.catalog import RESOURCES
from relations.errors import Problem
from relations.imports.undo import undo
from relations.models import Agreement, ImportBatch, Revision, State
from relations.models.row_cache import unpacked
from relations.registry import resource_of
from relations.revisions.approval import approve, seen_by
from relations.revisions.saving import pending_revision
from tests.helpers.admin import filled_in, signed_in, text, url
from tests.helpers.factories import AgreementFactory, SourceFactory
from tests.helpers.sheets import load_rows

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

#: fields of the form with the columns of the row, and how a new value is made
FIELDS = {
    "title_en": ("title_en", lambda number: f"Title {number}"),
    "title_ru": ("title_ru", lambda number: f"Название {number}"),
    "summary_en": ("summary_en", lambda number: f"Summary {number}"),
    "notes": ("notes", lambda number: f"Note {number}"),
    "signed": (
        "date_signed",
        lambda number: f"{1992 + number % 29}-{number % 11 + 1:02}-{number % 27 + 1:02}",
    ),
}
#: what an answer that does not take the change must say, in some words
TOLD = ("errornote", "errorlist", "messagelist", "side-by-side")


@dataclass
class Intent:
    """What somebody wanted to change, and what the register answered."""

    column: str
    value: str
    answer: object = None

    @property
    def page(self):
        return text(self.answer) if self.answer is not None else ""

    @property
    def was_refused(self):
        """Whether the form came back with what was typed, or a page says that it was not stored."""
        if self.answer is None:
            return False
        context = self.answer.context
        came_back = bool(context) and "adminform" in context and bool(context.get("errors"))
        return came_back or 'class="error"' in self.page or 'class="warning"' in self.page


@dataclass
class Desk:
    """One record, or a place, a person …, and the people who work on it."""

    record: Any
    clients: dict
    users: dict
    chance: random.Random
    intents: list = field(default_factory=list)
    #: the rows that somebody has approved
    approved: list = field(default_factory=list)
    #: the fields that they change, as in FIELDS
    fields: dict = field(default_factory=lambda: FIELDS)

    @property
    def model(self):
        return type(self.record)

    @property
    def resource(self):
        return resource_of(self.model)

    def address(self, page):
        return url(self.model, page, self.record.pk)

    def open(self, who):
        return filled_in(self.clients[who].get(self.address("change")))

    def choose(self, number):
        """Different fields and values for the people of one run."""
        return self.chance.sample(sorted(self.fields), number)

    def save(self, who, data, name):
        column, make = self.fields[name]
        value = make(self.chance.randrange(1000))
        intent = Intent(column, value)
        intent.answer = self.clients[who].post(self.address("change"), {**data, name: value}, follow=True)
        assert intent.answer.status_code in (200, 403, 404), intent.answer.status_code
        self.intents.append(intent)
        self.check_public()
        return intent

    @property
    def row(self):
        """What the next editor sees: the proposed row, else that of the record; None where it is deleted."""
        stored = self.model.objects.filter(pk=self.record.pk).values_list("row", flat=True).first()
        if stored is None:
            return None
        waiting = Revision.objects.filter(
            type=self.resource.slug, object_id=self.record.pk, status__in=Revision.PENDING
        ).order_by("pk")
        return waiting.last().row if waiting else unpacked(stored)

    @property
    def public_row(self):
        public = self.model.objects.filter(pk__in=self.resource.public_among([self.record.pk]))
        found = public.values_list("row", flat=True)
        return unpacked(found[0]) if found else None

    @property
    def seen(self):
        """What a reviewer looks at."""
        return seen_by(self.resource, self.record.pk, pending_revision(self.resource, self.record.pk))

    def approve(self, who="publisher", seen=None):
        seen = seen or self.seen
        review = self.address("review")
        page = self.clients[who].get(review, follow=True)
        checked = [value for value, _words in page.context.get("to_confirm") or ()]
        sent = {"verb": "approve", "seen": seen, "confirmed": checked}
        answer = self.clients[who].post(review, sent, follow=True)
        assert answer.status_code == 200
        if self.public_row is not None:
            self.approved.append(self.public_row)
        return answer

    def act(self, action, who="publisher"):
        data = {"action": action, "_selected_action": [self.record.pk]}
        page = self.clients[who].post(url(Agreement), data)
        assert page.status_code in (200, 302)
        if not page.context or not page.context.get("ready"):
            return page
        seen = {f"seen-{one.record.pk}": one.seen for one in page.context["ready"]}
        answer = self.clients[who].post(
            url(Agreement), {**data, **seen, "confirmed": 1, "reason": "Checked"}, follow=True
        )
        assert answer.status_code == 200
        if action == "publish" and self.public_row is not None:
            self.approved.append(self.public_row)
        return answer

    def check_public(self):
        """What readers see was approved in exactly that wording."""
        if self.public_row is not None:
            assert self.public_row in self.approved

    def check_nothing_lost(self):
        """Each change is in the row, or its author was told that it is not."""
        row = self.row
        for intent in self.intents:
            is_kept = row is not None and row.get(intent.column) == intent.value
            assert is_kept or intent.was_refused, (intent.column, intent.value, intent.page[:3000])


@pytest.fixture
def desk(request, staff, django_user_model):
    users = {name: staff(name) for name in ("editor", "publisher", "importer")}
    for name, role in (("second", "editor"), ("chief", "publisher")):
        users[name] = django_user_model.objects.create_user(name, is_staff=True)
        users[name].groups.set(Group.objects.filter(name=role))

    def make(seed, published):
        record = AgreementFactory(key="treaty", title_en="Treaty", title_ru="Договор", signed="1992",
                                  sources=1, published=published)  # fmt: skip
        found = Desk(
            record, {name: signed_in(user) for name, user in users.items()}, users, random.Random(seed)
        )
        if published:
            found.approved.append(found.public_row)
        return found

    return make


# The kinds: each is a short script; `desk` has a public record and a draft in turn.


def different_facts_in_two_forms(desk):
    first, second = desk.choose(2)
    annas, boriss = desk.open("editor"), desk.open("second")
    desk.save("editor", annas, first)
    desk.save("second", boriss, second)
    assert not desk.intents[1].was_refused


def the_same_fact_in_two_forms(desk):
    (name,) = desk.choose(1)
    annas, boriss = desk.open("editor"), desk.open("second")
    desk.save("editor", annas, name)
    assert desk.save("second", boriss, name).was_refused


def the_same_fact_decided_after_comparing(desk):
    (name,) = desk.choose(1)
    annas, boriss = desk.open("editor"), desk.open("second")
    desk.save("editor", annas, name)
    refused = desk.save("second", boriss, name)
    again = filled_in(refused.answer)
    assert again[name] == refused.value
    desk.clients["second"].post(desk.address("change"), again)
    assert desk.row[refused.column] == refused.value
    desk.intents = [refused]


def a_citation_each(desk):
    forms = {who: desk.open(who) for who in ("editor", "second")}
    sources = {who: SourceFactory() for who in forms}
    for who, data in forms.items():
        new = {
            "citations-1-source": sources[who].pk,
            "citations-1-confidence": "high",
            "citations-TOTAL_FORMS": 2,
        }
        desk.clients[who].post(desk.address("change"), {**data, **new})
    assert set(desk.row["source"].split("; ")) > {one.key for one in sources.values()}


def a_citation_removed_and_a_fact_changed(desk):
    source = SourceFactory()
    data = desk.open("editor")
    new = {"citations-1-source": source.pk, "citations-1-confidence": "high", "citations-TOTAL_FORMS": 2}
    desk.clients["editor"].post(desk.address("change"), {**data, **new})
    annas, boriss = desk.open("editor"), desk.open("second")
    desk.clients["editor"].post(desk.address("change"), {**annas, "citations-0-DELETE": "on"})
    desk.save("second", boriss, *desk.choose(1))
    assert desk.row["source"] == source.key


def a_party_moved_and_a_fact_changed(desk):
    annas, boriss = desk.open("editor"), desk.open("second")
    places = [annas[f"participations-{i}-place"] for i in (0, 1)]
    swapped = {f"participations-{i}-place": place for i, place in enumerate(reversed(places))}
    desk.clients["editor"].post(desk.address("change"), {**annas, **swapped})
    desk.save("second", boriss, *desk.choose(1))
    assert desk.row["parties"] in ("UZ; RU", "RU; UZ")


def a_form_and_a_submission(desk):
    data = desk.open("editor")
    desk.act("submit", "second")
    desk.save("editor", data, *desk.choose(1))


def a_form_and_a_publication(desk):
    data = desk.open("editor")
    desk.act("publish", "publisher")
    desk.save("editor", data, *desk.choose(1))


def a_form_and_a_withdrawal(desk):
    data = desk.open("editor")
    desk.act("withdraw", "publisher")
    desk.save("editor", data, *desk.choose(1))


def a_form_and_an_import_of_another_fact(desk):
    first, second = desk.choose(2)
    data = desk.open("editor")
    column, make = FIELDS[second]
    value = make(desk.chance.randrange(1000))
    load_rows("agreements", {"key": "treaty", column: value}, proposes=True, user=desk.users["importer"])
    desk.save("editor", data, first)
    found = [desk.row.get(column)] + [one.row.get(column) for one in Revision.objects.all()]
    assert value in found


def a_form_and_an_import_of_the_same_fact(desk):
    (name,) = desk.choose(1)
    data = desk.open("editor")
    column, make = FIELDS[name]
    value = make(1000 + desk.chance.randrange(1000))
    load_rows("agreements", {"key": "treaty", column: value}, proposes=True, user=desk.users["importer"])
    assert desk.save("editor", data, name).was_refused


def a_form_and_the_undo_of_an_import(desk):
    batch = ImportBatch.objects.create(type="agreements", user=desk.users["importer"])
    column, make = FIELDS["summary_en"]
    row = {"key": "treaty", column: make(1)}
    load_rows("agreements", row, proposes=True, batch=batch, user=desk.users["importer"])
    data = desk.open("editor")
    undo(batch, RESOURCES, user=desk.users["importer"])
    desk.save("editor", data, *[name for name in desk.choose(2) if name != "summary_en"][:1])


def a_form_and_a_deletion(desk):
    data = desk.open("editor")
    address = desk.address("delete")
    desk.clients["second"].post(address, {"post": "yes", "reason": "Twice"})
    intent = desk.save("editor", data, *desk.choose(1))
    if desk.row is None:
        assert "unsaved" in intent.page  # the index offers what the browser has kept


def a_proposal_changed_and_approved(desk):
    first, second = desk.choose(2)
    desk.save("editor", desk.open("editor"), first)
    data = desk.open("second")
    desk.approve()
    desk.save("second", data, second)


def a_proposal_changed_and_discarded(desk):
    first, second = desk.choose(2)
    kept = desk.save("editor", desk.open("editor"), first)
    data = desk.open("second")
    desk.clients["publisher"].post(desk.address("review"), {"verb": "discard", "comment": "Not so"})
    desk.save("second", data, second)
    if desk.public_row is not None:
        desk.intents.remove(kept)  # its author sees on the desk that it was discarded


def a_proposal_changed_and_sent_back(desk):
    first, second = desk.choose(2)
    desk.save("editor", desk.open("editor"), first)
    data = desk.open("second")
    desk.clients["publisher"].post(desk.address("review"), {"verb": "send_back", "comment": "Which source?"})
    desk.save("second", data, second)


def an_approval_of_what_has_changed_since(desk):
    first, second = desk.choose(2)
    desk.save("editor", desk.open("editor"), first)
    seen = desk.seen
    desk.save("second", desk.open("second"), second)
    before = desk.public_row
    assert "It has changed since you looked at it" in text(desk.approve(seen=seen))
    assert desk.public_row == before


def a_comment_between_review_and_approval(desk):
    desk.save("editor", desk.open("editor"), *desk.choose(1))
    seen = desk.seen
    before = desk.public_row
    sent = {"verb": "comment", "field": "date_signed", "text": "Which source?"}
    desk.clients["second"].post(desk.address("comment"), sent)
    assert "Which source?" in text(desk.approve(seen=seen))
    assert desk.public_row == before


def two_approvals_of_one_proposal(desk):
    desk.save("editor", desk.open("editor"), *desk.choose(1))
    seen = desk.seen
    desk.approve("publisher", seen)
    with pytest.raises(Problem):
        approve(desk.resource, desk.record.pk, seen, desk.users["chief"])


def an_action_of_two_publishers(desk):
    action = "withdraw" if desk.record.published_at else "publish"
    data = {"action": action, "_selected_action": [desk.record.pk]}
    pages = {who: desk.clients[who].post(url(Agreement), data) for who in ("publisher", "chief")}
    for who, page in pages.items():
        seen = {f"seen-{one.record.pk}": one.seen for one in page.context["ready"]}
        sent = {**data, **seen, "confirmed": 1, "reason": "Checked"}
        assert desk.clients[who].post(url(Agreement), sent, follow=True).status_code == 200
    if desk.public_row is not None:
        desk.approved.append(desk.public_row)
    assert Agreement.objects.get().state == (State.WITHDRAWN if action == "withdraw" else State.PUBLISHED)


def a_form_sent_twice(desk):
    (name,) = desk.choose(1)
    data = desk.open("editor")
    first = desk.save("editor", data, name)
    again = desk.clients["editor"].post(desk.address("change"), {**data, name: first.value}, follow=True)
    assert again.status_code == 200


def a_form_with_keys_made_up_by_hand(desk):
    data = desk.open("editor")
    wrong = {"citations-0-source": "999999", "participations-0-place": "x", "citations-0-id": "-1"}
    answer = desk.clients["editor"].post(desk.address("change"), {**data, **wrong})
    assert answer.status_code == 200
    assert answer.context["errors"]


KINDS = [
    different_facts_in_two_forms,
    the_same_fact_in_two_forms,
    the_same_fact_decided_after_comparing,
    a_citation_each,
    a_citation_removed_and_a_fact_changed,
    a_party_moved_and_a_fact_changed,
    a_form_and_a_submission,
    a_form_and_a_publication,
    a_form_and_a_withdrawal,
    a_form_and_an_import_of_another_fact,
    a_form_and_an_import_of_the_same_fact,
    a_form_and_the_undo_of_an_import,
    a_form_and_a_deletion,
    a_proposal_changed_and_approved,
    a_proposal_changed_and_discarded,
    a_proposal_changed_and_sent_back,
    an_approval_of_what_has_changed_since,
    a_comment_between_review_and_approval,
    two_approvals_of_one_proposal,
    an_action_of_two_publishers,
    a_form_sent_twice,
    a_form_with_keys_made_up_by_hand,
]
#: of each kind; together a hundred and more
RUNS = 5


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("number", range(RUNS))
def test_nothing_is_lost_or_public_unreviewed(kind, number, desk):
    made = desk(f"{kind.__name__} {number}", published=number % 2 == 0)
    kind(made)
    made.check_public()
    made.check_nothing_lost()


def test_there_are_a_hundred_runs_of_at_least_fifteen_kinds():
    assert len(KINDS) >= 15
    assert len(KINDS) * RUNS >= 100


def test_the_review_page_of_a_deleted_record_is_not_found(desk):
    made = desk("deleted", published=False)
    made.clients["editor"].post(made.address("delete"), {"post": "yes", "reason": "Twice"})
    assert made.clients["publisher"].get(made.address("review")).status_code == 404
    assert reverse("admin:index")
