"""What a person does in a browser, as short verbs: open, follow, search, sign in. Interface words are never read."""

import os
import re
import shutil
import signal
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
#: seconds, more than any test in a browser takes
LONGEST_TEST = 240
LANGUAGES = ("ru", "en")
PHONE, DESKTOP, NARROWEST = 360, 1440, 320
HEIGHT = 900
#: more than any page of the site needs
MOST_TABS = 400
#: milliseconds that a busy machine may take to show something
PATIENCE = 15_000

FORUM, VISIT = "forums/forum-ru-kz-6-2009/", "visits/visit-mirziyoyev-moscow-2023/"
INDICATOR, FIGURE = "indicators/enterprises-russian-capital/", "statistics/enterprises-uz-2018/"
AGREEMENT = "agreements/joint-statement-ru-uz-2018/"
#: one page of each kind, below the language
PUBLIC_PAGES = (
    "",
    "agreements/",
    "forums/",
    "visits/",
    "statistics/",
    AGREEMENT,
    f"{AGREEMENT}versions/",
    f"{AGREEMENT}versions/1/",
    f"{AGREEMENT}report/?fact=date_signed",
    FORUM,
    VISIT,
    FIGURE,
    "timeline/",
    "relations/ru-uz/",
    "places/",
    "places/ru-orenburg/",
    "places/cis/",
    "sources/",
    "sources/suyunov-2024/",
    "sources/kremlin-glossary-cis/",
    "indicators/",
    INDICATOR,
    "search/",
    "search/?q=Оренбург",
    "forums/?country=UZ&year_from=2010",
    "visits/?year_from=dragon",
    "map/",
    "map/forums/?country=KZ",
    "years/",
    "years/agreements/?country=UZ",
    "matrix/",
    "matrix/agreements/?country=RU",
    "about/",
    "corrections/",
    "names/",
    "data/",
    "sheet-check/",
    "nowhere/",
)
MISSING = "nowhere/"
#: linked data within a page: it is not run, and holds nothing that could end it
DATA_BLOCK = re.compile(r'<script type="application/ld\+json">[^<>&]*</script>')
PARAGRAPH = re.compile(r"(абзац|paragraph)\s+\d", re.IGNORECASE)
AXE_OPTIONS = {
    "resultTypes": ["violations"],
    "preload": False,  # it would ask for imported style sheets at the address of the page
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
}


def without_data(text):
    """A page without its linked data."""
    return DATA_BLOCK.sub("", text)


