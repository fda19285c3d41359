"""What the admin changes: actions of lists, deleting, and forms with citations, participants and links."""

import pytest

from relations.catalog import RECORD_TYPES
from relations.models import Agreement, Citation, Forum, Observation, Source, Version, Visit
from tests.helpers.admin import act, filled_in, signed_in, text, url
from tests.helpers.factories import (
    FACTORIES,
    AgreementFactory,
    ObservationFactory,
    OrganizationFactory,
    SourceFactory,
    UnitFactory,
)
from tests.helpers.sheets import codes, load_rows

pytestmark = pytest.mark.django_db


def with_rows(data, inline, *rows):
    """The same with new rows in an inline; nothing of a row but what is given."""
    first = int(data[f"{inline}-TOTAL_FORMS"])
    cells = {
        f"{inline}-{i}-{name}": value for i, row in enumerate(rows, first) for name, value in row.items()
    }
    return {**data, **cells, f"{inline}-TOTAL_FORMS": first + len(rows)}


def cited(source):
    return {"source": source.pk, "confidence": "high", "field": ""}


def errors(answer):
    """All errors of a form page; none if the answer redirects."""
    return answer.context["errors"] if answer.context else []


# Actions.


def test_publishing_gives_the_reasons_for_each_refused_record_and_publishes_the_rest(staff, russia):
    good, bare = AgreementFactory(title_en="Good"), AgreementFactory(title_en="Bare", sources=0)
    untitled = AgreementFactory(title_ru="", title_en="", key="untitled")
    lonely = AgreementFactory(title_en="Lonely", participants=[("party", russia)])
    answer = text(act(signed_in(staff("publisher")), "publish", good, bare, untitled, lonely))
    assert "1 record published." in answer
    assert "“Bare” was not published. It has no source." in answer
    assert "“untitled” was not published. It has no title in Russian or English." in answer
    assert "“Lonely” was not published. It has fewer than two parties." in answer
    assert set(Agreement.objects.published()) == {good}


def test_a_figure_without_area_or_unit_is_refused_with_both_reasons(staff):
    bare, whole = ObservationFactory(ref_area=None, unit=None), ObservationFactory()
    answer = text(act(signed_in(staff("publisher")), "publish", bare, whole))
    assert "It has no area. It has no unit." in answer
    assert Observation.objects.published().get() == whole


def test_records_go_through_review_and_back_and_an_impossible_step_changes_nothing(staff):
    record, client = AgreementFactory(), signed_in(staff("publisher"))
    steps = ("submit", "review"), ("send_back", "draft"), ("publish", "published"), ("submit", "published")
    steps += (
        ("withdraw", "withdrawn"),
        ("withdraw", "withdrawn"),
        ("send_back", "draft"),
        ("withdraw", "draft"),
    )
    before = record.state
    for action, state in steps:
        answer = text(act(client, action, record))
        record.refresh_from_db()
        assert record.state == state, action
        assert ("was not changed" in answer) == (state == before), action
        before = state


@pytest.mark.parametrize(("role", "may"), [("editor", False), ("importer", False), ("publisher", True)])
def test_only_publishers_are_offered_and_can_force_publishing_and_withdrawing(role, may, staff):
    client, draft, public = signed_in(staff(role)), AgreementFactory(), AgreementFactory(published=True)
    offered = dict(client.get(url(Agreement)).context["action_form"].fields["action"].choices)
    assert {"submit", "send_back"} <= set(offered)
    assert ("publish" in offered, "withdraw" in offered) == (may, may)
    act(client, "publish", draft)
    act(client, "withdraw", public)
    draft.refresh_from_db()
    public.refresh_from_db()
    assert (draft.is_published, public.state == "withdrawn") == (may, may)


# Submitting from the form.

SUBMIT_BUTTON = "_submit"


def test_a_draft_is_saved_and_submitted_at_once_from_its_form(editor):
    new = filled_in(editor.get(url(Agreement, "add")), title_en="Treaty", **{SUBMIT_BUTTON: "1"})
    assert editor.post(url(Agreement, "add"), new).status_code == 302
    made = Agreement.objects.get()
    assert (made.title_en, made.state) == ("Treaty", "review")
    draft = AgreementFactory(title_en="One")
    answer = changed(editor, draft, title_en="Other", **{SUBMIT_BUTTON: "1"})
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert (draft.title_en, draft.state) == ("Other", "review")
    last = Version.objects.filter(type="agreements", object_id=draft.pk).latest("pk")
    assert (last.before["state"], last.after["state"]) == ("draft", "review")


