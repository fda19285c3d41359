"""Everything that was is still there: versions are shown in words, compared and reverted; the deleted is restored."""

import importlib
import random

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.formats import date_format
from django.utils.timezone import localtime

from relations.catalog import RESOURCES
from relations.errors import Problem
from relations.models import Agreement, Forum, ImportBatch, Revision, Source, State, Version
from relations.models.row_cache import packed, unpacked
from relations.models.versions import remember
from relations.revisions import trash
from relations.revisions.history import describe, present_row, revert, revert_since, version_of, versions_of
from relations.revisions.saving import RowRefused, row_of, save_row
from relations.rows.merging import groups_of
from tests.helpers.admin import filled_in, signed_in, text, url
from tests.helpers.factories import FACTORIES, AgreementFactory, ForumFactory, PlaceFactory, SourceFactory

pytestmark = pytest.mark.django_db
AGREEMENTS, SOURCES = RESOURCES["agreements"], RESOURCES["sources"]
#: random changes of each type
CHANGES = 15


@pytest.fixture
def anna(staff):
    return staff("editor")


@pytest.fixture
def editor(anna):
    return signed_in(anna)


@pytest.fixture
def draft(db):
    """A draft whose history begins as it was found."""
    record = AgreementFactory(title_en="Treaty", signed="1992")
    found(record, AGREEMENTS)
    return record


def found(record, resource):
    after = packed(present_row(resource, record.pk))
    remember(resource.slug, [(record.pk, record.key, None, after)], reason="as found")


def change(record, user=None, resource=AGREEMENTS, **cells):
    """The number of the version that this change has made."""
    row = row_of(resource, record.pk) | cells
    save_row(resource, row, resource.names(), record.pk, user=user, proposes=True)
    return versions_of(resource, record.pk).first().pk


def stored(record, resource=AGREEMENTS):
    return resource.model.objects.values_list("row", flat=True).get(pk=record.pk)


def cell(record, name):
    return unpacked(stored(record)).get(name, "")


def post(client, record, **data):
    sent = {"confirmed": 1, "_reason": "A misprint", **data}
    return client.post(url(type(record), "revert", record.pk), sent, follow=True)


class TestAnyVersion:
    """Of a record to which things happen at random."""

    @pytest.fixture(params=sorted(RESOURCES))
    def resource(self, request, content):
        return RESOURCES[request.param]

    def change_at_random(self, resource, records, donors, luck):
        """Gives a record some columns of another one, as far as the register takes them."""
        record, donor = luck.choice(records), luck.choice(donors)
        groups = [one for one in groups_of(resource) if one.names[0] != "key"]
        row = row_of(resource, record.pk)
        for group in luck.sample(groups, k=luck.randint(1, 3)):
            row = {name: cell for name, cell in row.items() if name not in group.names}
            row |= group.cells(row_of(resource, donor.pk))
        try:
            save_row(resource, row, resource.names(), record.pk, proposes=True)
        except RowRefused:
            return

    def test_is_reverted_and_the_reverting_too_to_the_byte(self, resource):
        luck = random.Random(f"{resource.slug} 7")
        donors = list(resource.model.objects.order_by("pk")[:40])
        records = donors[:3]
        for record in records if resource.citations else ():
            record.withdraw()
        keys = [record.pk for record in records]
        of_them = Version.objects.filter(type=resource.slug, object_id__in=keys, before__isnull=False)
        for _try in range(CHANGES * 10):
            if of_them.count() >= CHANGES + len(records):
                break
            self.change_at_random(resource, records, donors, luck)
        reverted = 0
        versions = list(of_them)
        luck.shuffle(versions)
        for version in versions[:CHANGES]:
            before = resource.model.objects.values_list("row", flat=True).get(pk=version.object_id)
            try:
                saved = revert(resource, version.object_id, version.pk, None)
            except (Problem, RowRefused):
                now = resource.model.objects.values_list("row", flat=True).get(pk=version.object_id)
                assert now == before
                continue
            if not saved.change.is_changed:  # a later change had led back to it
                assert (
                    resource.model.objects.values_list("row", flat=True).get(pk=version.object_id) == before
                )
                continue
            newest = versions_of(resource, version.object_id).first()
            revert(resource, version.object_id, newest.pk, None)
            now = resource.model.objects.values_list("row", flat=True).get(pk=version.object_id)
            assert now == before, version.pk
            reverted += 1
        assert reverted >= CHANGES // 4

    def test_is_returned_to_by_reverting_everything_since_it(self, resource):
        luck = random.Random(f"{resource.slug} 11")
        donors = list(resource.model.objects.order_by("pk")[:40])
        record = donors[0]
        if resource.citations:
            record.withdraw()
        found(record, resource)
        first = versions_of(resource, record.pk).first()
        before = stored(record, resource)
        while versions_of(resource, record.pk).filter(pk__gt=first.pk).count() < 10:
            self.change_at_random(resource, [record], donors, luck)
        if stored(record, resource) != before:
            revert_since(resource, record.pk, first.pk, None)
        assert stored(record, resource) == before


