"""Fixtures for the whole suite."""

import gc
import os
from itertools import count

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from relations.catalog import RECORD_TYPES
from relations.index.current import kept
from relations.network import downloads
from relations.registry import resource_of
from relations.revisions.approval import approve, seen_by
from relations.revisions.confirming import to_confirm
from relations.revisions.saving import pending_revision, row_of
from tests.helpers.admin import signed_in
from tests.helpers.browser import CHROMIUM, Chromium, tab
from tests.helpers.databases import copied_database
from tests.helpers.factories import FACTORIES, PersonFactory, PlaceFactory
from tests.helpers.registers import Register
from tests.helpers.snapshots import put_back, snapshot_of_tables

#: a test with the curated content leaves some thousand dead rows
TESTS_RUN, TESTS_BEFORE_SWEEPING = count(1), 25

# A test leaves little to collect; each collection would visit all of Django and two dictionaries again.
gc.set_threshold(200_000, 20, 100)


def pytest_report_header():
    return f"Chromium: {CHROMIUM}" if CHROMIUM else "NO CHROMIUM FOUND: THE BROWSER TESTS WILL NOT RUN"


def pytest_collection_modifyitems(items):
    """Without Chromium the browser tests are skipped with a message; REQUIRE_BROWSER=1 makes its absence a failure.

    A browser on a busy machine now and then loses a key: such a test is tried once more, and the report counts it.
    """
    if CHROMIUM:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.flaky(reruns=1))
        return
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.exit("REQUIRE_BROWSER=1, but there is no Chromium on this machine.", returncode=3)
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup():
    """PostgreSQL keeps the rows of tests that were rolled back until they are swept, and every query reads them too.

    Between two tests no transaction is open, for which sweeping would wait.
    """
    is_due = connection.vendor == "postgresql" and next(TESTS_RUN) % TESTS_BEFORE_SWEEPING == 0
    if is_due and connection.settings_dict["NAME"].startswith("test_"):  # some test has needed it
        sweep()


def sweep():
    """Sweeps on a separate connection: pytest-django allows the usual one only within tests. What a module has filled
    for all of its tests is left out.
    """
    driver = connection.Database
    with driver.connect(**connection.get_connection_params(), autocommit=True) as own:
        own.execute("VACUUM (SKIP_LOCKED)")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings):
    """SQLite in memory refuses to read a table while another thread writes to it; on disk readers see what was there
    before.
    """
    if connection.vendor == "sqlite":
        connection.settings_dict["OPTIONS"]["init_command"] += " PRAGMA read_uncommitted = ON;"


@pytest.fixture(autouse=True)
def in_russian():
    """A request sets the language of the thread; every test begins in Russian."""
    with override("ru"):
        yield


