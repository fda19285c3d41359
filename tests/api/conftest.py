"""What the tests of the interface for programs share."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def empty_cache(no_rate_limit):
    """Nothing is answered from the cache of another test, and no request is one too many."""
    cache.clear()


@pytest.fixture
def asked(client):
    """A function: the JSON of an address below /api/v1/, or of a whole address."""

    def ask(address, status=200, **headers):
        address = address if address.startswith("http") else f"/api/v1/{address}"
        response = client.get(address, headers=headers)
        assert response.status_code == status, response.content[:500]
        return response.json()

    return ask
