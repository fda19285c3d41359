"""The versions of public records: numbered, citable, and silent on what is not public."""

import importlib
from xml.etree import ElementTree

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape
from django.utils.translation import override

from relations.catalog import BY_SLUG, RESOURCES
from relations.imports.pipeline import load_sheet
from relations.models import Source, Version
from relations.models.row_cache import packed, unpacked
from relations.models.versions import AS_FOUND, RELEASE, remember
from relations.readers.sheet import make_sheet
from relations.registry import resource_of
from relations.revisions import trash
from relations.revisions.saving import row_of, save_row
from relations.rows.agreements import AgreementResource
from relations.rows.sources import SourceResource
from relations.rows.vouching import vouched_values
from tests.helpers.catalog import SLUGS
from tests.helpers.factories import (
    FACTORIES,
    AgreementFactory,
    ForumFactory,
    ObservationFactory,
    SourceFactory,
)
from tests.helpers.head import Head

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def change(record, reason="", user=None, proposes=False, **cells):
    """Changes cells of a record; unless it proposes, readers see the change at once."""
    resource = resource_of(type(record))
    row = {**row_of(resource, record.pk), **cells}
    confirmed = {record.pk: frozenset(vouched_values(resource, row))}
    options = {
        "reason": reason,
        "user": user,
        "proposes": proposes,
        "may_quote": True,
        "confirmed": confirmed,
    }
    return save_row(resource, row, list(cells), record.pk, **options)


def stored_source(**cells):
    """A source with a history, as the form makes it."""
    saved = save_row(SourceResource, cells, list(cells))
    return Source.objects.get(pk=saved.change.pk)


def citing(source):
    """A public record that cites a source."""
    record = AgreementFactory(sources=0)
    record.cite(source)
    record.publish()
    return record


def numbers(record):
    """(number, whether it is a correction) of all versions, the oldest first."""
    versions = Version.objects.filter(type=resource_of(type(record)).slug, object_id=record.pk)
    return list(versions.order_by("pk").values_list("number", "is_correction"))


def address(record, number=None, language="en"):
    slug = resource_of(type(record)).slug
    return (
        f"/{language}/{slug}/{record.key}/versions/{number}/"
        if number
        else f"/{language}/{slug}/{record.key}/versions/"
    )


@pytest.fixture
def treaty(db):
    """A treaty with two public versions."""
    treaty = AgreementFactory(
        title_ru="Договор", title_en="Treaty", signed="1992-05-30", notes="Ask Olga", published=True
    )
    change(treaty, "A misprint", title_en="Treaty of friendship")
    return treaty


class TestANumber:
    def test_is_the_next_one_where_readers_see_something_else(self, treaty):
        assert numbers(treaty) == [(1, False), (2, True)]

    def test_is_not_given_where_only_editors_see_the_difference(self, treaty):
        change(treaty, notes="Ask the archive")
        assert numbers(treaty)[-1] == (None, False)

    def test_is_not_given_to_a_draft_or_to_a_proposal(self, treaty, publisher):
        draft = AgreementFactory(title_en="Draft")
        change(draft, title_en="Better draft")
        change(treaty, title_en="Proposed", user=publisher, proposes=True)
        assert (numbers(draft), numbers(treaty)[-1]) == ([(None, False)], (None, False))

    def test_is_given_by_the_approval(self, treaty, publisher, staff, approved):
        change(treaty, title_en="Proposed", user=staff("editor"), proposes=True)
        approved(treaty, publisher)
        assert numbers(treaty)[-1] == (3, True)

    def test_is_not_given_again_when_a_record_is_published_again_as_it_was(self, treaty):
        treaty.refresh_from_db()
        treaty.withdraw()
        treaty.publish()
        assert numbers(treaty) == [(1, False), (2, True), (None, False), (None, False)]

    def test_counts_no_correction_where_only_the_order_is_another(self, treaty):
        change(treaty, alternative_titles="First; Second")
        change(treaty, alternative_titles="Second; First")
        assert numbers(treaty)[-2:] == [(3, True), (4, False)]

    def test_of_a_source_begins_when_a_public_record_cites_it(self):
        source = stored_source(title="Vestnik")
        assert numbers(source) == [(None, False)]
        citing(source)
        assert numbers(source) == [(1, False)]
        change(source, title="Vestnik 3")
        assert numbers(source)[-1] == (2, True)

    def test_is_given_to_many_records_in_as_many_statements_as_to_one(self):
        drafts = [AgreementFactory() for _i in range(12)]
        model = BY_SLUG["agreements"].model
        with CaptureQueriesContext(connection) as one:
            model.objects.filter(pk=drafts[0].pk).publish()
        with CaptureQueriesContext(connection) as many:
            model.objects.filter(pk__in=[draft.pk for draft in drafts[1:]]).publish()
        assert len(many) == len(one)
        assert Version.objects.filter(number=1, type="agreements").count() == 12


