"""Public pages are kept as long as the data do not change, and never longer."""

import os

import pytest
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.test import Client

from relations import page_cache
from relations.catalog import RESOURCES
from relations.imports.undo import undo
from relations.models import Agreement, LinkCheck, Membership, Observation, Place, Source, Version
from relations.registry import resource_of
from relations.revisions.saving import row_of, save_row
from relations.revisions.unmerging import undo_merge
from tests.helpers.factories import (
    AgreementFactory,
    ForumFactory,
    IndicatorFactory,
    ObservationFactory,
    PlaceFactory,
    SourceFactory,
    TopicFactory,
)
from tests.helpers.merging import merged_into
from tests.helpers.reports import report_on
from tests.helpers.sheets import import_rows

pytestmark = pytest.mark.django_db
LIST = "/en/agreements/"


def without_id(response):
    """The headers that are kept with a page."""
    return {name: value for name, value in response.headers.items() if name != "X-Request-ID"}


@pytest.fixture
def views_called(monkeypatch):
    """The addresses that were answered by a view."""
    called = []
    write = page_cache.write
    monkeypatch.setattr(page_cache, "write", lambda key, response: (called.append(key), write(key, response)))
    return called


class TestKeeping:
    def test_a_page_is_made_once_and_is_then_the_same(self, client, content, views_called):
        first, second = client.get(LIST), client.get(LIST)
        assert len(views_called) == 1
        assert second.content == first.content
        assert without_id(second) == without_id(first)

    def test_a_kept_page_costs_one_query(self, client, content, django_assert_num_queries):
        client.get(LIST)
        with django_assert_num_queries(1):
            client.get(LIST)

    def test_so_does_the_page_of_a_record_a_source_and_an_indicator(
        self, client, content, django_assert_num_queries
    ):
        source = Source.objects.public().first()
        figure = Observation.objects.published().first()
        for one in (Agreement.objects.published().first(), source, figure.indicator):
            address = one.get_absolute_url()
            assert client.get(address).status_code == 200
            with django_assert_num_queries(1):
                client.get(address)

    def test_another_question_language_host_or_encoding_is_another_page(
        self, client, content, views_called, settings
    ):
        settings.ALLOWED_HOSTS = ["*"]
        client.get(LIST)
        client.get(LIST + "?country=UZ")
        client.get("/ru/agreements/")
        client.get(LIST, headers={"host": "example.org"})
        client.get(LIST, headers={"accept-encoding": "gzip"})
        client.get(LIST, secure=True)
        assert len(views_called) == 6

    def test_on_another_day_it_is_made_again(self, client, content, views_called, monkeypatch):
        client.get(LIST)
        monkeypatch.setattr(page_cache, "today", lambda: "2030-01-01")
        client.get(LIST)
        assert len(views_called) == 2

    def test_another_version_of_the_program_makes_its_own(self, client, content, views_called, monkeypatch):
        client.get(LIST)
        monkeypatch.setattr(page_cache, "program", lambda: "another")
        client.get(LIST)
        assert len(views_called) == 2

    def test_the_version_of_the_program_is_that_of_its_files(self, settings, tmp_path):
        settings.BASE_DIR = tmp_path
        (tmp_path / "templates").mkdir()
        page = tmp_path / "templates" / "page.html"
        found = []
        for text in ("one", "two", "one"):
            page.write_text(text)
            found.append(page_cache.program.__wrapped__())
        assert found[0] == found[2] != found[1]

    def test_who_works_on_a_template_sees_the_change_at_once(
        self, client, content, views_called, settings, tmp_path
    ):
        settings.DEBUG, settings.BASE_DIR = True, tmp_path
        (tmp_path / "templates").mkdir()
        page = tmp_path / "templates" / "page.html"
        for moment in (1, 1, 2):
            page.touch()
            os.utime(page, (moment, moment))
            client.get(LIST)
        assert len(views_called) == 2


class TestConditionalRequests:
    def test_who_has_the_newest_page_is_told_so_by_one_query(
        self, client, content, django_assert_num_queries
    ):
        etag = client.get(LIST)["ETag"]
        caches["pages"].clear()
        with django_assert_num_queries(1):
            response = client.get(LIST, headers={"if-none-match": f'"other", {etag}'})
        assert response.status_code == 304
        assert not response.content
        assert response["ETag"] == etag

    def test_who_has_an_older_one_gets_the_newest(self, client, content):
        etag = client.get(LIST)["ETag"]
        AgreementFactory(title_en="The newest", signed="2024", published=True)
        response = client.get(LIST, headers={"if-none-match": etag})
        assert response.status_code == 200
        assert "The newest" in response.content.decode()

    def test_a_file_is_not_made_for_who_has_it(self, client, content, django_assert_num_queries):
        etag = client.get("/en/agreements.csv")["ETag"]
        with django_assert_num_queries(1):
            assert client.get("/en/agreements.csv", headers={"if-none-match": etag}).status_code == 304

    def test_a_feed_keeps_its_own_etag(self, client, content):
        etag = client.get("/en/agreements.atom")["ETag"]
        assert client.get("/en/agreements.atom", headers={"if-none-match": etag}).status_code == 304
        SourceFactory()  # changes no agreement
        assert client.get("/en/agreements.atom", headers={"if-none-match": etag}).status_code == 304

    def test_only_the_head_is_asked_for(self, client, content):
        assert client.head(LIST)["ETag"] == client.get(LIST)["ETag"]


