"""The page of downloads, with the dated dumps."""

import json
import re

import pytest
from django.core.management import call_command
from django.utils.translation import override

from relations.dumps import storage
from tests.helpers.browser import NARROWEST
from tests.helpers.catalog import SLUGS
from tests.helpers.factories import FACTORIES, ForumFactory

pytestmark = pytest.mark.django_db
ZIP = "/ru/data/register-2026-10-01.zip"


@pytest.fixture
def written(settings, tmp_path):
    """A function: writes the dump of a day where the page looks for it; returns its zip."""
    settings.DUMPS_DIR = tmp_path

    def write(day="2026-10-01"):
        call_command("dump_register", date=day)
        return tmp_path / f"register-{day}.zip"

    return write


@pytest.fixture
def data_page(page):
    """A function: the text of the page of data."""
    return lambda language="ru": page(f"/{language}/data/")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_list_can_be_downloaded_in_every_format(language, data_page, client):
    for slug in SLUGS:
        FACTORIES[slug](published=True)
    text = data_page(language)
    for slug in (*SLUGS, "sources"):
        for form in ("csv", "xlsx", "json", "ris", "bib"):
            address = f"/{language}/{slug}.{form}"
            assert f'href="{address}"' in text
            assert client.get(address).status_code == 200
    for address in ("/api/v1/docs/", "/api/v1/statistics.csv"):
        assert f'href="{address}"' in text


def test_without_a_dump_the_page_says_so_and_cites_none(data_page):
    text = data_page()
    assert 'class="empty"' in text
    assert "register-" not in text
    assert 'id="cite"' not in text


def test_one_dump_is_offered_with_all_that_is_known_of_it_and_cited(written, data_page):
    ForumFactory(published=True)
    written()
    (dump,) = storage.dumps()
    text = data_page("en")
    assert 'href="/en/data/register-2026-10-01.zip"' in text
    assert dump.sha256 in text
    assert "1 record<" in text
    assert "the first dump" in text
    assert (
        "All records published as of 1 October 2026, with their sources // Russia and Central Asia." in text
    )
    assert "(accessed: " in text
    assert "(2026, October 1)" in text
    assert "http://testserver/en/data/register-2026-10-01.zip" in text


def test_two_dumps_are_listed_newest_first_with_their_changes(written, data_page):
    gone = ForumFactory(published=True)
    written("2026-09-01")
    gone.withdraw()
    for _number in range(2):
        ForumFactory(published=True)
    written()
    written("2026-11-01")
    text = data_page("en")
    assert re.findall(r'datetime="(2026-\d\d-01)"', text) == ["2026-11-01", "2026-10-01", "2026-09-01"]
    assert "since register-2026-09-01.zip: added 2, removed 1, changed 0" in text
    assert "no changes since register-2026-10-01.zip" in text


def test_a_foreign_or_half_replaced_zip_is_neither_offered_nor_served(written, data_page, client):
    path = written()
    (path.parent / "register-2026-11-01.zip").write_bytes(b"foreign")
    (path.parent / "register-2026-12-01.zip").write_bytes(b"foreign")
    (path.parent / "register-2026-12-01.json").write_text("[1, 2]")
    path.write_bytes(path.read_bytes() + b"more")
    assert "register-2026" not in data_page()
    for month in (10, 11, 12):
        assert client.get(f"/ru/data/register-2026-{month}-01.zip").status_code == 404


def test_the_zip_is_streamed_as_a_file(written, client):
    path = written()
    response = client.get(ZIP)
    assert b"".join(response.streaming_content) == path.read_bytes()
    assert response.headers["Content-Type"] == "application/zip"
    assert response.headers["Content-Disposition"] == 'attachment; filename="register-2026-10-01.zip"'
    assert response.headers["Content-Length"] == str(path.stat().st_size)


