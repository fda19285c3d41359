"""Old addresses lead to the new ones, of records and of sources, for people and for programs."""

import pytest
from django.db import IntegrityError, transaction

from relations.catalog import RECORD_TYPES
from relations.errors import Problem
from relations.imports.pipeline import load_sheet
from relations.models import Agreement, Citation, FormerKey, Forum, Source
from relations.models.foreign_keys import RECORD_KEYS
from relations.models.key_history import ADDRESSED
from relations.models.row_cache import unpacked
from relations.readers.sheet import make_sheet
from relations.rows.agreements import AgreementResource
from tests.helpers.admin import filled_in, signed_in, url
from tests.helpers.catalog import SLUGS
from tests.helpers.factories import (
    FACTORIES,
    AgreementFactory,
    ForumFactory,
    OrganizationFactory,
    PersonFactory,
    PlaceFactory,
    SourceFactory,
    VisitFactory,
)
from tests.helpers.sheets import codes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_rate_limit")]


def rename(thing, *keys):
    for key in keys:
        thing.key = key
        thing.save()
    return thing


def leads(client, address):
    """Where a permanent redirect leads."""
    response = client.get(address)
    assert response.status_code == 301, response.status_code
    return response["Location"]


def keys_of(model):
    return set(FormerKey.objects.of(model).values_list("key", flat=True))


@pytest.mark.parametrize("slug", SLUGS)
class TestRecords:
    def test_an_old_address_leads_to_the_present_one_with_its_question(self, slug, client):
        rename(FACTORIES[slug](key="old", published=True), "new")
        assert leads(client, f"/ru/{slug}/old/?a=б&c=%22") == f"/ru/{slug}/new/?a=%D0%B1&c=%22"
        assert leads(client, f"/en/{slug}/old/") == f"/en/{slug}/new/"
        assert leads(client, f"/en/{slug}/old/cite.ris") == f"/en/{slug}/new/cite.ris"
        assert leads(client, f"/api/v1/{slug}/old/?lang=en") == f"/api/v1/{slug}/new/?lang=en"
        for address in (f"/ru/{slug}/new/", f"/en/{slug}/new/cite.ris", f"/api/v1/{slug}/new/"):
            assert client.get(address).status_code == 200

    def test_a_chain_of_old_keys_redirects_to_the_last_key(self, slug, client):
        rename(FACTORIES[slug](key="a", published=True), "b", "c")
        assert leads(client, f"/ru/{slug}/a/") == leads(client, f"/ru/{slug}/b/") == f"/ru/{slug}/c/"

    def test_a_key_that_is_used_again_redirects_from_the_other(self, slug, client):
        rename(FACTORIES[slug](key="a", published=True), "b", "a")
        assert client.get(f"/ru/{slug}/a/").status_code == 200
        assert leads(client, f"/ru/{slug}/b/") == f"/ru/{slug}/a/"

    def test_a_record_that_takes_an_old_key_keeps_it(self, slug, client):
        first = rename(FACTORIES[slug](key="old", published=True), "new")
        second = FACTORIES[slug](key="old", published=True)
        assert client.get(f"/ru/{slug}/old/").context["record"] == second
        rename(second, "newer")
        assert leads(client, f"/ru/{slug}/old/") == f"/ru/{slug}/newer/"
        rename(first, "newest")
        assert leads(client, f"/ru/{slug}/new/") == f"/ru/{slug}/newest/"

    def test_drafts_are_not_revealed(self, slug, client, staff):
        rename(FACTORIES[slug](key="old"), "new")
        for address in (f"/ru/{slug}/old/", f"/ru/{slug}/old/cite.ris", f"/api/v1/{slug}/old/"):
            assert client.get(address).status_code == 404
        editor = signed_in(staff("editor"))
        assert leads(editor, f"/ru/{slug}/old/") == f"/ru/{slug}/new/"
        assert editor.get(f"/ru/{slug}/old/cite.ris").status_code == 404

    def test_the_old_address_of_a_withdrawn_record_still_says_so(self, slug, client):
        record = rename(FACTORIES[slug](key="old", published=True), "new")
        record.withdraw()
        for beginning in ("/ru", "/api/v1"):
            assert client.get(f"{beginning}/{slug}/old/", follow=True).status_code == 410

    def test_an_old_key_is_deleted_with_its_record(self, slug, client):
        record = rename(FACTORIES[slug](key="old"), "new")
        type(record).objects.filter(pk=record.pk).delete()
        assert not FormerKey.objects.exists()
        assert client.get(f"/ru/{slug}/old/").status_code == 404

    def test_what_is_not_stored_leaves_no_old_key(self, slug):
        record = FACTORIES[slug](key="old", published=True)
        record.key = "new"
        record.withdraw()  # stores the state alone
        assert not FormerKey.objects.exists()
        record.save()
        assert keys_of(type(record)) == {"old"}

    def test_a_key_is_never_changed_by_a_statement(self, slug):
        record = FACTORIES[slug]()
        with pytest.raises(Problem):
            type(record).objects.update(key="new")