class TestForWhom:
    def test_shared_caches_may_answer_for_a_minute(self, client, content):
        assert client.get(LIST)["Cache-Control"] == "public, max-age=0, s-maxage=60"

    def test_but_they_ask_anew_for_who_has_an_account(self, client, content):
        assert "Cookie" in client.get(LIST)["Vary"]

    def test_an_editor_sees_what_is_not_public_and_the_next_reader_does_not(self, client, content, staff):
        draft, other = AgreementFactory(title_ru="Черновик"), Client()
        other.force_login(staff("editor"))
        assert "Черновик" in other.get(draft.get_absolute_url()).content.decode()
        assert client.get(draft.get_absolute_url()).status_code == 404

    def test_nothing_is_kept_for_somebody_with_an_account(self, client, content, staff, views_called):
        client.force_login(staff("editor"))
        for _time in range(2):
            response = client.get(LIST)
            assert response["Cache-Control"] == "private, no-cache"
            assert "ETag" not in response
        assert not views_called

    def test_a_withdrawn_record_is_not_kept(self, client, content, views_called):
        record = AgreementFactory(signed="1992", published=True)
        record.withdraw()
        response = client.get(record.get_absolute_url())
        assert response.status_code == 410
        assert "Cache-Control" not in response
        assert not views_called

    @pytest.mark.parametrize(
        "address", ["/en/nothing/", "/en/agreements/?page=900", "/en/agreements/no-such/"]
    )
    def test_what_is_not_found_is_not_kept(self, client, content, views_called, address):
        assert client.get(address).status_code == 404
        assert not views_called

    @pytest.mark.parametrize("address", ["/en/data/", "/en/data.jsonld"])
    def test_a_page_about_dumps_is_made_each_time(self, client, content, views_called, address):
        response = client.get(address)
        assert response.status_code == 200
        assert response["Cache-Control"] == "no-cache"
        assert not views_called

    def test_the_form_for_reports_is_made_for_each_reader(self, client, content, views_called):
        record = Agreement.objects.published().first()
        client.get(f"/en/agreements/{record.key}/report/")
        assert not views_called

    def test_the_admin_is_not_touched(self, client, content, views_called):
        client.get("/admin/login/")
        assert not views_called


class Broken(LocMemCache):
    def get(self, key, default=None, version=None):
        raise ConnectionError

    def set(self, key, value, timeout=None, version=None):
        raise ConnectionError


class TestFaults:
    def test_a_cache_that_is_gone_changes_no_answer(self, client, content, settings):
        whole = client.get(LIST).content
        settings.CACHES = {**settings.CACHES, "pages": {"BACKEND": "tests.test_page_cache.Broken"}}
        assert client.get(LIST).content == whole

    @pytest.mark.parametrize("found", ["text", 5, ("headers", "text"), (None, None), ({}, 3.5), [1]])
    def test_a_cache_with_something_else_changes_no_answer(self, client, content, monkeypatch, found):
        whole = client.get(LIST).content
        monkeypatch.setattr(LocMemCache, "get", lambda *args, **more: found)
        assert client.get(LIST).content == whole

    def test_a_full_cache_changes_no_answer(self, client, content, settings):
        settings.CACHES = {
            **settings.CACHES,
            "pages": {**settings.CACHES["pages"], "LOCATION": "small", "OPTIONS": {"MAX_ENTRIES": 2}},
        }
        first = [client.get(f"{LIST}?page=1&n={n}").content for n in range(6)]
        assert [client.get(f"{LIST}?page=1&n={n}").content for n in range(6)] == first

    def test_a_large_page_is_sent_but_not_kept(self, client, content, monkeypatch, views_called):
        monkeypatch.setattr(page_cache, "MOST_BYTES", 10)
        assert client.get(LIST).content == client.get(LIST).content
        assert len(views_called) == 2


# In whatever way something is changed, every page is then as if nothing had been kept.


