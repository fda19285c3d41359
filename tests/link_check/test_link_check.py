"""Whether the addresses of sources still answer: what is asked, what is kept of it, and what readers and
editors see."""

import json
import ssl
import threading
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from relations.imports.pipeline import load_sheet
from relations.link_check import dns, rate_limit
from relations.link_check.client import Answer, UrlChecker
from relations.link_check.rate_limit import HostRateLimit, answers
from relations.models import LinkCheck, Source
from relations.readers.sheet import make_sheet
from relations.rows.sources import SourceResource
from tests.helpers.admin import signed_in, url
from tests.helpers.factories import ForumFactory, SourceFactory
from tests.helpers.web_server import closed_port, running

pytestmark = pytest.mark.django_db
ANSWERS = {
    "200": ("alive", 200, ""),
    "204": ("alive", 204, ""),
    "moved": ("alive", 200, ""),
    "moved-to-cyrillic": ("alive", 200, ""),
    "no-head": ("alive", 200, ""),
    "501": ("refused", 501, ""),
    "head-breaks-off": ("alive", 200, ""),
    "страница?q=слово": ("alive", 200, ""),
    "404": ("gone", 404, ""),
    "410": ("gone", 410, ""),
    "401": ("closed", 401, ""),
    "403": ("closed", 403, ""),
    "429": ("closed", 429, ""),
    "400": ("refused", 400, ""),
    "500": ("refused", 500, ""),
    "503": ("refused", 503, ""),
    "moved-nowhere": ("refused", 302, ""),
    "round-and-round": ("refused", 302, "redirects"),
    "to-a-file": ("unreachable", None, "address"),
    "silent": ("unreachable", None, "timeout"),
    "garbage": ("unreachable", None, "garbage"),
}


@pytest.fixture
def site():
    with running() as one:
        yield one


@pytest.fixture
def check():
    """A function: runs the command against this machine, which may be busy, and returns what it says."""

    def run(*keys, **options):
        said = StringIO()
        options = {"pause": 0, "timeout": 30, "allow_private": True, **options}
        call_command("check_links", *keys, stdout=said, stderr=said, **options)
        return said.getvalue()

    return run


def failed(source, times=3, days=14, status=500):
    """A source whose address has failed so often over so many days."""
    now = timezone.now()
    outcome = "gone" if status in (404, 410) else "refused"
    return LinkCheck.objects.create(
        source=source, url=source.url, status=status, outcome=outcome, failures=times,
        checked_at=now, failing_since=now - timedelta(days=days),
    )  # fmt: skip