class TestSources:
    def test_an_old_address_leads_to_the_present_one(self, client):
        source = ForumFactory(published=True).citations.get().source
        old = source.key
        rename(source, "new")
        assert leads(client, f"/ru/sources/{old}/?x=1") == "/ru/sources/new/?x=1"
        assert leads(client, f"/en/sources/{old}/cite.bib") == "/en/sources/new/cite.bib"
        assert leads(client, f"/api/v1/sources/{old}/") == "/api/v1/sources/new/"
        assert client.get("/api/v1/sources/new/").status_code == 200

    def test_sources_of_drafts_are_not_revealed(self, client, staff):
        source = ForumFactory().citations.get().source
        old = source.key
        rename(source, "new")
        for address in (f"/ru/sources/{old}/", f"/ru/sources/{old}/cite.bib", f"/api/v1/sources/{old}/"):
            assert client.get(address).status_code == 404
        assert leads(signed_in(staff("editor")), f"/ru/sources/{old}/") == "/ru/sources/new/"

    def test_records_that_use_it_keep_a_true_row(self):
        forum, agreement, origin = ForumFactory(), AgreementFactory(), SourceFactory()
        Citation.objects.filter(agreement=agreement).update(quoted_in=origin)
        rename(forum.citations.get().source, "herald")
        rename(origin, "origin")
        assert unpacked(Forum.objects.get().row)["source"] == "herald"
        assert unpacked(Agreement.objects.get().row)["quoted_in"] == "origin"

    def test_a_key_is_never_changed_by_a_statement(self):
        SourceFactory()
        with pytest.raises(Problem):
            Source.objects.update(key="new")


class TestKeys:
    def test_types_have_addresses_of_their_own(self, client):
        rename(ForumFactory(key="old", published=True), "new")
        VisitFactory(key="old", published=True)
        assert client.get("/ru/visits/old/").status_code == 200
        assert leads(client, "/ru/forums/old/") == "/ru/forums/new/"

    def test_a_made_key_leaves_old_ones_alone(self):
        rename(ForumFactory(title_en="Forum", key=""), "renamed")
        assert keys_of(Forum) == {"forum"}
        assert ForumFactory(title_en="Forum", key="").key == "forum-2"

    def test_an_import_that_takes_an_old_key_wins_over_it(self, client):
        rename(AgreementFactory(key="old", published=True), "new")
        sheet = make_sheet("", [["key", "title_ru"], ["old", "Договор"]], "")
        report = load_sheet(AgreementResource, sheet, dry_run=True)
        assert not report.errors
        assert codes(report.warnings) == ["key.former"]
        assert keys_of(Agreement) == {"old"}
        assert not load_sheet(AgreementResource, sheet).errors
        assert keys_of(Agreement) == set()
        assert client.get("/ru/agreements/old/").status_code == 404  # a draft now

    def test_a_source_described_in_a_row_wins_over_an_old_key(self):
        rename(SourceFactory(key="herald-2018"), "new")
        rows = [["title_ru", "source", "source_title"], ["Договор", "herald-2018", "Herald"]]
        assert not load_sheet(AgreementResource, make_sheet("", rows, "")).errors
        assert Source.objects.filter(key="herald-2018").exists()
        assert keys_of(Source) == set()

    def test_a_redirect_is_asked_for_again_each_time(self, client):
        rename(ForumFactory(key="old", published=True), "new")
        for address in ("/ru/forums/old/", "/ru/forums/old/cite.ris", "/api/v1/forums/old/"):
            answer = client.get(address)
            assert (answer.status_code, answer["Cache-Control"]) == (301, "no-cache"), address

    def test_an_address_that_was_never_there_is_still_not_found(self, client):
        for address in (
            "/ru/forums/never/",
            "/ru/sources/never/",
            "/api/v1/forums/never/",
            "/ru/forums/never/cite.ris",
        ):
            assert client.get(address).status_code == 404


class TestDesk:
    def test_who_may_publish_changes_the_key_of_a_public_record_and_others_do_not(self, staff, client):
        forum = ForumFactory(key="old", published=True)
        page = url(Forum, "change", forum.pk)
        editor, publisher = signed_in(staff("editor")), signed_in(staff("publisher"))
        assert 'name="key"' not in editor.get(page).text
        answer = publisher.get(page)
        assert "the old address keeps working" in answer.text
        assert publisher.post(page, filled_in(answer, key="new")).status_code == 302
        assert leads(client, "/ru/forums/old/") == "/ru/forums/new/"

    def test_the_key_of_a_source_can_be_changed(self, staff):
        source = SourceFactory(key="old")
        page, editor = url(Source, "change", source.pk), signed_in(staff("editor"))
        assert editor.post(page, filled_in(editor.get(page), key="new")).status_code == 302
        assert keys_of(Source) == {"old"}


class TestDatabase:
    def test_a_former_key_belongs_to_exactly_one_thing(self):
        forum, source = ForumFactory(), SourceFactory()
        for things in ({}, {"forum": forum, "source": source}):
            with pytest.raises(IntegrityError), transaction.atomic():
                FormerKey.objects.create(key="old", **things)
        FormerKey.objects.create(key="old", forum=forum)

    def test_it_is_not_empty(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            FormerKey.objects.create(key="", forum=ForumFactory())

    @pytest.mark.parametrize("name", ADDRESSED)
    def test_it_leads_to_one_thing_of_a_type_alone(self, name):
        make = {
            **{one.model._meta.model_name: FACTORIES[one.slug] for one in RECORD_TYPES},
            "source": SourceFactory,
            "place": PlaceFactory,
            "organization": OrganizationFactory,
            "person": PersonFactory,
        }[name]
        FormerKey.objects.create(key="old", **{name: make()})
        with pytest.raises(IntegrityError), transaction.atomic():
            FormerKey.objects.create(key="old", **{name: make()})

    def test_records_of_other_types_may_have_had_the_same_key(self):
        FormerKey.objects.create(key="old", forum=ForumFactory())
        FormerKey.objects.create(key="old", visit=VisitFactory())

    def test_every_type_of_record_can_have_one(self):
        assert set(RECORD_KEYS) < set(ADDRESSED)