def test_what_is_submitted_from_its_form_is_told_which_facts_still_need_a_source(editor):
    record = AgreementFactory(sources=0, signed="1992-05-30")
    record.cite(SourceFactory(), field="parties")
    address = url(Agreement, "change", record.pk)
    page = editor.post(address, filled_in(editor.get(address), **{SUBMIT_BUTTON: "1"}), follow=True)
    assert "To be published it still needs a source for: signed" in text(page)


def test_a_form_that_is_refused_submits_nothing(editor):
    draft = AgreementFactory()
    answer = changed(editor, draft, signed="no date", **{SUBMIT_BUTTON: "1"})
    assert errors(answer)
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_only_the_form_of_a_draft_submits_and_only_for_who_may_change_it(editor, staff):
    draft, public = AgreementFactory(), AgreementFactory(published=True)
    offered = f'name="{SUBMIT_BUTTON}"'
    assert offered in text(editor.get(url(Agreement, "add")))
    assert offered not in text(editor.get(url(Agreement, "add") + "?_popup=1"))
    assert offered in text(editor.get(url(Agreement, "change", draft.pk)))
    assert offered not in text(editor.get(url(Agreement, "change", public.pk)))
    assert offered not in text(signed_in(staff("reader")).get(url(Agreement, "change", draft.pk)))
    changed(editor, public, summary_en="More", **{SUBMIT_BUTTON: "1"})
    public.refresh_from_db()
    assert public.state == "published"


# What a new form begins with.


def test_a_new_agreement_begins_with_two_parties_a_visit_with_visitor_and_host_and_each_with_a_citation(
    editor,
):
    for model, roles in ((Agreement, ["party", "party"]), (Visit, ["visitor", "host"]), (Forum, [])):
        formsets = [one.formset for one in editor.get(url(model, "add")).context["inline_admin_formsets"]]
        rows = {
            one.prefix: [form["role"].value() for form in one.forms if "role" in form.fields]
            for one in formsets
        }
        assert rows["participations"] == roles
        assert [len(one.forms) for one in formsets if one.prefix == "citations"] == [1]


def test_a_row_with_which_a_form_begins_is_stored_only_if_it_is_filled_in(editor, russia, uzbekistan):
    empty = filled_in(editor.get(url(Agreement, "add")), title_en="Without")
    assert editor.post(url(Agreement, "add"), empty).status_code == 302
    places = {"participations-0-place": russia.pk, "participations-1-place": uzbekistan.pk}
    source = {"citations-0-source": SourceFactory().pk}
    filled = filled_in(editor.get(url(Agreement, "add")), title_en="With", **places, **source)
    assert editor.post(url(Agreement, "add"), filled).status_code == 302
    without, found = (Agreement.objects.get(title_en=title) for title in ("Without", "With"))
    assert (without.source_count, without.parties()) == (0, [])
    assert (found.source_count, [one.place.code for one in found.parties()]) == (1, ["RU", "UZ"])


# Deleting.


def test_a_public_or_once_public_record_cannot_be_deleted(staff):
    public, withdrawn = AgreementFactory(published=True), AgreementFactory(published=True)
    withdrawn.withdraw()
    client = signed_in(staff("administrator"))
    for record in (public, withdrawn):
        assert client.post(url(Agreement, "delete", record.pk), {"post": "yes"}).status_code == 403
        act(client, "delete_selected", record, post="yes")
    assert Agreement.objects.count() == 2


def test_an_editor_deletes_drafts_and_an_importer_does_not(staff):
    one, two, three = (AgreementFactory() for _number in range(3))
    client, importer = signed_in(staff("editor")), signed_in(staff("importer"))
    assert importer.post(url(Agreement, "delete", one.pk), {"post": "yes"}).status_code == 403
    act(importer, "delete_selected", two, post="yes")
    assert Agreement.objects.count() == 3
    assert client.post(url(Agreement, "delete", one.pk), {"post": "yes"}).status_code == 302
    act(client, "delete_selected", two, post="yes")
    assert set(Agreement.objects.all()) == {three}


def test_a_source_in_use_stays_and_the_page_names_what_uses_it(staff):
    agreement, free = AgreementFactory(title_en="Treaty of Friendship"), SourceFactory()
    used = agreement.citations.get().source
    client = signed_in(staff("editor"))
    for answer in (
        client.post(url(Source, "delete", used.pk), {"post": "yes"}),
        act(client, "delete_selected", used, post="yes"),
    ):
        assert "Treaty of Friendship" in text(answer)
    assert client.post(url(Source, "delete", free.pk), {"post": "yes"}).status_code == 302
    assert set(Source.objects.all()) == {used}


