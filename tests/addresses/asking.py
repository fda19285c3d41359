"""Asks addresses of the register in this process, and looks at the answers."""

import os
import random
import re
import time
import traceback
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from django.db import connection
from django.test import Client

from tests.addresses.kinds import all_kinds, fields_of, names_of
from tests.addresses.mutations import Address, Mutations
from tests.helpers.hostile import MARK

#: how often an address is asked of each part
SHARES = {"": 45, "api": 12, "reconcile": 3, "admin": 40}
HOST = "127.0.0.1"
PAGES = ("text/html", "application/xhtml+xml", "image/svg+xml", "text/xml", "application/xml")
LINK = re.compile(r'href="([^"#]*\?[^"#]+)')
TICKS = os.sysconf("SC_CLK_TCK")


class Answer(NamedTuple):
    who: str
    address: str
    status: int
    #: of the processors, not of the clock
    seconds: float
    #: what of the address would do something in a browser
    active: str = ""
    #: where it failed
    where: str = ""


class Asking:
    """`accounts` are {name: user} of those who are signed in to the admin."""

    def __init__(self, seed, accounts):
        self.chance = random.Random(seed)
        self.clients = {"reader": Client(raise_request_exception=False)}
        for name, user in accounts.items():
            self.clients[name] = Client(raise_request_exception=False)
            self.clients[name].force_login(user)
        self.kinds = {part: [] for part in SHARES}
        for kind in all_kinds():
            self.kinds[kind.part].append(kind)
        self.editors = list(accounts)

    def answers(self, number):
        """So many answers; which addresses are asked depends on the seed and on the records alone."""
        for _number in range(number):
            (part,) = self.chance.choices(list(SHARES), list(SHARES.values()))
            kind = self.chance.choice(self.kinds[part])
            mutations = Mutations(self.chance, names_of(kind), fields_of(kind))
            address = mutations.mutated(kind.example(self.chance))
            who = self.chance.choice(self.editors if part == "admin" else ["reader"] * 9 + self.editors[:1])
            language = self.chance.choice(("ru", "en"))
            yield self.ask(who, language, address, kind)

    def ask(self, who, language, address, kind):
        client = self.clients[who]
        client.cookies["django_language"] = language
        began = processor_seconds()
        response = client.request(
            PATH_INFO=unquote_to_bytes(address.path).decode("latin-1"),
            QUERY_STRING="&".join(address.query),
            HTTP_HOST=HOST,
        )
        body = b"".join(response) if response.streaming else response.content
        seconds = processor_seconds() - began
        if response.status_code == 200:
            self.follow(kind, address, body.decode(errors="replace"))
        where = where_it_failed(response) if response.status_code >= 500 else ""
        return Answer(who, str(address), response.status_code, seconds, active_in(response, body), where)

    def follow(self, kind, address, page):
        """A few of the queries to which a page leads: facets, orders, further pages."""
        links = LINK.findall(page)
        for link in self.chance.sample(links, min(3, len(links))):
            found = Address.parse(unescape(link))
            if found.path in ("", address.path) and len(str(found)) < 500:
                kind.learn(found.query)


def processor_seconds():
    """Of this process and, where it is on this machine, of the process of PostgreSQL that answers it."""
    return time.process_time() + seconds_of_server()


def seconds_of_server():
    if connection.vendor != "postgresql" or connection.connection is None or connection.connection.closed:
        return 0
    try:
        line = Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text()
    except OSError:
        return 0
    user, system = line.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / TICKS


def where_it_failed(response):
    kind, error, trace = getattr(response, "exc_info", None) or (None, None, None)
    if kind is None:
        return ""
    frames = [
        one for one in traceback.extract_tb(trace) if "/relations/" in one.filename
    ] or traceback.extract_tb(trace)
    return f"{kind.__name__}: {str(error)[:200]} ({Path(frames[-1].filename).name}:{frames[-1].lineno})"


def active_in(response, body):
    """What of a hostile value is active in an answer: an element, an attribute, a header, a redirect to elsewhere."""
    if "X-Injected" in response:
        return "a header"
    if (location := response.get("Location", "")) and leads_elsewhere(location):
        return f"a redirect to {location[:100]}"
    kind = response.get("Content-Type", "").partition(";")[0]
    if kind not in PAGES or MARK.encode() not in body:
        return ""
    reader = ActiveMarkup()
    reader.feed(body.decode(errors="replace"))
    reader.close()
    return "; ".join(reader.found[:3])


def leads_elsewhere(location):
    """As browsers read it: a backslash is a slash, and two slashes begin a host."""
    start = location.strip().replace("\\", "/")
    if start.startswith("//"):
        return True
    return bool(re.match(r"[a-z][a-z0-9+.-]*:", start, re.I)) and not start.startswith(f"http://{HOST}/")


class ActiveMarkup(HTMLParser):
    """Scripts, handlers and addresses of scripts with the mark of a hostile value."""

    DATA = ("application/ld+json", "application/json")
    ADDRESSES = ("href", "src", "action", "formaction", "xlink:href", "data", "poster", "ping")

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found, self.in_script = [], False

    def handle_starttag(self, tag, attributes):
        given = {name: value or "" for name, value in attributes}
        self.in_script = tag == "script" and given.get("type") not in self.DATA
        for name, value in given.items():
            is_script = name in self.ADDRESSES and re.match(r"\s*(?:javascript|data|vbscript):", value, re.I)
            if MARK in name or (MARK in value and (name.startswith("on") or name == "srcdoc" or is_script)):
                self.found.append(f"<{tag} {name}={value[:60]}>")

    def handle_endtag(self, tag):
        self.in_script = False

    def handle_data(self, text):
        if self.in_script and MARK in text:
            self.found.append(f"<script>{text[:60]}")
