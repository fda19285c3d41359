"""What readers and editors wait for: pages of the register beside those of a stock site, of Datasette and of bare SQL.

Each side runs as a separate server (gunicorn, one worker, as README.md starts it). Questions are asked in turn, each of
them once; `warm` is the first of them asked again.
"""

import json
import os
import re
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from itertools import count
from statistics import median, quantiles
from urllib.parse import quote, urlencode

from benchmarks.databases import file_of, is_sqlite
from benchmarks.measuring import ROOT, SETTINGS, expect, manage, run
from benchmarks.words import INFLECTED

COUNTRIES = ("KZ", "KG", "TJ", "TM", "UZ")
AT_ONCE = 16
#: seconds within which a server must answer at all
LONGEST = 600
NUMBER = r"(\d[\d,.\s\u00a0\u202f]*)"
BIG = 300_000
#: each kind of page has its own block of questions, so that none is asked twice
BLOCK = 100


class Side:
    """One server, and what was measured of it."""

    def __init__(self, name, port, cookie=""):
        self.name, self.port, self.cookie = name, port, cookie

    def ask(self, path, **headers):
        """(seconds, status, body, headers)"""
        if path.startswith("/admin/"):  # readers have no account
            headers["Cookie"] = self.cookie
        begin = time.perf_counter()
        connection = HTTPConnection("127.0.0.1", self.port, timeout=LONGEST)
        connection.request("GET", path, headers={"Accept-Language": "en", **headers})
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return time.perf_counter() - begin, response.status, body, response.headers

    def page(self, path):
        """(seconds, text) of a page that must be there."""
        seconds, status, body, _headers = self.ask(path)
        expect(f"status of {self.name} {path}", status, 200)
        return seconds, body.decode()


class Asked:
    """The times of one kind of question on one side, in milliseconds."""

    def __init__(self, side, path):
        self.side, self.new, self.warm = side, [], []
        _seconds, status, body, headers = side.ask(path, **{"X-Count": "1"})
        expect(f"status of {side.name} {path}", status, 200)
        self.statements, self.mib = headers.get("X-Statements", "?"), headers.get("X-Memory", "?")
        self.kib = len(body) / 1024

    @property
    def ms(self):
        return median(self.new)

    def cell(self):
        p95 = quantiles(self.new, n=20)[-1] if len(self.new) > 1 else self.ms
        times = f"{self.ms:.1f} ms, p95 {p95:.0f}"
        warm = f", warm {median(self.warm):.1f}" if self.warm else ""
        return f"{times}{warm}; {self.statements} stmts, {self.kib:.0f} KiB, {self.mib} MiB"


