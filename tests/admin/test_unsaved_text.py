"""What the server tells the scripts that keep unsaved text: whose form it is, its version, and that it was saved."""

import re
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from relations.models import Agreement, Organization, Place, Source
from tests.helpers.admin import MADE_BY, filled_in, signed_in, text, url
from tests.helpers.factories import AgreementFactory, SourceFactory

pytestmark = pytest.mark.django_db
NAME = "m2abcdefgh12"


@pytest.fixture
def editor(staff):
    return signed_in(staff("editor"))


def version(client, obj):
    page = client.get(url(type(obj), "change", obj.pk)).content.decode()
    return re.search(r'data-version="(\w+)"', page)[1]


@pytest.mark.parametrize("model", [Agreement, Source, Organization, Place])
def test_every_form_of_records_sources_and_reference_data_keeps_what_is_typed(model, staff):
    client = signed_in(staff("administrator"))
    for address in (url(model, "add"), url(model, "change", MADE_BY[model]().pk)):
        page = text(client.get(address))
        assert 'id="unsaved"' in page
        assert "js/unsaved-form.js" in page


def test_the_forms_of_accounts_keep_nothing(staff):
    administrator = staff("administrator")
    client = signed_in(administrator)
    for address in (
        reverse("admin:auth_user_add"),
        reverse("admin:auth_user_change", args=[administrator.pk]),
    ):
        assert "unsaved-form.js" not in text(client.get(address))


@pytest.mark.parametrize("factory", [AgreementFactory, SourceFactory])
def test_the_version_of_a_form_changes_with_what_is_stored_and_with_nothing_else(factory, editor):
    obj = factory()
    before = version(editor, obj)
    assert version(editor, obj) == before
    obj.notes = "Changed"
    obj.save()
    assert version(editor, obj) != before


def test_a_public_record_has_the_same_version_each_time_its_proposal_is_opened(editor):
    record = AgreementFactory(sources=1, published=True)
    address = url(Agreement, "change", record.pk)
    before = version(editor, record)
    editor.post(address, filled_in(editor.get(address), title_en="Another"))
    proposed = version(editor, record)
    assert proposed != before
    assert version(editor, record) == proposed


def test_a_saved_form_is_named_by_a_cookie_that_only_the_admin_sees(editor):
    address = url(Source, "add")
    answer = editor.post(address, filled_in(editor.get(address), title="Work", _unsaved=NAME))
    cookie = answer.cookies[f"saved_{NAME}"]
    assert (cookie["path"], cookie["samesite"], cookie["httponly"]) == ("/admin/", "Lax", "")


def test_a_refused_form_is_not_named_and_goes_on_under_its_name(editor):
    address = url(Source, "add")
    answer = editor.post(address, filled_in(editor.get(address), title="", _unsaved=NAME))
    assert f"saved_{NAME}" not in answer.cookies
    assert f'name="_unsaved" value="{NAME}"' in text(answer)
    assert 'data-is-sent="1"' in text(answer)


@pytest.mark.parametrize("name", ["", "a; path=/", "x" * 41, "имя-формы-на-русском", '"><script>'])
def test_a_name_that_no_script_has_made_sets_no_cookie(name, editor):
    address = url(Source, "add")
    answer = editor.post(address, filled_in(editor.get(address), title="Work", _unsaved=name))
    assert answer.status_code == 302
    assert not [one for one in answer.cookies if one.startswith("saved_")]


def test_the_list_of_unsaved_texts_is_for_staff_only(editor, client):
    address = reverse("unsaved-texts")
    assert "Unsaved texts" in text(editor.get(address))
    assert client.get(address).url.startswith(reverse("admin:login"))


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "The form does not belong to your present login"),
        ("ru", "Форма не относится к вашему нынешнему входу"),
    ],
)
def test_a_form_from_before_the_last_login_says_so_in_the_language_of_the_user(language, sentence, staff):
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff("editor"))
    client.cookies["django_language"] = language
    answer = client.post(url(Source, "add"), {"title": "Work"})
    assert answer.status_code == 403
    assert sentence in text(answer)


def test_a_form_sent_without_any_cookie_says_so_and_leads_back_after_the_login(staff, roles):
    client = Client(enforce_csrf_checks=True)
    address = url(Source, "add")
    for sent_to in (address, f"{reverse('admin:login')}?next={address}"):
        answer = client.post(sent_to, {"title": "Work"}, headers={"accept-language": "en"})
        assert answer.status_code == 403
        assert "You are not logged in" in text(answer)
        assert f'href="{reverse("admin:login")}?{urlencode({"next": address})}"' in text(answer)
    signed = {"username": staff("editor").username, "password": "editor", "next": address}
    assert Client().post(reverse("admin:login"), signed).url == address


def test_only_pages_about_the_admin_look_for_unsaved_text(client):
    assert "unsaved" not in text(client.get("/en/nowhere/"))
