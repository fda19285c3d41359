"""Help at a field, in the codebook and in the notes of the template: one sentence from one place, in both languages."""

import io

import openpyxl
import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.test import RequestFactory
from django.utils.translation import override

from relations.catalog import RESOURCES, ROWS
from relations.dumps.codebook import HEAD, codebook_rows
from relations.dumps.tables import TABLES
from relations.models import Citation, Observation
from relations.rows.citation_parts import Part
from relations.rows.members import Members
from relations.rows.related_columns import Links, Participants, ParticipationStatuses
from relations.writers.template import headings_of, kind_of, write_template

LANGUAGES = ("ru", "en")
#: the field of a citation in which a column of citations is filled in
CITATION_FIELDS = {
    "source": "source",
    "locator": "locator",
    "cited_fields": "facts",
    "quoted_in": "quoted_in",
    "confidence": "confidence",
    "citation_note_ru": "note_ru",
    "citation_note_en": "note_en",
    "quotation": "quotation",
    "quotation_language": "quotation_language",
}
ROW_EACH = "the form has a row for each, in which the role, the kind or the member is a field"
#: kinds of columns without one field of their own, with the reason
WITHOUT_A_FIELD = {
    Participants: ROW_EACH,
    ParticipationStatuses: ROW_EACH,
    Links: ROW_EACH,
    Members: ROW_EACH,
}
#: columns without a field, by name, with the reason
NAMED_WITHOUT_A_FIELD = {
    "scope": "it is derived from the participants",
    "identified_by": "it is derived from the other columns; the form shows it",
    "about": "the form has a field for each type that a figure may be about",
}
#: fields of forms without a column, with the reason
FIELDS_WITHOUT_A_COLUMN = {
    **{
        one.name: "together they are the column “about”"
        for one in Observation._meta.fields
        if "about_" in one.name
    },
    "locator_label": "together with the locator it is the column “locator”",
    "confirmed": "it is no fact, but what the editor has done",
    **dict.fromkeys(("role", "place", "organization", "person", "status", "status_date"), ROW_EACH),
    **dict.fromkeys(
        ("kind", "to_agreement", "to_forum", "to_visit", "to_project", "to_observation"), ROW_EACH
    ),
    **dict.fromkeys(("member", "joined", "joined_source", "left", "left_source"), ROW_EACH),
}


@pytest.fixture
def request_of_an_administrator():
    request = RequestFactory().get("/")
    request.user = get_user_model()(is_superuser=True, is_staff=True, is_active=True)
    return request


@pytest.fixture
def fields(request_of_an_administrator):
    """A function: the fields of the form of a type, and those of the rows within it, by the model of the row."""

    def of(resource):
        form_of = admin.site._registry[resource.model]
        own = form_of.get_form(request_of_an_administrator).base_fields
        inlines = form_of.get_inline_instances(request_of_an_administrator)
        return own, {
            one.model: one.get_formset(request_of_an_administrator).form.base_fields for one in inlines
        }

    return of


def in_both(text):
    found = {}
    for language in LANGUAGES:
        with override(language):
            found[language] = str(text())
    return found


def field_of(column, own, rows):
    """The field of the form in which a column is filled in; None where there is none."""
    if isinstance(column, Part):
        return rows[Citation][CITATION_FIELDS[column.name]]
    return own.get(column.attribute)


def pairs(fields, resource):
    """[(column, field)] of the columns that have a field."""
    own, rows = fields(resource)
    found = [(column, field_of(column, own, rows)) for column in resource.columns()]
    return [(column, field) for column, field in found if field]


@pytest.mark.parametrize("slug", ROWS)
def test_the_help_at_a_field_is_the_description_of_its_column(fields, slug):
    found = pairs(fields, ROWS[slug])
    assert len(found) > 2
    for column, field in found:
        help_text, description = (
            in_both(lambda one=field: one.help_text),
            in_both(lambda one=column: one.help_text),
        )
        assert help_text == description, column.name
        assert any(map(str.isalpha, description["ru"])) == any(map(str.isalpha, description["en"])), (
            column.name
        )


@pytest.mark.parametrize("slug", ROWS)
def test_a_column_without_a_field_has_a_reason(fields, slug):
    with_field = {column.name for column, _field in pairs(fields, ROWS[slug])}
    for column in ROWS[slug].columns():
        if column.name not in with_field and column.name not in NAMED_WITHOUT_A_FIELD:
            assert isinstance(column, tuple(WITHOUT_A_FIELD)), column.name


@pytest.mark.parametrize("slug", ROWS)
def test_a_field_without_a_column_has_a_reason(fields, slug):
    columns = {column.attribute for column in ROWS[slug].columns()} | set(CITATION_FIELDS.values())
    names = names_of_fields(fields, ROWS[slug])
    assert names & columns
    assert names - columns <= set(FIELDS_WITHOUT_A_COLUMN)


def names_of_fields(fields, resource):
    """Of the form and of the rows within it."""
    own, rows = fields(resource)
    return {*own, *(name for row in rows.values() for name in row)}


def test_no_reason_is_outdated(fields):
    without = {column.name for one in ROWS.values() for column in one.columns()} - {
        column.name for one in ROWS.values() for column, _field in pairs(fields, one)
    }
    assert set(NAMED_WITHOUT_A_FIELD) <= without
    assert set(FIELDS_WITHOUT_A_COLUMN) <= set().union(
        *(names_of_fields(fields, one) for one in ROWS.values())
    )


def descriptions_in_the_dump():
    """{(table, column): {language: meaning}} of the codebook of a dump."""
    found = {}
    for line in codebook_rows(TABLES):
        cells = dict(zip(HEAD, line, strict=True))
        place = (cells["file"].removesuffix(".csv"), cells["column"])
        found[place] = {language: cells[f"meaning_{language}"] for language in LANGUAGES}
    return found


def test_the_codebook_of_a_dump_describes_each_column_as_its_field_does(fields):
    described = descriptions_in_the_dump()
    for table in TABLES:
        by_name = {column.name: (column, field) for column, field in pairs(fields, ROWS[table.slug])}
        by_name |= {column.attribute: (column, field) for column, field in by_name.values()}
        shared = [name for name in table.names() if name in by_name]
        assert len(shared) > 2
        for name in shared:
            help_text = in_both(lambda one=by_name[name][1]: one.help_text)
            assert described[table.slug, name] == help_text, (table.slug, name)


@pytest.mark.parametrize("slug", RESOURCES)
def test_the_notes_of_the_template_are_the_same_and_then_how_to_write_it(fields, slug):
    stream = io.BytesIO()
    write_template(stream, RESOURCES[slug])
    notes = {cell.value: cell.comment for cell in openpyxl.load_workbook(stream)[slug][3]}
    fields_of = {column.name: field for column, field in pairs(fields, RESOURCES[slug])}
    for name, _labels, column in headings_of(RESOURCES[slug]):
        field = fields_of.get(name, column)
        help_text, kind = in_both(lambda one=field: one.help_text), in_both(lambda one=column: kind_of(one))
        texts = (" ".join(filter(None, (help_text[one], kind[one]))) for one in LANGUAGES)
        expected = "\n\n".join(texts).strip()
        assert (notes[name].text if notes[name] else "") == expected, name