class TestAnImport:
    def test_gives_the_first_number_to_what_it_publishes_and_to_the_sources_of_that(self, russia, uzbekistan):
        headings = ["title_en", "instrument_type", "parties", "source_title"]
        rows = [[f"Treaty {i}", "treaty", "RU; UZ", f"Vestnik {i}"] for i in range(3)]
        report = load_sheet(AgreementResource, make_sheet("", [headings, *rows], ""), publish=True)
        assert not report.errors
        assert set(Version.objects.values_list("type", "number")) == {("agreements", 1), ("sources", 1)}
        assert Version.objects.count() == 6

    def test_numbers_thousands_of_rows_in_as_many_statements_as_one(self):
        def statements(number):
            drafts = [AgreementFactory() for _i in range(number)]
            rows = [
                (one.pk, one.key, None, packed(unpacked(one.row) | {"state": "published"})) for one in drafts
            ]
            with CaptureQueriesContext(connection) as captured:
                remember("agreements", rows)
            return len(captured)

        assert statements(1) == statements(20)


class TestWhatThereWasBefore:
    def test_is_numbered_as_readers_have_seen_it(self):
        record = citing(stored_source(title="Vestnik"))
        source, draft = record.citations.get().source, AgreementFactory()
        Version.objects.all().delete()

        def keep(slug, one, state="published", is_proposal=False, **cells):
            row = {**one.content, **cells} | ({"state": state} if state else {})
            Version.objects.create(
                type=slug, object_id=one.pk, key=one.key, after=row, is_proposal=is_proposal
            )

        for one in (record, draft, source):
            one.refresh_from_db()
            one.content = unpacked(one.row)
        keep("agreements", record, "draft")
        keep("agreements", record)
        keep("agreements", record, notes="Private")
        keep("agreements", record, title_en="Proposed", is_proposal=True)
        keep("agreements", record, title_en="Corrected")
        keep("agreements", draft, "draft")
        keep("sources", source, "", title="Before")
        keep("sources", source, "")
        migration = importlib.import_module("relations.migrations.0017_numbers_of_public_versions")
        migration.number(apps, None)
        found = [(None, False), (1, False), (None, False), (None, False), (2, True)]
        assert (numbers(record), numbers(draft)) == (found, [(None, False)])
        assert numbers(source) == [(None, False), (1, False)]

    def test_is_compared_by_the_same_columns_as_what_comes_after(self):
        migration = importlib.import_module("relations.migrations.0017_numbers_of_public_versions")
        for resource in RESOURCES.values():
            left_out = set(resource.names()) - set(resource.content_names())
            assert left_out == migration.NOT_CONTENT & set(resource.names())


