"""People who read and write meanwhile: what they were answered, and what they were told is saved."""

import re
import time
from collections import Counter
from http.client import HTTPConnection, HTTPException
from itertools import count
from threading import Lock, Thread
from urllib.parse import quote, urlencode

#: what readers ask for in turn
READ = (
    "/ru/", "/ru/agreements/", "/en/forums/", "/ru/agreements/?country=KZ", "/ru/map/", "/en/timeline/",
    "/api/v1/visits/", "/ru/agreements.csv", "/ru/search/?q=форум",
)  # fmt: skip
#: answers that a reader may get while something is away
ALLOWED = frozenset((*range(200, 500), 503))
OPENED = re.compile(r'name="opened" value="([^"]+)"')
LONGEST_ANSWER = 60


class Crowd:
    """Readers and writers in threads."""

    def __init__(self, port, readers, writers, form):
        self.port, self.form = port, form
        self.goes_on, self.lock = True, Lock()
        #: (time, status, seconds) of each answer
        self.answers, self.lost, self.acknowledged = [], Counter(), []
        self.numbers = count()
        #: {number of a writer: the hidden field of the form}
        self.opened = {}
        acts = [self.read] * readers + [self.write] * writers
        self.threads = [
            Thread(target=self.live, args=(act, number), daemon=True) for number, act in enumerate(acts)
        ]

    def start(self):
        for thread in self.threads:
            thread.start()

    def end(self):
        self.goes_on = False
        for thread in self.threads:
            thread.join(LONGEST_ANSWER * 2)

    def live(self, act, number):
        while self.goes_on:
            try:
                act(number)
            except (OSError, HTTPException) as error:  # the process that answered was killed
                with self.lock:
                    self.lost[type(error).__name__] += 1
            time.sleep(0.3)

    def ask(self, method, path, body=None, **headers):
        connection, began = HTTPConnection("127.0.0.1", self.port, timeout=LONGEST_ANSWER), time.monotonic()
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        finally:
            connection.close()
        with self.lock:
            self.answers.append((time.monotonic(), answer.status, time.monotonic() - began))
        return answer.status, answer.headers, text

    def read(self, number):
        path = READ[next(self.numbers) % len(READ)]
        self.ask("GET", quoted(path))

    def write(self, number):
        """Reports an error, which is saved once the answer is a redirection. A form may be sent more than once."""
        if number not in self.opened:
            status, _headers, page = self.ask("GET", self.form)
            if status != 200:
                return
            self.opened[number] = OPENED.search(page)[1]
            time.sleep(4)  # nobody reads a form more quickly
        text = f"report {number}-{next(self.numbers)} of a reader"
        body = urlencode({"opened": self.opened[number], "text": text})
        status, _headers, _page = self.ask(
            "POST", self.form, body, **{"Content-Type": "application/x-www-form-urlencoded"}
        )
        if status in (302, 303):
            with self.lock:
                self.acknowledged.append(text)

    def refused(self):
        return Counter(status for _at, status, _seconds in self.answers if status not in ALLOWED)


def quoted(path):
    return quote(path, safe="/?=&")