def test_a_zip_deleted_in_the_meantime_is_not_found(written, client, monkeypatch):
    path = written()
    found = storage.dump_of(storage.day_of(path))
    path.unlink()
    monkeypatch.setattr(storage, "dump_of", lambda day: found)
    assert client.get(ZIP).status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "register-2026-10-02.zip",
        "register-2026-13-01.zip",
        "register-0000-00-00.zip",
        "register-2026-10-1.zip",
        "register-20261001.zip",
        "register-٢٠٢٦-10-01.zip",
        "register-2026-10-01.zip%0a",
        "register-2026-10-01.json",
        "register-2026-10-01.zip/",
        "..%2fregister-2026-10-01.zip",
        "../../manage.py",
        "secret.zip",
        "register-2026-10-01/cite.xml",
        "register-2026-10-01/cite.jsonld",
        "register-2026-10-02/cite.ris",
    ],
)
def test_other_names_of_files_are_not_found(name, written, client):
    written()
    assert client.get(f"/ru/data/{name}").status_code == 404


def test_a_dump_is_cited_in_the_forms_of_reference_managers(written, client):
    written()
    found = {
        form: client.get(f"/en/data/register-2026-10-01/cite.{form}").content.decode()
        for form in ("ris", "bib", "json")
    }
    assert "TY  - DATA" in found["ris"]
    assert "@misc{register-2026-10-01," in found["bib"]
    (item,) = json.loads(found["json"])
    assert (item["type"], item["issued"]) == ("dataset", {"date-parts": [[2026, 10, 1]]})


def test_programs_that_look_for_data_sets_find_the_dump(written, data_page, client):
    path = written()
    assert '<link rel="alternate" type="application/ld+json" href="/ru/data.jsonld">' in data_page()
    response = client.get("/ru/data.jsonld")
    assert response.headers["Content-Type"] == "application/ld+json"
    found = response.json()
    assert (found["@type"], found["version"]) == ("Dataset", "2026-10-01")
    files = {one["contentUrl"]: one for one in found["distribution"]}
    assert (
        files["http://testserver/ru/data/register-2026-10-01.zip"]["sha256"]
        == storage.read_description(path).sha256
    )
    assert files["http://testserver/ru/agreements.csv"]["encodingFormat"] == "text/csv"
    for address in files:
        assert client.get(address.removeprefix("http://testserver")).status_code == 200


def test_linked_data_without_a_dump_names_the_lists_alone(client):
    found = client.get("/en/data.jsonld").json()
    assert "version" not in found
    assert not [one for one in found["distribution"] if one["name"].endswith(".zip")]


def test_it_is_found_from_every_page_and_in_the_sitemap(client):
    assert 'href="/ru/data/"' in client.get("/ru/about/").content.decode()
    assert "http://testserver/ru/data/" in client.get("/sitemap-pages.xml").content.decode()


def test_the_page_costs_the_same_with_one_record_and_with_many(written, count_queries):
    ForumFactory(published=True)
    written()
    with_one = count_queries("/ru/data/")
    for number in range(10):
        ForumFactory(published=True)
        written(f"2026-10-{number + 10}")
    assert count_queries("/ru/data/") <= with_one


def test_a_bad_page_number_is_not_found(client):
    assert client.get("/ru/data/?page=2").status_code == 404


def test_it_speaks_both_languages(data_page):
    for language, word in (("ru", "Лицензия"), ("en", "Licence")):
        with override(language):
            assert word in data_page(language)


@pytest.mark.parametrize("name", ["data", "about"])
def test_it_is_said_that_data_and_code_have_a_licence_each(name, client):
    text = client.get(f"/ru/{name}/").content.decode()
    assert '<a href="https://creativecommons.org/licenses/by/4.0/" rel="license external noopener">' in text
    assert "opensource.org/license/mit" in text


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_dumps_fit_the_narrowest_window_without_errors_in_the_console(written, visit):
    for day in ("2026-09-01", "2026-10-01"):
        written(day)
    for theme in ("light", "dark"):
        with visit(theme=theme) as reader:
            reader.open("ru/data/")
            assert reader.count(".dumps li") == 2
            assert reader.axe_violations() == []
            assert reader.sideways(NARROWEST) == 0
            assert reader.complaints == []
