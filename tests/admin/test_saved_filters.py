"""Saved filters: what an editor has chosen in a list is kept for them alone, under a name."""

import pytest
from django.http import QueryDict
from django.urls import reverse

from relations.admin import saved_filters
from relations.models import Agreement, SavedFilter, Source
from tests.helpers.admin import signed_in, text, url

pytestmark = pytest.mark.django_db
CHOICE = "country=KZ&missing=sources"


@pytest.fixture
def editor(staff):
    return signed_in(staff("editor"))


def save(client, name="Kazakhstan", query=CHOICE, model=Agreement):
    return client.post(url(model, "filters"), {"name": name, "query": query}, follow=True)


def kept():
    return list(SavedFilter.objects.values_list("user__username", "model", "name", "query"))


def test_a_choice_is_saved_under_a_name_and_offered_in_its_list(editor):
    page = save(editor)
    assert "The filter is saved." in text(page)
    assert page.redirect_chain == [(f"{url(Agreement)}?{CHOICE}", 302)]
    assert kept() == [("editor", "agreement", "Kazakhstan", CHOICE)]
    assert f'<a href="?{CHOICE}">Kazakhstan</a>' in text(editor.get(url(Agreement)))
    assert "Kazakhstan</a>" not in text(editor.get(url(Source)))


def test_it_is_on_the_desk_of_its_owner(editor, staff):
    save(editor)
    link = f'href="{url(Agreement)}?{CHOICE}">Kazakhstan</a>'
    assert link in text(editor.get(reverse("admin:index")))
    assert link not in text(signed_in(staff("publisher")).get(reverse("admin:index")))


def test_it_is_offered_to_its_owner_alone(editor, staff):
    save(editor)
    other = signed_in(staff("publisher"))
    assert "Saved filters" not in text(other.get(url(Agreement)))
    other.post(url(Agreement, "filters"), {"delete": SavedFilter.objects.get().pk})
    assert kept()


def test_the_same_name_replaces_it(editor):
    save(editor)
    save(editor, query="sourced=no")
    assert kept() == [("editor", "agreement", "Kazakhstan", "sourced=no")]


def test_it_is_deleted_by_its_owner_from_any_choice(editor):
    save(editor)
    sent = {"delete": SavedFilter.objects.get().pk, "query": "sourced=no"}
    page = editor.post(url(Agreement, "filters"), sent, follow=True)
    assert page.redirect_chain == [(f"{url(Agreement)}?sourced=no", 302)]
    assert kept() == []


def test_the_page_of_the_list_is_no_part_of_the_choice(editor):
    save(editor, query="p=3&q=Договор")
    assert QueryDict(kept()[0][3]).dict() == {"q": "Договор"}


@pytest.mark.parametrize(
    ("name", "query", "sentence"),
    [
        ("", CHOICE, "Give the filter a name."),
        ("\u200b", CHOICE, "no letters"),
        ("a\x00b", CHOICE, "control characters"),
        ("<b>a</b>", CHOICE, "HTML tags"),
        ("a" * 81, CHOICE, "too long"),
        ("a", "q=" + "x" * 3000, "too long"),
        ("a", "", "Nothing is chosen"),
        ("a", "p=2", "Nothing is chosen"),
    ],
)
def test_what_cannot_be_saved_is_refused_in_a_sentence(editor, name, query, sentence):
    page = save(editor, name, query)
    assert page.status_code == 200
    assert sentence in text(page)
    assert kept() == []


@pytest.mark.parametrize("number", ["x", "-1", "9" * 30, "١"])
def test_a_made_up_number_deletes_nothing(editor, number):
    save(editor)
    assert editor.post(url(Agreement, "filters"), {"delete": number}).status_code == 302
    assert kept()


def test_there_are_not_more_of_them_than_a_list_can_show(editor, monkeypatch):
    monkeypatch.setattr(saved_filters, "MOST", 2)
    for name in ("a", "b", "c", "b"):
        page = save(editor, name)
    assert [name for *_rest, name, _query in kept()] == ["a", "b"]
    assert "The filter is saved." in text(page)


def test_they_are_for_staff_who_may_see_the_list(editor, client, django_user_model):
    assert editor.get(url(Agreement, "filters")).status_code == 405
    client.force_login(django_user_model.objects.create_user("nobody", is_staff=True))
    assert client.post(url(Agreement, "filters"), {"name": "a", "query": CHOICE}).status_code == 403
    assert kept() == []
