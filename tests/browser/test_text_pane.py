"""A text beside the form, in real Chromium: a marked passage becomes the place and the quotation of a citation."""

import pytest
from playwright.sync_api import expect

from relations.models import Agreement, Source, State
from tests.helpers.browser import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEXT = "Первый абзац.\n\nДоговор подписан\nв Москве. Он вступил в силу.\n\nПоследний абзац."


def draft():
    return Agreement.objects.create(title_ru="Договор о мостах", instrument_type="treaty", state=State.DRAFT)


def opened(editor, treaty):
    editor.open(f"admin/relations/agreement/{treaty.pk}/change/")
    editor.focus(".text-pane summary")
    editor.page.keyboard.press("Enter")
    editor.page.locator("#text-pane-text").fill(TEXT)


def mark(editor, passage):
    start = TEXT.index(passage)
    marking = "(one, [start, end]) => { one.focus(); one.setSelectionRange(start, end); }"
    editor.page.locator("#text-pane-text").evaluate(marking, [start, start + len(passage)])


def take(editor):
    editor.focus(".text-pane button")
    editor.page.keyboard.press("Enter")


@pytest.mark.parametrize(
    ("role", "said", "quotation"),
    [
        ("editor", "Перенесено: абзац 2, цитата.", "Договор подписан в Москве."),
        ("importer", "Перенесено: абзац 2.", ""),
    ],
    ids=["who may quote", "who may not"],
)
def test_a_marked_passage_is_taken_into_a_chosen_citation(role, said, quotation, visit, staff):
    staff(role)
    treaty = draft()
    source = Source.objects.create(key="yearbook", title="Ежегодник", type="book", language="ru")
    treaty.cite(source, field="date_signed")
    with visit() as editor:
        editor.sign_in(role)
        opened(editor, treaty)
        mark(editor, "Договор подписан\nв Москве.")
        take(editor)
        expect(editor.page.locator(".text-pane-status")).to_have_text(said)
        editor.press("[name=_save]")
        cited = treaty.citations.get()
        assert (cited.where, cited.quotation, cited.field) == ("абзац 2", quotation, "date_signed")
        assert not editor.complaints, "\n".join(editor.complaints)


def test_without_a_passage_nothing_is_taken_and_a_new_citation_can_be_begun(visit, staff):
    staff("editor")
    with visit() as editor:
        editor.sign_in("editor")
        opened(editor, draft())
        mark(editor, "")
        take(editor)
        expect(editor.page.locator(".text-pane-status")).to_have_text("Сначала выделите отрывок текста.")
        assert not editor.count("#citations-0")
        mark(editor, "Последний")
        take(editor)
        assert editor.page.locator("#id_citations-0-locator").input_value() == "4"


def test_the_text_is_not_sent_and_stands_beside_the_form_in_wide_windows(visit, staff):
    staff("editor")
    treaty = draft()
    with visit() as editor:
        editor.sign_in("editor")
        opened(editor, treaty)
        edges = "one => one.getBoundingClientRect()"
        text, form = (editor.page.locator(one).evaluate(edges) for one in (".text-pane", "#agreement_form"))
        assert text["right"] <= form["left"]
        assert not [one for one in editor.axe_violations() if "text-pane" in one]
        assert editor.sideways(PHONE) <= 0
        with editor.page.expect_request(
            lambda request: request.method == "POST" and "/change/" in request.url
        ) as sent:
            editor.page.locator("[name=_save]").first.click()
        assert "Последний" not in (sent.value.post_data or "")
