"""Names of backups, the description of the newest one, which are deleted, and what cannot be written."""

import json
import os
from datetime import datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from relations.backups.keeping import NAME, delete_older

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path, moved):
    settings.BACKUPS_DIR = tmp_path / "backups"
    moved()


def older(folder, *days):
    folder.mkdir(exist_ok=True)
    paths = [folder / f"register-2026-10-{day:02}T0300.backup.tar.gz" for day in days]
    for path in paths:
        path.write_bytes(b"old")
    return paths


def last(folder):
    return json.loads((folder / "last-backup.json").read_text())


def test_without_a_name_it_is_dated_and_verified(settings):
    call_command("backup")
    (path,) = settings.BACKUPS_DIR.glob("*.tar.gz")
    assert NAME.fullmatch(path.name)
    said = last(settings.BACKUPS_DIR)
    assert (said["file"], said["verified"], said["bytes"]) == (path.name, True, path.stat().st_size)
    assert datetime.fromisoformat(said["at"]).tzinfo


def test_what_was_not_verified_is_not_called_so(settings, capsys):
    call_command("backup", no_verify=True)
    assert last(settings.BACKUPS_DIR)["verified"] is False
    assert "It was not verified" in capsys.readouterr().out


def test_a_backup_that_cannot_be_verified_fails_and_deletes_nothing(settings, monkeypatch):
    kept = older(settings.BACKUPS_DIR, 1, 2)
    monkeypatch.setattr("relations.backups.verifying.hash_of", lambda table: {"rows": -1, "sha256": ""})
    with pytest.raises(CommandError, match="cannot be trusted"):
        call_command("backup", keep=1)
    assert last(settings.BACKUPS_DIR)["verified"] is False
    assert all(path.exists() for path in kept)


def test_older_ones_are_deleted_once_the_new_one_is_verified(settings, capsys):
    oldest, newer = older(settings.BACKUPS_DIR, 1, 2)
    (settings.BACKUPS_DIR / "notes.txt").write_text("mine")
    call_command("backup", keep=2)
    assert not oldest.exists()
    assert newer.exists()
    assert (settings.BACKUPS_DIR / "notes.txt").exists()
    assert f"Deleted: {oldest.name}" in capsys.readouterr().out


def test_the_newest_one_always_stays(tmp_path):
    first, second = older(tmp_path, 1, 2)
    assert delete_older(first, 0) == [second]
    assert first.exists()


@pytest.mark.parametrize(
    "options",
    [
        {"keep": 0},
        {"keep": 2, "no_verify": True},
        {"verify": True, "no_verify": True},
        {"verify": True, "keep": 3},
    ],
)
def test_options_that_contradict_each_other_are_refused(settings, options):
    with pytest.raises(CommandError) as caught:
        call_command("backup", *(["file"] if options.get("verify") else []), **options)
    assert caught.value.returncode == 2
    assert not settings.BACKUPS_DIR.exists()


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(CommandError, match="There is no folder"):
        call_command("backup", str(tmp_path / "nowhere" / "file"))


def test_a_folder_that_is_a_file(settings, tmp_path):
    (tmp_path / "file").write_text("")
    settings.BACKUPS_DIR = tmp_path / "file" / "backups"
    with pytest.raises(CommandError, match="cannot be written to .*Not a directory"):
        call_command("backup")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(28, "No space left on device"), "No space left on device"),
        (PermissionError(13, "Permission denied"), "Permission denied"),
    ],
)
def test_a_disk_that_refuses_ends_in_a_sentence_and_leaves_no_half_file(tmp_path, monkeypatch, error, words):
    def refuse(number):
        raise error

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(CommandError, match=rf"The backup cannot be written to .*: {words}\.$"):
        call_command("backup", str(tmp_path / "file"))
    assert not [path for path in tmp_path.iterdir() if path.is_file() and "file" in path.name]


def test_a_database_that_fails_ends_in_a_sentence(tmp_path, monkeypatch):
    def fail(*args):
        raise OperationalError("server closed the connection\n unexpectedly")

    monkeypatch.setattr("relations.backups.writing.chunks_of", fail)
    with pytest.raises(CommandError, match="server closed the connection unexpectedly"):
        call_command("backup", str(tmp_path / "file"))
    assert not (tmp_path / "file").exists()


def test_an_empty_database_is_no_register(moved, tmp_path):
    moved(with_tables=False)
    with pytest.raises(CommandError, match="no tables of the register"):
        call_command("backup", str(tmp_path / "file"))
