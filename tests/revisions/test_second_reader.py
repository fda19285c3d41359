"""The second reader: another person than its writer checks a citation, for the value that it supports now."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override

from relations.catalog import RESOURCES
from relations.errors import Problem
from relations.models import Agreement, CitationCheck, ReviewComment, Source
from relations.revisions.sampling import Drawn, lots, sample
from relations.revisions.second_reader import Finding, check_counts, cited_places, keep_check, seen_of
from tests.helpers.admin import filled_in, signed_in, url
from tests.helpers.factories import AgreementFactory, ForumFactory, SourceFactory
from tests.helpers.sheets import load_rows

pytestmark = pytest.mark.django_db
AGREEMENTS = RESOURCES["agreements"]


@pytest.fixture
def reader(staff):
    """A second reader, who has written nothing."""
    return staff("publisher")


@pytest.fixture
def editor(staff):
    return staff("editor")


@pytest.fixture
def treaty(db):
    """An agreement with a source for its date, and one for the rest."""
    record = AgreementFactory(key="treaty", signed="1992-05-30", sources=0)
    record.cite(SourceFactory(key="rest"))
    record.cite(SourceFactory(key="dated"), field="date_signed", locator_label="page", locator="5")
    return record


def save(user, record, **changes):
    client, address = signed_in(user), url(Agreement, "change", record.pk)
    client.post(address, {**filled_in(client.get(address)), **changes})


def check(record, user, number=1, outcome="supports", **more):
    one = cited_places(AGREEMENTS, record.pk, user)[number]
    given = {"place": one.place, "value": one.value, "seen": one.seen, "outcome": outcome} | more
    return keep_check(AGREEMENTS, record.pk, Finding(**given), user)


def refused(do):
    with pytest.raises(Problem) as found:
        do()
    return found.value.code


class TestACitation:
    def test_is_checked_against_its_source_with_name_and_date(self, treaty, reader):
        made = check(treaty, reader)
        rest, dated = cited_places(AGREEMENTS, treaty.pk, reader)
        assert (dated.check, rest.check) == (made, None)
        assert (made.user, made.outcome, made.field) == (reader, "supports", "date_signed")

    def test_shows_what_it_supports_and_the_whole_what_no_other_is_given_for(self, treaty, reader):
        with override("en"):
            rest, dated = cited_places(AGREEMENTS, treaty.pk, reader)
        assert dated.facts == [("Signed", "30 May 1992")]
        assert {label for label, _words in rest.facts} == {"Kind of instrument", "Parties"}

    def test_must_be_checked_again_when_its_value_changes(self, treaty, reader, editor):
        check(treaty, reader, number=0)
        check(treaty, reader, number=1)
        save(editor, treaty, signed="1993")
        assert [one.field for one in CitationCheck.objects.all()] == [""]

    def test_stays_checked_when_something_else_changes(self, treaty, reader, editor):
        check(treaty, reader)
        save(editor, treaty, title_en="Another title", instrument_type="protocol")
        assert cited_places(AGREEMENTS, treaty.pk, reader)[1].check

    def test_stays_checked_when_its_source_gets_another_key(self, treaty, reader):
        check(treaty, reader)
        source = Source.objects.get(key="dated")
        source.key = "redated"
        source.save()
        assert cited_places(AGREEMENTS, treaty.pk, reader)[1].check
        assert list(Agreement.objects.read_twice("some")) == [treaty]

    def test_is_not_checked_by_who_gave_it_for_this_value(self, treaty, reader, editor):
        save(editor, treaty, signed="1993")
        assert refused(lambda: check(treaty, editor)) == "check.own"
        assert check(treaty, reader)

    def test_is_checked_by_who_changed_something_else(self, treaty, editor):
        save(editor, treaty, title_en="Another title")
        assert check(treaty, editor)

    def test_is_not_checked_by_who_imported_it(self, treaty, editor):
        load_rows("agreements", {"key": "treaty", "date_signed": "1993", "source": "dated"}, user=editor)
        assert refused(lambda: check(treaty, editor, number=0)) == "check.own"

    def test_is_checked_by_who_has_only_approved_it(self, treaty, reader, editor, approved):
        treaty.publish()
        save(editor, treaty, signed="1993")
        approved(treaty)
        assert str(Agreement.objects.get().signed) == "1993"
        assert check(treaty, reader)
        assert refused(lambda: check(treaty, editor)) == "check.own"

    def test_is_not_checked_for_another_value_than_was_looked_at(self, treaty, reader, editor):
        before = cited_places(AGREEMENTS, treaty.pk, reader)[1]
        save(editor, treaty, signed="1993")
        found = Finding(before.place, before.value, "", "supports")
        assert refused(lambda: keep_check(AGREEMENTS, treaty.pk, found, reader)) == "check.changed"

    def test_that_two_check_at_once_is_checked_by_the_first(self, treaty, reader, staff):
        first = check(treaty, reader)
        second = staff("administrator")
        assert refused(lambda: check(treaty, second, seen="")) == "check.taken"
        assert CitationCheck.objects.get().user == reader
        assert check(treaty, second, outcome="no_access", seen=seen_of(first)).user == second

    def test_that_is_not_supported_needs_a_comment_which_is_one_on_the_fact(self, treaty, reader):
        assert refused(lambda: check(treaty, reader, outcome="does_not")) == "comment.empty"
        check(treaty, reader, outcome="does_not", comment="The page says June")
        comment = ReviewComment.objects.get()
        assert comment.field == "date_signed"
        assert comment.text.endswith("The page says June")
        assert "5" in comment.text

    @pytest.mark.parametrize("outcome", ["", "yes", "\x00"])
    def test_has_one_of_three_outcomes(self, treaty, reader, outcome):
        assert refused(lambda: check(treaty, reader, outcome=outcome)) == "check.outcome"


class TestRecords:
    def test_are_found_by_how_many_of_their_citations_are_checked(self, reader, treaty):
        every, other = AgreementFactory(key="every"), AgreementFactory(key="other")
        check(treaty, reader)
        check(every, reader, number=0)
        check(other, reader, number=0, outcome="no_access")
        AgreementFactory(key="bare", sources=0)
        found = {
            how: sorted(one.key for one in Agreement.objects.read_twice(how))
            for how in ("all", "some", "none")
        }
        assert found == {"all": ["every"], "some": ["treaty"], "none": ["bare", "other"]}
        numbers = Agreement.objects.with_readings().values_list("key", "reading_count", "citation_count")
        assert set(numbers) == {("treaty", 1, 2), ("every", 1, 1), ("other", 0, 1), ("bare", 0, 0)}

    def test_that_are_public_are_counted_by_outcome(self, reader, treaty, staff):
        check(treaty, reader)
        assert check_counts(reader).citations == 0
        treaty.publish()
        check(treaty, reader, number=0, outcome="does_not", comment="Not so")
        counts = check_counts(reader)
        assert (counts.citations, counts.supports, counts.does_not, counts.checked) == (2, 1, 1, 2)


class TestTheSample:
    @pytest.fixture
    def public(self, db):
        return [
            make(key=f"r{i}", published=True) for i in range(6) for make in (AgreementFactory, ForumFactory)
        ]

    def names(self, month, number=5):
        return [(one.lot.slug, one.lot.key) for one in sample(month, number)]

    def test_follows_from_the_month(self, public):
        assert self.names("2026-11") == self.names("2026-11")
        assert len(self.names("2026-11")) == 5
        assert len({tuple(self.names(f"2026-{month:02}")) for month in range(1, 13)}) > 6

    def test_changes_as_little_as_possible_when_a_record_is_added(self, public):
        before = set(self.names("2026-11"))
        AgreementFactory(key="new", published=True)
        assert len(before - set(self.names("2026-11"))) <= 1

    def test_has_no_citations_of_records_that_are_not_public(self, public):
        AgreementFactory(key="draft")
        assert "draft" not in {one.key for one in lots("2026-11")}

    def test_names_what_is_checked(self, public, reader):
        first = next(one for one in sample("2026-11", 12) if one.lot.slug == "agreements")
        check(Agreement.objects.get(key=first.lot.key), reader, number=0)
        done = [one.lot.key for one in sample("2026-11", 12) if one.check]
        assert done == [first.lot.key]
        assert isinstance(first, Drawn)

    def test_is_listed_by_a_command_without_what_is_checked(self, public, reader):
        def listed(**options):
            out = StringIO()
            call_command("draw_citations", stdout=out, **options)
            return out.getvalue().splitlines()

        assert listed(month="2026-11", number=12)[-1] == "drawn: 12; not checked yet: 12"
        check(Agreement.objects.get(key="r0"), reader, number=0)
        lines = listed(month="2026-11", number=12)
        assert lines[-1] == "drawn: 12; not checked yet: 11"
        assert not any(line.startswith("agreements r0:") for line in lines)
        assert listed()[-1].startswith("drawn: 12")

    @pytest.mark.parametrize(
        "options", [{"month": "2026-13"}, {"month": "November"}, {"number": 0}, {"number": 501}]
    )
    def test_is_of_a_month_and_of_a_number_within_bounds(self, db, options):
        with pytest.raises(CommandError):
            call_command("draw_citations", **options)
