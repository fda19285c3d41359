"""Settings that are not those of a server are named, with what to set."""

import pytest

from relations.doctor.configuration import look_at_settings, look_at_versions
from relations.operation import program_version


def levels(lines):
    return [(line.level, line.text.split(":")[0]) for line in lines]


@pytest.fixture(autouse=True)
def server(as_on_a_server):
    """Nothing is wrong until a test changes something."""


def test_the_settings_of_a_server_are_good():
    assert levels(look_at_settings()) == [("ok", "The settings are those of a server.")]


@pytest.mark.parametrize(
    ("name", "value", "level", "text"),
    [
        ("DEBUG", True, "warning", "DEBUG is on"),
        ("SECURE_SSL_REDIRECT", False, "warning", "HTTPS is off"),
        ("PROXIES", 0, "warning", "HTTPS is on and PROXIES is 0"),
        ("ALLOWED_HOSTS", ["*"], "error", "ALLOWED_HOSTS accepts any host"),
        ("SITE_URL", "", "warning", "SITE_URL is missing"),
        ("SITE_URL", "http://register.example.org", "warning", "SITE_URL does not begin with https"),
        ("SECRET_KEY", "short", "error", "SECRET_KEY has fewer than 50 characters"),
        ("KEEPER_CONTACT", "", "warning", "KEEPER_CONTACT is missing"),
    ],
)
def test_each_other_setting_is_named_with_what_to_do(settings, name, value, level, text):
    setattr(settings, name, value)
    (line,) = look_at_settings()
    assert line.level == level
    assert line.text.startswith(text)
    assert line.advice


def test_versions_are_said_for_whoever_asks_for_help():
    (line,) = look_at_versions()
    assert line.text.startswith(f"The register {program_version()}, Python 3.")
