"""Fixtures for the tests of the doctor."""

import pytest

from relations.doctor import bounded


@pytest.fixture(autouse=True)
def nothing_waits():
    bounded.waiting.clear()


@pytest.fixture(autouse=True)
def own_folders(settings, tmp_path):
    settings.DUMPS_DIR, settings.BACKUPS_DIR = tmp_path / "dumps", tmp_path / "backups"


@pytest.fixture
def as_on_a_server(settings):
    """Settings with which nothing is wrong."""
    settings.DEBUG, settings.SECURE_SSL_REDIRECT, settings.PROXIES = False, True, 1
    settings.ALLOWED_HOSTS, settings.SITE_URL = ["register.example.org"], "https://register.example.org"
    settings.SECRET_KEY, settings.KEEPER_CONTACT = "x" * 60, "keeper@example.org"
