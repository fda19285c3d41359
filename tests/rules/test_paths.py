"""One rule on every path: form, import, publishing in the admin and the shell, and the command."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from relations.admin.answers import anchor
from relations.catalog import RECORD_TYPES
from relations.errors import Problem
from relations.models import Agreement, RuleException, State
from relations.rules.all_rules import RULES
from tests.helpers.admin import act, filled_in, signed_in, text, url
from tests.helpers.factories import FACTORIES, AgreementFactory, SourceFactory
from tests.helpers.import_pages import batch_of, upload
from tests.helpers.sheets import codes, load_rows

pytestmark = pytest.mark.django_db

#: in force a year before its signature
WRONG = {"signed": "2005-06-01", "entered_into_force": "2004-06-01"}
ROW = {"key": "treaty", "title_en": "Treaty", "instrument_type": "treaty", "parties": "RU; UZ",
       "date_signed": "2005-06-01", "date_in_force": "2004-06-01", "source": "source-x"}  # fmt: skip
CODE = "rule.in_force_before_signed"


@pytest.fixture
def wrong(db):
    return AgreementFactory(title_en="Treaty", **WRONG)


@pytest.fixture
def source(russia, uzbekistan):
    return SourceFactory(key="source-x")


def answer(client, record, finding, reason="The text says so"):
    address = reverse("admin:relations_agreement_answer", args=[record.pk])
    sent = {"rule": finding.rule.code, "values": finding.values, "reason": reason}
    return client.post(address, sent, follow=True)


def open_findings(client, record):
    """What the form of the record asks."""
    context = client.get(url(Agreement, "change", record.pk)).context
    return [one.finding for one in context["open_findings"]]


# Publishing.


def test_an_error_stops_publishing_in_the_shell(wrong):
    with pytest.raises(ValidationError, match="раньше подписания"):
        wrong.publish()
    assert Agreement.objects.get().state == State.DRAFT


def test_an_error_stops_publishing_in_a_bulk_action_and_the_rest_is_published(wrong, staff):
    right = AgreementFactory()
    client = signed_in(staff("publisher"))
    page = text(act(client, "publish", wrong, right))
    assert "“Treaty” was not published." in page
    assert "before it was signed" in page
    assert set(Agreement.objects.published()) == {right}


def test_publishing_many_asks_the_database_no_more_often_than_publishing_two():
    def queries(number):
        keys = [AgreementFactory(**WRONG).pk for _number in range(number)]
        with CaptureQueriesContext(connection) as captured:
            Agreement.objects.filter(pk__in=keys).publish()
        return len(captured)

    assert queries(12) == queries(2)


# The form.


def test_the_form_shows_what_is_found_with_a_link_to_its_field(wrong, staff):
    page = text(signed_in(staff("editor")).get(url(Agreement, "change", wrong.pk)))
    assert "before it was signed" in page
    assert 'href="#id_entered_into_force"' in page
    assert "Only a publisher can answer an error." in page


@pytest.mark.parametrize("record_type", RECORD_TYPES, ids=lambda one: one.slug)
def test_every_finding_can_lead_to_its_field(record_type, staff):
    record = FACTORIES[record_type.slug]()
    page = text(signed_in(staff("publisher")).get(url(record_type.model, "change", record.pk)))
    names = record_type.resource.names()
    for rule in RULES:
        if record_type.slug in rule.types:
            column = next(name for name in rule.columns if name in names)
            assert f'id="{anchor(record, column)}"' in page, rule.code


def test_saving_a_form_says_what_is_to_be_checked(staff):
    record, client = AgreementFactory(signed="2005-06-01"), signed_in(staff("editor"))
    address = url(Agreement, "change", record.pk)
    data = filled_in(client.get(address), entered_into_force="2004-06-01", _continue="1")
    said = text(client.post(address, data, follow=True))
    assert "Saved, but it will not be approved like this: In force (" in said


def test_a_change_that_makes_a_public_record_wrong_is_remarked_on_and_not_approved(staff, approved):
    record, client = AgreementFactory(signed="2005-06-01", published=True), signed_in(staff("editor"))
    address = url(Agreement, "change", record.pk)
    data = filled_in(client.get(address), entered_into_force="2004-06-01", _continue="1")
    assert "before it was signed" in text(client.post(address, data, follow=True))
    with override("en"), pytest.raises(Problem, match="before it was signed"):
        approved(record)
    stored = Agreement.objects.get()
    assert (stored.state, str(stored.entered_into_force)) == (State.PUBLISHED, "")


def test_a_publisher_answers_an_error_and_the_next_reader_sees_who_and_why(wrong, staff):
    client = signed_in(staff("publisher"))
    (finding,) = open_findings(client, wrong)
    answer(client, wrong, finding)
    page = text(signed_in(staff("editor")).get(url(Agreement, "change", wrong.pk)))
    assert "The text says so" in page
    assert "publisher, " in page
    assert open_findings(client, wrong) == []
    wrong.publish()
    assert wrong.is_published


def test_an_answer_is_asked_for_again_when_the_values_change(wrong, staff):
    client = signed_in(staff("publisher"))
    answer(client, wrong, *open_findings(client, wrong))
    wrong.notes, wrong.entered_into_force = "Note", "2003"
    wrong.save()
    assert [one.rule.code for one in open_findings(client, wrong)] == ["in_force_before_signed"]


def test_an_answer_holds_when_other_columns_change(wrong, staff):
    client = signed_in(staff("publisher"))
    answer(client, wrong, *open_findings(client, wrong))
    wrong.notes = "Note"
    wrong.save()
    assert open_findings(client, wrong) == []


@pytest.mark.parametrize("role", ["editor", "importer"])
def test_only_a_publisher_answers_an_error(role, wrong, staff):
    (finding,) = open_findings(signed_in(staff("publisher")), wrong)
    assert answer(signed_in(staff(role)), wrong, finding).status_code == 403
    assert not RuleException.objects.exists()


def test_an_editor_answers_a_hint(staff):
    record = AgreementFactory(adopted="2006", signed="2005", entered_into_force="2006")
    client = signed_in(staff("editor"))
    (finding,) = [one for one in open_findings(client, record) if one.rule.code == "adopted_after_signed"]
    answer(client, record, finding)
    assert RuleException.objects.get().user.username == "editor"


@pytest.mark.parametrize("reason", ["", "  ", "123", "…", "x" * 501])
def test_an_answer_needs_a_reason_in_words(reason, wrong, staff):
    client = signed_in(staff("publisher"))
    (finding,) = open_findings(client, wrong)
    assert "Give the reason why it is so" in text(answer(client, wrong, finding, reason))
    assert not RuleException.objects.exists()


def test_an_answer_to_values_that_have_changed_is_not_kept(wrong, staff):
    client = signed_in(staff("publisher"))
    (finding,) = open_findings(client, wrong)
    wrong.entered_into_force = "2003"
    wrong.save()
    assert "has changed meanwhile" in text(answer(client, wrong, finding))
    assert not RuleException.objects.exists()


def test_an_answer_is_never_given_by_following_a_link(wrong, staff):
    address = reverse("admin:relations_agreement_answer", args=[wrong.pk])
    assert signed_in(staff("publisher")).get(address).status_code == 403


# Imports.


def test_an_import_warns_at_the_cell_and_stores_the_row(source):
    report = load_rows("agreements", ROW)
    (finding,) = [one for one in report.warnings if one.problem.code == CODE]
    assert (finding.row, finding.header) == (2, "date_in_force")
    assert (report.outcome, Agreement.objects.count()) == ("accepted_with_conversions", 1)


def test_a_rehearsal_warns_of_the_same(source):
    assert CODE in codes(load_rows("agreements", ROW, dry_run=True).warnings)


def test_a_row_with_an_error_stays_a_draft_and_the_report_says_so(source):
    right = {**ROW, "key": "right", "date_in_force": "2006"}
    report = load_rows("agreements", ROW, right, publish=True)
    assert not report.errors
    assert "publish.rule" in codes(report.warnings)
    assert report.published == 1
    assert [one.key for one in Agreement.objects.published()] == ["right"]


def test_a_public_record_that_a_row_makes_wrong_is_withdrawn(source):
    load_rows("agreements", {**ROW, "date_in_force": ""}, publish=True)
    report = load_rows("agreements", ROW)
    assert (report.errors, Agreement.objects.get().state) == ([], State.WITHDRAWN)
    assert "publish.rule" in codes(report.warnings)


def test_a_row_without_change_is_not_asked_about_again(source):
    load_rows("agreements", ROW)
    assert codes(load_rows("agreements", ROW).warnings) == []


def test_the_preview_groups_the_findings_among_its_warnings(source, importer):
    page = upload(importer, json.dumps([ROW, {**ROW, "key": "treaty-2"}]).encode(), "sheet.json")
    lines = batch_of(page).lines.filter(tab="warnings")
    counts = {line.content["code"]: line.content["count"] for line in lines}
    assert counts[CODE] == 2


# The command.


def test_the_command_fails_while_an_error_has_no_answer_and_reports_it(wrong, tmp_path, capsys):
    path = tmp_path / "report.json"
    with pytest.raises(SystemExit) as caught:
        call_command("check_content", report=str(path))
    assert caught.value.code == 1
    report = json.loads(path.read_text(encoding="utf-8"))
    (error,) = report["errors"]
    assert (error["sheet"], error["key"], error["header"], error["code"], error["value"]) == (
        "agreements",
        wrong.key,
        "date_in_force",
        CODE,
        "2004-06-01",
    )
    assert set(error["message"]) == {"ru", "en"}
    assert "1 errors" in capsys.readouterr().out


def test_the_command_passes_once_the_error_is_answered(wrong, staff, capsys):
    client = signed_in(staff("publisher"))
    answer(client, wrong, *open_findings(client, wrong))
    call_command("check_content")
    assert "0 errors, 0 hints, 1 answered" in capsys.readouterr().out


def test_a_hint_alone_does_not_fail_the_command(capsys):
    AgreementFactory(adopted="2006", signed="2005")
    call_command("check_content")
    assert "adopted_after_signed" in capsys.readouterr().out


def test_the_command_refuses_a_place_where_no_report_can_be_written(tmp_path):
    with pytest.raises(CommandError) as caught:
        call_command("check_content", report=str(tmp_path / "none" / "report.json"))
    assert caught.value.returncode == 2
