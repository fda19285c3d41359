"""By keyboard it is never far from the first field of a form to its Save button, in real Chromium."""

import pytest
from django.contrib import admin

from relations.catalog import RECORD_TYPES
from relations.models import Place, Source
from tests.helpers.admin import url
from tests.helpers.factories import SourceFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
#: presses of a key from the first field to Save, and more than any form may ever need
MOST, FAR = 40, 400
RECORDS = [one.model for one in RECORD_TYPES]
#: made by readers and by imports: their forms only answer or show
WITHOUT_A_FORM = {"ErrorReport", "ImportBatch", "ImportRecipe"}
#: puts the focus into the first field, and notes from then on what gets it
BEGIN = """() => {
    const kinds = "input:not([type=hidden]), textarea, .select2-selection, select:not(.select2-hidden-accessible)";
    const fields = [...document.querySelector("form[id$=_form] fieldset").querySelectorAll(kinds)];
    fields.find(field => !field.disabled && field.offsetParent).focus();
    window.kindOf = one => one.matches("[name=_save]") ? "save" : one.matches("a[href='#saving']") ? "link" : "";
    window.passed = [];
    document.addEventListener("focusin", event => window.passed.push(window.kindOf(event.target)));
}"""
LINK, SAVE = "link", "save"
#: how many times Tab is pressed before looking where the focus has been
AT_ONCE = 10


def forms():
    """[(model, page, number of citations)] of every form with which something is added or changed."""
    found = []
    for model in admin.site._registry:
        if model._meta.app_label == "relations" and model.__name__ not in WITHOUT_A_FORM:
            pages = [("change", 1), ("change", 5)] if model in RECORDS else [("change", 0)]
            found += [(model, "add", 0), *((model, *one) for one in pages)]
    return found


def presses_to_save(editor):
    """How many presses from the first field on; of Enter where a link to saving has the focus, else of Tab."""
    editor.page.evaluate(BEGIN)
    passed = []
    while not {LINK, SAVE} & set(passed):
        assert len(passed) < FAR, editor.address
        for _press in range(AT_ONCE):
            editor.page.keyboard.press("Tab")
        passed = editor.page.evaluate("window.passed")
    first = next(number for number, kind in enumerate(passed) if kind)
    if passed[first] == SAVE:
        return first + 1
    while kind_of_focus(editor) != LINK:
        editor.page.keyboard.press("Shift+Tab")
    return first + 1 + presses_on_the_link(editor)


def presses_on_the_link(editor):
    """Enter on the link, and Tab to the button after it."""
    for key in ("Enter", "Tab"):
        editor.page.keyboard.press(key)
    assert kind_of_focus(editor) == SAVE, editor.address
    return 2


def kind_of_focus(editor):
    return editor.page.evaluate("window.kindOf(document.activeElement)")


def cited(model, number):
    """A record of the type with that many citations, each with all that the type can have beside them."""
    record = model.objects.order_by("pk").first()
    record.withdraw()
    record.citations.all().delete()
    for page in range(number):
        record.cite(SourceFactory(), locator_label="page", locator=str(page + 1))
    return record


def address(model, page, number):
    if page == "add":
        return url(model, "add")
    entity = cited(model, number) if number else model._base_manager.first()
    return url(model, "change", entity.pk)


def test_the_way_to_saving_is_short_in_every_form(visit, staff):
    staff("administrator")
    with visit() as editor:
        editor.sign_in("administrator")
        far = []
        for model, page, number in forms():
            editor.open(address(model, page, number).lstrip("/"))
            pressed = presses_to_save(editor)
            if pressed > MOST:
                far.append(f"{model.__name__} {page}, citations: {number}: {pressed}")
    assert {one for one, *_more in forms()} > {*RECORDS, Source, Place}
    assert not far, "\n".join(far)


def test_the_link_to_saving_is_seen_once_it_has_the_focus(visit, staff):
    staff("editor")
    with visit() as editor:
        editor.sign_in("editor")
        editor.open(url(RECORDS[0], "add").lstrip("/"))
        link = editor.page.locator("a[href='#saving']").first
        assert link.bounding_box()["width"] <= 1
        editor.focus("a[href='#saving']")
        assert editor.page.locator("a[href='#saving']:focus").bounding_box()["width"] > 50


def test_each_citation_has_a_way_past_the_facts_to_saving(visit, staff):
    staff("editor")
    with visit() as editor:
        editor.sign_in("editor")
        editor.open(url(RECORDS[0], "change", cited(RECORDS[0], 5).pk).lstrip("/"))
        editor.page.evaluate(BEGIN)
        for row in range(5):
            editor.page.locator(f"[name=citations-{row}-confidence]").focus()
            editor.page.keyboard.press("Tab")
            assert kind_of_focus(editor) == LINK
        assert presses_on_the_link(editor) == 2
