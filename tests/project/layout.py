"""Checks that people can read templates and style sheets: `python -m tests.project.layout`; with --write,
formats style sheets."""

import sys
from pathlib import Path

import cssbeautifier

LONGEST = 120
CSS = cssbeautifier.default_options()
CSS.indent_size = 2
CSS.end_with_newline = True


def formatted(css):
    return cssbeautifier.beautify(css, CSS)


def long_lines(path):
    """A sentence for each line that is too long."""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if len(line) > LONGEST:
            yield (
                f"{path}:{number}: {len(line)} characters, at most {LONGEST} are allowed."
                " Start a new line before an attribute, element or template tag."
            )


def faults(templates, sheets):
    for path in templates:
        yield from long_lines(path)
    for path in sheets:
        if formatted(path.read_text()) == path.read_text():
            yield from long_lines(path)
        else:
            yield f"{path}: not formatted. Run “make format”."


def main(arguments):
    templates = sorted(path for path in Path("templates").rglob("*") if path.is_file())
    sheets = sorted(Path("static/css").glob("*.css"))
    if "--write" in arguments:
        for path in sheets:
            path.write_text(formatted(path.read_text()))
    found = list(faults(templates, sheets))
    print("\n".join(found), file=sys.stderr, end="\n" * bool(found))
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
