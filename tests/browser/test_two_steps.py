"""A two-step login is set up and used in real Chromium, under the strict policy, on a telephone and at a desk."""

import pytest
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.helpers.browser import DESKTOP, PHONE
from tests.helpers.logins import code_of, wrong_code_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGE = "admin/two-steps/"


def looked_at(visitor, width):
    """What breaks a rule on this page, or is too wide for it."""
    pixels = visitor.sideways(width)
    return visitor.axe_violations() + ([f"{visitor.address}: {pixels} pixels too wide"] if pixels > 0 else [])


@pytest.mark.parametrize(("width", "theme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_an_editor_sets_up_a_second_step_and_logs_in_by_it(width, theme, visit, staff):
    staff("editor")
    with visit(width=width, theme=theme) as editor:
        editor.sign_in("editor")
        editor.open(PAGE)
        found = looked_at(editor, width)
        editor.press("[value=begin]")
        found += looked_at(editor, width)
        assert editor.page.locator(".two-steps img").evaluate("picture => picture.naturalWidth") > 100
        device = TOTPDevice.objects.get()
        editor.fill(code=code_of(device))
        editor.press("[value=confirm]")
        found += looked_at(editor, width)
        assert editor.count(".recovery-codes li") == 10
        recovery = editor.texts(".recovery-codes li")[0]
        editor.open(PAGE)
        found += looked_at(editor, width)
        editor.page.context.clear_cookies()
        editor.sign_in("editor")
        found += looked_at(editor, width)
        editor.fill(code=wrong_code_of(device))
        editor.press("#login-form [type=submit]")
        found += looked_at(editor, width)
        editor.fill(code=recovery)
        editor.press("#login-form [type=submit]")
        assert editor.address == "/admin/"
        assert not found, "\n".join(found)
        assert not editor.complaints, "\n".join(editor.complaints)


def test_the_page_of_a_lock_is_in_the_look_of_the_login(visit, staff, settings):
    settings.KEEPER_NAME, settings.KEEPER_CONTACT = "Институт", "office@example.org"
    with visit(width=PHONE) as stranger:
        for _ in range(10):
            stranger.sign_in("nobody")
        assert stranger.count("#login-form") == 0
        assert stranger.sees('a[href^="mailto:"]')
        assert not looked_at(stranger, PHONE)
        assert all("429" in one for one in stranger.complaints)