class Questions:
    """Addresses that nobody has asked before: `some[name](i)` is the i-th of its kind."""

    def __init__(self, known):
        self.known, self.pages = known, -(-known["total"] // 50)

    def narrowed(self, i):
        """A country and years; 900 of them are unlike each other."""
        country, step = COUNTRIES[i % len(COUNTRIES)], i // len(COUNTRIES)
        return {"country": country, "year_from": 1992 + step % 20, "year_to": 2023 - step // 20 % 9}

    def years(self, i):
        return {"year_from": 1992 + i % 25, "year_to": 2023 - i // 25 % 7}

    def searched(self, i):
        return {"q": INFLECTED[i % len(INFLECTED)], **self.years(i // len(INFLECTED))}

    def page(self, i):
        return {"page": i + 1}

    def near_first(self, i):
        """More pages near the front of the list, where there are enough of them."""
        return {"page": 1 + i % max(self.pages // 2, 1)}

    def dear(self, i):
        """Many values of each facet, as an address holds them, in an order by title."""
        many = {name: self.known[name][:60] for name in ("topic", "source", "type", "status", "level")}
        return {
            "country": self.known["places"][:60],
            **many,
            "undated": "1",
            "sort": "title",
            **self.years(i),
        }

    def wordy(self, i):
        words = [*INFLECTED, *(f"слово{number}" for number in range(i, i + 200))]
        return {"q": " ".join(words[:200])}

    def last(self, i):
        return {"page": max(self.pages - i, 1)}


def in_list(text):
    """(total, key of the first record) of the register's list; its sentence counts context by itself."""
    heading = re.search(r'<h1 id="total".*?>(.*?)</h1>', text, re.S)[1]
    numbers = [number_of(one) for one in re.findall(NUMBER + r"(?:agreements?\b|of context)", heading)]
    entries = text.partition('class="entries"')[2]
    first = re.search(r'href="/en/agreements/([^/"]+)/"', entries)
    return sum(numbers), first[1] if first else ""


def in_stock_list(text):
    first = re.search(r'<li>\s*<a href="/agreements/([^/"]+)/"', text)
    return number_of(re.search(r'id="total">' + NUMBER, text)[1]), first[1] if first else ""


def in_admin(text):
    """(total, primary key of the first record)"""
    of_stock = re.search(r'class="paginator".*?' + NUMBER + r"agreements?\b", text, re.S)
    footer = re.search(r"In all:\s*" + NUMBER, text) or of_stock
    first = re.search(r"/agreement/(\d+)/change/", text.partition('id="result_list"')[2])
    return number_of(footer[1].strip().rpartition("\n")[2]) if footer else 0, first[1] if first else ""


def in_json(text):
    found = json.loads(text)
    return found["total"], found["first"]


def number_of(text):
    return int(re.sub(r"\D", "", text) or 0)


def lists(path, read, parameters, **more):
    """(address of the i-th question, how its answer is read)"""
    return (lambda i: f"{path}?{urlencode({**parameters(i), **more}, doseq=True)}"), read


class Measurements:
    """Asks the sides of one database in turn."""

    def __init__(self, bench, sides, known):
        self.bench, self.sides, self.known = bench, sides, known
        self.questions, self.number = Questions(known), bench.sizes.questions
        expect("questions, at most 100 of each kind", self.number <= BLOCK, True)

    def compare(self, *asked):
        """[Asked] of (side, address by number, reader), in turn; where totals or first rows differ, the run ends.

        The question before the first is for statements and memory, so that every timed one is new.
        """
        taken = [Asked(side, address(self.number)) for side, address, _read in asked]
        for i in range(self.number):
            answers = []
            for one, (side, address, read) in zip(taken, asked, strict=True):
                seconds, text = side.page(address(i))
                if read is in_json:
                    seconds = json.loads(text)["seconds"]
                one.new.append(1000 * seconds)
                if read:
                    answers.append((side.name, read(text)))
            for name, found in answers:
                expect(f"total and first row, {name}: {asked[0][1](i)}", found, answers[0][1])
        for _time in range(self.number):
            for one, (side, address, read) in zip(taken, asked, strict=True):
                if read is not in_json:
                    one.warm.append(1000 * side.page(address(0))[0])
        return taken

    def lines(self):
        ours, stock = self.sides["ours"], self.sides["stock"]
        datasette = self.sides.get("Datasette")
        yield from self.lines_of_lists(datasette)
        yield from self.lines_of_dear(ours)
        yield self.line_of_record(ours, stock)
        yield from self.lines_of_pages(ours)
        yield self.line_of_csv(ours)
        yield from self.lines_of_admin(ours, stock)
        yield from self.lines_at_once(ours, stock, datasette)
        yield self.line_of_repeats(ours)

    def lines_of_lists(self, datasette):
        ours, stock, bare = (self.sides[name] for name in ("ours", "stock", "bare"))
        questions, is_big = self.questions, self.known["total"] > BIG

        def triple(parameters, **more):
            return (
                (ours, *lists("/en/agreements/", in_list, parameters)),
                (stock, *lists("/agreements/", in_stock_list, parameters, **more)),
                (bare, *lists("/bare/", in_json, parameters)),
            )

        first, plain, sql = self.compare(*triple(questions.page))
        yield self.line("first page / stock", first, plain, 1 / 10)
        yield self.line("first page / bare SQL", first, sql)
        if datasette:
            yield from self.beside_datasette(datasette, first)
        found, plain, sql = self.compare(*triple(questions.narrowed))
        yield self.line("filter by country + total / stock", found, plain, 1 / 150 if is_big else 1 / 30)
        yield self.line("filter by country + total / bare SQL", found, sql)
        faceted, plain, _sql = self.compare(*triple(lambda i: questions.narrowed(BLOCK + i), facets=""))
        yield self.line("filter + every facet / stock, four", faceted, plain, 1 / 100 if is_big else 1 / 15)
        last, plain, _sql, front = self.compare(*triple(questions.last), self.front(1))
        yield self.line("last page / our first", last, front, 2)
        yield self.line("last page / stock", last, plain)
        words, plain, sql = self.compare(*triple(questions.searched))
        yield self.line("search, inflected word / stock", words, plain)
        yield self.line("search, inflected word / bare SQL", words, sql)
        self.first, self.found = first, found

    def line_of_record(self, ours, stock):
        keys, title = self.known["keys"], re.compile(r"<h1.*?</h1>", re.S)
        record, plain = self.compare(
            (ours, lambda i: f"/en/agreements/{keys[i]}/", lambda text: title_in(title.search(text)[0])),
            (stock, lambda i: f"/agreements/{keys[i]}/", lambda text: title_in(title.search(text)[0])),
        )
        return self.line("record page / stock", record, plain, 1 / 2)

    def lines_of_pages(self, ours):
        for block, (name, address) in enumerate(self.pages().items(), 2):
            page, front = self.compare((ours, address, None), self.front(block))
            yield self.line(f"{name} / our first page", page, front, None if name == "indicator" else 3)

    def line_of_csv(self, ours):
        bare, questions = self.sides["bare"], self.questions
        sheet, copied = self.compare(
            (ours, lambda i: f"/en/agreements.csv?{urlencode(questions.years(80 + i))}", lines_in),
            (bare, lambda i: f"/bare/?copy=1&{urlencode(questions.years(80 + i))}", in_json),
        )
        return self.line("csv / COPY", sheet, copied, 3)

    def lines_of_dear(self, ours):
        """Questions that are built to be expensive, beside ordinary ones."""
        questions, path = self.questions, "/en/agreements/"
        for block, (name, ask) in enumerate(
            {"many values of each facet": questions.dear, "200 words": questions.wordy}.items(), 5
        ):
            dear, ordinary = self.compare(
                (ours, *lists(path, None, ask)),
                (ours, *lists(path, None, lambda i, block=block: questions.narrowed(block * BLOCK + i))),
            )
            yield self.line(f"{name} / filter by country", dear, ordinary, 5)

    def front(self, block):
        """Our own first pages once more, in turn with what is compared with them."""
        path = lists("/en/agreements/", None, self.questions.near_first)[0]
        return self.sides["ours"], lambda i: path(block * (self.number + 1) + i), None

    def pages(self):
        """Of the register alone: {name: address by number}"""
        questions = self.questions
        places, indicators = self.known["places"], self.known["indicators"]

        def about(name, parameters, start):
            return lambda i: f"/en/{name}/?{urlencode(parameters(start + i))}"

        return {
            "pair": lambda i: (
                f"/en/relations/ru-{COUNTRIES[i % 5].lower()}/?{urlencode(questions.years(120 + i // 5))}"
            ),
            "matrix": about("matrix/agreements", questions.years, 0),
            "map": about("map/agreements", questions.years, 40),
            "timeline": about("timeline", questions.narrowed, 3 * BLOCK),
            "years": about("years/agreements", questions.narrowed, 4 * BLOCK),
            "place": lambda i: f"/en/places/{places[i % len(places)]}/",
            "home": lambda i: f"/en/?question={i}",
            "indicator": lambda i: f"/en/indicators/{indicators[i % len(indicators)]}/",
        }

    def lines_of_admin(self, ours, stock):
        path, keys = "/admin/relations/agreement/", self.known["keys"]
        kinds = {
            "admin list": (lambda i: {"p": i + 1}, 1 / 4),
            "admin list by country": (lambda i: {"country": COUNTRIES[i % 5], "p": i // 5 + 1}, 1 / 10),
            "admin search": (lambda i: {"q": keys[-1 - i].rpartition("-")[2]}, 1 / 10),
        }
        for name, (parameters, goal) in kinds.items():
            own, plain = self.compare(
                (ours, *lists(path, in_admin, parameters)), (stock, *lists(path, in_admin, parameters))
            )
            yield self.line(f"{name} / stock admin", own, plain, goal)

    def lines_at_once(self, ours, stock, datasette):
        """Sixteen clients that ask new questions; a worker of each side answers them one after another."""
        rates = {}
        for side, path in ((ours, "/en/agreements/"), (stock, "/agreements/")):
            fresh = (f"{path}?{urlencode(self.questions.narrowed(2 * BLOCK + i))}" for i in count())
            rates[side.name] = rate(side, fresh, AT_ONCE * 2)
        cells = [f"{value:.1f} pages/s" for value in rates.values()]
        yield self.made(f"{AT_ONCE} at once / stock", *cells, rates["ours"] / rates["stock"], (">=", 12))
        if datasette:
            addresses = (datasette_address(i) for i in count(BLOCK))
            other = rate(datasette, addresses, AT_ONCE * 2)
            cells[1] = f"{other:.1f} pages/s"
            yield self.made(f"{AT_ONCE} at once / Datasette", *cells, rates["ours"] / other, (">=", 8))

    def line_of_repeats(self, ours):
        """The same page asked for again by the same reader, as browsers do, beside a file without Django."""
        path = "/en/agreements/?page=1"
        _seconds, _status, text, headers = ours.ask(path)
        kept = {"If-None-Match": headers["ETag"]} if headers.get("ETag") else {}
        static = re.search(rb'href="(/static/[^"]+\.css)"', text)[1].decode()
        pages, files = [], []
        for _time in range(2 * self.number):
            pages.append(ours.ask(path, **kept)[0])
            files.append(ours.ask(static)[0])
        rates = [1 / median(pages), 1 / median(files)]
        cells = [f"{one:.0f}/s" for one in rates]
        return self.made("repeat view / static file", *cells, rates[0] / rates[1], (">=", 0.4))

    def beside_datasette(self, datasette, first):
        """The same page of the same table; its filters are others, so no more is compared."""
        expect("total of Datasette", datasette_total(datasette), self.known["total"])
        taken = Asked(datasette, datasette_address(self.number))
        for i in range(self.number):
            taken.new.append(1000 * datasette.page(datasette_address(i))[0])
        yield self.line("first page / Datasette", first, taken, 1 / 4)

    def line(self, what, one, other, goal=None):
        """`goal` is the most that the ratio of the medians may be."""
        cells = one.cell(), other.cell()
        return self.made(what, *cells, one.ms / other.ms, ("<=", goal) if goal else None)

    def made(self, what, *rest):
        return self.bench.line(f"{self.bench.server.name} {self.known['total']:,}: {what}", *rest)


def lines_in(text):
    """(records, "") of a csv"""
    return text.count("\n") - 1, ""


def title_in(heading):
    """The number in a title, which makes it unlike any other."""
    return re.search(r"№\s*(\d+)", heading)[1]


def rate(side, addresses, number):
    """Pages a second of a server that sixteen clients ask."""
    paths = [next(addresses) for _time in range(number)]
    begin = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as clients:
        list(clients.map(side.page, paths))
    return number / (time.perf_counter() - begin)


# Servers.


def datasette_address(number):
    """The same fifty records, in words that were not used before."""
    where = quote(f"state = 'published' and id > -{number + 1}")
    return f"/register/relations_agreement?_where={where}&_sort_desc=first_day&_size=50"


def datasette_total(side):
    path = datasette_address(0).replace("agreement?", "agreement.json?")
    return json.loads(side.page(path)[1])["filtered_table_rows_count"]


@contextmanager
def served(command, port, environment):
    """A server on a port; it is ended by its own process."""
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(process, port)
        yield
    finally:
        process.terminate()
        process.wait()


def wait_for(process, port):
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as attempt:
            if not attempt.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.1)
    sys.exit("A server did not start.")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextmanager
def sides_of(bench, url, cookie):
    """{name: Side} of all servers of one database."""
    static = str(bench.files.folder / "static")
    found = {}
    with ExitStack() as stack:
        for name in ("ours", "stock", "bare"):
            port = free_port()
            more = {"DATABASE_URL": url, "BENCHMARK_SIDE": name, "BENCHMARK_STATIC": static}
            environment = os.environ | SETTINGS | more
            if name == "ours":
                collect(environment)
            command = [
                sys.executable,
                "-m",
                "gunicorn",
                "--bind",
                f"127.0.0.1:{port}",
                "--timeout",
                str(LONGEST),
                "--limit-request-line=8190",
            ]
            stack.enter_context(served([*command, "benchmarks.served"], port, environment))
            found[name] = Side(name, port, cookie)
        if bench.datasette and is_sqlite(url):
            port, register = free_port(), bench.files.folder / "register.db"
            if register.exists() or register.is_symlink():
                register.unlink()
            register.symlink_to(file_of(url))
            command = [bench.datasette, "serve", str(register), "--port", str(port)]
            command += [
                "--setting",
                "sql_time_limit_ms",
                "60000",
                "--setting",
                "facet_time_limit_ms",
                "60000",
            ]
            stack.enter_context(served(command, port, dict(os.environ)))
            found["Datasette"] = Side("Datasette", port)
        yield found


def collect(environment):
    command = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    more = {"DJANGO_SETTINGS_MODULE": "benchmarks.served_settings"}
    subprocess.run(command, cwd=ROOT, env=environment | more, check=True)


def generated(bench, size):
    """A database with the register's own content and so many synthetic agreements, and other records besides."""
    url = bench.fresh(of_content=True)
    processes = 1 if is_sqlite(url) else os.cpu_count() or 1
    manage(url, "generate_records", "--size", str(size), "--processes", str(processes))
    return url


def read_pages(bench):
    """All lines of one size, and at more than 10,000 how they have grown since then."""
    if not bench.datasette or bench.server.name != "SQLite":
        print(f"{bench.server.name}: nothing is compared with Datasette here")
    sizes = [bench.sizes.pages] if bench.sizes.pages <= 10_000 else [10_000, bench.sizes.pages]
    taken = []
    for size in sizes:
        url = generated(bench, size)
        known = run("readers", "prepare", url=url)
        with sides_of(bench, url, known["cookie"]) as sides:
            measurements = Measurements(bench, sides, known)
            yield from measurements.lines()
        taken.append(measurements)
        bench.server.drop(url)
    if len(taken) > 1:
        small, large = taken
        for name, one, other in (
            ("first page", large.first, small.first),
            ("filter", large.found, small.found),
        ):
            yield large.line(f"{name}, growth since {small.known['total']:,}", one, other, 3)