class TestThePageOfAVersion:
    def test_shows_the_record_as_it_was_and_leads_to_the_newer_one(self, treaty, page):
        english, russian = page(address(treaty, 1)), page(address(treaty, 1, "ru"))
        assert '<span lang="en">Treaty</span></h1>' in english
        assert "30 May 1992" in english
        assert "A newer one exists: version 2" in english
        assert address(treaty, 2) in english
        assert '<span lang="ru">Договор</span></h1>' in russian
        assert "Есть более новая: версия 2" in russian
        assert address(treaty, 2, "ru") in russian

    def test_says_that_it_is_the_present_one_and_why_it_was_made(self, treaty, page):
        english, russian = page(address(treaty, 2)), page(address(treaty, 2, "ru"))
        assert "Treaty of friendship" in english
        assert "This is the present version." in english
        assert "Это нынешняя версия." in russian
        assert "A misprint" in english
        assert "A misprint" in russian

    def test_shows_old_and_new_of_what_it_has_changed_and_of_nothing_else(self, treaty, page):
        found = " ".join(page(address(treaty, 2)).split())
        assert "before: <del>Treaty</del>" in found
        assert "after: <ins>Treaty of friendship</ins>" in found
        assert found.count("<del>") == 1
        assert "<del>" not in page(address(treaty, 1))

    @pytest.mark.parametrize(
        ("stored", "shown"),
        [
            ("Отменена версия 70119", "An earlier change was taken back"),
            ("Version 70119 reverted in: place", "An earlier change was taken back in: place"),
            ("Отменено всё после версии 70119", "Everything changed since an earlier version was taken back"),
            ("Undo of import 70119: wrong file", "An import was taken back: wrong file"),
        ],
    )
    def test_gives_no_reader_a_number_that_only_editors_know(self, treaty, stored, shown, page):
        Version.objects.filter(number=2).update(reason=stored)
        for one in (address(treaty, 2), address(treaty), "/en/corrections/"):
            found = page(one)
            assert shown in found
            assert "70119" not in found

    @pytest.mark.parametrize("reason", [AS_FOUND, RELEASE])
    def test_gives_no_reason_where_no_editor_has_given_one(self, treaty, reason, page):
        change(treaty, reason, title_en="Treaty again")
        assert "Reason" not in page(address(treaty, 3))

    def test_names_its_sources_with_the_place_in_them(self, treaty, page):
        source = SourceFactory(title="Вестник МИД")
        change(treaty, source=source.key, locator="page 5", cited_fields=",date_signed")
        text = " ".join(page(address(treaty, 3)).split())
        assert f'<a href="/en/sources/{source.key}/">Вестник МИД</a>, page 5: signed' in text

    def test_is_cited_with_its_own_address_and_date(self, treaty, page, settings):
        settings.SITE_URL = "https://register.example"
        text = page(address(treaty, 1))
        assert text.count(f"https://register.example{address(treaty, 1)}") >= 2
        assert "Treaty (version 1) :" in text
        assert "(version 1)" in text

    def test_names_the_record_as_its_canonical_address_and_is_not_indexed(self, treaty, page):
        found = Head(page(address(treaty, 1)))
        assert found.canonical[0].endswith(f"/en/agreements/{treaty.key}/")
        assert found.meta["robots"] == ["noindex"]

    def test_is_missing_where_there_is_no_such_number(self, treaty, page):
        page(address(treaty, 3), 404)
        page(address(treaty, 99999999999999999999), 404)
        page("/en/agreements/unknown/versions/1/", 404)

    def test_is_gone_with_a_withdrawn_record(self, treaty, page):
        treaty.refresh_from_db()
        treaty.withdraw()
        assert "Treaty" not in page(address(treaty, 1), 410)
        assert "отозвана" in page(address(treaty, language="ru"), 410)

    def test_is_gone_with_a_deleted_source(self, page):
        source = stored_source(title="Vestnik")
        record = citing(source)
        record.withdraw()
        record.citations.all().delete_unguarded()
        trash.delete(SourceResource, [source.pk])
        page(address(source, 1), 410)
        page(address(source), 410)

    def test_is_found_under_the_former_key(self, treaty, client):
        former = address(treaty, 1)
        treaty.refresh_from_db()
        treaty.key = "treaty-of-1992"
        treaty.save()
        answer = client.get(former)
        assert (answer.status_code, answer.url) == (301, address(treaty, 1))
        assert client.get(answer.url).status_code == 200

    def test_says_nothing_that_only_editors_know(self, treaty, publisher, page):
        draft = AgreementFactory(title_en="Secret draft")
        change(treaty, "", publisher, amends=draft.key)
        for number in (1, 2, 3):
            text = page(address(treaty, number))
            assert "Olga" not in text
            assert "Secret" not in text
            assert draft.key not in text
            assert publisher.username not in text

    def test_never_shows_a_proposal(self, treaty, publisher, page):
        change(treaty, "Secret reason", publisher, proposes=True, title_en="Proposed title")
        page(address(treaty, 3), 404)
        for one in (address(treaty, 2), address(treaty), treaty.get_absolute_url(), "/en/corrections/"):
            text = page(one)
            assert "Proposed title" not in text
            assert "Secret reason" not in text

    def test_writes_a_figure_in_words(self, page):
        figure = ObservationFactory(obs_value=961, published=True)
        figure.refresh_from_db()
        text = page(address(figure, 1))
        with override("en"):
            assert figure.in_words() in text
            assert f">{escape(figure.title)}</span></h1>" in text

    @pytest.mark.parametrize(
        "cells",
        [
            {"qualifier": "direction_only", "direction": "up", "obs_value": None, "unit": None},
            {"obs_value": None, "obs_status": "O"},
            {"qualifier": "between", "value_to": 970},
            {"title_ru": "", "title_en": ""},
        ],
    )
    def test_writes_every_kind_of_figure(self, cells, page):
        figure = ObservationFactory(published=True, **cells)
        figure.refresh_from_db()
        with override("en"):
            assert f">{escape(figure.title)}</span></h1>" in page(address(figure, 1))

    def test_shows_old_rows_that_are_no_longer_read(self, page):
        figure = ObservationFactory(published=True)
        version = Version.objects.get(type="statistics")
        strange = {
            "value": "many",
            "unit_mult": "x",
            "indicator": "gone",
            "former_column": "1",
            "period": "??",
        }
        version.after |= strange | {"cited_fields": "former_column", "qualifier": "roughly"}
        version.save()
        assert figure.title_en in page(address(figure, 1))

    @pytest.mark.parametrize("slug", SLUGS)
    @pytest.mark.parametrize("language", ["ru", "en"])
    def test_is_there_for_each_type(self, slug, language, page):
        record = FACTORIES[slug](published=True)
        assert "noindex" in page(address(record, 1, language))

    def test_of_a_source_shows_what_it_was(self, page):
        source = stored_source(title="Vestnik", notes="Private note")
        citing(source)
        change(source, title="Vestnik 3")
        text = page(address(source, 1))
        assert ">Vestnik</span></h1>" in text
        assert "Private note" not in text

    def test_costs_the_same_with_one_fact_and_with_many(self, treaty, count_queries):
        targets = [AgreementFactory(published=True) for _i in range(6)]
        sources = [SourceFactory() for _i in range(6)]
        change(treaty, amends=targets[0].key, source=sources[0].key)
        change(
            treaty, amends="; ".join(one.key for one in targets), source="; ".join(one.key for one in sources)
        )
        count_queries(address(treaty, 3))
        assert count_queries(address(treaty, 4)) <= count_queries(address(treaty, 3))


