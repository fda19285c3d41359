"""People who read and write meanwhile: what they were answered, and what they were told is saved."""

import re
import time
from collections import Counter
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from itertools import count
from threading import Lock, Thread
from urllib.parse import quote, urlencode, urljoin

from lxml import html

#: what readers ask for in turn
READ = (
    "/ru/", "/ru/agreements/", "/en/forums/", "/ru/agreements/?country=KZ", "/ru/map/", "/en/timeline/",
    "/api/v1/visits/", "/ru/agreements.csv", "/ru/search/?q=форум",
)  # fmt: skip
REPORT = "/ru/agreements/joint-statement-ru-uz-2018/report/"
#: answers that anybody may get while something is away
ALLOWED = frozenset((*range(200, 500), 503))
SAVED = (302, 303)
LONGEST_ANSWER = 60
#: nobody reads a form more quickly
READS_FORM = 4
OPENED = re.compile(r'name="opened" value="([^"]+)"')
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
BOUNDARY = "a-boundary-of-parts"


class Ledger:
    """What all of them were answered and told."""

    def __init__(self):
        self.lock, self.numbers = Lock(), count(1)
        #: (time, status, seconds, id of the request, who has asked, method) of each answer
        self.answers, self.lost = [], Counter()
        #: texts that were acknowledged as saved, of reports and by record
        self.reports, self.edits = [], {}

    def note_answer(self, *answer):
        with self.lock:
            self.answers.append(answer)

    def note_edit(self, record, text):
        with self.lock:
            self.edits.setdefault(record, []).append(text)

    def note_report(self, text):
        with self.lock:
            self.reports.append(text)

    def note_lost(self, error):
        with self.lock:
            self.lost[type(error).__name__] += 1

    def refused(self):
        return Counter(one[1] for one in self.answers if one[1] not in ALLOWED)


class Person:
    """A browser without scripts, which keeps cookies."""

    def __init__(self, port, ledger):
        self.port, self.ledger, self.cookies = port, ledger, {}

    def act(self):
        raise NotImplementedError

    def ask(self, method, path, body=None, headers=()):
        """(status, headers, text) of an answer, whatever it is."""
        connection, began = HTTPConnection("127.0.0.1", self.port, timeout=LONGEST_ANSWER), time.monotonic()
        sent = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            **dict(headers),
        }
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
        seconds, number = time.monotonic() - began, answer.headers.get("X-Request-ID", "")
        self.ledger.note_answer(time.monotonic(), answer.status, seconds, number, type(self).__name__, method)
        return answer.status, answer.headers, text

    def post(self, path, values):
        return self.ask("POST", path, urlencode(values), FORM)


class Reader(Person):
    def act(self):
        self.ask("GET", quote(READ[next(self.ledger.numbers) % len(READ)], safe="/?=&"))


class Reporter(Person):
    """Reports errors, which are saved once the answer is a redirection. A form may be sent more than once."""

    opened = ""

    def act(self):
        if not self.opened:
            status, _headers, page = self.ask("GET", REPORT)
            if status != 200:
                return
            self.opened = OPENED.search(page)[1]
            time.sleep(READS_FORM)
        text = f"report {next(self.ledger.numbers)} of a reader"
        status, _headers, _page = self.post(REPORT, {"opened": self.opened, "text": text})
        if status in SAVED:
            self.ledger.note_report(text)


class Editor(Person):
    """Changes the summary of one record, again and again, in the admin."""

    def __init__(self, port, ledger, name, record=0):
        super().__init__(port, ledger)
        self.name, self.record = name, record

    def page(self, path):
        """The page of the admin, after the login where it is asked for; None while there is none."""
        status, headers, text = self.ask("GET", path)
        if status in SAVED and "login" in headers["Location"]:
            self.log_in(headers["Location"])
            status, _headers, text = self.ask("GET", path)
        return html.fromstring(text) if status == 200 else None

    def log_in(self, address):
        status, _headers, text = self.ask("GET", address)
        if status == 200:
            form = html.fromstring(text).get_element_by_id("login-form")
            self.post(address, {**dict(form.form_values()), "username": self.name, "password": self.name})

    def act(self):
        address = f"/admin/relations/agreement/{self.record}/change/"
        if (page := self.page(address)) is None:
            return
        form = page.get_element_by_id("agreement_form")
        text = f"summary {next(self.ledger.numbers)} of an editor"
        form.fields["summary_en"] = text
        status, headers, _page = self.post(address, [*form.form_values(), ("_save", "")])
        if status in SAVED and "login" not in headers["Location"]:
            self.ledger.note_edit(self.record, text)


class Importer(Editor):
    """Uploads a file, which a worker reads, and confirms it."""

    def upload(self, name, data):
        """Whether it was taken."""
        address = "/admin/relations/agreement/import/"
        if (page := self.page(address)) is None:
            return False
        token = page.xpath("//input[@name='csrfmiddlewaretoken']/@value")[0]
        parts = [
            f'Content-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}',
            f'Content-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: text/csv\r\n\r\n{data}',
        ]
        body = "".join(f"--{BOUNDARY}\r\n{part}\r\n" for part in parts) + f"--{BOUNDARY}--\r\n"
        kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        return self.ask("POST", address, body.encode(), kind)[0] in SAVED

    def confirm(self, batch):
        """Whether the button was there and pressed."""
        address = f"/admin/relations/importbatch/{batch}/change/"
        page = self.page(address)
        for form in page.forms if page is not None else ():
            if (form.action or "").endswith("/confirm/"):
                path = urljoin(address, form.action)
                return self.post(path, form.form_values())[0] in SAVED
        return False


class Crowd:
    """Each person in a thread of their own."""

    def __init__(self, people, ledger):
        self.goes_on, self.ledger = True, ledger
        self.threads = [Thread(target=self.live, args=(one,), daemon=True) for one in people]

    def start(self):
        for thread in self.threads:
            thread.start()

    def end(self):
        self.goes_on = False
        for thread in self.threads:
            thread.join(LONGEST_ANSWER * 2)

    def live(self, person):
        while self.goes_on:
            try:
                person.act()
            except (OSError, HTTPException) as error:  # the process that answered was killed
                self.ledger.note_lost(error)
            time.sleep(0.3)
