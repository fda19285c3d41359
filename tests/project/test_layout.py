"""The check of templates and style sheets itself: well formatted files pass, others are named."""

import pytest

from tests.project.layout import LONGEST, faults, formatted

pytestmark = pytest.mark.once
GOOD = ".a,\n.b>.c {\n  color: red;\n}\n"


@pytest.fixture
def file(tmp_path):
    def write(name, text):
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


def test_a_line_that_is_too_long_is_named(file):
    page = file("page.html", f"<p>\n{'я' * (LONGEST + 1)}\n</p>\n")
    (sentence,) = faults([page], [])
    assert sentence.startswith(f"{page}:2: {LONGEST + 1} characters")


def test_a_line_counts_characters_not_bytes(file):
    assert not list(faults([file("page.html", "я" * LONGEST)], []))


def test_a_style_sheet_that_is_not_formatted_is_named(file):
    (sentence,) = faults([], [file("a.css", ".a, .b>.c { color: red; }")])
    assert "make format" in sentence


def test_a_formatted_style_sheet_passes_and_stays_as_it_is(file):
    assert not list(faults([], [file("a.css", GOOD)]))
    assert formatted(".a, .b>.c { color: red; }") == formatted(GOOD) == GOOD
