"""Who may do what: every cell of docs/permissions.md is tried with a request, and no address is left out."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.urls import NoReverseMatch, get_resolver, reverse

from relations.catalog import RECORD_TYPES, ROWS
from relations.imports.recipes import keep_recipe
from relations.mapping.recipe import Recipe
from relations.models import (
    ErrorReport,
    ForumSeries,
    ImportBatch,
    ImportRecipe,
    Indicator,
    Organization,
    Person,
    Place,
    Source,
    Topic,
    Unit,
)
from relations.revisions.merges import TYPES
from tests.helpers.admin import signed_in, url
from tests.helpers.factories import FACTORIES, AgreementFactory, SourceFactory
from tests.helpers.reports import report_on

pytestmark = pytest.mark.django_db

TABLE = Path(settings.BASE_DIR) / "docs" / "permissions.md"
MODELS = {one.slug: one.model for one in RECORD_TYPES} | {
    "sources": Source,
    "places": Place,
    "organizations": Organization,
    "people": Person,
    "topics": Topic,
    "series": ForumSeries,
    "indicators": Indicator,
    "units": Unit,
    "imports": ImportBatch,
    "recipes": ImportRecipe,
    "reports": ErrorReport,
    "users": get_user_model(),
    "groups": Group,
}
#: addresses of one model, by the letter of the table that opens them; the rest of the name of the address
OPENED_BY = {
    "v": ("changelist", "history", "review", "citations", "sample", "trash", "merges"),
    "e": ("export",),
    "a": ("add", "grid"),
    "c": ("change",),
    "d": ("delete",),
    "i": ("import",),
    "p": ("merge",),
    "o": (),
}
WITHOUT_ENTITY = ("changelist", "add", "grid", "export", "import", "trash", "sample", "merges")
#: what only those may send who may change; it is refused with a sentence, on the same page
SENT_BY_EDITORS = {
    "comment": {"verb": "settle", "thread": "0"},
    "review": {"verb": "mark", "mark-key": "wrong"},
    "citations": {"place": "made up"},
}
#: what the form of a type that can be merged sends while it is filled in, by the letter that allows it
SENT_WHILE_TYPED = {"a": "likely_new", "c": "likely"}
#: addresses of one version, finding, saved filter or import, which are tested where they are made
ELSEWHERE = frozenset(
    "answer citation_rows comment read reading template compare version revert password_change process_import"
    " confirm cancel merged filters good marked progress proposals undo submit publish different mapping mend recipe"
    " encoding decide task_again task_remove".split()
)
#: addresses beside those of models: whether an account without a role opens them, and what they take
BESIDE_MODELS = {
    "admin-coverage": (False, []),
    "unsaved-texts": (True, []),
    "guide-editors": (True, []),
    "guide-importing": (True, []),
    "guide-truth": (True, []),
    "guide-picture": (True, ["editors-desk.png"]),
    "two-steps": (True, []),
    "two-steps-picture": (False, []),  # until a key is made on that page
    "log-in": (False, []),  # who is logged in already is led on
    "login-code": (False, []),
}


def rows():
    """(what, role, letters) of every cell."""
    lines = [line for line in TABLE.read_text().splitlines() if line.startswith("| ")]
    head, *found = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    return [(row[0], role, letters) for row in found for role, letters in zip(head[1:], row[1:], strict=True)]


def entity_of(model):
    """Something of a model, never public."""
    if model is Source:
        return SourceFactory()
    for one in RECORD_TYPES:
        if one.model is model:
            return FACTORIES[one.slug]()
    if model is ImportBatch:
        return ImportBatch.objects.create(type="agreements")
    if model is ImportRecipe:
        return keep_recipe(Recipe("agreements", name="x"))
    if model is ErrorReport:
        return report_on(AgreementFactory())
    if model is Group:
        return Group.objects.create(name="others")
    if model is get_user_model():
        return model.objects.create_user("somebody")
    names = {"name_ru": "Что-то", "name_en": "Something", model.natural_key_field: "something"}
    if model is Place:
        names["kind"] = Place.Kind.COUNTRY
    return model.objects.create(**names)


def addresses(model, entity, letter):
    pages = OPENED_BY[letter]
    if model is ImportBatch:  # its form only shows it
        pages = {"v": ("changelist", "change")}.get(letter, ())
    if model is ImportRecipe:
        pages = {"v": ("changelist", "history"), "d": pages}.get(letter, ())
    for page in pages:
        takes = [] if page in WITHOUT_ENTITY else [entity.pk]
        try:
            yield page, url(model, page, *takes)
        except NoReverseMatch:
            continue


@pytest.mark.parametrize(("what", "role", "letters"), rows())
def test_a_role_may_what_the_table_says_and_nothing_else(what, role, letters, staff, django_user_model):
    model = MODELS[what]
    entity = entity_of(model)
    user = staff(role)
    user.is_superuser = False
    user.save()
    client = signed_in(user)
    for letter in OPENED_BY:
        for page, address in addresses(model, entity, letter):
            answer = client.post(address, {}) if page == "change" else client.get(address)
            is_open = answer.status_code in (200, 302)
            may = letter in letters or (page == "changelist" and "o" in letters)
            assert is_open == may, f"{page}: {answer.status_code}"
    if what in ROWS:
        sent = {"verb": "approve", "seen": "something else"}
        answer = client.post(url(model, "review", entity.pk), sent)
        assert (answer.status_code == 200) == ("p" in letters)
        for page, sent in SENT_BY_EDITORS.items():
            if page != "citations" or what in [one.slug for one in RECORD_TYPES]:
                answer = client.post(url(model, page, entity.pk), sent)
                assert (answer.status_code == 200) == ("c" in letters), f"{page}: {answer.status_code}"


@pytest.mark.parametrize(("what", "role", "letters"), [row for row in rows() if row[0] == "imports"])
def test_imports_are_seen_and_undone_by_who_may_see_all_and_by_their_own_user(what, role, letters, staff):
    user = staff(role)
    user.is_superuser = False
    user.save()
    client = signed_in(user)
    for owner in (user, None):
        batch = ImportBatch.objects.create(type="agreements", user=owner)
        may = "v" in letters or ("o" in letters and owner == user)
        for page in ("change", "undo", "proposals"):
            assert (client.get(url(ImportBatch, page, batch.pk)).status_code in (200, 302)) == may, page


@pytest.mark.parametrize(("what", "role", "letters"), [row for row in rows() if row[0] in TYPES])
def test_a_form_is_told_of_likely_duplicates_where_it_may_be_saved(what, role, letters, staff):
    entity, user = entity_of(MODELS[what]), staff(role)
    user.is_superuser = False
    user.save()
    client = signed_in(user)
    for letter, page in SENT_WHILE_TYPED.items():
        takes = [entity.pk] if page == "likely" else []
        answer = client.post(url(MODELS[what], page, *takes), {})
        assert answer.status_code == (200 if letter in letters else 403), page


@pytest.mark.parametrize("what", MODELS)
def test_an_account_without_a_role_sees_nothing(what, django_user_model):
    client = signed_in(django_user_model.objects.create_user("nobody", is_staff=True))
    model = MODELS[what]
    entity = entity_of(model)
    for letter in OPENED_BY:
        for page, address in addresses(model, entity, letter):
            assert client.get(address).status_code == 403, page


def test_no_address_of_the_admin_is_left_out_of_the_table():
    known = {page for pages in OPENED_BY.values() for page in pages} | ELSEWHERE
    known |= set(SENT_WHILE_TYPED.values())
    left_out = set()
    for model, model_admin in admin.site._registry.items():
        if model not in MODELS.values():
            left_out.add(model._meta.label)
        start = f"{model._meta.app_label}_{model._meta.model_name}_"
        for pattern in model_admin.urls:
            name = getattr(pattern, "name", None)
            if name and name.startswith(start) and name.removeprefix(start) not in known:
                left_out.add(name)
    assert left_out == set()


def test_addresses_beside_those_of_models_are_open_to_whom_the_page_says(django_user_model):
    """See docs/permissions.md, below the table."""
    beside = [one for one in get_resolver().url_patterns if str(one.pattern).startswith("admin/")]
    guide = [pattern for one in beside if str(one.pattern) == "admin/guide/" for pattern in one.url_patterns]
    names = {one.name for one in [*beside, *guide] if getattr(one, "name", None)}
    assert names == set(BESIDE_MODELS)
    client = signed_in(django_user_model.objects.create_user("nobody", is_staff=True))
    for name, (is_open, takes) in BESIDE_MODELS.items():
        assert (client.get(reverse(name, args=takes)).status_code == 200) == is_open, name


def test_every_model_of_the_table_is_in_the_admin():
    assert set(MODELS) == {what for what, _role, _letters in rows()}
    assert all(re.fullmatch("[veacdipo]*", letters) for _what, _role, letters in rows())


def test_anonymous_visitors_are_sent_to_the_login(client):
    for model in MODELS.values():
        answer = client.get(url(model))
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("admin:login"))
