"""The licence of a dataset: with its source in every form, on its page, on the page of data and in a dump."""

import zipfile
from datetime import date

import pytest
from django.core.management import call_command
from django.utils.translation import override

from relations.bibliography.csl import source_item
from relations.bibliography.ris import ris
from relations.models import Forum
from relations.models.sources import Licence
from tests.helpers.factories import ForumFactory, SourceFactory

pytestmark = pytest.mark.django_db
NAME, ADDRESS = "CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/"


@pytest.fixture
def dataset(db):
    """A dataset under terms of its own, cited by a published record."""
    source = SourceFactory(key="students", type="dataset", title="Students", licence=f"{NAME} {ADDRESS}")
    record = ForumFactory(sources=0)
    record.cite(source, locator_label="page", locator="7")
    assert not Forum.objects.filter(pk=record.pk).publish()
    return source


@pytest.mark.parametrize(
    ("text", "licence"),
    [
        (f"{NAME} {ADDRESS}", Licence(NAME, ADDRESS)),
        ("Own terms, by letter", Licence("Own terms, by letter")),
        ("javascript:alert(1)", Licence("javascript:alert(1)")),
        ("", Licence("")),
    ],
)
def test_a_licence_is_a_name_and_perhaps_an_address(text, licence):
    assert Licence.parse(text) == licence


def test_it_is_in_every_file_of_sources(dataset, client):
    for form in ("csv", "json", "ris"):
        text = b"".join(client.get(f"/en/sources.{form}")).decode()
        assert f"{NAME} {ADDRESS}" in text, form


def test_a_reference_manager_gets_it_as_a_note(dataset):
    item = source_item(dataset, date(2026, 12, 1))
    assert item["license"] == f"{NAME} {ADDRESS}"
    with override("en"):
        assert f"N1  - Licence: {NAME} {ADDRESS}" in ris(item)


@pytest.mark.parametrize("address", ["/en/sources/students/", "/en/data/"])
def test_readers_see_it_with_its_terms(dataset, address, client):
    text = client.get(address).content.decode()
    assert f'<a href="{ADDRESS}" rel="license external noopener">{NAME}</a>' in text


def test_a_source_that_nobody_cites_is_named_nowhere(client):
    SourceFactory(title="Uncited", licence=f"{NAME} {ADDRESS}")
    text = client.get("/en/data/").content.decode()
    assert ADDRESS not in text
    assert "stay under the terms" not in text


def test_the_readme_of_a_dump_names_the_dataset_with_its_terms(dataset, tmp_path):
    call_command("dump_register", output=str(tmp_path), date="2026-10-01")
    with zipfile.ZipFile(tmp_path / "register-2026-10-01.zip") as files:
        text = files.read("README.txt").decode()
        assert "licence" in files.read("sources.csv").decode().splitlines()[0].split(",")
    assert " ".join(f"Students: {NAME} {ADDRESS}".split()) in " ".join(text.split())
