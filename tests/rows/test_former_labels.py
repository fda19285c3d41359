"""Sheets filled in an older template are still read: every heading and every choice label it had keeps its meaning."""

import json
from pathlib import Path

import pytest

from relations.catalog import RESOURCES
from relations.errors import Problem
from relations.rows import former_labels
from relations.rows.columns import Choice
from relations.rows.lookups import Lookups
from relations.text.normalize import fold
from relations.writers.template import headings_of

#: the labels of the templates as they were first given out, in both languages; only ever added to
LABELS = json.loads((Path(__file__).parent / "golden" / "template_labels.json").read_text(encoding="utf-8"))


def columns(slug):
    return {name: column for name, _labels, column in headings_of(RESOURCES[slug])}


def code_of(column, text):
    if isinstance(column, Choice):
        return column.parse(text, Lookups())
    return column.parse_slot(text, frozenset())


def test_the_labels_of_every_type_are_kept():
    assert set(LABELS) >= {"agreements", "forums", "visits", "projects", "statistics", "sources"}
    assert all(kept["headings"] and kept["choices"] for kept in LABELS.values())


@pytest.mark.parametrize("slug", LABELS)
def test_every_heading_of_an_older_template_means_the_same_column(slug):
    known = RESOURCES[slug].known_headings()
    expected = LABELS[slug]["headings"]
    assert {heading: known.get(fold(heading)) for heading in expected} == expected


@pytest.mark.parametrize("slug", LABELS)
def test_every_choice_of_an_older_template_means_the_same_code(slug):
    for name, labels in LABELS[slug]["choices"].items():
        column = columns(slug)[name]
        assert {label: code_of(column, label) for label in labels} == labels, name


@pytest.mark.parametrize("slug", LABELS)
def test_the_kept_choices_name_every_code(slug):
    """A coded column that is not in the file would not be checked."""
    coded = {name: column for name, column in columns(slug).items() if isinstance(column, Choice)}
    kept = LABELS[slug]["choices"]
    assert set(coded) <= set(kept)
    for name, column in coded.items():
        assert {code for code, _label in column.field.choices if code} <= set(kept[name].values()), name


def test_a_former_heading_is_read_unless_another_column_has_it_now(monkeypatch):
    monkeypatch.setitem(former_labels.HEADINGS, "level", ("rank of the parties", "status"))
    known = RESOURCES["agreements"].known_headings.__wrapped__(RESOURCES["agreements"])
    assert known["rank of the parties"] == "level"
    assert known["status"] == "status"


def test_a_former_choice_is_read_and_an_unknown_one_is_refused(monkeypatch):
    column = columns("agreements")["level"]
    monkeypatch.setitem(former_labels.CHOICES, "agreement.level", {"between states": "interstate"})
    assert code_of(column, "Between states") == "interstate"
    with pytest.raises(Problem):
        code_of(column, "between towns")


def test_a_former_label_of_confidence_is_read(monkeypatch):
    monkeypatch.setitem(former_labels.CHOICES, "citation.confidence", {"certain": "high"})
    assert code_of(columns("agreements")["confidence"], "Certain") == "high"
