"""A line that is formatted by its shape is the line that the processor makes of the item itself."""

import pytest
from citeproc import Citation, CitationItem, CitationStylesBibliography, formatter
from citeproc.source.json import CiteProcJSON

from relations.bibliography import apa

ENDINGS = (
    "",
    ".",
    "?",
    "!",
    "…",
    "”",
    "»",
    '"',
    "’",
    ")",
    "]",
    ",",
    ":",
    "-",
    "2019",
    "<b>",
    "&",
    ".”",
    "?»",
    "..",
)
TITLES = ("Agreements: Uzbekistan", "A “quoted” title", "it's  two   spaces", "«Ру»")
MORE = (
    {},
    {"URL": "https://example.org/a?b=1&c=2"},
    {"URL": "https://example.org/a.", "issued": {"date-parts": [[1992, 5, 30]]}},
)


def processed(language, item):
    found = CitationStylesBibliography(apa.apa_style(language), CiteProcJSON([item]), formatter.plain)
    found.register(Citation([CitationItem(item["id"])]))
    return " ".join(str(found.bibliography()[0]).split())


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("ending", ENDINGS)
def test_whatever_a_title_ends_with(language, ending):
    for title in TITLES:
        for more in MORE:
            item = {"id": "a", "type": "document", "author": [{"literal": title + ending}], **more}
            assert apa.line(language, item) == processed(language, item)


def test_items_of_one_shape_are_processed_once():
    apa.line_of_shape.cache_clear()
    for number in range(5):
        apa.line("en", {"id": "a", "type": "document", "author": [{"literal": f"Title {number} of a list"}]})
    assert apa.line_of_shape.cache_info().misses == 1
