"""Writes requirements.txt and requirements-dev.txt from pyproject.toml, or tells where they disagree with it.

python .ci/locks.py            compares, without the network
python .ci/locks.py --write    resolves with uv for every Python from 3.11 on; more options go to uv (--upgrade)
"""

import hashlib
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

RUNTIME, DEV = "requirements.txt", "requirements-dev.txt"
HEADER = """\
# Generated from pyproject.toml: change the pins there, then run make lock.
# Every package that is installed {what}, with its hashes, for Python 3.11 to 3.14.
# Dependencies: {digest}
"""
WHAT = {RUNTIME: "to run the register", DEV: "to run, test and check the register"}
UV = [
    *("uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--python-version", "3.11"),
    # No setting of one machine may enter the files.
    *("--no-config", "--default-index", "https://pypi.org/simple", "--no-header", "pyproject.toml"),
]
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)", re.MULTILINE)
HASHED = re.compile(r"^[^\s#].*\\\n\s+--hash=sha256:", re.MULTILINE)


def main(options):
    if options[:1] == ["--write"]:
        write(options[1:])
    elif complaints := list(disagreements()):
        sys.exit("\n".join([*complaints, "Change pins in pyproject.toml alone, then run: make lock"]))


def direct():
    """{file: the requirements that pyproject.toml names for it}."""
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
    runtime = project["project"]["dependencies"]
    return {RUNTIME: runtime, DEV: [*runtime, *project["dependency-groups"]["dev"]]}


def write(options):
    groups = {RUNTIME: [], DEV: ["--group", "dev", "--constraint", RUNTIME]}
    for name, requirements in direct().items():
        uv = [str(Path(sys.executable).parent / UV[0]), *UV[1:]]
        subprocess.run([*uv, *groups[name], *options, "--output-file", name], check=True)
        header = HEADER.format(what=WHAT[name], digest=digest(requirements))
        path = Path(name)
        path.write_text(header + path.read_text(encoding="utf-8"), encoding="utf-8")


def digest(requirements):
    return hashlib.sha256(json.dumps(requirements).encode()).hexdigest()


def disagreements():
    """One sentence for each way in which the files and pyproject.toml do not say the same."""
    locks = {name: Path(name).read_text(encoding="utf-8") for name in WHAT}
    for name, requirements in direct().items():
        yield from different_pins(name, pins("\n".join(requirements)), pins(locks[name]))
        yield from unhashed(name, locks[name])
        if digest(requirements) not in locks[name]:
            yield f"{name} was not made from the dependencies that pyproject.toml names now."
    yield from different_pins(DEV, pins(locks[RUNTIME]), pins(locks[DEV]), RUNTIME)


def pins(text):
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in PIN.findall(text)}


def different_pins(name, wanted, locked, source="pyproject.toml"):
    for package, version in wanted.items():
        if locked.get(package) != version:
            yield f"{name} has {package} {locked.get(package, 'not at all')}; {source} wants {version}."


def unhashed(name, text):
    if len(HASHED.findall(text)) != len(pins(text)):
        yield f"{name} has packages without a hash."


if __name__ == "__main__":
    main(sys.argv[1:])