class TestReverting:
    def test_takes_back_the_change_of_one_version_and_keeps_later_ones(self, draft, anna):
        number = change(draft, title_en="Another treaty", notes="Asked the archive")
        change(draft, date_signed="1993")
        revert(AGREEMENTS, draft.pk, number, anna)
        row = row_of(AGREEMENTS, draft.pk)
        assert (row["title_en"], row.get("notes"), row["date_signed"]) == ("Treaty", None, "1993")
        newest = versions_of(AGREEMENTS, draft.pk).first()
        day = date_format(localtime(version_of(AGREEMENTS, draft.pk, number).at), "DATE_FORMAT")
        assert (newest.user, newest.reason) == (anna, f"Отменено изменение от {day}")

    def test_takes_back_one_column_alone(self, draft, anna):
        number = change(draft, title_en="Another treaty", notes="Asked the archive")
        revert(AGREEMENTS, draft.pk, number, anna, "title_en")
        assert (cell(draft, "title_en"), cell(draft, "notes")) == ("Treaty", "Asked the archive")

    def test_of_everything_since_makes_the_record_as_that_version_left_it(self, draft, anna):
        number = change(draft, title_en="Another treaty")
        before = stored(draft)
        change(draft, date_signed="1993")
        change(draft, title_en="Yet another", notes="Asked the archive")
        revert_since(AGREEMENTS, draft.pk, number, anna)
        assert stored(draft) == before

    def test_of_everything_since_leaves_a_column_that_no_version_has_changed(self, draft, anna):
        """Such as one that the register had not yet when the version was made."""
        number = change(draft, title_en="Another treaty")
        Agreement.objects.get(pk=draft.pk).cite(SourceFactory(key="added-later"))
        record = Agreement.objects.get(pk=draft.pk)
        record.summary_en = "A column of later days"
        record.save()
        change(draft, date_signed="1993")
        revert_since(AGREEMENTS, draft.pk, number, anna)
        row = row_of(AGREEMENTS, draft.pk)
        assert (row["summary_en"], row["date_signed"]) == ("A column of later days", "1992")
        assert "added-later" in row["source"]

    def test_leaves_columns_as_they_are_that_an_old_version_lacks(self, draft, anna):
        row = unpacked(stored(draft))
        old = {name: row[name] for name in ("key", "title_en")} | {"no_longer_there": "x"}
        rows = (packed(one) for one in (old | {"title_en": "Old treaty"}, old))
        remember("agreements", [(draft.pk, draft.key, *rows)])
        number = versions_of(AGREEMENTS, draft.pk).first().pk
        revert(AGREEMENTS, draft.pk, number, anna)
        assert unpacked(stored(draft)) == row | {"title_en": "Old treaty"}

    def test_is_refused_where_the_same_has_been_changed_again(self, draft, anna):
        number = change(draft, title_en="Another treaty")
        change(draft, title_en="Yet another")
        with pytest.raises(Problem) as refused:
            revert(AGREEMENTS, draft.pk, number, anna)
        assert refused.value.code == "revert.conflict"
        assert str(AGREEMENTS.column("title_en").label) in str(refused.value)
        assert cell(draft, "title_en") == "Yet another"

    def test_twice_has_nothing_to_revert(self, draft, anna):
        number = change(draft, title_en="Another treaty")
        revert(AGREEMENTS, draft.pk, number, anna)
        with pytest.raises(Problem) as refused:
            revert(AGREEMENTS, draft.pk, number, anna)
        assert refused.value.code == "revert.nothing"

    def test_of_the_beginning_is_refused(self, draft, anna):
        with pytest.raises(Problem) as refused:
            revert(AGREEMENTS, draft.pk, versions_of(AGREEMENTS, draft.pk).last().pk, anna)
        assert refused.value.code == "revert.beginning"

    def test_writes_no_quotation_for_who_may_not_quote(self, draft, staff):
        record = Agreement.objects.get(pk=draft.pk)
        record.cite(SourceFactory(key="quoted"), quotation="Verbatim", quotation_language="en")
        columns = ("quotation", "quotation_language")
        number = change(draft, **dict.fromkeys(columns, ""))
        with pytest.raises(RowRefused) as refused:
            revert(AGREEMENTS, draft.pk, number, staff("importer"))
        assert refused.value.findings[0].problem.code == "citation.quotation"
        assert not cell(draft, "quotation")

    def test_of_a_source_holds_at_once(self, anna):
        source = SourceFactory(title="Old title")
        number = change(source, resource=SOURCES, title="New title")
        revert(SOURCES, source.pk, number, anna)
        assert Source.objects.get().title == "Old title"


