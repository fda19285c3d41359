"""What the register may have already, said while a form is filled in by keyboard, in real Chromium."""

import pytest
from playwright.sync_api import expect

from relations.models import Agreement, Distinct
from tests.helpers.admin import filled_in, signed_in, url
from tests.helpers.browser import DESKTOP, PHONE
from tests.helpers.factories import AgreementFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TITLE = "Договор о мостах через пограничные реки"


def hint(visitor):
    return visitor.page.locator(".likely-duplicates")


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_a_duplicate_is_named_while_its_title_is_typed_and_goes_with_another_date(visit, staff, width):
    staff("editor")
    known = AgreementFactory(title_ru=TITLE, title_en="Bridges", signed="2011-05-12", participants=[])
    with visit(width=width) as editor:
        editor.sign_in("editor")
        editor.open("admin/relations/agreement/add/")
        assert not hint(editor).is_visible()
        editor.write("#id_title_ru", "Договоры о мостах через пограничную реку")
        editor.write("#id_signed", "12 мая 2011")
        link = hint(editor).get_by_role("link", name=TITLE)
        expect(link).to_be_in_viewport()
        assert hint(editor).get_attribute("aria-live") == "polite"
        found = editor.axe_violations()
        assert editor.sideways(width) <= 0
        editor.focus(".likely-duplicates a")
        with editor.page.expect_popup() as opened:
            editor.page.keyboard.press("Enter")
        assert opened.value.url.endswith(f"/agreement/{known.pk}/change/")
        opened.value.close()
        assert editor.page.locator("#id_signed").input_value() == "12 мая 2011"
        editor.fill(signed="13 мая 2011")
        expect(hint(editor).locator("li")).to_have_count(0)
        assert not hint(editor).is_visible()
        editor.press("[name=_continue]")
        assert Agreement.objects.filter(title_ru__startswith="Договоры о мостах").exists()
        assert not found, "\n".join(found)
        assert not editor.complaints, "\n".join(editor.complaints)


def test_a_duplicate_is_named_when_the_last_party_is_chosen(visit, staff):
    staff("editor")
    known = AgreementFactory(title_ru=TITLE, signed="2011-05-12")
    with visit() as editor:
        editor.sign_in("editor")
        editor.open("admin/relations/agreement/add/")
        editor.fill(signed="2011-05-12")
        editor.add_party(0, "Узбекистан", "Узбекистан")
        editor.add_party(1, "Россия", "Россия")
        expect(hint(editor).locator(f"a[href$='/{known.pk}/change/']")).to_be_visible()
        assert not editor.complaints, "\n".join(editor.complaints)


def test_the_desk_lists_a_pair_and_one_button_says_that_they_are_different(visit, staff):
    publisher = staff("publisher")
    AgreementFactory(title_ru=TITLE, signed="2011-05-12")
    same = AgreementFactory(title_ru=TITLE, signed="2011-05-12")
    client, address = signed_in(publisher), url(Agreement, "change", same.pk)
    client.post(address, filled_in(client.get(address), notes="Seen"))
    with visit(width=PHONE) as chief:
        chief.sign_in("publisher")
        button = f"form:has(input[name=with][value='{same.pk}']) button"
        expect(chief.page.locator(button)).to_be_visible()
        found = chief.axe_violations()
        assert chief.sideways(PHONE) <= 0
        chief.step(button)
        assert Distinct.objects.filter(second=same.pk).exists()
        assert not chief.sees(f"a[href*='with={same.key}']")
        assert not found, "\n".join(found)
        assert not chief.complaints, "\n".join(chief.complaints)
