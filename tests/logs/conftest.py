"""Fixtures for the tests of the log."""

import pytest

from tests.helpers.log_lines import json_lines


@pytest.fixture
def lines(capsys):
    with json_lines(capsys) as read:
        yield read
