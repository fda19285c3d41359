"""What a cell of an import names and the register lacks is added from the preview, and then read in that cell."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from relations.models import Agreement, ImportBatch, Organization, Place
from relations.models.row_cache import unpacked
from tests.helpers.admin import filled_in, signed_in
from tests.helpers.import_pages import batch_of, errors, press, upload

pytestmark = pytest.mark.django_db
SHEET = """title_ru;date_signed;parties
Договор о мостах;1993-05-05;"RU; Атлантида"
Договор о воде;1994-05-05;Атлантида
"""


@pytest.fixture
def preview(importer, russia):
    return upload(importer, SHEET.encode())


def ways(page):
    return {what: address for line in page.context["tabs"].page for what, address in line["ways_to_create"]}


def added(client, address, **values):
    """The page after the form at this address was saved."""
    form = filled_in(client.get(address))
    return client.post(address, {**form, **values, "_save": "1"}, follow=True)


def test_a_place_is_added_and_read_in_every_cell_that_names_it(importer, preview):
    address = next(one for one in ways(preview).values() if "/place/add/" in one)
    assert importer.get(address).context["adminform"].form.initial["name_ru"] == "Атлантида"
    page = added(importer, address, code="x-atlantis", name_en="Atlantis", kind="country")
    assert page.redirect_chain[-1][0] == reverse(
        "admin:relations_importbatch_change", args=[batch_of(preview).pk]
    )
    assert batch_of(preview).status == ImportBatch.Status.PREVIEWED
    press(importer, page, "confirm")
    rows = [unpacked(one.row) for one in Agreement.objects.order_by("title_ru")]
    assert [row["parties"] for row in rows] == ["x-atlantis", "RU; x-atlantis"]


def test_where_a_column_takes_organizations_it_may_be_one(importer, russia):
    preview = upload(importer, SHEET.replace("parties", "signatories").encode())
    address = next(one for one in ways(preview).values() if "/organization/add/" in one)
    added(importer, address, key="atlantis", name_en="Atlantis")
    assert Organization.objects.get().key == "atlantis"
    assert batch_of(preview).status == ImportBatch.Status.PREVIEWED


def test_a_form_that_is_refused_keeps_the_way_back(importer, preview):
    address = next(one for one in ways(preview).values() if "/place/add/" in one)
    assert added(importer, address, code="").status_code == 200
    assert not Place.objects.filter(name_ru="Атлантида").exists()
    added(importer, address, code="x-atlantis", name_en="Atlantis", kind="country")
    assert batch_of(preview).status == ImportBatch.Status.PREVIEWED


def test_only_what_the_user_may_add_is_offered(staff, russia):
    user = staff("importer")
    user.groups.get().permissions.remove(Permission.objects.get(codename="add_place"))
    page = upload(signed_in(user), SHEET.encode())
    assert errors(page)
    assert not ways(page)


def test_the_import_of_somebody_else_is_left_as_it_was(importer, preview, admin_client):
    address = next(one for one in ways(preview).values() if "/place/add/" in one)
    page = added(admin_client, address, code="x-atlantis", name_en="Atlantis", kind="country")
    assert Place.objects.filter(code="x-atlantis").exists()
    assert batch_of(preview).status == ImportBatch.Status.REFUSED
    assert not batch_of(preview).recipe
    assert page.context["messages"]


@pytest.mark.parametrize(
    "asked",
    [
        "for_import=x",
        "for_import=999999999999",
        "for_import=4&cell=%00",
        "for_import=²",
        "column=parties&cell=x",
    ],
)
def test_an_address_that_asks_for_nothing_real_adds_and_nothing_else(admin_client, asked):
    address = reverse("admin:relations_place_add") + f"?{asked}"
    page = added(
        admin_client, address, code="x-atlantis", name_ru="Атлантида", name_en="Atlantis", kind="country"
    )
    assert page.status_code == 200
    assert Place.objects.filter(code="x-atlantis").exists()