class TestAsking:
    @pytest.mark.parametrize("page", ANSWERS)
    def test_every_answer_is_kept_for_what_it_is(self, page, site, check):
        source = SourceFactory(url=site.address(page))
        check(timeout=0.3 if page == "silent" else 30)
        found = LinkCheck.objects.get(source=source)
        assert (found.outcome, found.status, found.reason) == ANSWERS[page]
        assert found.url == source.url

    @pytest.mark.parametrize(
        ("address", "reason"),
        [
            ("http://[::1", "address"),
            ("http://127.0.0.1:99999/", "address"),
            ("http:///nowhere", "address"),
            (f"http://{'a' * 70}.example/", "address"),
            ("http://127.0.0.1:{closed}/", "connection"),
            ("https://127.0.0.1:{site}/", "tls"),
        ],
    )
    def test_an_address_at_which_nobody_is_met_is_a_failure_with_its_reason(
        self, address, reason, site, check
    ):
        source = SourceFactory(url=address.format(closed=closed_port(), site=site.server_port))
        check()
        found = LinkCheck.objects.get(source=source)
        assert (found.outcome, found.status, found.reason) == ("unreachable", None, reason)

    def test_a_name_that_leads_nowhere_is_a_failure(self, monkeypatch):
        def unknown(*args, **kwargs):
            raise dns.socket.gaierror

        monkeypatch.setattr(dns.socket, "getaddrinfo", unknown)
        assert UrlChecker().check("http://nowhere.example/") == Answer(None, "name")

    def test_a_certificate_that_we_do_not_trust_closes_the_page_to_us_alone(self, monkeypatch):
        def distrust(*args):
            raise ssl.SSLCertVerificationError

        checker = UrlChecker()
        monkeypatch.setattr(checker, "request", distrust)
        found = LinkCheck(source=SourceFactory(url="https://x.example/"))
        found.take("https://x.example/", checker.check("https://x.example/"), timezone.now())
        found.save()
        assert (found.outcome, found.answers, found.reason) == ("closed", True, "certificate")

    def test_head_alone_is_asked_where_it_suffices_and_get_where_it_is_refused(self, site, check):
        SourceFactory(url=site.address("200"))
        SourceFactory(url=site.address("no-head"))
        check()
        assert site.asked() == {("HEAD", "/200"): 1, ("HEAD", "/no-head"): 1, ("GET", "/no-head"): 1}

    def test_who_asks_is_named(self, site, check, settings):
        settings.SITE_URL = "https://register.example"
        SourceFactory(url=site.address("200"))
        check()
        assert "Register" in site.seen[0][2]
        assert "https://register.example" in site.seen[0][2]

    def test_a_body_without_end_is_not_read(self, site, check):
        SourceFactory(url=site.address("huge"))
        assert "1 alive" in check()
        assert site.sent < 50 * 2**20

    def test_a_server_that_never_comes_to_an_end_is_cut_off(self, site, check):
        source = SourceFactory(url=site.address("a-letter-at-a-time"))
        check(timeout=0.2)
        assert LinkCheck.objects.get(source=source).outcome == "unreachable"

    def test_redirects_are_followed_so_far_and_no_further(self, site, check):
        SourceFactory(url=site.address("round-and-round"))
        check()
        assert sum(site.asked().values()) < 12


class TestPrivateNetworks:
    @pytest.mark.parametrize(
        "address",
        ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
         "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
         "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1"],
    )  # fmt: skip
    def test_are_not_public(self, address):
        assert not dns.is_public(address)

    @pytest.mark.parametrize("address", ["8.8.8.8", "95.173.136.70", "2a00:1450:4010::8a", "::ffff:8.8.8.8"])
    def test_what_is_public_is_known_as_such(self, address):
        assert dns.is_public(address)

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1"])
    def test_nobody_inside_is_asked(self, host, site, check):
        source = SourceFactory(url=site.address("200", host))
        check(allow_private=False)
        found = LinkCheck.objects.get(source=source)
        assert (found.outcome, found.reason) == ("unreachable", "private")
        assert not site.seen

    def test_a_name_with_one_inner_address_among_public_ones_is_not_asked(self, monkeypatch):
        found = [(2, 1, 6, "", (address, 80)) for address in ("8.8.8.8", "10.0.0.1")]
        monkeypatch.setattr(dns.socket, "getaddrinfo", lambda *args, **kwargs: found)
        assert UrlChecker().check("http://two.example/") == Answer(None, "private")

    def test_a_redirect_leads_nobody_inside(self, site, check, monkeypatch):
        """Here 127.0.0.1 plays the public site, and 10.0.0.5 the inner one."""
        known = {"127.0.0.1": "127.0.0.1", "inside.example": "10.0.0.5"}

        def found(host, port, *args, **kwargs):
            return [(2, 1, 6, "", (known[host], port))]

        monkeypatch.setattr(dns.socket, "getaddrinfo", found)
        monkeypatch.setattr(dns, "is_public", lambda address: address == "127.0.0.1")
        source = SourceFactory(url=site.address("inside"))
        check(allow_private=False)
        assert site.asked() == {("HEAD", "/inside"): 1}
        assert LinkCheck.objects.get(source=source).reason == "private"


