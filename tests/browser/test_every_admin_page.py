"""Every page of the admin in real Chromium: accessibility, width and the console, at a desk and on a phone."""

import pytest
from django.contrib import admin
from django.urls import NoReverseMatch, reverse

from relations.presentation.guide import PAGES
from tests.helpers.browser import NARROWEST

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
#: the width at which an editor works, in pixels
DESK = 1280
OF_LISTS = ("changelist", "add", "trash", "import", "export", "merges")
#: what nobody adds by a form
NOT_ADDED = ("errorreport/add", "importbatch/add", "importrecipe/add")
OF_ENTITIES = ("change", "history", "review", "merge")


def addresses():
    yield from map(
        reverse, ("admin:index", "admin-coverage", "unsaved-texts", "two-steps", "admin:password_change")
    )
    yield from (reverse(f"guide-{name}") for name in PAGES)
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        pages = [(page, []) for page in OF_LISTS]
        if entity := model._base_manager.first():
            pages += [(page, [entity.pk]) for page in OF_ENTITIES]
        for page, key in pages:
            try:
                yield reverse(f"{name}_{page}", args=key)
            except NoReverseMatch:  # not every model has every page
                continue


@pytest.mark.parametrize(("width", "theme"), [(DESK, "light"), (NARROWEST, "dark")])
def test_no_page_breaks_a_rule_is_too_wide_or_complains(visit, staff, width, theme):
    staff("administrator")
    with visit(width=width, theme=theme) as reader:
        reader.open("admin/")
        found = reader.axe_violations()
        reader.sign_in("administrator")
        pages = [one for one in addresses() if not any(name in one for name in NOT_ADDED)]
        for path in pages:
            reader.open(path.lstrip("/"))
            found += reader.axe_violations()
            if (pixels := reader.sideways(width)) > 0:
                found.append(f"{path}: {pixels} pixels too wide")
        assert len(pages) > 60
        assert not found, "\n".join(found)
        assert not reader.complaints, "\n".join(reader.complaints)


def test_a_field_with_search_has_the_name_of_its_column_and_says_what_is_chosen(visit, staff):
    staff("administrator")
    with visit(width=DESK) as editor:
        editor.sign_in("administrator")
        editor.open("admin/relations/agreement/add/")
        editor.add_party(0, "Казах", "Казахстан")
        chosen = editor.page.locator("#id_participations-0-place + .select2 [role=combobox]")
        assert chosen.get_attribute("aria-label").endswith("Казахстан")
        assert chosen.get_attribute("aria-label").lower().startswith("место")