# Forms.


@pytest.fixture
def editor(staff):
    return signed_in(staff("editor"))


def test_a_new_record_is_made_with_its_source_and_parties_and_without_a_key(editor, russia, uzbekistan):
    data = filled_in(editor.get(url(Agreement, "add")), title_en="Treaty", signed="1992-05-30")
    data = with_rows(data, "citations", cited(SourceFactory()))
    data = with_rows(
        data, "participations", *({"role": "party", "place": one.pk} for one in (russia, uzbekistan))
    )
    answer = editor.post(url(Agreement, "add"), data)
    assert answer.status_code == 302, errors(answer)
    made = Agreement.objects.get()
    assert (made.key, made.state, made.source_count, len(made.parties())) == ("treaty-1992", "draft", 1, 2)


@pytest.mark.parametrize("factory", FACTORIES.values(), ids=FACTORIES)
def test_a_form_sent_back_unchanged_changes_nothing(factory, editor):
    kept = type(factory(published=True)).objects.all()
    before = kept.values().get() | {"updated_at": None}
    assert changed(editor, kept.get()).status_code == 302
    assert kept.values().get() | {"updated_at": None} == before


@pytest.mark.parametrize("chosen", [(), ("place", "organization")])
def test_a_participant_must_be_exactly_one_thing_and_nothing_typed_is_lost(chosen, editor, russia):
    things = {"place": russia.pk, "organization": OrganizationFactory().pk}
    data = filled_in(editor.get(url(Agreement, "add")), title_en="A title nobody types twice")
    data = with_rows(data, "participations", {"role": "party", **{name: things[name] for name in chosen}})
    answer = editor.post(url(Agreement, "add"), data)
    assert "Choose exactly one: a place, an organisation or a person." in text(answer)
    assert "A title nobody types twice" in text(answer)
    assert not Agreement.objects.exists()


def test_the_same_participant_or_citation_twice_is_refused_at_the_form(editor, russia):
    party, citation = {"role": "party", "place": russia.pk}, cited(SourceFactory())
    data = filled_in(editor.get(url(Agreement, "add")), title_en="Treaty", key="treaty")
    assert errors(editor.post(url(Agreement, "add"), with_rows(data, "participations", party, party)))
    assert errors(editor.post(url(Agreement, "add"), with_rows(data, "citations", citation, citation)))
    assert not Agreement.objects.exists()
    once = with_rows(with_rows(data, "participations", party), "citations", citation)
    assert editor.post(url(Agreement, "add"), once).status_code == 302


def test_a_key_in_use_is_refused_at_its_field(editor):
    AgreementFactory(key="taken")
    data = filled_in(editor.get(url(Agreement, "add")), title_en="Treaty", key="taken")
    answer = editor.post(url(Agreement, "add"), data)
    assert answer.context["adminform"].form.errors.keys() == {"key"}
    assert editor.post(url(Agreement, "add"), {**data, "key": "free"}).status_code == 302
    assert set(Agreement.objects.values_list("key", flat=True)) == {"taken", "free"}


def test_a_period_that_ends_before_it_begins_is_refused_at_its_field(editor):
    page = editor.get(url(Forum, "add"))
    data = filled_in(page, title_en="Forum", key="forum", event_type="summit", period="2018-10-26/2018-10-24")
    answer = editor.post(url(Forum, "add"), data)
    assert answer.context["adminform"].form.errors.keys() == {"period"}
    assert "2018-10-26/2018-10-24" in text(answer)
    assert editor.post(url(Forum, "add"), {**data, "period": "2018-10-24/2018-10-26"}).status_code == 302
    assert str(Forum.objects.get().period) == "2018-10-24/2018-10-26"


def changed(client, record, *rows, **changes):
    """The answer to a change form sent back with these changes and new citations."""
    address = url(type(record), "change", record.pk)
    return client.post(address, with_rows(filled_in(client.get(address), **changes), "citations", *rows))


def test_the_last_citation_of_a_public_record_cannot_be_removed_at_the_form(editor):
    public, draft = AgreementFactory(published=True), AgreementFactory()
    away = {"citations-0-DELETE": "on"}
    assert "A published record needs a source." in text(changed(editor, public, **away))
    assert changed(editor, draft, **away).status_code == 302
    assert (public.citations.count(), draft.citations.count()) == (1, 0)