class TestTheChangesOfARecord:
    def test_are_on_its_page_the_newest_first(self, treaty, page):
        change(treaty, "By the text", date_signed="1992-05-31")
        text = " ".join(page(f"/en/agreements/{treaty.key}/").split())
        section = text[text.index('id="changes"') :]
        assert section.index("changed: signed") < section.index("By the text")
        assert section.index("By the text") < section.index("changed: title in English")
        assert address(treaty) in section

    def test_are_absent_while_there_is_only_the_first_version(self, page):
        record = AgreementFactory(published=True)
        change(record, notes="Private")
        assert 'id="changes"' not in page(f"/en/agreements/{record.key}/")

    def test_are_five_at_most_with_all_of_them_on_a_page_of_their_own(self, treaty, page):
        for number in range(6):
            change(treaty, title_en=f"Treaty {number}")
        assert page(f"/en/agreements/{treaty.key}/").count("changed: title in English") == 5
        everything = page(address(treaty))
        assert everything.count("changed: title in English") == 7
        assert address(treaty, 1) in everything

    def test_leave_out_a_link_to_what_is_not_public(self, treaty, page):
        change(treaty, "Linked", amends=AgreementFactory().key)
        assert "Linked" not in page(f"/en/agreements/{treaty.key}/")

    def test_are_on_the_page_of_a_source(self, page):
        source = stored_source(title="Vestnik")
        citing(source)
        change(source, "As on the cover", title="Vestnik 3")
        assert "As on the cover" in page(f"/en/sources/{source.key}/")


class TestTheCorrections:
    def test_of_all_types_are_on_one_page_the_newest_first(self, treaty, page):
        forum = ForumFactory(title_en="Forum", published=True)
        change(forum, "Another place", title_en="Great forum")
        text = page("/en/corrections/")
        assert text.index("Another place") < text.index("A misprint")
        assert address(forum, 2) in text
        assert address(treaty, 2) in text
        assert "изменено: название на английском" in page("/ru/corrections/").lower()

    def test_leave_out_what_was_withdrawn(self, treaty, page):
        treaty.refresh_from_db()
        treaty.withdraw()
        assert "Nothing has been corrected yet." in page("/en/corrections/")

    def test_have_pages(self, treaty, page):
        for number in range(50):
            change(treaty, title_en=f"Treaty {number}")
        assert "A misprint" not in page("/en/corrections/")
        assert "A misprint" in page("/en/corrections/?page=2")
        page("/en/corrections/?page=3", 404)
        page("/en/corrections/?page=x", 404)

    def test_are_an_atom_feed(self, treaty, client):
        forum = ForumFactory(title_en="Forum", published=True)
        change(forum, "Another <place>", title_en="Great forum")
        answer = client.get("/en/corrections.atom")
        assert answer["content-type"].startswith("application/atom+xml")
        root = ElementTree.fromstring(answer.content)
        entries = root.findall(f"{ATOM}entry")
        assert [one.findtext(f"{ATOM}title") for one in entries] == ["Great forum", "Treaty of friendship"]
        assert "Another <place>" in entries[0].findtext(f"{ATOM}summary")
        assert entries[0].find(f"{ATOM}link").get("href").endswith(address(forum, 2))
        assert client.get("/en/corrections.atom", HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 304

    @pytest.mark.parametrize("ending", ["/", ".atom"])
    def test_cost_the_same_with_one_and_with_twelve(self, ending, count_queries):
        def correct(number):
            for slug in SLUGS:
                for _i in range(number):
                    change(FACTORIES[slug](published=True), summary_en="Another summary")

        correct(1)
        count_queries(f"/en/corrections{ending}")
        with_one = count_queries(f"/en/corrections{ending}")
        correct(11)
        assert count_queries(f"/en/corrections{ending}") <= with_one

    def test_are_linked_from_the_page_on_counting(self, page):
        assert page("/en/about/").count('href="/en/corrections/"') == 2
