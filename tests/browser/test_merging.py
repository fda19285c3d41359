"""Two drafts are merged in real Chromium, by keyboard and pointer, and the merge is undone."""

import pytest

from relations.models import Agreement
from tests.helpers.browser import NARROWEST
from tests.helpers.factories import AgreementFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DESK = 1280


@pytest.mark.parametrize("width", [DESK, NARROWEST])
def test_two_drafts_are_one_as_chosen_and_two_again(visit, staff, width):
    staff("publisher")
    kept, other = AgreementFactory(title_en="First title"), AgreementFactory(title_en="Second title")
    with visit(width=width) as publisher:
        publisher.sign_in("publisher")
        page = publisher.page
        publisher.open(f"admin/relations/agreement/{kept.pk}/change/")
        page.locator("a[href$='/merge/']").click()
        page.locator("#id_with").fill(other.key)
        page.keyboard.press("Enter")
        page.locator("#id_reason").wait_for()
        found = publisher.axe_violations()
        assert publisher.sideways(width) <= 0
        page.locator("[name=choose-title_en][value=merged]").check()
        page.locator("#id_reason").fill("The same treaty")
        page.locator("button[value=merge]").click()
        page.locator("button[value=undo]").wait_for()
        found += publisher.axe_violations()
        assert publisher.sideways(width) <= 0
        kept.refresh_from_db()
        assert kept.title_en == "Second title"
        assert not Agreement.objects.filter(pk=other.pk).exists()
        page.locator("button[value=undo]").click()
        page.locator("button[value=undo]").wait_for(state="detached")
        assert Agreement.objects.get(pk=other.pk).title_en == "Second title"
        assert not found, "\n".join(found)
        assert not publisher.complaints, "\n".join(publisher.complaints)