class Visitor:
    """One tab. Remembers the errors in the console, and how many links were followed."""

    def __init__(self, page, site):
        self.page, self.site = page, site
        self.clicks, self.steps, self.complaints = 0, 0, []
        page.on("console", self.listen)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("response", self.look)

    def listen(self, message):
        about_status = message.text.startswith("Failed to load resource")  # look() tells those apart
        if message.type in ("error", "warning") and not about_status:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def look(self, response):
        if response.status >= 400 and not response.url.endswith(MISSING):
            self.complaints.append(f"{response.status} {response.url}")

    def open(self, path):
        self.clicks = self.steps = 0
        self.page.goto(f"{self.site}/{path}")

    def follow(self, ending):
        """Follows the first visible link whose address ends like this."""
        self.press(f'a[href$="{ending}"]')

    def search(self, words):
        """Types into the search box at the head of the page."""
        self.page.locator("#seek").fill(words)
        self.press("#seek + button")

    def sees(self, selector, text=""):
        return self.page.locator(selector).filter(has_text=text).first.is_visible()

    def count(self, selector):
        return self.page.locator(selector).count()

    def texts(self, selector):
        return self.page.locator(selector).all_inner_texts()

    def press(self, selector):
        """Presses the first visible link or button of this kind; it leads to another page."""
        with self.page.expect_navigation():
            self.page.locator(f"{selector}:visible").first.click()
        self.clicks += 1

    def unfold_filters(self):
        if self.sees(".filters > summary"):
            self.page.locator(".filters > summary").click()

    @property
    def address(self):
        return self.page.url.removeprefix(self.site)

    def sideways(self, width):
        """By how many pixels the page is wider than a window of that width."""
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        root = "document.documentElement"
        return self.page.evaluate(f"{root}.scrollWidth - {root}.clientWidth")

    def right_edge(self, selector):
        """How far to the right the widest of these elements reaches, in pixels."""
        edges = "elements => Math.max(...elements.map(one => one.getBoundingClientRect().right))"
        return self.page.locator(selector).evaluate_all(edges)

    def axe_violations(self):
        found = Axe().run(self.page, options=AXE_OPTIONS).response["violations"]
        return [f"{self.address} {one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]

    # By keyboard alone: a step is a page opened or a file downloaded.

    def focus(self, selector):
        """Presses Tab until something like this has the focus."""
        for _press in range(MOST_TABS):
            if self.page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{self.address}: {selector} is not reached by Tab")

    def step(self, selector):
        self.focus(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.steps += 1

    def search_by_key(self, words):
        self.write("#seek", words)
        self.step("#seek")

    def write(self, selector, text):
        self.focus(selector)
        self.page.keyboard.type(text)

    def unfold_by_key(self, selector):
        """Opens this element if it is folded."""
        if self.page.locator(f"{selector}:not([open]) > summary").first.is_visible():
            self.focus(f"{selector} > summary")
            self.page.keyboard.press("Enter")

    def tick(self, name, value):
        """Ticks or unticks a choice of a facet."""
        box = f'input[name="{name}"][value="{value}"]'
        self.unfold_by_key(f"details.facet:has({box})")
        self.focus(box)
        self.page.keyboard.press("Space")

    def takes(self, selector):
        """The text of the file behind a link."""
        self.focus(selector)
        with self.page.expect_download() as download:
            self.page.keyboard.press("Enter")
        self.steps += 1
        return Path(download.value.path()).read_text(encoding="utf-8-sig")

    def total(self):
        """The number in the heading of a list: of the subject, and of context."""
        heading = self.texts("#total")[0]
        context = re.search(r"(?:and|ещё) (\d+)", heading)
        return int(re.search(r"\d+", heading)[0]) + int(context[1] if context else 0)

    # The admin.

    def sign_in(self, role):
        """Every role's password is its name."""
        self.open("admin/")
        self.page.locator("#id_username").fill(role)
        self.page.locator("#id_password").fill(role)
        self.press("#login-form [type=submit]")

    def fill(self, **values):
        for name, value in values.items():
            self.page.locator(f"#id_{name}").fill(value)

    def choose(self, name, value):
        self.page.locator(f"#id_{name}").select_option(value)

    def add_row(self, group):
        self.page.locator(f"#{group}-group .add-row a").click()

    def pick(self, name, words, wanted):
        """Types `words` into an autocomplete field and takes the suggestion `wanted`."""
        self.page.locator(f"#id_{name} + .select2 .select2-selection").click()
        self.page.locator(".select2-search__field:focus").fill(words)
        self.page.get_by_role("option", name=wanted, exact=True).click()

    def add_party(self, number, words, wanted):
        self.add_row("participations")
        self.choose(f"participations-{number}-role", "party")
        self.pick(f"participations-{number}-place", words, wanted)

    def create_source_in_popup(self, citation, **values):
        """The green plus beside the source field; the popup closes itself and leaves the new source chosen."""
        with self.page.expect_popup() as opened:
            self.page.locator(f"#add_id_{citation}-source").click()
        popup = Visitor(opened.value, self.site)
        popup.fill(**values)
        with popup.page.expect_event("close"):
            popup.page.locator("[name=_save]").first.click()
        self.complaints += popup.complaints


class Chromium:
    """Real Chromium and its driver: started when a test first needs them, and again once they have been ended.

    Some of Playwright's calls wait without limit, even for a browser that has crashed. One that answers none of them is
    ended after `seconds` with its driver, so that its test fails at that line and the next one has another browser.
    """

    def __init__(self, seconds=LONGEST_TEST):
        self.seconds, self.driver, self.has_ended = seconds, None, False

    def start(self):
        self.driver = sync_playwright()
        kinds = self.driver.start()
        self.browser = kinds.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--in-process-gpu"]
        )
        processes = self.browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
        process = next(one["id"] for one in processes if one["type"] == "browser")
        self.processes = (parent_of(process), process)

    def end(self):
        self.has_ended = True
        for process in self.processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    @contextmanager
    def answering(self):
        """The browser, for one test."""
        if self.has_ended:
            self.close()
        if not self.driver:
            self.start()
        ending = Timer(self.seconds, self.end)
        ending.daemon = True
        ending.start()
        try:
            yield self.browser
        finally:
            ending.cancel()

    def close(self):
        if self.driver:
            self.driver.__exit__()  # it ends the browser too
        self.driver, self.has_ended = None, False


def parent_of(process):
    """The number of the process that started another one."""
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])


@contextmanager
def tab(browser, site, width=DESKTOP, theme="light", javascript=True):
    """A visitor with an empty profile, in a window of that width."""
    context = browser.new_context(
        locale="ru-RU",
        viewport={"width": width, "height": HEIGHT},
        color_scheme=theme,
        java_script_enabled=javascript,
    )
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    try:
        yield Visitor(context.new_page(), site)
    finally:
        context.close()