def test_one_of_two_citations_of_a_public_record_can_be_removed(editor, approved):
    record = AgreementFactory(sources=2, published=True)
    assert changed(editor, record, **{"citations-0-DELETE": "on"}).status_code == 302
    assert record.citations.count() == 2
    approved(record)
    record.refresh_from_db()
    assert (record.source_count, record.is_published) == (1, True)


def test_the_only_citation_of_a_public_record_can_be_exchanged_for_another_at_once(editor, approved):
    record, source = AgreementFactory(published=True), SourceFactory()
    assert changed(editor, record, cited(source), **{"citations-0-DELETE": "on"}).status_code == 302
    approved(record)
    record.refresh_from_db()
    assert (record.citations.get().source, record.is_published) == (source, True)


def test_a_party_of_a_public_agreement_of_two_cannot_be_removed(editor):
    public, draft = AgreementFactory(published=True), AgreementFactory()
    away = {"participations-0-DELETE": "on"}
    assert "A published agreement needs two parties." in text(changed(editor, public, **away))
    assert changed(editor, draft, **away).status_code == 302
    assert (public.participations.count(), draft.participations.count()) == (2, 1)


def test_a_public_record_cannot_lose_its_title_at_the_form(editor):
    public, draft = AgreementFactory(published=True), AgreementFactory()
    untitled = {"title_ru": "", "title_en": ""}
    assert "It has no title" in text(changed(editor, public, **untitled))
    assert "Enter a title" in text(changed(editor, draft, **untitled))


def test_the_form_says_which_facts_have_no_source_with_links_to_their_fields(editor):
    record = AgreementFactory(sources=0, signed="1992-05-30")
    for name in ("instrument_type", "parties"):
        record.cite(SourceFactory(), field=name)
    page = text(editor.get(url(Agreement, "change", record.pk)))
    assert "2 of 3 facts sourced. Without a source:" in page
    needed = page.partition("To be published it still needs a source for:")[2].partition("</p>")[0]
    assert '<a href="#id_signed">signed</a>' in needed
    assert '<a href="#id_signed">signed</a>' in page
    assert '<a href="#id_instrument_type">' not in page
    record.cite(SourceFactory())
    assert "Without a source:" not in text(editor.get(url(Agreement, "change", record.pk)))


@pytest.mark.parametrize("record_type", RECORD_TYPES, ids=lambda one: one.slug)
def test_the_form_offers_for_citing_exactly_what_a_sheet_may_cite(record_type, editor):
    record, source = FACTORIES[record_type.slug](), SourceFactory()
    page = editor.get(url(record_type.model, "change", record.pk))
    (citations,) = [one for one in page.context["inline_admin_formsets"] if one.opts.model is Citation]
    offered = {name for name, _label in citations.formset.empty_form.fields["facts"].choices} - {""}
    row = {"key": record.key, "source": source.key}
    refused = {
        name
        for name in record_type.resource.names()
        if codes(load_rows(record_type.slug, row | {"cited_fields": name}, dry_run=True).errors)
    }
    assert offered == set(record_type.resource.names()) - refused
    assert {"key", "notes", "source", "scope"} <= refused


def test_a_source_of_the_reason_of_a_bound_is_kept_by_the_form(editor):
    record = AgreementFactory(sources=0)
    record.cite(SourceFactory(), field="not_after_reason")
    assert changed(editor, record, title_en="Another title").status_code == 302
    assert [one.field for one in record.citations.all()] == ["not_after_reason"]


@pytest.mark.parametrize("number", ["9" * 30, "-1", "topic", "\x00"])
def test_a_topic_that_was_made_up_is_refused_at_its_field(admin_client, number):
    record = AgreementFactory()
    address = url(Agreement, "change", record.pk)
    page = admin_client.post(address, filled_in(admin_client.get(address), topics=[number]))
    assert page.status_code == 200
    assert page.context["adminform"].form.errors["topics"]


def test_an_error_of_a_rule_is_told_as_one_when_the_form_is_saved(editor):
    unit = UnitFactory(key="percent", name_ru="процент", name_en="per cent", symbol_ru="%", symbol_en="%")
    record = ObservationFactory(unit=unit, measure="share", obs_value=15)
    address = url(Observation, "change", record.pk)
    page = editor.post(address, filled_in(editor.get(address), obs_value="150"), follow=True)
    (message,) = [one for one in page.context["messages"] if "more than the whole" in str(one)]
    assert message.level_tag == "error"
    assert "will not be approved like this" in str(message)