@pytest.fixture(autouse=True)
def quick_passwords(settings):
    """Slow hashes protect users; tests do not need them."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def own_index(monkeypatch):
    """What one test has counted or kept is not what the next one has; most tests never commit."""
    monkeypatch.setattr(kept, "keeps_uncommitted", True)
    kept.forget()
    caches["pages"].clear()


@pytest.fixture(autouse=True)
def workers_at_once(settings):
    """What a worker would do is done at once, and progress is kept in memory."""
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "progress"}
    settings.CACHES = {**settings.CACHES, "progress": memory}
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    settings.START_WORKERS = False
    caches["progress"].clear()


@pytest.fixture(autouse=True)
def own_dumps(settings, tmp_path_factory):
    """Pages offer the dumps that a test has written, never those of this machine."""
    settings.DUMPS_DIR = tmp_path_factory.getbasetemp() / "no-dumps"


@pytest.fixture(autouse=True)
def open_door(settings):
    """Tests ask for more files than a reader, and leave some unread."""
    settings.FILE_RATE = settings.SHEET_CHECK_RATE = "off"
    settings.DOWNLOADS_AT_ONCE = settings.DOWNLOADS_PER_ADDRESS = 10_000
    downloads.under_way.clear()


@pytest.fixture
def russia(db):
    return PlaceFactory(
        code="RU", name_ru="Россия", name_en="Russia", other_names_ru="Российская Федерация\nРФ"
    )


@pytest.fixture
def uzbekistan(db):
    return PlaceFactory(
        code="UZ", name_ru="Узбекистан", name_en="Uzbekistan", other_names_ru="Республика Узбекистан"
    )


@pytest.fixture
def kazakhstan(db):
    return PlaceFactory(code="KZ", name_ru="Казахстан", name_en="Kazakhstan")


@pytest.fixture
def orenburg_oblast(russia):
    return PlaceFactory(
        code="RU-ORE", kind="region", parent=russia, name_ru="Оренбургская область", name_en="Orenburg Oblast"
    )


@pytest.fixture
def orenburg(orenburg_oblast):
    return PlaceFactory(
        code="ru-orenburg",
        kind="city",
        parent=orenburg_oblast,
        name_ru="Оренбург",
        name_en="Orenburg",
        former_names_ru="Чкалов",
    )


@pytest.fixture
def mirziyoyev(uzbekistan):
    return PersonFactory(
        key="shavkat-mirziyoyev", name_ru="Шавкат Мирзиёев", name_en="Shavkat Mirziyoyev", place=uzbekistan
    )


@pytest.fixture(scope="session")
def kept_content():
    """The rows of the curated content, once a test has loaded it."""
    return []


def add_records_of_types_without_content():
    """A new type has no curated records yet; tests of all types need some records of it."""
    for one in RECORD_TYPES:
        for number in range(0 if one.model.objects.exists() else 3):
            FACTORIES[one.slug](title_ru=f"Пример {number}", title_en=f"Example {number}", published=True)


@pytest.fixture
def content(db, kept_content):
    """The curated content in the database."""
    if kept_content:
        put_back(kept_content)
    else:
        call_command("load_content", only=["seeds"], verbosity=0)
        add_records_of_types_without_content()
        kept_content += snapshot_of_tables()


@pytest.fixture
def roles(db):
    call_command("create_roles")


@pytest.fixture
def staff(roles, django_user_model):
    """A function: the signed-up user of one role."""
    from django.contrib.auth.models import Group

    def make(role):
        user = django_user_model.objects.create_user(
            role, password=role, is_staff=True, is_superuser=role == "administrator"
        )
        user.groups.set(Group.objects.filter(name=role))
        return user

    return make


@pytest.fixture
def publisher(staff):
    return staff("publisher")


@pytest.fixture
def approved(staff, django_user_model):
    """A function: approves what waits for approval of a record, as a publisher who has looked at it and its sources."""

    def approve_as_seen(record, by=None, confirmed=None):
        resource = resource_of(type(record))
        revision = pending_revision(resource, record.pk)
        by = by or django_user_model.objects.filter(username="publisher").first() or staff("publisher")
        if confirmed is None:
            confirmed = to_confirm(resource, record.pk, row_of(resource, record.pk), revision)
        return approve(resource, record.pk, seen_by(resource, record.pk, revision), by, confirmed=confirmed)

    return approve_as_seen


@pytest.fixture
def importer(publisher):
    """A client signed in as a publisher, who may import and change public records."""
    return signed_in(publisher)


@pytest.fixture
def no_rate_limit(settings):
    """Programs may ask as often as they like."""
    settings.API_RATE = "off"


def bring_index_up_to_date():
    """What has been written meanwhile is read now, not by the page that is asked for."""
    for one in RECORD_TYPES:
        index = kept.current().of(one.model)
        index.places("RU")
        for name in ("topics", "sources", "indicators", "all_topics", "all_indicators"):
            getattr(index.names, name)


@pytest.fixture
def count_queries(client):
    """A function: how many queries the database answers for a page or a file that is not kept yet, with the index up
    to date."""

    def count(address):
        bring_index_up_to_date()
        caches["pages"].clear()
        with CaptureQueriesContext(connection) as captured:
            response = client.get(address)
            assert response.status_code == 200, address
            b"".join(response)  # a file asks while it is read
        return len(captured)

    return count


@pytest.fixture(scope="session")
def chromium():
    """One Chromium a worker. Playwright keeps an event loop in this thread, which the ORM must be told to allow."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        chromium = Chromium()
        yield chromium
        chromium.close()


@pytest.fixture
def browser(chromium):
    with chromium.answering() as answering:
        yield answering


@pytest.fixture
def visit(browser, live_server, content):
    """A function: a visitor's tab on the register with its curated content."""

    def opened(**how):
        return tab(browser, live_server.url, **how)

    return opened


@pytest.fixture
def register(tmp_path, transactional_db):
    """A database of its own: a copy of the suite's, which is empty and on which nothing is under way."""
    with copied_database(tmp_path) as url:
        yield Register(url)