class Register:
    """What is changed, with a page of each kind that shows it."""

    def __init__(self, anna, other):
        self.anna, self.other = anna, other
        russia, uzbekistan = PlaceFactory(code="RU"), PlaceFactory(code="UZ")
        self.place = PlaceFactory(code="AA", kind="country", name_en="A place")
        self.topic, self.source = TopicFactory(), SourceFactory(url="https://example.org/source")
        self.record = AgreementFactory(
            title_en="A treaty",
            signed="1992-05-30",
            participants=[("party", russia), ("party", uzbekistan), ("party", self.place)],
            sources=0,
        )
        self.record.topics.add(self.topic)
        self.record.cite(self.source)
        self.record.publish()
        self.forum = ForumFactory(period="1993", published=True)
        self.figure = ObservationFactory(indicator=IndicatorFactory(), ref_area=uzbekistan, published=True)
        self.group = PlaceFactory(code="GG", kind="group", name_en="A group")
        self.draft, self.other_draft = AgreementFactory(signed="1999"), AgreementFactory(signed="2000")
        self.batch = self.merge = None

    def pages(self):
        key = self.record.key
        found = [
            "",
            "agreements/",
            "places/",
            "places/AA/",
            f"sources/{self.source.key}/",
            f"agreements/{key}/",
        ]
        found += [
            f"agreements/{key}/versions/",
            "agreements.csv",
            "agreements.atom",
            "statistics/",
            "corrections/",
        ]
        return [*(f"/en/{path}" for path in found), "/sitemap-agreements.xml"]


@pytest.fixture
def register(db, staff, admin_user):
    return Register(staff("publisher"), admin_user)


def save(record, **cells):
    resource = resource_of(type(record))
    row = {**row_of(resource, record.pk), **cells}
    save_row(resource, row, list(cells), record.pk, reason="Misprint", proposes=False)


def rename(entity, **names):
    for name, value in names.items():
        setattr(entity, name, value)
    entity.save()


def merge(register):
    merged = AgreementFactory(title_en="The same", signed="1992-05-30", published=True)
    register.merge = merged_into(register.record, merged, register.anna, register.other)


def imported(register):
    row = {"key": "imported", "title_en": "Imported", "date_signed": "1993", "parties": "RU; UZ; AA",
           "instrument_type": "treaty", "source": register.source.key}  # fmt: skip
    register.batch = import_rows("agreements", row, publish=True)


def check_link(register):
    class Gone:
        status, reason = 404, ""

    assert LinkCheck.objects.keep(register.source.pk, register.source.url, Gone())


def answer(register):
    report = report_on(register.record)
    report.status, report.answer = "accepted", "You are right"
    report.answered_at = report.approved_at = register.record.updated_at
    report.change = Version.objects.filter(type="agreements", object_id=register.record.pk).last()
    report.save()


#: one after the other, on the same register
CHANGES = {
    "a record is published": lambda one: one.draft.publish(),
    "a record is published with others": lambda one: Agreement.objects.filter(
        pk=one.other_draft.pk
    ).publish(),
    "a correction is saved": lambda one: save(one.record, title_en="Another title"),
    "a record is saved in a shell": lambda one: rename(one.record, title_en="A third title"),
    "a source is cited": lambda one: one.record.cite(SourceFactory()),
    "a sheet is imported": imported,
    "the import is undone": lambda one: undo(one.batch, RESOURCES, one.anna),
    "two records are merged": merge,
    "they are parted": lambda one: undo_merge(one.merge, one.anna),
    "a source is renamed": lambda one: rename(one.source, title="Another source"),
    "a place is renamed": lambda one: rename(one.place, name_en="Another place"),
    "places are renamed at once": lambda one: Place.objects.filter(code="AA").update(name_en="A third place"),
    "a place is added": lambda one: PlaceFactory(code="BB", kind="country", name_en="A new place"),
    "an unused place is deleted": lambda one: Place.objects.get(code="BB").delete(),
    "a topic is renamed": lambda one: rename(one.topic, name_en="Another topic"),
    "an indicator is renamed": lambda one: rename(one.figure.indicator, name_en="Another indicator"),
    "a figure is changed": lambda one: rename(one.figure, obs_value=123456),
    "a place joins a group": lambda one: Membership.objects.create(group=one.group, member=one.place),
    "a link is checked": check_link,
    "a report is answered": answer,
    "a record is withdrawn": lambda one: one.draft.withdraw(),
    "a record is deleted": lambda one: one.other_draft.delete(),
    "records are deleted at once": lambda one: Agreement.objects.filter(pk=one.record.pk).delete(),
}


@pytest.mark.slow
def test_after_each_kind_of_change_every_page_is_the_newest(client, register):
    pages = register.pages()
    before = {page: answer_of(client, page) for page in pages}
    for name, change in CHANGES.items():
        change(register)
        kept = {page: answer_of(client, page) for page in pages}
        caches["pages"].clear()
        newest = {page: answer_of(client, page) for page in pages}
        assert [page for page in pages if kept[page] != newest[page]] == [], name
        assert newest != before, name
        before = newest


def answer_of(client, address):
    response = client.get(address)
    return response.status_code, b"".join(response)
