"""What the tests of references share."""

import bibtexparser
from bibtexparser.middlewares import LatexDecodingMiddleware

SITE = "https://register.example.org"
TRICKY = 'Forum {of} 100% & <b>"regions"</b> \\ ~x^2_#$ }'


def parsed_bib(text, decoded=True):
    library = bibtexparser.parse_string(
        text, append_middleware=[LatexDecodingMiddleware()] if decoded else []
    )
    assert not library.failed_blocks
    return library.entries
