"""Links that are checked: the command, what is kept of a check, and what readers and editors see of it."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError
from django.db import IntegrityError, transaction
from django.utils import timezone

from relations.imports.pipeline import load_sheet
from relations.link_check.client import Answer
from relations.models import LinkCheck, Source
from relations.readers.sheet import make_sheet
from relations.rows.sources import SourceResource
from tests.helpers.admin import signed_in, url
from tests.helpers.factories import ForumFactory, SourceFactory
from tests.helpers.web_server import closed_port

pytestmark = pytest.mark.django_db


def failed(source, times=3, days=14, status=500):
    """The check of a source whose address has failed this often over this many days."""
    now = timezone.now()
    outcome = "gone" if status in (404, 410) else "refused"
    return LinkCheck.objects.create(
        source=source, url=source.url, status=status, outcome=outcome, failures=times,
        checked_at=now, failing_since=now - timedelta(days=days),
    )  # fmt: skip


class TestCommand:
    def test_reports_its_results(self, site, check, tmp_path):
        gone = SourceFactory(url=site.address("404"))
        SourceFactory(url=site.address("200")), SourceFactory(url=site.address("500")), SourceFactory()
        said = check(report=str(tmp_path / "links.json"))
        assert (
            "checked; 3 URLs: 1 alive, 0 closed, 1 gone, 1 refused, 0 unreachable; 1 dead, 1 sources not checked"
            in said
        )
        assert f"{gone.key}: gone (404)" in said
        report = json.loads((tmp_path / "links.json").read_text())
        assert (report["asked"], report["gone"], report["whole"], len(report["links"])) == (3, 1, True, 3)

    def test_checks_only_what_was_not_checked_lately(self, site, check):
        fresh, old = SourceFactory(url=site.address("200")), SourceFactory(url=site.address("204"))
        check()
        long_ago = timezone.now() - timedelta(days=8)
        LinkCheck.objects.filter(source=old).update(checked_at=long_ago, last_alive_at=long_ago)
        assert "1 URLs" in check()
        assert site.asked()["HEAD", "/200"] == 1
        assert "2 URLs" in check(all=True)
        assert "0 URLs" in check(older_than=1)
        assert "1 URLs" in check(fresh.key)

    def test_checks_a_changed_address_at_once(self, site, check):
        source = SourceFactory(url=site.address("200"))
        check()
        source.url = site.address("404")
        source.save()
        assert "1 gone" in check()

    @pytest.mark.parametrize("address", ["", "ftp://ftp.example/file", "ftps://ftp.example/file"])
    def test_skips_what_is_not_a_page(self, address, check):
        SourceFactory(url=address)
        assert "0 URLs" in check()
        assert not LinkCheck.objects.exists()

    @pytest.mark.parametrize(
        "options",
        [
            {"keys": ["nobody"]},
            {"timeout": 0},
            {"timeout": float("nan")},
            {"pause": -1},
            {"older_than": -1},
            {"older_than": float("inf")},
            {"at_once": 0},
            {"report": "/nowhere/report.json"},
        ],
        ids=str,
    )
    def test_refuses_invalid_options(self, options, check):
        with pytest.raises(CommandError) as caught:
            check(*options.pop("keys", ()), **options)
        assert caught.value.returncode == 2

    def test_keeps_its_results_when_it_is_interrupted(self, site, check, monkeypatch):
        for page in ("200", "204", "404"):
            SourceFactory(url=site.address(page))
        keep = LinkCheck.objects.keep

        def broken_off(source, *args):
            if LinkCheck.objects.count() == 2:
                raise KeyboardInterrupt
            return keep(source, *args)

        monkeypatch.setattr(type(LinkCheck.objects), "keep", lambda self, *args: broken_off(*args))
        assert "interrupted; 2 URLs" in check()
        assert LinkCheck.objects.count() == 2

    def test_drops_an_answer_whose_source_was_deleted_or_changed_in_the_meantime(self):
        source = SourceFactory(url="https://a.example/")
        assert LinkCheck.objects.keep(source.pk, "https://b.example/", Answer(200)) is None
        assert LinkCheck.objects.keep(source.pk + 1, "https://a.example/", Answer(200)) is None
        assert LinkCheck.objects.keep(source.pk, "https://a.example/", Answer(200)).answers

    def test_advises_to_check_the_connection_if_no_server_answers(self, check):
        port = closed_port()
        SourceFactory(url=f"http://127.0.0.1:{port}/1"), SourceFactory(url=f"http://127.0.0.1:{port}/2")
        assert "Check the network connection of this machine." in check()


class TestWhatIsKept:
    def test_failures_are_counted_and_an_answer_ends_them(self):
        source = SourceFactory(url="https://a.example/")
        first, second, third = (
            LinkCheck.objects.keep(source.pk, source.url, Answer(status)) for status in (200, 500, 503)
        )
        assert (second.failures, third.failures) == (1, 2)
        assert third.failing_since == second.failing_since == second.checked_at
        assert third.last_alive_at == first.checked_at
        healed = LinkCheck.objects.keep(source.pk, source.url, Answer(200))
        assert (healed.failures, healed.failing_since, healed.last_alive_at) == (0, None, healed.checked_at)

    @pytest.mark.parametrize(
        ("times", "days", "status", "is_dead"),
        [(3, 14, 500, True), (2, 14, 500, False), (9, 2, 500, False), (1, 0, 404, True), (1, 0, 410, True)],
    )
    def test_one_failure_does_not_make_a_dead_link_but_a_missing_page_does(
        self, times, days, status, is_dead
    ):
        check = failed(SourceFactory(url="https://a.example/"), times, days, status)
        assert check.is_dead is is_dead
        assert LinkCheck.objects.dead().exists() is is_dead

    def test_another_address_drops_the_old_check_and_the_same_keeps_it(self):
        source = SourceFactory(url="https://a.example/")
        failed(source)
        source.title = "Иное"
        source.save()
        assert LinkCheck.objects.filter(source=source).exists()
        source.url = "https://b.example/"
        source.save()
        assert not LinkCheck.objects.filter(source=source).exists()

    def test_an_import_that_changes_the_address_leaves_no_dead_link(self):
        source = SourceFactory(url="https://a.example/")
        failed(source, status=404)
        sheet = make_sheet("", [["key", "url"], [source.key, "https://b.example/"]], "")
        assert not load_sheet(SourceResource, sheet).errors
        assert Source.objects.get().link is None
        assert not LinkCheck.objects.dead().exists()

    def test_it_is_deleted_with_its_source(self):
        source = SourceFactory(url="https://a.example/")
        failed(source)
        source.delete()
        assert not LinkCheck.objects.exists()

    @pytest.mark.parametrize(
        "wrong",
        [
            {"outcome": "nonsense"},
            {"outcome": "alive"},
            {"outcome": "gone"},
            {"status": 404},
            {"status": 200},
            {"status": 403},
            {"status": None},
            {"outcome": "unreachable", "status": None},
            {"outcome": "unreachable", "status": None, "reason": "certificate"},
            {"outcome": "unreachable", "reason": "timeout"},
            {"outcome": "closed", "status": None, "reason": "certificate"},
            {"failures": 0},
            {"failing_since": None},
            {"failing_since": timezone.now() + timedelta(days=1)},
        ],
        ids=lambda wrong: " ".join(wrong),
    )
    def test_the_database_refuses_what_contradicts_itself(self, wrong):
        check = failed(SourceFactory(url="https://a.example/"))
        with pytest.raises(IntegrityError), transaction.atomic():
            LinkCheck.objects.filter(pk=check.pk).update(**wrong)

    @pytest.mark.parametrize(
        "wrong",
        [{"last_alive_at": None}, {"failures": 1}, {"status": None}, {"failing_since": timezone.now()}],
        ids=lambda wrong: " ".join(wrong),
    )
    def test_also_of_a_page_that_answers(self, wrong):
        source = SourceFactory(url="https://a.example/")
        check = LinkCheck.objects.keep(source.pk, source.url, Answer(200))
        with pytest.raises(IntegrityError), transaction.atomic():
            LinkCheck.objects.filter(pk=check.pk).update(**wrong)

    @pytest.mark.parametrize("status", [*range(100, 600, 7), 401, 403, 404, 410, 429, 999])
    def test_the_database_takes_every_answer_there_is(self, status):
        source = SourceFactory(url="https://a.example/")
        assert LinkCheck.objects.keep(source.pk, source.url, Answer(status)).status == status


@pytest.fixture
def cited():
    """A public forum and its source, which has an archived copy."""
    forum = ForumFactory()
    Source.objects.update(
        url="https://a.example/page", archive_url="https://archive.example/copy", archived_on="2021-03-05"
    )
    forum.publish()
    return forum, Source.objects.get()


class TestReaders:
    def test_see_when_an_address_was_last_reached(self, cited, client):
        _forum, source = cited
        assert "checked on" not in client.get(f"/en/sources/{source.key}/").text
        LinkCheck.objects.keep(source.pk, source.url, Answer(200))
        LinkCheck.objects.update(checked_at="2026-11-12T10:00Z", last_alive_at="2026-11-12T10:00Z")
        page = client.get(f"/en/sources/{source.key}/").text
        assert "checked on 12 November 2026: it works" in page
        assert page.index('href="https://a.example/page') < page.index('href="https://archive.example/copy')

    def test_see_since_when_it_fails(self, cited, client):
        _forum, source = cited
        failed(source, times=1, days=0)
        LinkCheck.objects.update(failing_since="2026-11-01T10:00Z", checked_at="2026-11-08T10:00Z")
        assert "checked on 8 November 2026: no response since 1 November 2026" in client.get(
            f"/en/sources/{source.key}/"
        ).text  # fmt: skip

    def test_get_the_archived_copy_of_a_dead_link_first(self, cited, client):
        forum, source = cited
        assert "archive.example" not in client.get(f"/en/forums/{forum.key}/").text
        failed(source, status=404)
        page = client.get(f"/en/sources/{source.key}/").text
        assert page.index('href="https://archive.example/copy') < page.index('href="https://a.example/page')
        assert "as of 5 March 2021" in page
        assert "the page no longer exists" in page
        notes = client.get(f"/en/forums/{forum.key}/").text
        assert "https://archive.example/copy" in notes
        assert "5 March 2021" in notes

    def test_get_footnotes_without_a_query_for_each(self, count_queries):
        poor, rich = ForumFactory(published=True), ForumFactory()
        for _number in range(20):
            rich.cite(SourceFactory(url="https://a.example/", archive_url="https://archive.example/"))
        rich.publish()
        for source in Source.objects.exclude(url=""):
            failed(source, status=404)

        count_queries(poor.get_absolute_url())
        assert count_queries(rich.get_absolute_url()) <= count_queries(poor.get_absolute_url())

    def test_and_their_programs_get_the_same(self, cited, client, no_rate_limit):
        _forum, source = cited
        address = f"/api/v1/sources/{source.key}/"
        link = client.get(address).json()["link"]
        assert (link["checked"], link["alive"], link["dead"]) == (None, None, False)
        failed(source, status=404)
        link = client.get(address).json()["link"]
        assert (link["alive"], link["dead"], link["archived_copy"]) == (
            False,
            True,
            "https://archive.example/copy",
        )
        assert link["archived_on"]["edtf"] == "2021-03-05"
        assert link["checked"].startswith(str(timezone.now().year))
        assert client.get("/api/v1/sources/").json()["results"][0]["link"] == link


class TestEditors:
    def test_find_dead_links(self, staff):
        client = signed_in(staff("editor"))
        dead, failing, alive, unasked = (
            SourceFactory(url=f"https://{name}.example/") for name in ("dead", "failing", "alive", "unasked")
        )
        SourceFactory()
        failed(dead)
        failed(failing, times=1)
        LinkCheck.objects.keep(alive.pk, alive.url, Answer(403))
        wanted = {
            "dead": {dead},
            "failing": {dead, failing},
            "answers": {alive},
            "unasked": {unasked},
            "nonsense": set(Source.objects.all()),
        }
        for value, sources in wanted.items():
            page = client.get(url(Source), {"link": value})
            assert set(page.context["cl"].queryset) == sources, value
        assert "?link=dead" in client.get("/admin/").text

    def test_see_no_line_on_their_start_page_without_dead_links(self, staff):
        assert "?link=dead" not in signed_in(staff("editor")).get("/admin/").text

    def test_read_what_is_known_of_an_address_on_its_form(self, staff):
        client, source = signed_in(staff("editor")), SourceFactory(url="https://a.example/")
        form = url(Source, "change", source.pk)
        assert "not checked yet" in client.get(form).text
        failed(source, status=404)
        page = client.get(form).text
        assert "the page is gone" in page
        assert "HTTP status 404" in page
        assert client.get(url(Source, "add")).status_code == 200

    def test_may_delete_a_source_that_was_checked(self, staff):
        source = SourceFactory(url="https://a.example/")
        failed(source)
        client = signed_in(staff("editor"))
        assert client.post(url(Source, "delete", source.pk), {"post": "yes"}).status_code == 302
        assert User.objects.count() == 1
        assert not Source.objects.exists()
