"""The form of a source."""

import io

import pytest
from django.contrib import admin
from openpyxl import load_workbook

from relations.catalog import RESOURCES
from relations.models import Source
from relations.writers.template import write_template
from tests.helpers.admin import filled_in, signed_in, text, url
from tests.helpers.factories import ForumFactory, SourceFactory
from tests.helpers.sheets import import_rows, load_rows, problems


@pytest.mark.parametrize("name", ["url", "archive_url"])
def test_an_address_typed_without_its_scheme_is_a_secure_one(name):
    source_admin = admin.site.get_model_admin(Source)
    field = source_admin.formfield_for_dbfield(Source._meta.get_field(name), request=None)
    assert field.clean("example.org/page") == "https://example.org/page"
    assert field.clean("http://example.org/page") == "http://example.org/page"


@pytest.mark.django_db
class TestForm:
    @pytest.fixture
    def editor(self, staff):
        return signed_in(staff("editor"))

    def sent(self, editor, **changes):
        source = SourceFactory(key="one")
        address = url(Source, "change", source.pk)
        return editor.post(address, filled_in(editor.get(address), **changes))

    def test_bounds_of_the_date_and_extent_are_kept(self, editor):
        answer = self.sent(
            editor, not_before="2018", dating_en="the latest year it names", extent="абзац 52; сноска 13"
        )
        assert answer.status_code == 302
        source = Source.objects.get()
        assert (str(source.not_before), source.dating_en) == ("2018", "the latest year it names")
        assert source.extent == "paragraph 52; footnote 13"
        assert (source.longest("paragraph"), source.longest("page")) == (52, None)

    def test_an_unreadable_extent_is_refused_at_its_field(self, editor):
        answer = self.sent(editor, extent="long")
        assert answer.context["adminform"].form.errors.keys() == {"extent"}
        assert Source.objects.get().extent == ""

    def test_it_shows_by_what_the_work_is_identified_and_how_to_write_authors(self, editor):
        source = SourceFactory(url="https://example.org/1")
        page = text(editor.get(url(Source, "change", source.pk)))
        assert "identified by its address" in page
        assert "an organisation as {Ministry of Trade}, in braces" in page


@pytest.mark.django_db
def test_a_sheet_of_sources_reads_extents_and_names_a_wrong_one_at_its_cell():
    report = load_rows(
        "sources",
        {"key": "one", "title": "Работа", "extent": "абзац 52; сноска 13"},
        {"key": "two", "title": "Работа два", "extent": "много"},
    )
    assert problems(report) == [("C3", "extent.unreadable")]
    import_rows("sources", {"key": "one", "title": "Работа", "extent": "абзац 52; сноска 13"})
    assert Source.objects.get().extent == "paragraph 52; footnote 13"


@pytest.mark.django_db
def test_the_page_of_a_source_shows_its_extent_and_its_archived_copy(client):
    source = SourceFactory(extent="paragraph 52; footnote 13", archive_url="https://archive.example/1")
    forum = ForumFactory(sources=0)
    forum.cite(source)
    forum.publish()
    page = client.get(f"/ru/sources/{source.key}/").content.decode()
    assert "абзац 52; сноска 13" in page
    assert "https://archive.example/1" in page


@pytest.mark.django_db
def test_the_template_says_how_to_write_authors():
    stream = io.BytesIO()
    write_template(stream, RESOURCES["sources"])
    assert any(
        "{Ministry of Trade}" in str(cell.value) for row in load_workbook(stream)["codebook"] for cell in row
    )
