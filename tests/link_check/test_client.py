"""How servers are asked whether a page exists: every answer, private networks, and politeness."""

import ssl
import threading

import pytest
from django.utils import timezone

from relations.link_check import dns, rate_limit
from relations.link_check.client import Answer, UrlChecker
from relations.link_check.rate_limit import HostRateLimit, answers
from relations.models import LinkCheck
from tests.helpers.factories import SourceFactory
from tests.helpers.web_server import closed_port

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
    def test_an_address_without_an_answer_is_a_failure_with_its_reason(self, address, reason, site, check):
        source = SourceFactory(url=address.format(closed=closed_port(), site=site.server_port))
        check()
        found = LinkCheck.objects.get(source=source)
        assert (found.outcome, found.status, found.reason) == ("unreachable", None, reason)

    def test_a_host_name_that_cannot_be_resolved_is_a_failure(self, monkeypatch):
        def unknown(*args, **kwargs):
            raise dns.socket.gaierror

        monkeypatch.setattr(dns.socket, "getaddrinfo", unknown)
        assert UrlChecker().check("http://nowhere.example/") == Answer(None, "name")

    def test_an_untrusted_certificate_counts_as_a_closed_page_and_not_as_a_failure(self, monkeypatch):
        def distrust(*args):
            raise ssl.SSLCertVerificationError

        checker = UrlChecker()
        monkeypatch.setattr(checker, "request", distrust)
        found = LinkCheck(source=SourceFactory(url="https://x.example/"))
        found.take("https://x.example/", checker.check("https://x.example/"), timezone.now())
        found.save()
        assert (found.outcome, found.answers, found.reason) == ("closed", True, "certificate")

    def test_head_is_requested_first_and_get_only_if_head_is_refused(self, site, check):
        SourceFactory(url=site.address("200"))
        SourceFactory(url=site.address("no-head"))
        check()
        assert site.asked() == {("HEAD", "/200"): 1, ("HEAD", "/no-head"): 1, ("GET", "/no-head"): 1}

    def test_requests_name_their_sender(self, site, check, settings):
        settings.SITE_URL = "https://register.example"
        SourceFactory(url=site.address("200"))
        check()
        assert "Register" in site.seen[0][2]
        assert "https://register.example" in site.seen[0][2]

    def test_an_endless_body_is_not_read(self, site, check):
        SourceFactory(url=site.address("huge"))
        assert "1 alive" in check()
        assert site.sent < 50 * 2**20

    def test_a_server_that_never_finishes_is_cut_off(self, site, check):
        source = SourceFactory(url=site.address("a-letter-at-a-time"))
        check(timeout=0.2)
        assert LinkCheck.objects.get(source=source).outcome == "unreachable"

    def test_redirects_are_followed_up_to_a_limit(self, site, check):
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
    def test_public_addresses_are_recognised(self, address):
        assert dns.is_public(address)

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1"])
    def test_private_hosts_are_not_requested(self, host, site, check):
        source = SourceFactory(url=site.address("200", host))
        check(allow_private=False)
        found = LinkCheck.objects.get(source=source)
        assert (found.outcome, found.reason) == ("unreachable", "private")
        assert not site.seen

    def test_a_host_with_one_private_address_among_public_ones_is_not_requested(self, monkeypatch):
        found = [(2, 1, 6, "", (address, 80)) for address in ("8.8.8.8", "10.0.0.1")]
        monkeypatch.setattr(dns.socket, "getaddrinfo", lambda *args, **kwargs: found)
        assert UrlChecker().check("http://two.example/") == Answer(None, "private")

    def test_a_redirect_to_a_private_network_is_not_followed(self, site, check, monkeypatch):
        """Here 127.0.0.1 is the public site, and 10.0.0.5 the private one."""
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

    def test_not_even_after_redirects_from_other_hosts(self):
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

    def test_there_is_a_pause_between_two_requests_to_one_host_and_other_hosts_do_not_wait(self, monkeypatch):
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

    def test_no_further_requests_are_sent_once_the_caller_stops(self):
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
