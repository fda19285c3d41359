"""A browser that no longer answers ends its own test, and not the whole suite."""

import pytest
from playwright.sync_api import Error

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("seconds", [0.1, 2])
def test_a_browser_that_does_not_answer_is_ended_and_another_one_is_started(chromium, monkeypatch, seconds):
    with monkeypatch.context() as patch:
        patch.setattr(chromium, "seconds", seconds)
        with chromium.answering() as silent, pytest.raises(Error, match="closed"):
            silent.new_page().evaluate("new Promise(() => {})")
    with chromium.answering() as another:
        assert another.new_page().evaluate("1 + 1") == 2
