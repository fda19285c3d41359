"""What the tests of link checks share."""

from io import StringIO

import pytest
from django.core.management import call_command

from tests.helpers.web_server import running


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
