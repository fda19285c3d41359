"""Questions to the interface for programs, and the lists of readers to compare with."""

from tests.helpers.catalog import SLUGS

LISTS = [*SLUGS, "sources", "places", "topics", "indicators"]
QUESTIONS = [
    "",
    "country=UZ",
    "country=RU&with=UZ",
    "year_from=2000&year_to=2010&undated=0",
    "q=Россия",
    "country=KZ&country=UZ&sort=title",
]


def listed(client, slug, query=""):
    """(total, keys of the first page) of the readers' list."""
    page = client.get(f"/ru/{slug}/?{query}").context["page"]
    return page.paginator.count, [one.key for one in page]
