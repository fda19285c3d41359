"""What the tests of imports share."""

import pytest

from tests.helpers.factories import SourceFactory


@pytest.fixture
def source():
    return SourceFactory(key="herald")


@pytest.fixture
def treaty(source, russia, uzbekistan):
    """A complete row of an agreement."""
    return {
        "key": "treaty-1992",
        "title_ru": "Договор",
        "instrument_type": "treaty",
        "date_signed": "1992-05-30",
        "parties": "RU; UZ",
        "source": "herald",
        "locator": "paragraph 36",
    }
