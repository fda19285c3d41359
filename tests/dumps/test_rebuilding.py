"""An empty register and one dump give every public page, and nothing that is not public."""

import json
import os
import re
import subprocess
import sys
import zipfile
from contextlib import ExitStack

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import transaction

from relations.dumps import rebuilding
from relations.dumps.datapackage import FORMAT
from relations.models import Forum, Place, Source, Version
from tests.helpers.databases import copied_database
from tests.helpers.factories import ForumFactory, SourceFactory
from tests.helpers.planted import ANSWER, SECRET, SECRET_KEY, plant

DAY = "2026-10-01"
NAME = f"register-{DAY}.zip"
#: what differs between two answers of one and the same register: the secret of a form, the time in a signed cursor
OF_THE_MOMENT = re.compile(r'(?<=name="csrfmiddlewaretoken" value=")\w+|(?<=cursor=)[\w%.-]+')


def dump_to(folder):
    folder.mkdir(exist_ok=True)
    call_command("dump_register", output=str(folder), date=DAY)
    return folder / NAME


def files_of(path):
    with zipfile.ZipFile(path) as found:
        return {name: found.read(name) for name in found.namelist()}


def written(path, files):
    with zipfile.ZipFile(path, "w") as target:
        for name, data in files.items():
            target.writestr(name, data)
    return path


def began(url, folder, *command):
    """A process of the program with another database, without limits and without dumps of its own."""
    usual = {"API_RATE": "off", "FILE_RATE": "off", "ALLOWED_HOSTS": "127.0.0.1", "START_WORKERS": "0"}
    variables = {**os.environ, **usual, "DATABASE_URL": url, "DUMPS_DIR": str(folder / "none")}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.Popen([sys.executable, *command], cwd=settings.BASE_DIR, env=variables, **pipes)


def ended(process):
    printed, _ = process.communicate(timeout=1200)
    assert process.returncode == 0, printed
    return printed


def bodies(path):
    found = json.loads(path.read_text())
    return {address: [*rest, OF_THE_MOMENT.sub("", body)] for address, (*rest, body) in found.items()}


def difference(address, expected, found):
    """The address, and where its answers begin to differ."""
    one, other = (" ".join(map(str, answer)) for answer in (expected, found))
    start = max(len(os.path.commonprefix([one, other])) - 100, 0)
    return address, one[start : start + 300], other[start : start + 300]


@pytest.fixture
def folders(tmp_path):
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    return tmp_path / "first", tmp_path / "second"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_every_public_page_of_a_rebuilt_register_is_the_same_and_so_is_its_dump(request, folders):
    first, second = folders
    with ExitStack() as stack:
        empty = stack.enter_context(copied_database(second))
        with transaction.atomic():
            request.getfixturevalue("content")
            more = json.dumps(plant(get_user_model().objects.create_user(SECRET_KEY)))
        dump = dump_to(first)
        for name, data in files_of(dump).items():
            assert SECRET.encode() not in data, name
            assert SECRET_KEY.encode() not in data, name
        full = stack.enter_context(copied_database(first))
        assert "is loaded" in ended(began(empty, second, "manage.py", "load_dump", str(dump)))
        asked = first / "pages.json"
        ended(began(full, first, "-m", "tests.helpers.public_pages", str(asked), "", more))
        again = began(empty, second, "manage.py", "dump_register", "--output", str(second), "--date", DAY)
        pages = began(
            empty, second, "-m", "tests.helpers.public_pages", str(second / "pages.json"), str(asked)
        )
        ended(again)
        ended(pages)
    before, after = files_of(dump), files_of(second / NAME)
    assert [name for name in before if before[name] != after[name]] == []
    assert dump.read_bytes() == (second / NAME).read_bytes()
    expected, found = bodies(asked), bodies(second / "pages.json")
    assert len(expected) > 1000
    assert [
        difference(one, expected[one], found[one]) for one in expected if expected[one] != found[one]
    ] == []
    assert ANSWER in expected["/ru/forums/much-changed/"][2]
    assert expected["/ru/agreements/before-it-was-renamed/"][:2] == [
        301,
        "/ru/agreements/after-it-was-renamed/",
    ]
    assert "Ведомости" in expected["/ru/forums/much-changed/versions/2/"][2]


