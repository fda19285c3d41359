"""Columns of the tables of a dump that no record has: what each contains, for the codebook."""

from __future__ import annotations

from relations.rows.columns import Column, Label


class Described(Column):
    """`kind` is that of the codebook: text, code, integer, boolean, reference, moment (ISO 8601) or json."""

    has_field = False

    def __init__(self, name: str, label: Label, meaning: Label = "", kind: str = "text") -> None:
        super().__init__(name, label)
        self.meaning, self.kind = meaning, kind

    @property
    def help_text(self) -> Label:
        return self.meaning
