"""Asks PyPI whether weaknesses of the locked packages are known.

Exit code 0: none; 1: some, each in a line; 2: they could not all be looked up.
"""

import json
import subprocess
import sys

#: nothing is installed for it, since the file names every package with its hash
COMMAND = [
    "--requirement",
    "requirements.txt",
    "--disable-pip",
    "--progress-spinner",
    "off",
    "--format",
    "json",
]
ADVICE = "Raise them in pyproject.toml, or what others need by: make lock UV='--upgrade-package NAME'"


def main():
    command = [sys.executable, "-m", "pip_audit", *COMMAND]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    code, text = verdict(done.stdout, done.stderr)
    print(text, file=sys.stderr if code else sys.stdout)
    sys.exit(code)


def verdict(output, complaint):
    """(exit code, what to say) of what pip-audit has found."""
    try:
        packages = json.loads(output)["dependencies"]
    except (ValueError, KeyError):
        last = (complaint.strip().splitlines() or ["it said nothing"])[-1]
        return 2, unanswered("no package", last)
    weak = [
        f"{one['name']} {one['version']}: {said(found)}" for one in packages for found in one.get("vulns", [])
    ]
    unknown = [one["name"] for one in packages if "skip_reason" in one]
    if weak:
        return 1, "\n".join([*weak, ADVICE])
    if unknown:
        answered = f"{len(packages) - len(unknown)} of {len(packages)} packages"
        return 2, unanswered(answered, f"not known there: {', '.join(unknown[:5])}")
    return 0, f"No weakness of the {len(packages)} packages in requirements.txt is known."


def said(found):
    fixed = ", ".join(found["fix_versions"])
    return f"{found['id']}, " + (f"corrected in {fixed}." if fixed else "not corrected yet.")


def unanswered(number, reason):
    return (
        f"The list of weaknesses at pypi.org has answered for {number} ({reason}). Run make audit where pypi.org itself"
        " can be reached, not a copy of it; on GitHub it is the job “audit”."
    )


if __name__ == "__main__":
    main()
