"""A citation vouches for a value: when the value changes, its source must be checked again before readers see it."""

import pytest

from relations.catalog import RESOURCES
from relations.models import Agreement, Recheck, State
from relations.revisions.saving import RowRefused
from tests.helpers.admin import filled_in, signed_in, text, url
from tests.helpers.factories import AgreementFactory, SourceFactory
from tests.helpers.sheets import import_rows, load_rows

pytestmark = pytest.mark.django_db
AGREEMENTS = RESOURCES["agreements"]


@pytest.fixture
def editor(staff):
    return signed_in(staff("editor"))


def treaty(published=True):
    """An agreement with a source for its date, and one for the rest."""
    record = AgreementFactory(key="treaty", signed="1992-05-30", sources=0)
    record.cite(SourceFactory(key="rest"))
    record.cite(SourceFactory(key="dated"), field="date_signed", locator_label="page", locator="5")
    if published:
        record.publish()
    return record


def save(client, record, **changes):
    address = url(Agreement, "change", record.pk)
    return client.post(address, {**filled_in(client.get(address)), **changes}, follow=True)


def marks():
    return {(one.source, one.field) for one in Recheck.objects.all()}


class TestADraft:
    def test_keeps_in_mind_which_sources_were_cited_for_another_value(self, editor):
        record = treaty(published=False)
        save(editor, record, signed="1993")
        assert marks() == {("dated", "date_signed")}
        assert Recheck.objects.get().user.username == "editor"

    def test_is_not_published_before_they_are_checked(self, editor):
        record = treaty(published=False)
        save(editor, record, signed="1993")
        assert [one.code for one in Agreement.objects.get().publication_problems()] == ["publish.recheck"]
        save(editor, record, **{"citations-1-confirmed": "on"})
        assert marks() == set()
        assert Agreement.objects.get().publication_problems() == []

    def test_needs_no_check_where_another_source_supports_the_fact(self, editor):
        record = treaty(published=False)
        record.cite(SourceFactory(key="second"), field="date_signed")
        save(editor, record, signed="1993", **{"citations-1-confirmed": "on"})
        assert marks() == {("second", "date_signed")}
        assert Agreement.objects.get().publication_problems() == []

    def test_needs_no_check_for_what_it_no_longer_states(self, editor):
        record = treaty(published=False)
        save(editor, record, signed="")
        assert marks() == set()

    def test_needs_no_check_once_the_former_value_is_back(self, editor):
        record = treaty(published=False)
        save(editor, record, signed="1993")
        save(editor, record, signed="1992-05-30")
        assert marks() == set()

    def test_leaves_a_fact_whose_citation_is_gone_to_the_citation_of_the_whole_record(self, editor):
        record = treaty(published=False)
        save(editor, record, **{"citations-1-DELETE": "on"})
        assert marks() == {("rest", "")}

    def test_is_vouched_for_as_a_whole_by_a_citation_of_the_whole_record(self, editor):
        record = treaty(published=False)
        save(editor, record, instrument_type="protocol")
        assert marks() == {("rest", "")}

    def test_is_refused_with_the_names_of_the_facts_that_have_changed_and_no_others(self, editor):
        record = AgreementFactory(key="treaty", signed="1992-05-30", status_in_law="in_force", sources=1)
        save(editor, record, signed="1993")
        (problem,) = Agreement.objects.get().publication_problems()
        assert problem.params["facts"] == str(AGREEMENTS.column("date_signed").label)

    def test_needs_no_check_for_what_is_no_fact(self, editor):
        record = treaty(published=False)
        save(editor, record, title_en="Another title", notes="Note")
        assert marks() == set()


class TestAPublicRecord:
    def test_is_changed_only_with_its_sources_checked(self, editor, approved):
        record = treaty()
        save(editor, record, signed="1993")
        with pytest.raises(RowRefused) as refused:
            approved(record, confirmed=())
        assert [one.problem.code for one in refused.value.findings] == ["publish.recheck"]
        assert str(Agreement.objects.get().signed) == "1992-05-30"
        assert approved(record)
        assert str(Agreement.objects.get().signed) == "1993"
        assert marks() == set()

    def test_says_on_saving_which_sources_must_be_checked_again(self, editor):
        record = treaty()
        page = text(save(editor, record, signed="1993", _reason="A misprint"))
        assert "The source was cited for another value of: signed." in page
        page = text(save(editor, record, **{"citations-1-confirmed": "on"}))
        assert "The source was cited for another value" not in page

    def test_is_changed_where_the_editor_has_checked_them(self, editor, approved):
        record = treaty()
        save(editor, record, signed="1993", **{"citations-1-confirmed": "on"})
        assert approved(record, confirmed=())
        assert str(Agreement.objects.get().signed) == "1993"

    def test_is_asked_again_when_the_proposed_value_changes(self, editor, approved):
        record = treaty()
        save(editor, record, signed="1993", **{"citations-1-confirmed": "on"})
        save(editor, record, signed="1994")
        with pytest.raises(RowRefused) as refused:
            approved(record, confirmed=())
        assert [one.problem.code for one in refused.value.findings] == ["publish.recheck"]

    def test_is_checked_on_the_review_page(self, editor, publisher):
        record = treaty()
        save(editor, record, signed="1993")
        client, review = signed_in(publisher), url(Agreement, "review", record.pk)
        page = client.get(review)
        ((value, words),) = page.context["to_confirm"]
        assert "page 5: signed" in words
        sent = {"verb": "approve", "seen": page.context["seen"]}
        answer = client.post(review, sent, follow=True)
        assert "must be checked again, since these facts have changed: signed" in text(answer)
        client.post(review, {**sent, "confirmed": [value, "made up"]})
        assert str(Agreement.objects.get().signed) == "1993"


class TestASheet:
    def test_with_its_sources_vouches_for_its_values(self):
        treaty(published=False)
        import_rows("agreements", {"key": "treaty", "date_signed": "1993", "source": "dated"})
        assert marks() == set()

    def test_without_sources_vouches_for_nothing(self):
        treaty(published=False)
        import_rows("agreements", {"key": "treaty", "date_signed": "1993"})
        assert marks() == {("dated", "date_signed")}

    def test_that_is_published_by_its_operator_is_vouched_for_by_them(self):
        treaty()
        report = load_rows("agreements", {"key": "treaty", "date_signed": "1993"}, publish=True)
        assert not report.errors
        assert (str(Agreement.objects.get().signed), marks()) == ("1993", set())
        assert Agreement.objects.get().state == State.PUBLISHED
