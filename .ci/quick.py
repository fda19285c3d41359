"""Runs the tests of what has changed since main, committed or not, by package: relations/rows/… is tested in
tests/rows/.

A change of one module takes the test file of its name where there is one, else all tests of its package.
Tests that take long
(in Chromium, of killed workers, of many records) are left to `make test`.
"""

import subprocess
import sys
from pathlib import Path

#: what lies beside the packages → the tests that look at it
OTHERS = {
    "templates/": ["tests/views/test_pages.py"],
    "templates/admin/": ["tests/admin/test_pages.py"],
    "relations/locale/": ["tests/project/test_checks.py"],
    "fixtures/": ["tests/management/test_load_content.py"],
    "pyproject.toml": ["tests/project/test_checks.py"],
    "Makefile": ["tests/project/test_checks.py"],
    ".ci/": ["tests/project/test_checks.py"],
    "deploy/": ["tests/project/test_delivery.py"],
    "compose.yaml": ["tests/project/test_delivery.py"],
    ".env.example": ["tests/project/test_delivery.py"],
    "docs/settings.md": ["tests/project/test_delivery.py"],
    "config/": ["tests/views/test_pages.py"],
}
SHORT = "not browser and not slow"
NOTHING_TO_RUN = 5  # pytest's own code for it: every test was left out


def main():
    changed = changed_files()
    tests = sorted({test for name in changed for test in tests_of(name)})
    without = [name for name in changed if name.endswith((".py", ".html")) and not list(tests_of(name))]
    if without:
        print("No tests are known for: " + ", ".join(without) + ". Run: make test", flush=True)
    if not tests:
        print("Nothing that tests look at has changed since main.")
        return
    print("Tests of what has changed since main: " + " ".join(tests), flush=True)
    code = subprocess.run([sys.executable, "-m", "pytest", "-q", "-m", SHORT, *tests], check=False).returncode
    sys.exit(0 if code == NOTHING_TO_RUN else code)


def changed_files():
    """Paths since the branch left main, with what is not committed and what is new; of main itself, not
    committed alone."""
    base = git("merge-base", "HEAD", "main") or ["HEAD"]
    return sorted({*git("diff", "--name-only", base[0]), *git("ls-files", "--others", "--exclude-standard")})


def git(*arguments):
    done = subprocess.run(["git", *arguments], capture_output=True, encoding="utf-8", check=False)
    return done.stdout.split("\n")[:-1] if done.returncode == 0 else []


def tests_of(name):
    """The test files or folders of one changed path, as far as they exist."""
    path = Path(name)
    if path.parts[0] == "tests" and path.name.startswith("test_"):
        candidates = [[name]]
    elif path.parts[0] == "relations" and path.suffix == ".py":
        candidates = of_module(path)
    else:
        longest = max((start for start in OTHERS if name.startswith(start)), key=len, default="")
        candidates = [OTHERS.get(longest, [])]
    for tests in candidates:
        if existing := [test for test in tests if Path(test).exists()]:
            return existing
    return []


def of_module(path):
    """The test file of the module's name, else the folder of its package, else the tests of all pages."""
    folders = [Path("tests", *path.parts[1:depth]) for depth in range(len(path.parts) - 1, 1, -1)]
    exact = Path("tests", *path.parts[1:-1], f"test_{path.stem}.py")
    return [[str(exact)], *([str(folder)] for folder in folders), ["tests/views/test_pages.py"]]


if __name__ == "__main__":
    main()