class TestPoliteness:
    def test_one_host_is_never_asked_twice_at_once(self, site, check):
        for _number in range(8):
            SourceFactory(url=site.address("one-at-a-time"))
        check(at_once=8)
        assert len(site.seen) == 8
        assert not site.met.is_set()

    def test_not_even_where_redirects_of_other_hosts_lead_there(self):
        turn, admitted = HostRateLimit(), threading.Event()

        def ask():
            with turn.at("one.example"):
                admitted.set()

        other = threading.Thread(target=ask)
        with turn.at("one.example"):
            other.start()
            assert not admitted.wait(timeout=0.1)
        assert admitted.wait(timeout=10)
        other.join()

    def test_a_host_is_left_in_peace_between_two_requests_and_another_is_not_kept_waiting(self, monkeypatch):
        class Clock:
            now, slept = 100.0, []

            def monotonic(self):
                return self.now

            def sleep(self, seconds):
                self.slept.append(seconds)

        clock = Clock()
        monkeypatch.setattr(rate_limit, "time", clock)
        turn = HostRateLimit(pause=2)
        for host, at in (("a", 100), ("b", 100), ("a", 100.5), ("a", 110)):
            clock.now = at
            with turn.at(host):
                pass
        assert clock.slept == [1.5, 0]

    def test_several_hosts_are_asked_at_the_same_time(self):
        meeting = threading.Barrier(2)
        asked = [(1, "http://a.example/"), (2, "http://b.example/")]
        found = answers(asked, lambda url: meeting.wait(timeout=10) in (0, 1), at_once=2)
        assert sorted(found) == [(pair, True) for pair in asked]

    def test_who_stops_listening_stops_the_asking(self):
        gate, asked = threading.Event(), []

        def ask(url):
            asked.append(url)
            if len(asked) > 1:
                gate.wait(timeout=10)
            return url

        found = answers([(number, f"http://a.example/{number}") for number in range(50)], ask, 1)
        next(found)
        found.close()
        gate.set()
        assert len(asked) < 5


class TestCommand:
    def test_says_what_came_of_it(self, site, check, tmp_path):
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

    def test_asks_only_what_was_not_asked_lately(self, site, check):
        fresh, old = SourceFactory(url=site.address("200")), SourceFactory(url=site.address("204"))
        check()
        long_ago = timezone.now() - timedelta(days=8)
        LinkCheck.objects.filter(source=old).update(checked_at=long_ago, last_alive_at=long_ago)
        assert "1 URLs" in check()
        assert site.asked()["HEAD", "/200"] == 1
        assert "2 URLs" in check(all=True)
        assert "0 URLs" in check(older_than=1)
        assert "1 URLs" in check(fresh.key)

    def test_asks_a_changed_address_at_once(self, site, check):
        source = SourceFactory(url=site.address("200"))
        check()
        source.url = site.address("404")
        source.save()
        assert "1 gone" in check()

    @pytest.mark.parametrize("address", ["", "ftp://ftp.example/file", "ftps://ftp.example/file"])
    def test_leaves_alone_what_is_no_page(self, address, check):
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
    def test_refuses_what_makes_no_sense(self, options, check):
        with pytest.raises(CommandError) as caught:
            check(*options.pop("keys", ()), **options)
        assert caught.value.returncode == 2

    def test_keeps_what_was_found_when_it_is_broken_off(self, site, check, monkeypatch):
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

    def test_forgets_an_answer_whose_source_has_gone_or_moved_meanwhile(self):
        source = SourceFactory(url="https://a.example/")
        assert LinkCheck.objects.keep(source.pk, "https://b.example/", Answer(200)) is None
        assert LinkCheck.objects.keep(source.pk + 1, "https://a.example/", Answer(200)) is None
        assert LinkCheck.objects.keep(source.pk, "https://a.example/", Answer(200)).answers

    def test_wonders_whether_it_is_connected_where_nobody_answers(self, check):
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
    def test_one_failure_is_no_death_but_a_page_that_is_gone_is(self, times, days, status, is_dead):
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

    def test_it_goes_with_its_source(self):
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
    def test_also_of_one_that_answers(self, wrong):
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
    def test_see_when_an_address_was_last_met(self, cited, client):
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

    def test_are_led_to_the_archived_copy_of_a_dead_link_first(self, cited, client):
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

    def test_see_no_line_on_their_desk_where_nothing_is_dead(self, staff):
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
