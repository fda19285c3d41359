"""Every public address of the register whose database DATABASE_URL names, and what it answers.

As a program it writes {address: [status, body]} as JSON; of a second register it asks the addresses of the first.
"""

import json
import re
import sys
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

LISTS = ("agreements", "forums", "visits", "projects", "statistics", "sources")
FORMS = ("csv", "json", "ris", "bib", "csl", "atom")
OTHERS = (
    "places.csv", "timeline.atom", "corrections.atom", "data.jsonld", "search/?q=форум", "search/?q=gas",
    "years/agreements/years.csv", "years/statistics/years.csv", "agreements/?country=UZ&page=2",
    "statistics/?sort=title", "forums/?sort=date", "sources/?page=2", "timeline/?page=2", "map.svg",
)  # fmt: skip
API = (
    "agreements",
    "forums",
    "visits",
    "projects",
    "statistics",
    "sources",
    "places",
    "topics",
    "indicators",
)
#: of so many pages of records one is asked for its versions and its reference
EACH = 12
LOCATION = re.compile(r"<loc>([^<]+)</loc>")


def path_of(url):
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def body_of(client, path):
    response = client.get(path)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return [response.status_code, response.get("Location", ""), content.decode("utf-8", "surrogateescape")]


def addresses(client):
    """Those of the sitemap, and what belongs to them."""
    maps = [path_of(one) for one in LOCATION.findall(body_of(client, "/sitemap.xml")[2])]
    pages = [path_of(one) for path in maps for one in LOCATION.findall(body_of(client, path)[2])]
    found = ["/sitemap.xml", *maps, *pages]
    for language in ("ru", "en"):
        found += [f"/{language}/{slug}.{form}" for slug in LISTS for form in FORMS]
        found += [f"/{language}/{other}" for other in OTHERS]
    found += [f"/api/v1/{one}/" for one in API] + ["/api/v1/statistics.csv"]
    for number, page in enumerate(pages):
        record = re.fullmatch(rf"/(ru|en)/({'|'.join(LISTS)})/([^/]+)/", page)
        if record and (number % EACH == 0 or record.groups()[1:] in much_changed()):
            found.append(f"{page}cite.ris")
            found += versions_of(client, page)
        if re.fullmatch(r"/(ru|en)/indicators/[^/]+/", page):
            found += [f"{page}chart.csv"]
    return list(dict.fromkeys(found))


@cache
def much_changed():
    """{(type, key)} of what has been changed in public, of all others a part is asked for its versions."""
    from relations.models import Version

    return set(Version.objects.filter(number__gte=2).values_list("type", "key"))


def versions_of(client, page):
    """The address of all versions, and of each."""
    listed = f"{page}versions/"
    status, _location, body = body_of(client, listed)
    numbers = re.findall(rf'href="({re.escape(listed)}\d+/)"', body) if status == 200 else []
    return [listed, *dict.fromkeys(numbers)]


def main(target, asked="", more="[]"):
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.test import Client

    client = Client(HTTP_HOST="127.0.0.1")
    paths = json.loads(Path(asked).read_text()).keys() if asked else addresses(client)
    found = {path: body_of(client, path) for path in (*paths, *json.loads(more))}
    Path(target).write_text(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
