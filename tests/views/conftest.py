"""What the tests of pages share."""

import pytest


@pytest.fixture
def page(client):
    """A function: the text of a page, which must answer with this status."""

    def read(address, status=200):
        response = client.get(address)
        assert response.status_code == status, address
        return response.content.decode()

    return read
