"""The form of a source."""

import io

import pytest
from django.contrib import admin
from openpyxl import load_workbook

from relations.catalog import RESOURCES
from relations.models import Source
from relations.writers.template import write_template
from tests.helpers.admin import filled_in, signed_in, text, url
from tests.helpers.factories import AgreementFactory, ForumFactory, SourceFactory
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


class TestOnePaste:
    GOST = "Орлова А. П. Торговля на границе // Вестник региона. – 2021. – № 3. – С. 11–15."

    @pytest.fixture
    def editor(self, staff):
        return signed_in(staff("editor"))

    def pasted(self, editor, reference):
        return editor.post(url(Source, "read"), {"reference": reference})

    def test_fills_in_the_form_and_stores_nothing(self, editor):
        page = self.pasted(editor, self.GOST)
        data = filled_in(page)
        assert data["title"] == "Торговля на границе"
        assert (data["container_title"], data["issue"], data["page"]) == ("Вестник региона", "3", "11–15")
        assert not Source.objects.exists()
        editor.post(url(Source, "add"), data)
        assert Source.objects.get().author.startswith("Орлова")

    def test_says_what_no_field_took(self, editor):
        page = self.pasted(editor, self.GOST + " – ISSN 1234-5679.")
        assert "1234-5679" in text(page)
        assert "No field of the form took this." in text(page)

    def test_of_something_else_keeps_the_text_and_says_so(self, editor):
        page = self.pasted(editor, "{ not a reference")
        assert page.status_code == 200
        assert "{ not a reference" in text(page)
        assert page.context["messages"]

    @pytest.mark.parametrize(
        "reference",
        ["https://www.example.org/news/7/?utm_source=x", "Торговля на границе // Вестник. – 2021."],
    )
    def test_says_that_the_register_has_it_already_and_how_often_it_is_cited(self, editor, reference):
        source = SourceFactory(title="Торговля на границе", url="https://example.org/news/7")
        AgreementFactory(sources=0).cite(source)
        page = text(self.pasted(editor, reference))
        assert "The register may have this already:" in page
        assert "cited 1 time)" in page

    def test_a_second_source_of_one_address_is_stored_only_when_it_is_said_to_be_another(self, editor):
        SourceFactory(title="Новость", url="https://example.org/news/7")
        data = filled_in(editor.get(url(Source, "add"))) | {
            "title": "Другая новость",
            "url": "http://www.example.org/news/7/",
        }
        answer = editor.post(url(Source, "add"), data)
        assert "The register has this source already" in text(answer)
        assert Source.objects.count() == 1
        assert editor.post(url(Source, "add"), {**data, "_add_anyway": "1"}).status_code == 302
        assert Source.objects.count() == 2

    def test_is_only_for_those_who_may_add_sources(self, client, django_user_model):
        reader = django_user_model.objects.create_user("reader", is_staff=True)
        assert self.pasted(signed_in(reader), self.GOST).status_code == 403
        assert client.post(url(Source, "read"), {"reference": self.GOST}).status_code == 302
