"""The last source is offered, and the citations of another record can be copied into the form."""

import pytest

from relations.models import Agreement, Forum, Source
from tests.helpers.admin import filled_in, signed_in, text, url
from tests.helpers.factories import AgreementFactory, ForumFactory, SourceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(staff):
    return signed_in(staff("editor"))


def cited_in_a_new_record(client, source, title="Treaty"):
    data = filled_in(client.get(url(Agreement, "add")), title_en=title, signed="1992")
    row = {"citations-0-source": source.pk, "citations-0-confidence": "high", "citations-TOTAL_FORMS": 1}
    assert client.post(url(Agreement, "add"), {**data, **row}).status_code == 302


def offered(client, model=Forum):
    return client.get(url(model, "add")).context["last_source"]


def test_an_editor_who_has_cited_nothing_is_offered_no_source(editor):
    AgreementFactory()
    assert offered(editor) is None


def test_the_source_that_the_editor_cited_last_is_offered_on_the_forms_of_all_types(editor):
    first, second = SourceFactory(title="First"), SourceFactory(title="Second")
    cited_in_a_new_record(editor, first, "One")
    cited_in_a_new_record(editor, second, "Two")
    assert offered(editor) == offered(editor, Agreement) == second
    assert "Cite the last source: Second" in text(editor.get(url(Forum, "add")))


def test_each_editor_is_offered_their_own(editor, staff):
    cited_in_a_new_record(editor, SourceFactory())
    assert offered(signed_in(staff("publisher"))) is None


def test_a_source_that_is_gone_is_not_offered(editor):
    source = SourceFactory()
    cited_in_a_new_record(editor, source)
    Agreement.objects.all().delete()
    Source.objects.filter(pk=source.pk).delete()
    assert offered(editor) is None


def copied(client, record):
    return client.get(url(type(record), "citation_rows", record.pk))


def test_citations_are_copied_with_all_that_they_say(editor):
    source, original = SourceFactory(title="Work"), SourceFactory(title="Original")
    record = AgreementFactory(sources=0)
    about = {
        "locator_label": "page",
        "locator": "5",
        "quoted_in": original,
        "confidence": "low",
        "note_en": "Doubt",
    }
    for field in ("date_signed", "parties"):
        record.cite(source, field=field, **about)
    (row,) = copied(editor, record).json()["rows"]
    assert row == {
        "source": {"id": str(source.pk), "text": str(source)},
        "quoted_in": {"id": str(original.pk), "text": str(original)},
        "facts": ["date_signed", "parties"],
        "locator_label": "page",
        "locator": "5",
        "confidence": "low",
        "note_ru": "",
        "note_en": "Doubt",
        "quotation": "",
        "quotation_language": "",
    }


def test_quotations_are_copied_by_those_alone_who_may_quote(staff):
    record = AgreementFactory(sources=0)
    record.cite(SourceFactory(), quotation="Words of the source")
    assert "Words of the source" in text(copied(signed_in(staff("editor")), record))
    assert "Words of the source" not in text(copied(signed_in(staff("importer")), record))


def test_only_who_may_see_a_record_copies_from_it(staff, django_user_model):
    record = ForumFactory()
    nobody = signed_in(django_user_model.objects.create_user("nobody", is_staff=True))
    assert copied(nobody, record).status_code == 404
    editor = signed_in(staff("editor"))
    assert copied(editor, record).status_code == 200
    assert editor.get(url(Forum, "citation_rows", 999_999)).status_code == 404
    assert (
        editor.get(url(Forum, "citation_rows", record.pk).replace(str(record.pk), "9" * 30)).status_code
        == 404
    )


def test_who_may_only_look_is_offered_no_help(staff):
    record = AgreementFactory()
    page = text(signed_in(staff("reader")).get(url(Agreement, "change", record.pk)))
    assert "citing-help" not in page


def test_the_cost_of_copying_does_not_grow_with_the_citations(editor, django_assert_max_num_queries):
    record = AgreementFactory(sources=12)
    with django_assert_max_num_queries(20):
        assert len(copied(editor, record).json()["rows"]) == 12
