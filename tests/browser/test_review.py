"""A proposed change is reviewed by keyboard: found wrong, answered, settled, approved; in real Chromium."""

import pytest

from relations.models import Agreement, ReviewComment, Revision
from tests.helpers.admin import filled_in, signed_in, url
from tests.helpers.browser import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def treaty(content, staff):
    """A public agreement with a proposed change of its date."""
    record = Agreement.objects.published().filter(signed__gt="").order_by("pk").first()
    editor, address = signed_in(staff("editor")), url(Agreement, "change", record.pk)
    editor.post(address, filled_in(editor.get(address), signed="1993-02"))
    assert Revision.objects.get().object_id == record.pk
    staff("publisher")
    return record


def open_review(reader, record, role):
    reader.sign_in(role)
    reader.open(url(Agreement, "review", record.pk).lstrip("/"))


def test_a_change_is_reviewed_by_keyboard(visit, treaty):
    with visit() as reader:
        open_review(reader, treaty, "publisher")
        assert not reader.axe_violations()
        reader.focus("input[name=mark-date_signed]")
        reader.page.keyboard.press("ArrowRight")  # from right to wrong
        reader.page.keyboard.press("Tab")
        reader.page.keyboard.type("Which source?")
        reader.step("button[value=send_back]")
        assert reader.sees(".messagelist .success")
        assert not reader.complaints
    assert (ReviewComment.objects.get().field, Revision.objects.get().status) == ("date_signed", "sent_back")
    with visit() as writer:
        open_review(writer, treaty, "editor")
        writer.write(".comments textarea", "Page 5")
        writer.step("button[value=answer]")
        assert writer.sees(".comment-answer", "Page 5")
        assert not writer.complaints


def test_what_is_written_in_another_form_of_the_page_is_not_lost_unasked(visit, treaty):
    asked = []
    with visit() as reader:
        open_review(reader, treaty, "publisher")
        reader.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
        reader.page.locator("#id_comment").fill("Which source?")
        reader.page.locator(".comments summary").first.click()
        reader.page.locator("#id_comment_text").fill("Another")
        reader.page.locator("button[value=comment]").click()
        reader.page.wait_for_timeout(0)
        assert asked == ["beforeunload"]
        assert reader.page.locator("#id_comment").input_value() == "Which source?"
    assert not ReviewComment.objects.exists()


@pytest.mark.parametrize("page", ["review", "citations", "change", "history"])
def test_the_pages_fit_a_phone_and_have_no_fault_that_axe_finds(visit, treaty, page):
    with visit() as reader:
        open_review(reader, treaty, "publisher")
        reader.page.locator(".comments summary").first.click()
        reader.page.locator("#id_comment_field").select_option("date_signed")
        reader.page.locator("#id_comment_text").fill("word " * 30 + "x" * 200)
        reader.press("button[value=comment]")
        reader.open(url(Agreement, page, treaty.pk).lstrip("/"))
        assert reader.sees(".review-comment" if page != "citations" else ".citation-checks section")
        if page != "change":
            assert not reader.axe_violations()
            assert reader.sideways(PHONE) <= 0
        assert not reader.complaints
