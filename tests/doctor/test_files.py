"""Folders that are full, missing or not writable, and what is to be collected and compiled."""

import os
import shutil
from collections import namedtuple

import pytest

from relations.doctor import files, translations
from relations.doctor.files import look_at_folder, look_at_static_files

Usage = namedtuple("Usage", "total used free")
MB = 2**20


@pytest.fixture
def free(monkeypatch):
    """A function: so many MB of a disk of 100 GB are free."""

    def set_free(number):
        monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**5 * MB, 0, number * MB))

    return set_free


@pytest.mark.parametrize(
    ("number", "level"), [(100, "error"), (900, "warning"), (4000, "warning"), (50_000, "ok")]
)
def test_a_disk_that_is_nearly_full(tmp_path, free, number, level):
    free(number)
    (line,) = look_at_folder("dumps", tmp_path)
    assert line.level == level
    assert f"{number:,} MB are free for dumps" in line.text


def test_a_folder_that_is_made_later_is_looked_at_where_it_will_be(tmp_path):
    (line,) = look_at_folder("dumps", tmp_path / "later" / "dumps")
    assert line.level == "ok"


def test_a_file_in_the_place_of_a_folder(tmp_path):
    (tmp_path / "dumps").write_text("")
    (line,) = look_at_folder("dumps", tmp_path / "dumps")
    assert (line.level, "is a file" in line.text) == ("error", True)


def test_a_folder_that_cannot_be_written_to(tmp_path, monkeypatch):
    def refuse(**options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(files.tempfile, "TemporaryFile", refuse)
    (line,) = look_at_folder("backups", tmp_path)
    assert line.level == "error"
    assert "cannot be written to" in line.text
    assert "Permission denied" in line.text


def test_static_files(settings, tmp_path):
    settings.DEBUG, settings.STATIC_ROOT = False, tmp_path
    (line,) = look_at_static_files()
    assert (line.level, "not collected" in line.text) == ("error", True)
    manifest = tmp_path / "staticfiles.json"
    manifest.write_text("{}")
    (line,) = look_at_static_files()
    assert line.level == "ok"
    os.utime(manifest, (1, 1))
    (line,) = look_at_static_files()
    assert (line.level, "have changed" in line.text) == ("warning", True)
    settings.DEBUG = True
    (line,) = look_at_static_files()
    assert line.level == "ok"


def test_translations(settings, tmp_path):
    settings.LOCALE_PATHS = [tmp_path]
    source = tmp_path / "ru" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text("")
    (line,) = translations.look_at_translations()
    assert (line.level, line.advice) == ("error", "manage.py compile_translations")
    assert line.text == "The translations are not compiled: ru."
    compiled = source.with_suffix(".mo")
    compiled.write_bytes(b"")
    (line,) = translations.look_at_translations()
    assert line.level == "ok"
    os.utime(compiled, (1, 1))
    (line,) = translations.look_at_translations()
    assert line.level == "warning"
