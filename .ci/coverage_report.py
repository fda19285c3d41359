"""Lists the lines and branches that no test reaches, and fails where a package with a floor has too few of
its branches.

Reads the .coverage.json that slipcover has left; pyproject.toml says what is measured. What runs in processes of
its own (the reader of workbooks, workers) is not seen.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path

#: percent of branches, for the packages that turn what people write into facts
FLOOR, PACKAGES = 95, ("relations/values", "relations/rows", "relations/imports", "relations/queries")


def main():
    files = measured()
    for name, summary, unreached in files:
        if unreached:
            print(f"{name}: {percent(summary)[0]:.0f} % of branches; not reached: {unreached}")
    print(f"\n{'package':28}{'lines':>8}{'branches':>10}")
    totals = by_package(files)
    for package, total in totals.items():
        branches, lines = percent(total)
        print(f"{package:28}{lines:7.1f} %{branches:8.1f} %")
    if low := [package for package in PACKAGES if percent(totals[package])[0] < FLOOR]:
        sys.exit(
            f"Fewer than {FLOOR} % of branches are reached in {', '.join(low)}: test the lines listed above."
        )


def measured():
    """[(path, summary, lines and branches that no test reaches)] by path."""
    files = json.loads(Path(".coverage.json").read_text(encoding="utf-8"))["files"]
    return [(name, one["summary"], unreached(one)) for name, one in sorted(files.items())]


def unreached(file):
    """“12-14, 20, 31->33”: lines, then branches from lines that are reached; -> 0 and below is the way out."""
    missing = set(file["missing_lines"])
    branches = [f"{start}->{end}" for start, end in file["missing_branches"] if start not in missing]
    return ", ".join([*runs(sorted(missing)), *branches])


def runs(numbers):
    """[12, 13, 14, 20] → 12-14, 20."""
    found = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return [f"{first}-{last}" if last > first else str(first) for first, last in found]


def by_package(files):
    """{package: the sums of its summaries}; modules beside the packages count as “relations”."""
    totals = defaultdict(lambda: defaultdict(int))
    for name, summary, _unreached in files:
        package = "/".join(name.split("/")[:2]) if name.count("/") > 1 else "relations"
        for key, value in summary.items():
            if isinstance(value, int):
                totals[package][key] += value
    return totals


def percent(summary):
    """(of branches, of lines); of nothing, all is reached."""
    return tuple(
        100 * summary[f"covered_{kind}"] / total if total else 100.0
        for kind in ("branches", "lines")
        for total in [summary[f"covered_{kind}"] + summary[f"missing_{kind}"]]
    )


if __name__ == "__main__":
    main()
