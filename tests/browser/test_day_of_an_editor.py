"""An editor's day in real Chromium: an agreement with a new source is written, submitted and approved in few clicks.

A click, and Enter or Space where they do something, count as one. Typing and Tab do not.
"""

import pytest
from playwright.sync_api import expect

from relations.models import Agreement, Source, State
from tests.helpers.browser import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
#: from the first page of the admin until the agreement is in review, and until a second person has published it
MOST_TO_SUBMIT, MOST_TO_APPROVE = 12, 3
REFERENCE = "Иванов И. И. Договоры о мостах // Вестник. — 2021. — № 3. — С. 5–12."
TITLE, TITLE_EN = "Соглашение о мостах через Сырдарью", "Agreement on Bridges over the Syr Darya"
#: what the source supports, as the form names it
CITED = ("status", "date_signed", "parties")


class Hands:
    """A keyboard that counts what acts."""

    def __init__(self, visitor):
        self.visitor, self.page, self.acts = visitor, visitor.page, 0
        self.keys = self.page.context.new_cdp_session(self.page)

    def act(self, selector, key="Enter"):
        self.visitor.focus(selector)
        self.press(key)

    def press(self, key):
        self.page.keyboard.press(key)
        self.acts += 1

    def write(self, selector, text):
        """Types on a keyboard of any layout; what a layout lacks would otherwise arrive without its key."""
        self.visitor.focus(selector)
        for letter in text:
            for kind in ("keyDown", "keyUp"):
                typed = {"text": letter} if kind == "keyDown" else {}
                self.keys.send("Input.dispatchKeyEvent", {"type": kind, "key": letter, **typed})

    def search(self, name, words, wanted):
        """Types into a field with search and takes what it finds."""
        self.write(f"#id_{name} + .select2 .select2-selection", words)
        option = self.page.locator(".select2-results__option--highlighted")
        expect(option).to_have_text(wanted)
        self.press("Enter")


def add_source(hands):
    """The plus beside the source of the first citation: a reference is pasted, and the source stored."""
    with hands.page.expect_popup() as opened:
        hands.act("#add_id_citations-0-source")
    opened.value.locator("#id_reference").wait_for()
    popup = Visitor(opened.value, hands.visitor.site)
    within = Hands(popup)
    within.write("#id_reference", REFERENCE)
    with popup.page.expect_navigation():
        within.act(".reference-box [type=submit]")
    with popup.page.expect_event("close"):
        popup.focus("[name=_save]")
        within.press("Enter")
    assert not popup.complaints, "\n".join(popup.complaints)
    hands.acts += within.acts


def write_agreement(hands):
    """From the first page to the record in review."""
    editor = hands.visitor
    with editor.page.expect_navigation():
        hands.act("a.addlink[href$='agreement/add/']")
    hands.write("[name=title_ru]", TITLE)
    hands.write("[name=title_en]", TITLE_EN)
    hands.write("[name=instrument_type]", "Согл")
    hands.write("[name=signed]", "12.03.2021")
    add_source(hands)
    expect(editor.page.locator("#id_citations-0-source + .select2")).to_contain_text("Договоры о мостах")
    hands.write("[name=citations-0-locator_label]", "стр")
    hands.write("[name=citations-0-locator]", "7")
    for fact in CITED:
        hands.act(f"[name=citations-0-facts][value={fact}]", "Space")
    for row, (words, country) in enumerate((("Россия", "Россия"), ("Узбекистан", "Узбекистан"))):
        hands.search(f"participations-{row}-place", words, country)
    with editor.page.expect_navigation():
        hands.act("[name=_submit]")


def test_an_agreement_is_written_submitted_and_approved_in_few_clicks(visit, staff):
    for role in ("editor", "publisher"):
        staff(role)
    with visit() as editor:
        editor.sign_in("editor")
        hands = Hands(editor)
        write_agreement(hands)
        assert not editor.texts(".errorlist, .errornote")
        assert not editor.complaints, "\n".join(editor.complaints)
    found = Agreement.objects.get(title_ru=TITLE)
    assert found.state == State.REVIEW
    assert {one.field for one in found.citations.all()} == set(CITED)
    assert Source.objects.get(citations__agreement=found, citations__field="parties").title
    assert sorted(place.code for place in found.sides()) == ["RU", "UZ"]
    assert hands.acts <= MOST_TO_SUBMIT, hands.acts
    with visit() as publisher:
        publisher.sign_in("publisher")
        approving = Hands(publisher)
        approve(approving, found)
        assert not publisher.complaints, "\n".join(publisher.complaints)
    found.refresh_from_db()
    assert found.state == State.PUBLISHED
    assert approving.acts <= MOST_TO_APPROVE, approving.acts


def approve(hands, record):
    """From the first page of the admin: the record in the queue, and the button."""
    with hands.page.expect_navigation():
        hands.act(f"a[href$='agreement/{record.pk}/review/']")
    with hands.page.expect_navigation():
        hands.act("button[value=approve]")
    assert hands.visitor.sees(".messagelist .success"), hands.visitor.texts(".messagelist")