class TestAPublicRecord:
    @pytest.fixture
    def treaty(self, db):
        return AgreementFactory(title_en="Treaty", signed="1992", published=True)

    def test_stays_public_as_it_is_until_the_reverting_is_approved(self, treaty, anna, approved):
        change(treaty, title_en="Another treaty")
        approved(treaty)
        number = versions_of(AGREEMENTS, treaty.pk).filter(is_proposal=False).first().pk
        saved = revert(AGREEMENTS, treaty.pk, number, anna)
        assert saved.revision.row["title_en"] == "Treaty"
        assert cell(treaty, "title_en") == "Another treaty"
        approved(treaty)
        assert cell(treaty, "title_en") == "Treaty"

    def test_keeps_what_somebody_else_has_proposed(self, treaty, anna, approved):
        change(treaty, title_en="Another treaty")
        approved(treaty)
        number = versions_of(AGREEMENTS, treaty.pk).filter(is_proposal=False).first().pk
        change(treaty, notes="Proposed by somebody else")
        revert(AGREEMENTS, treaty.pk, number, anna)
        row = Revision.objects.get(status=Revision.Status.OPEN).row
        assert (row["title_en"], row["notes"]) == ("Treaty", "Proposed by somebody else")

    def test_loses_one_step_of_a_proposal_alone(self, treaty, anna):
        change(treaty, title_en="Another treaty")
        revision = Revision.objects.get()
        row = revision.row | {"notes": "Second step"}
        save_row(AGREEMENTS, row, AGREEMENTS.names(), treaty.pk, proposes=True)
        number = versions_of(AGREEMENTS, treaty.pk).first().pk
        revert(AGREEMENTS, treaty.pk, number, anna)
        row = Revision.objects.get().row
        assert (row["title_en"], row.get("notes")) == ("Another treaty", None)

    def test_shows_of_each_step_of_a_proposal_only_what_it_has_changed(self, treaty):
        change(treaty, title_en="Another treaty")
        row = Revision.objects.get().row | {"notes": "Second step"}
        save_row(AGREEMENTS, row, AGREEMENTS.names(), treaty.pk, proposes=True)
        newest = describe(AGREEMENTS, versions_of(AGREEMENTS, treaty.pk))[0]
        assert [one.names for one in newest.differences] == [("notes",)]

    def test_has_no_proposal_left_where_everything_since_is_reverted(self, treaty, anna):
        found(treaty, AGREEMENTS)
        number = versions_of(AGREEMENTS, treaty.pk).first().pk
        change(treaty, title_en="Another treaty")
        revert_since(AGREEMENTS, treaty.pk, number, anna)
        assert Revision.objects.get().status == Revision.Status.DISCARDED


