"""Writes docs/settings.md from .env.example and config/settings.py, or tells where the three do not say the same.

python .ci/settings_table.py            compares
python .ci/settings_table.py --write    writes docs/settings.md
"""

import ast
import re
import sys
from pathlib import Path

SETTINGS, EXAMPLE, PAGE, COMPOSE = map(
    Path, ("config/settings.py", ".env.example", "docs/settings.md", "compose.yaml")
)
HEADING = re.compile(r"# == (.+) ==")
LINE = re.compile(r"(#?)([A-Z][A-Z0-9_]*)=(.*)")
IN_WORDS = re.compile(r" \[(.+)\]$")
KINDS = {"bool": "`0` or `1`", "int": "number", "list": "list, with commas", "url": "URL", "str": "text"}
HEAD = """\
# Settings

The register reads its settings from the environment. Copy [.env.example](../.env.example) to `.env` or
`/etc/register.env` and fill in what a server needs. If a value is missing or not valid, the program does not start and
says so in one sentence. [running.md](running.md) explains what the limits and the figures of the server are for.

Made from `.env.example` and `config/settings.py`: change these, then run `make settings`.
"""


def main(options):
    found, groups = read_in_settings(), described()
    if complaints := [*differences(found, groups)]:
        sys.exit("\n".join(complaints))
    text = page(found, groups)
    if options[:1] == ["--write"]:
        PAGE.write_text(text, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        sys.exit(f"{PAGE} is not what {EXAMPLE} and {SETTINGS} say now. Run: make settings")


def read_in_settings():
    """{name: (kind of value, range, default as in .env.example or None where it is reckoned)}."""
    found = {}
    for node in ast.walk(ast.parse(SETTINGS.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and (reader := reader_of(node)):
            kind, name = reader
            keywords = {one.arg: one.value for one in node.keywords}
            if name not in found or keywords or kind != "str":
                found[name] = kind, limits(keywords.get("validate")), literal(keywords.get("default"))
    return found


def reader_of(call):
    """(kind, name) of `read(env.int, "NAME", …)` and of `env.str("NAME", …)`; else None."""
    parts = [call.func, *call.args]
    if isinstance(parts[0], ast.Name) and parts[0].id == "read":
        parts = parts[1:]
    is_reader = (
        len(parts) > 1 and isinstance(parts[0], ast.Attribute) and isinstance(parts[0].value, ast.Name)
    )
    if is_reader and parts[0].value.id == "env" and isinstance(parts[1], ast.Constant):
        return parts[0].attr, parts[1].value
    return None


def limits(validate):
    """“1 to 64” of `Range(min=1, max=64)`."""
    if not isinstance(validate, ast.Call) or getattr(validate.func, "id", "") != "Range":
        return ""
    bounds = {one.arg: reckoned(one.value) for one in validate.keywords}
    if bounds.get("max") is not None:
        return f"{bounds['min']} to {bounds['max']}"
    return f"{bounds['min']} or more"


def literal(node):
    value = reckoned(node)
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, list):
        return ",".join(value)
    return None if value is None else str(value)


def reckoned(node):
    """The value of a constant, a list of them, or a product or power of whole numbers; else None."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Pow):
        left, right = reckoned(node.left), reckoned(node.right)
        if isinstance(left, int) and isinstance(right, int):
            return left * right if isinstance(node.op, ast.Mult) else left**right
        return None
    try:
        return ast.literal_eval(node) if node is not None else None
    except ValueError:
        return None


def described():
    """{heading: [(name, meaning, default in words, value, whether it is set in the example)]}."""
    groups, comment = {}, ""
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
        if heading := HEADING.fullmatch(line):
            groups[heading[1]] = rows = []
        elif variable := LINE.fullmatch(line):
            words = IN_WORDS.search(comment)
            meaning = IN_WORDS.sub("", comment)
            rows.append((variable[2], meaning, words[1] if words else "", variable[3], not variable[1]))
            comment = ""
        else:
            comment = line.removeprefix("#").strip()
    return groups


def differences(found, groups):
    """One sentence for each way in which the example and the settings do not say the same."""
    rows = {name: row for group in groups.values() for name, *row in group}
    elsewhere = set(re.findall(r"\$\{([A-Z_]+)", COMPOSE.read_text(encoding="utf-8")))
    for name in found.keys() - rows.keys():
        yield f"{EXAMPLE} lacks {name}, which {SETTINGS} reads."
    for name in rows.keys() - found.keys() - elsewhere:
        yield f"{EXAMPLE} has {name}, which neither {SETTINGS} nor {COMPOSE} reads."
    for name, (meaning, in_words, value, is_set) in rows.items():
        default = found.get(name, ("", "", None))[2]
        if not meaning:
            yield f"{EXAMPLE} does not say in a comment what {name} means."
        if default not in (None, value) and not is_set and not in_words:
            yield f"{EXAMPLE} says {name}={value}; the default in {SETTINGS} is {default}."
        if name in found and default is None and not in_words and not is_set:
            yield f"{EXAMPLE} must say in brackets at the end of its comment what {name} is by default."


def page(found, groups):
    parts = [HEAD]
    for heading, rows in groups.items():
        lines = [f"## {heading}", "", "| setting | meaning | values | default |", "|---|---|---|---|"]
        for name, meaning, in_words, value, _is_set in rows:
            kind, limit, default = found.get(name, ("str", "", None))
            values = ", ".join(part for part in (KINDS.get(kind, "URL"), limit) if part)
            shown = in_words or (f"`{default or value}`" if default or (value and default is None) else "")
            lines.append(f"| `{name}` | {meaning} | {values} | {shown} |")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


if __name__ == "__main__":
    main(sys.argv[1:])
