"""Extracts the translatable messages of code and templates without gettext's own tools, which may not be installed."""

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import polib
from django.utils.translation.template import templatize


class Message(NamedTuple):
    """What gettext looks up: a context, mostly empty, and a text; the plural is found by its singular."""

    context: str
    text: str


MODULE = "django.utils.translation"
#: function → number of texts at its beginning; the first of pgettext and npgettext is the context
TEXTS = {"gettext": 1, "ngettext": 2, "pgettext": 2, "npgettext": 3}
#: the file types of templates
TEMPLATES = ("html", "svg", "txt")
#: a call in what Django makes of a template; its other words are blotted out
CALL = re.compile(r"""\b(n?p?gettext)\(((?:\s*u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"),?)+)""")


def messages_of(root: Path) -> dict[Message, Path]:
    """The messages of the code and the templates below `root`, each with a file that uses it."""
    found: dict[Message, Path] = {}
    for path in sorted([*root.glob("relations/**/*.py"), *root.glob("config/*.py")]):
        found.update(dict.fromkeys(in_code(path.read_text(encoding="utf-8")), path))
    for path in sorted(path for kind in TEMPLATES for path in root.glob(f"templates/**/*.{kind}")):
        found.update(dict.fromkeys(in_template(path.read_text(encoding="utf-8"), path), path))
    return found


def in_code(text: str) -> Iterator[Message]:
    """Every message in Python code whose text is written out."""
    tree = ast.parse(text)
    names = translators(tree)
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in names:
            function = names[call.func.id]
            constants = [one for one in call.args[: TEXTS[function]] if isinstance(one, ast.Constant)]
            texts = [str(one.value) for one in constants]
            if len(texts) == TEXTS[function]:
                yield message(function, texts)


def translators(tree: ast.AST) -> dict[str, str]:
    """{name in this module: function} of what it imports from Django's translation, lazy or not."""
    return {
        alias.asname or alias.name: alias.name.removesuffix("_lazy").removesuffix("_noop")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == MODULE
        for alias in node.names
        if alias.name.removesuffix("_lazy").removesuffix("_noop") in TEXTS
    }


def in_template(text: str, path: Path) -> Iterator[Message]:
    for function, texts in CALL.findall(templatize(text, origin=str(path))):
        yield message(function, ast.literal_eval(f"[{texts}]"))


def message(function: str, texts: Sequence[str]) -> Message:
    has_context = function.startswith(("p", "np"))
    return Message(texts[0], texts[1]) if has_context else Message("", texts[0])


def unknown_messages(catalogue: polib.POFile, root: Path) -> list[tuple[str, Path]]:
    """(text, path) of the messages that the catalogue has no entry for."""
    known = {(entry.msgctxt or "", entry.msgid) for entry in catalogue}
    return [(one.text, path) for one, path in messages_of(root).items() if one not in known]
