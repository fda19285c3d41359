"""Command: back up the whole database into one file, and verify it by restoring it into a scratch database."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from relations.backups.encryption import chosen, command_of
from relations.backups.keeping import delete_older, describe_last, name_at
from relations.backups.verifying import verify
from relations.backups.writing import write_backup
from relations.management.progress import progress, sentences


class Command(BaseCommand):
    help = (
        "Writes everything in the database into one file, while editors continue to work, and verifies it:"
        " the file is restored into a scratch database, and every table is compared."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file",
            nargs="?",
            default="",
            help="the file, or its folder (default: a dated one in BACKUPS_DIR)",
        )
        parser.add_argument("--verify", action="store_true", help="write nothing; verify this file")
        parser.add_argument("--no-verify", action="store_true", help="do not verify what was written")
        parser.add_argument(
            "--keep", type=int, metavar="N", help="then delete all but the newest N backups in the folder"
        )
        parser.add_argument("--identity", default="", metavar="FILE", help="the key that decrypts (age)")

    def handle(self, **options: Any) -> None:
        self.refuse_contradictions(options)
        if options["verify"]:
            self.verify(self.existing(options["file"]), options["identity"])
            return
        path = self.path_of(options["file"])
        self.write(path)
        self.describe(path, is_verified=False)
        if options["no_verify"]:
            self.stdout.write("It was not verified. To do so: manage.py backup --verify FILE")
        else:
            self.verify(path, options["identity"])
            self.describe(path, is_verified=True)
        if options["keep"] is not None:
            self.delete_older(path, options["keep"])

    def refuse_contradictions(self, options: dict[str, Any]) -> None:
        """Before anything is written."""
        keep, is_unverified = options["keep"], options["no_verify"]
        if options["verify"] and (not options["file"] or is_unverified or keep is not None):
            raise CommandError(
                "--verify needs the name of a file, and neither --no-verify nor --keep.", returncode=2
            )
        if keep is not None and (keep < 1 or is_unverified):
            raise CommandError(
                "--keep needs a number of at least 1, and no --no-verify: older backups are deleted only once"
                " the new one is verified.",
                returncode=2,
            )
        if options["verify"]:
            return
        with sentences("The backup cannot be written"):
            if encryption := chosen():
                command_of(encryption)
        if encryption and encryption.program == "age" and not is_unverified and not options["identity"]:
            raise CommandError(
                "An encrypted backup can be verified only by who can decrypt it: name the file of the key with"
                " --identity FILE, or write --no-verify and verify it where the key is.",
                returncode=2,
            )

    def existing(self, name: str) -> Path:
        path = Path(name)
        if not path.is_file():
            raise CommandError(f"There is no file {path}.", returncode=2)
        return path

    def path_of(self, name: str) -> Path:
        path = Path(name or settings.BACKUPS_DIR)
        if not name:
            with sentences(f"The backup cannot be written to {path}"):
                path.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            path /= name_at(timezone.now(), chosen())
        if not path.parent.is_dir():
            raise CommandError(
                f"There is no folder {path.parent}. Create it, or name another file.", returncode=2
            )
        return path

    def write(self, path: Path) -> None:
        with sentences(f"The backup cannot be written to {path}"), progress(self.stderr, "written") as tell:
            size = write_backup(path, tell)
        self.stdout.write(f"{path}: {size} bytes")

    def verify(self, path: Path, identity: str) -> None:
        with sentences(f"{path} could not be verified"), progress(self.stderr, "restored") as tell:
            checked, note = verify(path, identity, tell)
        self.stdout.write(
            f"Verified: restored into a scratch database, {len(checked.tables)} tables with {checked.rows} rows"
            " are the same."
        )
        if note:
            self.stdout.write(note)

    def describe(self, path: Path, is_verified: bool) -> None:
        with sentences(f"The description of the backup cannot be written to {path.parent}"):
            describe_last(path, is_verified)

    def delete_older(self, path: Path, keep: int) -> None:
        with sentences(f"Older backups in {path.parent} cannot be deleted"):
            deleted = delete_older(path, keep)
        if deleted:
            self.stdout.write("Deleted: " + ", ".join(one.name for one in deleted))
