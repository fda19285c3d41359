"""The commands people and scripts rely on, and a start that refuses bad settings with one sentence."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command

from relations.models import Forum, ImportBatch
from tests.helpers.factories import ForumFactory, SourceFactory


@pytest.fixture
def sheet(tmp_path):
    """A function: a csv file of these lines."""

    def write(*lines):
        path = tmp_path / "sheet.csv"
        path.write_text("\n".join(lines), encoding="utf-8")
        return str(path)

    return write


@pytest.mark.django_db
class TestImportSheet:
    def test_a_good_sheet_is_stored_and_reported(self, sheet, tmp_path, capsys):
        report = tmp_path / "report.json"
        call_command(
            "import_sheet",
            "forums",
            sheet("title_ru,event_type,date", "Форум,congress,2009"),
            report=str(report),
        )
        found = json.loads(report.read_text())
        assert (found["outcome"], found["type"], found["created"], found["dry_run"], found["batch"]) == (
            "accepted",
            "forums",
            1,
            False,
            ImportBatch.objects.get().pk,
        )
        assert len(found["sha256"]) == 64
        assert "1 new" in capsys.readouterr().out
        assert Forum.objects.count() == 1

    def test_a_bad_sheet_is_rejected_with_exit_one_and_reasons(self, sheet, tmp_path, capsys):
        report = tmp_path / "report.json"
        with pytest.raises(SystemExit) as caught:
            call_command(
                "import_sheet",
                "forums",
                sheet("title_ru,date,event_type", "Форум,31.02.2000,congress"),
                report=str(report),
            )
        assert caught.value.code == 1
        (error,) = json.loads(report.read_text())["errors"]
        assert (error["row"], error["column"], error["header"], error["value"], error["code"]) == (
            2,
            "B",
            "date",
            "31.02.2000",
            "date.impossible",
        )
        assert set(error["message"]) == {"ru", "en"}
        assert error["message"]["ru"] != error["message"]["en"]
        assert "B2" in capsys.readouterr().err

    def test_a_file_that_is_not_a_table_is_rejected_as_a_file(self, tmp_path):
        (tmp_path / "x.xlsx").write_bytes(b"PK\x03\x04nonsense")
        with pytest.raises(SystemExit):
            call_command("import_sheet", "forums", str(tmp_path / "x.xlsx"), report=str(tmp_path / "r.json"))
        assert json.loads((tmp_path / "r.json").read_text())["outcome"] == "rejected_file"

    def test_the_encoding_of_a_file_may_be_named(self, tmp_path, capsys):
        path = tmp_path / "sheet.csv"
        path.write_bytes("title_ru;event_type;date\nЎзбекистон форуми;congress;2009\n".encode("cp1251"))
        with pytest.raises(SystemExit):
            call_command("import_sheet", "forums", str(path))
        assert "kz1048" in capsys.readouterr().err
        call_command("import_sheet", "forums", str(path), encoding="cp1251")
        assert Forum.objects.get().title_ru == "Ўзбекистон форуми"

    def test_a_missing_file_or_user_is_a_usage_error(self, sheet):
        path = sheet("title_ru", "a")
        wrong = (
            ["nowhere.csv"],
            [path, "--user", "nobody"],
            [path, "--report", "/nowhere/r.json"],
        )
        for arguments in wrong:
            with pytest.raises(CommandError) as caught:
                call_command("import_sheet", "forums", *arguments)
            assert caught.value.returncode == 2

    def test_only_those_allowed_may_publish(self, sheet, staff):
        SourceFactory(key="herald")
        path = sheet("title_ru,event_type,source", "Форум,congress,herald")
        staff("editor"), staff("publisher")
        with pytest.raises(CommandError):
            call_command("import_sheet", "forums", path, user="editor", publish=True)
        call_command("import_sheet", "forums", path, user="publisher", publish=True)
        assert Forum.objects.published().count() == 1

    def test_an_operator_may_publish_without_a_user(self, sheet):
        SourceFactory(key="herald")
        path = sheet("title_ru,event_type,source", "Форум,congress,herald")
        call_command("import_sheet", "forums", path, publish=True)
        assert Forum.objects.published().count() == 1

    def test_a_dry_run_stores_nothing(self, sheet):
        call_command(
            "import_sheet", "forums", sheet("title_ru,event_type,date", "Форум,congress,2009"), dry_run=True
        )
        assert not Forum.objects.exists()


@pytest.mark.django_db
def test_an_export_of_an_invalid_query_is_a_usage_error():
    ForumFactory()
    with pytest.raises(CommandError) as caught:
        call_command("export_sheet", "forums", query="country=XX")
    assert caught.value.returncode == 2


@pytest.mark.django_db
def test_roles_are_created_once_and_repaired_later():
    call_command("create_roles")
    Group.objects.get(name="editor").permissions.clear()
    call_command("create_roles")
    allowed = {
        name: set(Group.objects.get(name=name).permissions.values_list("codename", flat=True))
        for name in ("editor", "publisher", "importer")
    }
    assert "publish_agreement" in allowed["publisher"]
    assert "publish_agreement" not in allowed["editor"] | allowed["importer"]
    assert "import_forum" in allowed["importer"]
    assert "import_forum" not in allowed["editor"]
    assert Group.objects.count() == 5


@pytest.mark.django_db
def test_demo_accounts_are_never_made_on_a_server(settings, django_user_model):
    settings.DEBUG = False
    with pytest.raises(CommandError):
        call_command("create_demo_accounts")
    settings.DEBUG = True
    call_command("create_roles")
    call_command("create_demo_accounts")
    call_command("create_demo_accounts")
    assert django_user_model.objects.count() == 4


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "maybe"),
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "mysql://localhost/x"),
        ("SITE_URL", "somewhere"),
        ("MAX_UPLOAD_MB", "-3"),
        ("CACHE_URL", "nonsense://x"),
        ("MAX_UPLOAD_MB", "much"),
        ("DUMPS_DIR", "manage.py"),
        ("SECRET_KEY", ""),
        ("KEEPER_CONTACT", "ask the office"),
        ("KEEPER_CONTACT", "javascript://alert(1)"),
        ("KEEPER_CONTACT", "office@"),
        ("FILE_RATE", "often"),
        ("SHEET_CHECK_RATE", "often"),
        ("SHEET_CHECK_BYTES", "2 MB"),
        ("SHEET_CHECK_ROWS", "0"),
        ("DOWNLOADS_AT_ONCE", "0"),
        ("DOWNLOADS_PER_ADDRESS", "none"),
        ("PROXIES", "-1"),
        ("WEB_TIMEOUT", "1"),
        ("PGBOUNCER", "maybe"),
        ("REPLICA_URL", "mysql://localhost/x"),
        ("REPLICA_URL", "nonsense"),
        ("LOGIN_FAILURES", "0"),
        ("LOGIN_FAILURES_PER_ADDRESS", "many"),
        ("LOGIN_LOCKED_MINUTES", "never"),
        ("TWO_STEPS_REQUIRED_FOR", "some"),
        ("HSTS_SUBDOMAINS", "maybe"),
        ("HSTS_PRELOAD", "1"),
    ],
)
def test_a_bad_setting_stops_the_start_with_one_sentence(name, value):
    environment = {**os.environ, "DEBUG": "0" if name == "SECRET_KEY" else "1", name: value}
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert name in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_translations_are_complete():
    call_command("compile_translations", check=True)