@pytest.fixture
def dump(db, folders):
    """A dump of one public forum; the register is empty again."""
    with transaction.atomic():
        ForumFactory(key="the-only-one", period="2009-09", published=True)
        path = dump_to(folders[0])
        transaction.set_rollback(True)
    assert rebuilding.is_empty()
    return path


def load(path):
    call_command("load_dump", str(path))


@pytest.mark.django_db
class TestLoading:
    def test_everything_is_public_and_has_its_dates_and_versions(self, dump, folders, capsys):
        load(dump)
        forum = Forum.objects.get()
        assert (forum.key, forum.state, str(forum.period)) == ("the-only-one", "published", "2009-09")
        assert [one.number for one in Version.objects.filter(type="forums")] == [1]
        assert "1 forums" in capsys.readouterr().out
        assert dump_to(folders[1]).read_bytes() == dump.read_bytes()

    def test_what_is_entered_afterwards_gets_keys_of_its_own(self, dump):
        load(dump)
        new = ForumFactory(published=True)
        assert new.pk > Forum.objects.get(key="the-only-one").pk
        assert Version.objects.filter(type="forums").count() == 2

    def test_a_register_that_has_the_same_rows_is_left_as_it_is(self, dump, capsys):
        load(dump)
        load(dump)
        assert "already; nothing was loaded" in capsys.readouterr().out
        assert Forum.objects.count() == 1

    def test_a_register_that_has_anything_else_is_refused(self, dump):
        SourceFactory(key="mine")
        with pytest.raises(CommandError, match="не пуст"):
            load(dump)
        assert [one.key for one in Source.objects.all()] == ["mine"]

    @pytest.mark.parametrize("damage", ["nonsense", "cut", "a table", "another file", "no checksums"])
    def test_a_damaged_dump_is_refused_before_anything_is_touched(self, damage, dump, folders):
        files, path = files_of(dump), folders[1] / NAME
        if damage == "a table":
            files["places.csv"] += b"XX\r\n"
        elif damage == "another file":
            files["LICENSE.txt"] = b"mine"
        elif damage == "no checksums":
            files.pop("sha256sums.txt")
        written(path, files)
        if damage in ("nonsense", "cut"):
            path.write_bytes(b"nonsense" if damage == "nonsense" else path.read_bytes()[:-200])
        with pytest.raises(CommandError, match="повреждён"):
            load(path)
        assert rebuilding.is_empty()

    def test_a_dump_of_a_newer_program_is_refused(self, dump, folders):
        with pytest.raises(CommandError, match="более новой версией"):
            load(with_package(dump, folders[1], format_version=FORMAT + 1))
        assert rebuilding.is_empty()

    def test_a_dump_from_before_there_were_these_tables_is_refused(self, dump, folders):
        kept = [one for one in package_of(dump)["resources"] if one["name"] != "versions"]
        with pytest.raises(CommandError, match="прежней версией"):
            load(with_package(dump, folders[1], resources=kept))
        assert rebuilding.is_empty()

    def test_a_row_that_is_refused_takes_everything_back(self, dump, monkeypatch):
        def without_countries(self, slug):
            rows = list(rows_of(self, slug))
            return iter([row for row in rows if slug != "places"])

        rows_of = rebuilding.Earlier.rows
        monkeypatch.setattr(rebuilding.Earlier, "rows", without_countries)
        with pytest.raises(CommandError, match=r"forums\.csv"):
            load(dump)
        assert rebuilding.is_empty()
        assert not Place.objects.exists()

    def test_a_file_that_is_not_there_is_a_usage_error(self):
        with pytest.raises(CommandError) as caught:
            load("nowhere.zip")
        assert caught.value.returncode == 2


def package_of(dump):
    return json.loads(files_of(dump)["datapackage.json"])


def with_package(dump, folder, **changed):
    """The same dump with another description, which its checksums say to be whole."""
    files = files_of(dump)
    text = json.dumps({**package_of(dump), **changed}).encode()
    digest, own = (
        rebuilding.hashlib.sha256(text).hexdigest(),
        rebuilding.hashlib.sha256(files["datapackage.json"]),
    )
    files["sha256sums.txt"] = files["sha256sums.txt"].replace(own.hexdigest().encode(), digest.encode())
    files["datapackage.json"] = text
    return written(folder / NAME, files)
