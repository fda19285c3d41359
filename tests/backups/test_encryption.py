"""Encrypted backups: nothing is written in plain, and only the key opens them. The programs are small stand-ins."""

import sys

import pytest
from django.core.management import CommandError, call_command

from relations.backups import writing
from tests.helpers.backups import state_of_tables
from tests.helpers.factories import ForumFactory

pytestmark = pytest.mark.django_db
HEADS = {"age": b"age-encryption.org/v1\n", "gpg": b"\x85\x02"}
#: turns every bit around; the key must be readable, as of the real programs
PROGRAM = """#!{python}
import sys
head = {head!r}
if "--decrypt" in sys.argv:
    if {name!r} == "age" and open(sys.argv[sys.argv.index("--identity") + 1]).read() != "key":
        sys.exit("age: error: no identity matched any of the recipients")
    data = sys.stdin.buffer.read()
    assert data.startswith(head)
    sys.stdout.buffer.write(bytes(byte ^ 255 for byte in data[len(head):]))
else:
    if sys.argv[sys.argv.index("--recipient") + 1] != "anna":
        sys.exit("{name}: error: malformed recipient")
    sys.stdout.buffer.write(head + bytes(byte ^ 255 for byte in sys.stdin.buffer.read()))
"""


@pytest.fixture(autouse=True)
def programs(tmp_path, monkeypatch, settings, moved):
    """age and gpg for this test; where they are installed, these come first."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, head in HEADS.items():
        (folder / name).write_text(PROGRAM.format(python=sys.executable, head=head, name=name))
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    settings.BACKUPS_DIR = tmp_path / "backups"
    (tmp_path / "key").write_text("key")
    moved()
    ForumFactory(published=True)


def the_backup(settings):
    (path,) = settings.BACKUPS_DIR.glob("register-*")
    return path


@pytest.mark.parametrize("program", ["age", "gpg"])
def test_it_is_encrypted_on_the_way_and_restored_with_the_key(program, settings, tmp_path, moved):
    setattr(settings, f"BACKUP_{program.upper()}_RECIPIENT", "anna")
    before, key = state_of_tables(), {"identity": str(tmp_path / "key")}
    call_command("backup", **key)
    path = the_backup(settings)
    assert path.name.endswith(f".tar.gz.{program}")
    assert path.read_bytes().startswith(HEADS[program])
    call_command("backup", str(path), verify=True, **key)
    moved(with_tables=False)
    call_command("restore", str(path), **key)
    assert state_of_tables() == before


def test_what_age_has_encrypted_needs_its_key(settings, tmp_path):
    settings.BACKUP_AGE_RECIPIENT = "anna"
    with pytest.raises(CommandError, match="--identity FILE, or write --no-verify"):
        call_command("backup")
    assert not settings.BACKUPS_DIR.exists()
    call_command("backup", no_verify=True)
    with pytest.raises(CommandError, match="is encrypted with age. Name the file of its key"):
        call_command("backup", str(the_backup(settings)), verify=True)
    (tmp_path / "key").write_text("another one")
    with pytest.raises(CommandError, match="age says “age: error: no identity matched"):
        call_command("backup", str(the_backup(settings)), verify=True, identity=str(tmp_path / "key"))


@pytest.mark.parametrize("program", ["age", "gpg"])
def test_a_recipient_that_the_program_refuses_leaves_no_file(program, settings):
    setattr(settings, f"BACKUP_{program.upper()}_RECIPIENT", "nobody")
    with pytest.raises(CommandError, match=f"could not be encrypted: {program} says “{program}: error"):
        call_command("backup", no_verify=True)
    assert not list(settings.BACKUPS_DIR.iterdir())


def test_a_program_that_is_not_installed_is_named(settings, monkeypatch, tmp_path):
    settings.BACKUP_AGE_RECIPIENT = "anna"
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CommandError, match="The program age is not installed"):
        call_command("backup", no_verify=True)
    assert not settings.BACKUPS_DIR.exists()


def test_a_full_disk_ends_the_program_too(settings, monkeypatch, tmp_path):
    settings.BACKUP_AGE_RECIPIENT = "anna"

    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing, "write_rows", full)
    with pytest.raises(CommandError, match="No space left on device"):
        call_command("backup", no_verify=True)
    assert not list(settings.BACKUPS_DIR.iterdir())
