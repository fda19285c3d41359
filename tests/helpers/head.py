"""What a page says to programs."""

import json
from html.parser import HTMLParser
from urllib.parse import parse_qs

from tests.helpers.catalog import SLUGS


class Head(HTMLParser):
    """Meta tags by name (several of one name as a list), links by what they are, linked data, COinS."""

    def __init__(self, text):
        super().__init__()
        self.meta, self.links, self.languages, self.data, self.coins = {}, {}, {}, [], []
        self.in_data = False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "meta" and "content" in attrs:
            self.meta.setdefault(attrs.get("property") or attrs.get("name"), []).append(attrs["content"])
        if tag == "link" and "hreflang" in attrs:
            self.languages[attrs["hreflang"]] = attrs["href"]
        elif tag == "link":
            self.links.setdefault((attrs["rel"], attrs.get("type")), []).append(attrs["href"])
        self.in_data = tag == "script" and attrs.get("type") == "application/ld+json"
        if attrs.get("class") == "Z3988":
            self.coins.append(parse_qs(attrs["title"]))

    def handle_data(self, data):
        if self.in_data:
            self.data.append(json.loads(data))
        self.in_data = False

    @property
    def canonical(self):
        return self.links.get(("canonical", None))


SITE = "https://register.example"
LISTS = [*SLUGS, "sources", "timeline"]
