"""Addresses: what is known to be the same page, and what must stay another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relations.text.addresses import same_address, without_tracking


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://example.org/a", "https://example.org/a"),
        ("https://www.example.org/a", "example.org/a"),
        ("www.example.org/a", "//example.org/a"),
        ("https://example.org/a/", "https://example.org/a"),
        ("https://example.org", "https://example.org/"),
        ("https://example.org:443/a", "http://example.org:80/a"),
        ("https://example.org/a#top", "https://example.org/a"),
        ("https://example.org/a?utm_source=x&utm_medium=y", "https://example.org/a"),
        ("https://example.org/a?id=1&fbclid=x&b=2&yclid=3", "https://example.org/a?id=1&b=2"),
        ("https://example.org/a?UTM_Source=x", "https://example.org/a"),
        ("HTTPS://Example.ORG/a", "https://example.org/a"),
        ("https://example.org/%D0%B4%d0%be", "https://example.org/до"),
        ("https://example.org/%7Ea", "https://example.org/~a"),
        ("https://example.org/a%2fb", "https://example.org/a%2Fb"),
        ("https://example.org/a b", "https://example.org/a%20b"),
        ("https://m.pln24.ru/1.html", "https://pln24.ru/1.html"),
        ("https://www.m.pln24.ru/1.html", "https://pln24.ru/1.html"),
        ("https://xn--e1afmkfd.xn--p1ai/a", "https://пример.рф/a"),
        ("https://example.org./a", "https://example.org/a"),
        (" https://example.org/a\n", "https://example.org/a"),
        ("https://example.org/a?", "https://example.org/a"),
    ],
)
def test_two_spellings_of_one_address_are_the_same(one, other):
    assert same_address(one) == same_address(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a", "https://example.org/A"),
        ("https://example.org/a", "https://example.com/a"),
        ("https://example.org/a", "https://news.example.org/a"),
        ("https://en.kremlin.ru/a", "https://kremlin.ru/a"),
        ("https://example.org:8080/a", "https://example.org/a"),
        ("http://example.org:443/a", "https://example.org/a"),
        ("ftp://example.org/a", "https://example.org/a"),
        ("https://example.org/a?id=1", "https://example.org/a?id=2"),
        ("https://example.org/a?id=1", "https://example.org/a"),
        ("https://example.org/a?id=1&id=2", "https://example.org/a?id=2&id=1"),
        ("https://example.org/a?outm_source=1", "https://example.org/a"),
        ("https://example.org/a%2Fb", "https://example.org/a/b"),
        ("https://example.org/a%3Fb", "https://example.org/a?b"),
        ("https://example.org/?q=a%26b", "https://example.org/?q=a&b"),
        ("https://example.org/?q=a%2Bb", "https://example.org/?q=a+b"),
        ("https://example.org/%2541", "https://example.org/%41"),
        ("https://example.org/%E4", "https://example.org/%E5"),
        ("https://example.org/#!/a", "https://example.org/#!/b"),
        ("https://example.org/#/a", "https://example.org/"),
        ("https://m.me/a", "https://me/a"),
        ("https://mexample.org/a", "https://example.org/a"),
        ("https://user@example.org/a", "https://example.org/a"),
        ("https://example.org/a.html", "https://example.org/a"),
    ],
)
def test_two_addresses_that_may_lead_elsewhere_stay_different(one, other):
    assert same_address(one) != same_address(other)


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("https://x.org/a?utm_source=b&id=%41&fbclid=1#c", "https://x.org/a?id=%41#c"),
        ("https://x.org/a?yclid=1", "https://x.org/a"),
        ("https://x.org/a?", "https://x.org/a?"),
        ("https://x.org/a#b?utm_source=c", "https://x.org/a#b?utm_source=c"),
    ],
)
def test_without_tracking_an_address_stays_as_it_is_written(url, plain):
    assert without_tracking(url) == plain


@pytest.mark.parametrize("url", ["http://[", "https://[::1", "", "//", "text with blanks", "http://a:b", "%"])
def test_what_is_no_address_is_no_error(url):
    assert isinstance(same_address(url), str)


@given(st.text(max_size=60))
def test_no_text_is_an_error(text):
    for url in (text, f"https://{text}", f"https://example.org/{text}"):
        assert isinstance(same_address(url), str)