class TestPages:
    def test_name_places_in_sources_in_the_language_of_the_reader(self, draft, anna):
        change(draft, anna, source=SourceFactory(title="Вестник", key="vestnik").key)
        page = text(signed_in(anna, "ru").get(url(Agreement, "history", draft.pk)))
        assert "Вестник, абзац 7: вся запись" in page

    def test_show_who_has_changed_what_when_and_why_in_words(self, draft, editor, anna):
        change(draft, anna, date_signed="1993-02")
        page = text(editor.get(url(Agreement, "history", draft.pk)))
        assert "February 1993" in page
        assert "1992" in page
        assert "editor" in page
        assert "as found" in page

    def test_mark_what_was_only_proposed(self, editor, anna):
        treaty = AgreementFactory(title_en="Treaty", published=True)
        change(treaty, anna, title_en="Another treaty")
        page = text(editor.get(url(Agreement, "history", treaty.pk)))
        assert "Only proposed: readers have not seen this version." in page

    def test_show_moves_between_states(self, draft, editor, anna):
        draft.submit(anna)
        page = text(editor.get(url(Agreement, "history", draft.pk)))
        assert "<del>draft</del>" in page
        assert "<ins>in review</ins>" in page

    def test_compare_a_version_with_another_and_with_the_present(self, draft, editor):
        first = versions_of(AGREEMENTS, draft.pk).last().pk
        second = change(draft, title_en="Second title")
        change(draft, title_en="Third title")
        compare = url(Agreement, "compare", draft.pk)
        page = text(editor.get(compare, {"from": first, "to": second}))
        assert "<del>Treaty</del>" in page
        assert "<ins>Second title</ins>" in page
        page = text(editor.get(compare, {"from": first, "to": "present"}))
        assert "<ins>Third title</ins>" in page

    def test_show_a_version_as_a_whole(self, draft, editor):
        first = versions_of(AGREEMENTS, draft.pk).last().pk
        change(draft, title_en="Another treaty")
        page = text(editor.get(url(Agreement, "version", draft.pk, first)))
        assert "<td>Treaty</td>" in page

    def test_link_only_to_what_there_is(self, draft, editor):
        change(draft, title_en="Another treaty")
        page = editor.get(url(Agreement, "history", draft.pk))
        addresses = {
            part.split('"')[0].replace("&amp;", "&")
            for part in page.content.decode().split('href="')[1:]
            if "/history/" in part.split('"')[0]
        }
        assert len(addresses) >= 5
        assert {editor.get(address).status_code for address in addresses} == {200}

    def test_revert_one_version_one_fact_or_everything_since(self, draft, editor):
        first = versions_of(AGREEMENTS, draft.pk).last().pk
        number = change(draft, title_en="Another treaty", notes="Asked the archive")
        answer = post(editor, draft, version=number, column="notes")
        assert "The record has a new version." in text(answer)
        assert (cell(draft, "title_en"), cell(draft, "notes")) == ("Another treaty", "")
        post(editor, draft, version=number, all="1")
        assert cell(draft, "title_en") == "Treaty"
        change(draft, title_en="Third title")
        post(editor, draft, version=first, since="1")
        assert cell(draft, "title_en") == "Treaty"

    def test_say_first_what_reverting_changes_and_ask_why(self, draft, editor):
        number = change(draft, title_en="Another treaty", notes="Asked the archive")
        address = url(Agreement, "revert", draft.pk)
        page = text(editor.post(address, {"version": number, "column": "notes"}))
        assert "What will be as it was before" in page
        assert "<del>Asked the archive</del>" in page
        assert "<del>Another treaty</del>" not in page
        lacking = editor.post(address, {"version": number, "confirmed": 1, "_reason": " – "})
        assert "Say why, in words." in text(lacking)
        assert cell(draft, "notes") == "Asked the archive"
        post(editor, draft, version=number, _reason="The archive has answered")
        assert (
            versions_of(AGREEMENTS, draft.pk).first().reason.endswith("taken back. The archive has answered")
        )

    def test_say_why_something_is_not_reverted(self, draft, editor):
        number = change(draft, title_en="Another treaty")
        change(draft, title_en="Yet another")
        answer = text(post(editor, draft, version=number))
        assert "the same has been changed again since: title in English" in answer

    def test_are_for_all_who_may_view_and_change_nothing_for_them(self, draft, django_user_model):
        number = change(draft, title_en="Another treaty")
        reader = django_user_model.objects.create_user("reader", is_staff=True)
        reader.user_permissions.set(Permission.objects.filter(codename="view_agreement"))
        client = signed_in(reader)
        for page, *numbers in (("history", draft.pk), ("version", draft.pk, number), ("trash",)):
            answer = client.get(url(Agreement, page, *numbers))
            assert answer.status_code == 200
            assert "Revert this" not in text(answer)
        assert post(client, draft, version=number).status_code == 403
        assert cell(draft, "title_en") == "Another treaty"

    def test_are_not_for_who_may_not_view(self, draft, django_user_model):
        client = signed_in(django_user_model.objects.create_user("nobody", is_staff=True))
        number = versions_of(AGREEMENTS, draft.pk).first().pk
        for page, *numbers in (
            ("history", draft.pk),
            ("version", draft.pk, number),
            ("compare", draft.pk),
            ("trash",),
        ):
            assert client.get(url(Agreement, page, *numbers)).status_code == 403

    def test_change_nothing_by_a_mere_visit(self, draft, editor):
        number = change(draft, title_en="Another treaty")
        answer = editor.get(url(Agreement, "revert", draft.pk), {"version": number})
        assert answer.status_code == 403
        assert cell(draft, "title_en") == "Another treaty"

    @pytest.mark.parametrize("number", ["", "x", "-1", "٣", "9" * 30, "1"])
    def test_of_no_version_are_not_found(self, draft, editor, number):
        other = ForumFactory()
        assert post(editor, other, version=number).status_code == 404
        compare = url(Forum, "compare", other.pk)
        assert editor.get(compare, {"from": number, "to": "present"}).status_code == 404

    @pytest.mark.parametrize("number", [10**17, 10**40])
    def test_of_no_record_are_not_found(self, editor, number):
        assert editor.get(url(Agreement, "history", number)).status_code == 404
        assert editor.get(url(Agreement, "version", number, number)).status_code == 404

    @pytest.mark.parametrize("column", ["state", "key", "nonsense", "x" * 1000, "\x00"])
    def test_of_no_column_say_so_or_that_nothing_has_changed(self, draft, editor, column):
        number, before = change(draft, title_en="Another treaty"), stored(draft)
        assert post(editor, draft, version=number, column=column).status_code == 200
        assert stored(draft) == before

    @pytest.mark.parametrize("slug", sorted(FACTORIES))
    def test_cost_the_same_for_three_versions_and_for_thirty(self, slug, publisher, settings):
        resource = RESOURCES[slug]
        record, client = FACTORIES[slug](), signed_in(publisher)
        settings.DEBUG = False

        def versions_until(number):
            for i in range(versions_of(resource, record.pk).count(), number):
                row = row_of(resource, record.pk) | {"notes": f"Note {i}", "source": SourceFactory().key}
                save_row(resource, row, resource.names(), record.pk, user=publisher)

        def statements():
            with CaptureQueriesContext(connection) as captured:
                assert client.get(url(resource.model, "history", record.pk)).status_code == 200
            return len(captured)

        versions_until(3)
        statements()
        with_three = statements()
        versions_until(30)
        assert statements() <= with_three
        assert text(client.get(url(resource.model, "history", record.pk), {"p": 2})).count("Note") > 1


