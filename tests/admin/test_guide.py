"""The guide inside the admin: who sees it, in which language, and which pages lead to it."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from relations.catalog import ROWS
from relations.models import Agreement, ErrorReport, ImportBatch, Observation, Place, Source
from relations.presentation.guide import PAGES
from tests.helpers.admin import signed_in, text, url
from tests.helpers.factories import AgreementFactory, PlaceFactory
from tests.helpers.reports import report_on

pytestmark = pytest.mark.django_db
ADDRESSES = [f"guide-{name}" for name in PAGES]
PICTURE = "editors-desk.png"
#: [(address of a page, what it has a link to)]
EDITORS, IMPORTING, TRUTH = "/admin/guide/", "/admin/guide/importing/", "/admin/guide/truth/"


@pytest.fixture
def without_role():
    return signed_in(get_user_model().objects.create_user("nobody", is_staff=True))


@pytest.mark.parametrize("address", ADDRESSES)
def test_staff_without_a_role_see_it(without_role, address):
    assert without_role.get(reverse(address)).status_code == 200


@pytest.mark.parametrize("address", [*map(reverse, ADDRESSES), reverse("guide-picture", args=[PICTURE])])
def test_others_are_sent_to_the_login(client, address):
    assert client.get(address)["Location"].startswith(reverse("admin:login"))
    client.force_login(get_user_model().objects.create_user("reader"))
    assert client.get(address).status_code == 302


def test_it_is_in_the_language_of_the_page():
    user = get_user_model().objects.create_user("nobody", is_staff=True)
    for language, title, section in (
        ("ru", "День редактора", "Как одобрять"),
        ("en", "A day of an editor", "Approving"),
    ):
        page = text(signed_in(user, language).get(reverse("guide-editors")))
        assert f"<h1>{title}</h1>" in page
        assert f'<a href="#approving">{section}</a>' in page
        assert f'<h2 id="approving">{section}</h2>' in page


@pytest.mark.parametrize("name", ["editors/", "permissions/", "../../config/", "truth.md"])
def test_no_other_page_is_found(without_role, name):
    assert without_role.get(f"{EDITORS}{name}").status_code == 404


def test_a_picture_is_served_with_its_type(without_role):
    found = without_role.get(reverse("guide-picture", args=[PICTURE]))
    assert found["Content-Type"] == "image/png"
    assert found.content.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "name", ["map.png", "editors.md", "..%2Fdata.md", "%2Fetc%2Fpasswd", "x%00.png", "ru/editors.md"]
)
def test_no_other_file_is_served(without_role, name):
    assert without_role.get(f"{EDITORS}pictures/{name}").status_code == 404


def pages_with_links():
    record = AgreementFactory(signed="2005", adopted="2006")
    PlaceFactory(code="KZ")
    batch = ImportBatch.objects.create(type="agreements", status="stored")
    found = url(Agreement, "change", record.pk)
    yield from (
        (reverse("admin:index"), EDITORS),
        (reverse("admin-coverage"), EDITORS),
        (reverse("unsaved-texts"), f"{EDITORS}#what-is-not-saved-yet"),
        (url(Agreement, "add"), f"{EDITORS}#the-record"),
        (url(Agreement, "add"), f"{EDITORS}#citations"),
        (found, f"{EDITORS}#the-record"),
        (found, f"{TRUTH}#answers"),
        (url(Source, "add"), f"{EDITORS}#a-source-first"),
        (url(Place, "change", Place.objects.first().pk), f"{EDITORS}#changing-what-is-public"),
        (url(Agreement, "review", record.pk), f"{EDITORS}#approving"),
        (url(Agreement, "history", record.pk), f"{EDITORS}#taking-back"),
        (url(Agreement, "trash"), f"{EDITORS}#taking-back"),
        (url(Agreement, "merge", record.pk), f"{EDITORS}#two-that-are-one"),
        (url(Agreement, "citations", record.pk), f"{EDITORS}#the-second-reader"),
        (url(ErrorReport, "change", report_on(record).pk), f"{EDITORS}#answering-readers"),
        (url(Observation, "grid"), f"{EDITORS}#many-figures-as-a-table"),
        (url(Agreement, "import"), f"{IMPORTING}#from-a-template-to-the-register"),
        (url(ImportBatch, "change", batch.pk), f"{IMPORTING}#from-a-template-to-the-register"),
        (url(ImportBatch, "proposals", batch.pk), f"{IMPORTING}#changes-of-public-records"),
    )


def test_a_page_leads_to_its_section_and_every_page_to_the_guide(staff):
    user = staff("administrator")
    for address, wanted in pages_with_links():
        page = text(signed_in(user).get(address))
        assert f'<a href="{wanted}" target="_blank" rel="noopener"> Guide: ' in page, address
        assert f'<a href="{EDITORS}">Guide</a>' in page, address


def test_a_link_is_named_by_the_heading_in_the_language_of_the_page(staff):
    user = staff("editor")
    for language, words in (("ru", "Руководство: Сначала источник"), ("en", "Guide: A source first")):
        assert words in text(signed_in(user, language).get(url(Source, "add")))


def test_the_form_of_every_type_has_what_a_proposed_change_needs(content, staff):
    """The reason for the change, the way to the review page, and the section about it."""
    client = signed_in(staff("administrator"))
    for one in ROWS.values():
        page = text(client.get(url(one.model, "change", one.model._base_manager.first().pk)))
        assert 'name="_reason"' in page, one.model
        assert "> Guide: " in page, one.model
        assert f'href="{url(one.model, "review", one.model._base_manager.first().pk)}"' in page, one.model
