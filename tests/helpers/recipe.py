"""A page of docs/ that says step by step what to change: read, and done in a copy of the tree."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(r"^([^\n]*)\n\n```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NEW_FILE = re.compile(r"New file `([^`]+)`:")
AT_THE_END = re.compile(r"At the end of `([^`]+)`:")
AT_A_LINE = re.compile(r"In `([^`]+)`, (after|instead of) the line `([^`]+)`:")
LAST_LINE = re.compile(r"In `([^`]+)`, instead of the last line:")


@dataclass(frozen=True)
class Step:
    """One block of the page: the sentence above it, the language of the block, and its text."""

    sentence: str
    language: str
    text: str

    def commands(self):
        """The commands of a block of them, one a line."""
        return self.text.splitlines() if self.language == "sh" else []

    def apply(self, root):
        """Makes the change in the tree at `root`. Any other sentence is an error of the page."""
        if match := NEW_FILE.fullmatch(self.sentence):
            path = root / match[1]
            assert not path.exists(), f"{path} is there already"
            path.write_text(self.text, encoding="utf-8")
        elif match := AT_THE_END.fullmatch(self.sentence):
            path = the_one(root, match[1])
            path.write_text(path.read_text(encoding="utf-8") + self.text, encoding="utf-8")
        elif match := LAST_LINE.fullmatch(self.sentence):
            self.replace_line(the_one(root, match[1]), -1, keep=False)
        else:
            match = AT_A_LINE.fullmatch(self.sentence)
            assert match, f"not a step: {self.sentence!r}"
            path = the_one(root, match[1])
            lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
            assert lines.count(match[3]) == 1, f"{path} should have the line {match[3]!r} once"
            self.replace_line(path, lines.index(match[3]), keep=match[2] == "after")

    def replace_line(self, path, at, keep):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        lines[at] = (lines[at] if keep else "") + self.text
        path.write_text("".join(lines), encoding="utf-8")


def the_one(root, pattern):
    (path,) = root.glob(pattern)
    return path


def steps_of(page):
    return [Step(*found) for found in BLOCK.findall(page.read_text(encoding="utf-8"))]


def listed_files(root):
    """The files of the tree, without those that Git ignores and those that are deleted."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    found = subprocess.run(command, cwd=root, capture_output=True, check=True, text=True).stdout
    return [name for name in found.split("\0") if name and (root / name).is_file()]


def copied_tree(root, copy):
    for name in listed_files(root):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(root / name, copy / name)
    return copy


def edits_between(
    before: Path, after: Path, is_generated=re.compile(r"\.(mo|pyc|sqlite3)|__pycache__|\.pytest")
):
    """{file: number of edits}: a new file is one, and so is every contiguous change of a file."""
    edits = {}
    for path in sorted(path for path in after.rglob("*") if path.is_file()):
        name = path.relative_to(after).as_posix()
        if is_generated.search(name):
            continue
        if not (before / name).exists():
            edits[name] = 1
        elif path.read_bytes() != (before / name).read_bytes():
            edits[name] = contiguous_changes(before / name, path)
    return edits


def contiguous_changes(before, after):
    command = ["git", "diff", "--no-index", "--unified=0", str(before), str(after)]
    text = subprocess.run(command, capture_output=True, check=False, encoding="utf-8").stdout
    return sum(line.startswith("@@") for line in text.splitlines())