class TestTrash:
    @pytest.mark.parametrize("model", [one.model for one in RESOURCES.values()])
    def test_is_linked_from_the_list_of_each_type(self, model, editor):
        assert f'href="{url(model, "trash")}"' in text(editor.get(url(model)))

    def delete(self, client, record, **data):
        return client.post(url(type(record), "delete", record.pk), {"post": "yes", **data}, follow=True)

    def test_lists_what_was_deleted_by_whom_and_why(self, draft, editor):
        self.delete(editor, draft, _reason="Entered twice")
        assert not Agreement.objects.exists()
        page = text(editor.get(url(Agreement, "trash")))
        for words in ("Treaty", draft.key, "editor", "Entered twice"):
            assert words in page

    def test_is_not_promised_for_what_it_does_not_take(self, admin_client):
        group = Group.objects.create(name="others")
        assert "id_reason" not in text(admin_client.get(url(Group, "delete", group.pk)))
        for entity in (SourceFactory(), PlaceFactory(code="KZ")):
            assert "id_reason" in text(admin_client.get(url(type(entity), "delete", entity.pk)))
        for model in (Group, ImportBatch):
            assert "/trash/" not in text(admin_client.get(url(model)))

    def test_restores_a_record_with_its_key_and_its_history(self, draft, editor):
        change(draft, title_en="Another treaty")
        before, versions = stored(draft), versions_of(AGREEMENTS, draft.pk).count()
        self.delete(editor, draft)
        number = Version.objects.first().pk
        answer = editor.post(url(Agreement, "trash"), {"version": number}, follow=True)
        assert "has been restored" in text(answer)
        record = Agreement.objects.get()
        assert (record.row, record.state) == (before, State.DRAFT)
        assert versions_of(AGREEMENTS, record.pk).count() == versions + 2
        assert draft.key not in text(editor.get(url(Agreement, "trash")))

    def test_restores_what_was_in_review_to_review(self, draft, anna):
        draft.submit(anna)
        trash.delete(AGREEMENTS, [draft.pk], anna)
        trash.restore(AGREEMENTS, Version.objects.first().pk, anna)
        assert Agreement.objects.get().state == State.REVIEW

    def test_says_that_another_record_has_the_key(self, draft, editor):
        self.delete(editor, draft)
        number = Version.objects.first().pk
        other = AgreementFactory(key=draft.key, title_en="Other")
        answer = editor.post(url(Agreement, "trash"), {"version": number}, follow=True)
        assert "Another record has this key." in text(answer)
        assert Agreement.objects.get().title_en == other.title_en

    def test_says_what_is_missing_to_restore_a_record(self, draft, editor):
        source = draft.citations.get().source
        self.delete(editor, draft)
        number = Version.objects.first().pk
        trash.delete(SOURCES, [source.pk])
        answer = editor.post(url(Agreement, "trash"), {"version": number}, follow=True)
        assert f"There is no source with the key “{source.key}”" in text(answer)

    def test_restores_nothing_twice(self, draft, editor):
        self.delete(editor, draft)
        number = Version.objects.first().pk
        editor.post(url(Agreement, "trash"), {"version": number})
        answer = editor.post(url(Agreement, "trash"), {"version": number}, follow=True)
        assert "It is not in the trash any more" in text(answer)
        assert Agreement.objects.count() == 1

    def test_restores_nothing_for_who_may_only_view(self, draft, editor, django_user_model):
        self.delete(editor, draft)
        reader = django_user_model.objects.create_user("reader", is_staff=True)
        reader.user_permissions.set(Permission.objects.filter(codename="view_agreement"))
        number = Version.objects.first().pk
        answer = signed_in(reader).post(url(Agreement, "trash"), {"version": number})
        assert answer.status_code == 403
        assert not Agreement.objects.exists()

    def test_takes_no_record_that_has_been_public(self, editor):
        record = AgreementFactory(published=True)
        record.withdraw()
        assert self.delete(editor, record).status_code == 403
        with pytest.raises(Problem) as refused:
            trash.delete(AGREEMENTS, [record.pk])
        assert refused.value.code == "delete.public"
        assert Agreement.objects.exists()

    def test_takes_several_records_at_once(self, editor):
        records = AgreementFactory.create_batch(2)
        chosen = {"action": "delete_selected", "_selected_action": [one.pk for one in records]}
        assert "Reason for deleting" in text(editor.post(url(Agreement), chosen))
        editor.post(url(Agreement), {**chosen, "post": "yes", "_reason": "Entered twice"})
        assert not Agreement.objects.exists()
        assert [one.reason for one in trash.deleted(AGREEMENTS)] == ["Entered twice"] * 2

    def test_takes_a_source_that_nothing_cites_and_gives_it_back(self, editor):
        source = SourceFactory(key="one", title="A work")
        before = source.__class__.objects.get().row
        self.delete(editor, source, _reason="Entered twice")
        assert not Source.objects.exists()
        number = Version.objects.first().pk
        editor.post(url(Source, "trash"), {"version": number})
        assert Source.objects.get().row == before

    def test_takes_no_source_that_is_cited(self, draft):
        with pytest.raises(Problem) as refused:
            trash.delete(SOURCES, [draft.citations.get().source.pk])
        assert refused.value.code == "delete.protected"

    def test_keeps_a_version_of_records_that_lose_a_link(self, draft, anna):
        other = AgreementFactory(title_en="Protocol")
        change(other, amends=draft.key)
        trash.delete(AGREEMENTS, [draft.pk], anna)
        newest = versions_of(AGREEMENTS, other.pk).first()
        assert (newest.before["amends"], newest.after.get("amends")) == (draft.key, None)
        assert newest.user == anna

    def test_still_shows_the_history_of_what_was_deleted(self, draft, editor):
        self.delete(editor, draft)
        page = editor.get(url(Agreement, "history", draft.pk))
        assert "This record was deleted." in text(page)
        assert "Revert this" not in text(page)


