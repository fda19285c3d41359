"""The guide in real Chromium: from a form to its section, by the table of contents, in both languages and on paper."""

import pytest

from tests.helpers.browser import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
IN_SIGHT = "one => { const { top } = one.getBoundingClientRect(); return top >= 0 && top < innerHeight; }"
DARK_ON_LIGHT = """() => {
    const light = color => color.match(/\\d+/g).slice(0, 3).reduce((sum, one) => sum + Number(one), 0);
    const { color, backgroundColor } = getComputedStyle(document.body);
    return light(color) < light(backgroundColor);
}"""


def test_a_form_leads_to_its_section_and_stays_open(visit, staff):
    staff("editor")
    with visit() as editor:
        editor.sign_in("editor")
        editor.open("admin/relations/agreement/add/")
        editor.page.locator("#id_title_ru").fill("Договор")
        with editor.page.expect_popup() as opened:
            editor.page.locator(".guide-link a:visible").first.click()
        opened.value.wait_for_load_state()
        assert opened.value.url.endswith("/admin/guide/#the-record")
        assert opened.value.locator("#the-record").evaluate(IN_SIGHT)
        assert editor.page.locator("#id_title_ru").input_value() == "Договор"
        assert not editor.complaints


def test_the_table_of_contents_leads_to_each_section_on_a_phone_in_both_languages(visit, staff):
    staff("editor")
    with visit(width=PHONE) as editor:
        editor.sign_in("editor")
        editor.open("admin/guide/")
        titles = []
        for _language in ("ru", "en"):
            editor.page.locator(".guide-contents a[href='#approving']").click()
            assert editor.page.locator("#approving").evaluate(IN_SIGHT)
            titles.append(editor.texts("h1")[0])
            editor.page.evaluate("scrollTo(0, 0)")
            editor.press(".language-form button")
        assert titles == ["День редактора", "A day of an editor"]
        assert editor.sideways(PHONE) <= 0


def test_paper_has_the_text_alone_dark_on_light(visit, staff):
    staff("editor")
    with visit(theme="dark") as editor:
        editor.sign_in("editor")
        editor.open("admin/guide/truth/")
        assert not editor.page.evaluate(DARK_ON_LIGHT)
        editor.page.emulate_media(media="print")
        assert editor.page.evaluate(DARK_ON_LIGHT)
        assert editor.sees(".guide-text")
        for selector in ("#header", ".breadcrumbs", "#nav-sidebar", ".guide-contents"):
            assert not editor.sees(selector), selector