def test_a_source_changed_in_its_form_has_a_version(editor, anna):
    source = SourceFactory(title="Old title")
    address = url(Source, "change", source.pk)
    editor.post(address, filled_in(editor.get(address), title="New title"))
    version = Version.objects.get()
    assert (version.before["title"], version.after["title"]) == ("Old title", "New title")
    assert version.user == anna
    assert "Old title" in text(editor.get(url(Source, "history", source.pk)))


def test_what_has_no_version_gets_one_as_it_was_found():
    agreement, forum = AgreementFactory(title_en="Treaty"), ForumFactory()
    known = change(agreement, notes="Has a version")
    as_found = importlib.import_module("relations.migrations.0016_versions_as_found").as_found
    for _again in range(2):
        as_found(apps, None)
    assert [one.pk for one in versions_of(AGREEMENTS, agreement.pk)] == [known]
    version = versions_of(RESOURCES["forums"], forum.pk).get()
    assert (version.before, version.reason, version.key) == (None, "as found", forum.key)
    assert version.after == unpacked(Forum.objects.get().row) | {"state": "draft"}
    source = Source.objects.first()
    assert versions_of(SOURCES, source.pk).get().after == unpacked(source.row)


def test_the_form_that_compares_offers_each_version_by_its_number(editor, draft):
    numbers = [change(draft, title_en="Other"), versions_of(AGREEMENTS, draft.pk).last().pk]
    page = text(editor.get(url(Agreement, "history", draft.pk)))
    for number in numbers:
        assert page.count(f'<option value="{number}"') == 2
