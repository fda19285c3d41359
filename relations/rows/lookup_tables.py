"""Lookup tables by name, key, URL and title, which find the entity that a cell refers to."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from relations.errors import Problem
from relations.models import FormerKey
from relations.rows.suggestions import divisions, near, parts_at_commas, unmixed
from relations.text.cell_syntax import join
from relations.text.normalize import fold, without_footnote


class NameTable:
    """Entities of one model, found by key or by any of their names in either language, in any case."""

    #: what is made of the entities when it is first needed
    made_of_them: tuple[str, ...] = ("by_former_key",)

    def __init__(self, entities: Iterable[Any], what: str | Promise) -> None:
        """`what` is the word for one of them, for messages."""
        self.what = what
        #: None where they come from no model's table
        self.model: type[Model] | None = getattr(entities, "model", None)
        self.found: dict[str, Any] = {}
        self.by_key: dict[str, Any] = {entity.natural_key()[0].casefold(): entity for entity in entities}
        self.by_name: defaultdict[str, list[Any]] = defaultdict(list)
        for entity in entities:
            for name in entity.folded_names.split("\n"):
                self.by_name[name].append(entity)

    def add(self, entities: Iterable[Any]) -> None:
        """Adds those that the sheet has just brought, so that rows further below can name them."""
        for entity in entities:
            self.by_key[entity.natural_key()[0].casefold()] = entity
            for name in entity.folded_names.split("\n"):
                self.by_name[name].append(entity)
        self.found.clear()
        for name in self.made_of_them:
            self.__dict__.pop(name, None)

    @property
    def by_natural_key(self) -> dict[str, Any]:
        """{key: entity}, as the register writes the keys"""
        return {entity.natural_key()[0]: entity for entity in self.by_key.values()}

    @cached_property
    def by_former_key(self) -> dict[str, Any]:
        """{key of what was merged into another one: that other one}"""
        model = type(next(iter(self.by_key.values()), None))
        keys = FormerKey.objects.all_of(model) if issubclass(model, Model) else {}
        folded = ((former.casefold(), key.casefold()) for former, key in keys.items())
        return {former: self.by_key[key] for former, key in folded if key in self.by_key}

    def find(self, text: str) -> Any:
        """The one entity that `text` names; Problem with suggestions where there is none or more than one."""
        if text not in self.found:
            self.found[text] = self.look_up(text)
        found = self.found[text]
        if isinstance(found, Problem):
            raise found
        return found

    def look_up(self, text: str) -> Any:
        found = self.called(text)
        if len(found) == 1:
            return found[0]
        if found:
            return ambiguous(text, found)
        return self.refused(text) or self.divided(text) or self.unknown(text)

    def called(self, text: str) -> list[Any]:
        """All entities with `text` as their key or a name; without the mark of a footnote where none has it so."""
        return self.spelled(text) or self.spelled(without_footnote(text))

    def spelled(self, text: str) -> list[Any]:
        """All entities that are called exactly `text`."""
        return self.own(text)

    def own(self, text: str) -> list[Any]:
        """All entities that the register has with `text` as their key or a name."""
        key = text.casefold()
        if entity := self.by_key.get(key) or self.by_former_key.get(key):
            return [entity]
        found = self.by_name.get(fold(text)) or self.by_name.get(fold(unmixed(text))) or ()
        return list(dict.fromkeys(found))

    def refused(self, text: str) -> Problem | None:
        """The Problem of what is known to be none of them."""
        return None

    def divided(self, text: str) -> Problem | None:
        """The Problem of several names in one text; None unless every part is a name, or one is refused."""
        for parts in divisions(text):
            if problem := next(filter(None, map(self.refused, parts)), None):
                return problem
            found = [self.called(part) for part in parts]
            if not all(found):
                continue
            for part, entities in zip(parts, found, strict=True):
                if len(entities) > 1:
                    return ambiguous(part, entities)
            entities = [one for (one,) in found]
            return several(text, named(entities), join(one.natural_key()[0] for one in entities))
        return None

    def unknown(self, text: str) -> Problem:
        """The Problem of a name that is not known, with what may be meant."""
        if near_ones := [
            entity for name in near(fold(text), self.suggested) for entity in self.suggested[name]
        ]:
            message = _("There is no %(what)s “%(text)s” in the register. Did you mean %(choices)s?")
            choices = named(dict.fromkeys(near_ones))
            return Problem("name.unknown", message, text=text[:80], what=self.what, choices=choices)
        message = _("There is no %(what)s “%(text)s” in the register.")
        return Problem("name.unknown", message, text=text[:80], what=self.what)

    @property
    def suggested(self) -> Mapping[str, list[Any]]:
        """{folded name: entities} of the names that an unknown one may be meant for."""
        return self.by_name


def ambiguous(text: str, entities: Iterable[Any]) -> Problem:
    message = _("“%(text)s” may mean any of these: %(choices)s. Enter the code.")
    return Problem("name.ambiguous", message, text=text[:80], choices=named(entities))


def several(text: str, choices: str, repair: str) -> Problem:
    """The Problem of several values with commas between them: a comma may be part of a name, so that it
    divides none."""
    message = _(
        "“%(text)s” contains several names: %(choices)s. If the column takes several values,"
        " separate them with “;”. Write “%(repair)s”."
    )
    return Problem("value.commas", message, text=text[:80], choices=choices, repair=repair)


def named(entities: Iterable[Any]) -> str:
    return ", ".join(f"{entity.natural_key()[0]} ({entity.name})" for entity in entities)


class KeyTable(dict[str, int | None]):
    """{key: primary key} of records or sources; None for those that this very sheet is about to create."""

    def __init__(
        self,
        load: Callable[[], Iterable[tuple[str, int]]],
        what: str | Promise,
        met: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        """With `met` keys, the table is loaded only when another one is looked for."""
        super().__init__(met)
        self.load, self.is_whole, self.what = load, False, what
        if not met:
            self.load_all()
        self.refused: dict[str, Problem] = {}

    def load_all(self) -> None:
        self.update(self.load())
        self.is_whole = True

    def __contains__(self, key: object) -> bool:
        if not self.is_whole and not super().__contains__(key):
            self.load_all()
        return super().__contains__(key)

    def find(self, text: str) -> int | None:
        if text in self:
            return self[text]
        if text not in self.refused:
            self.refused[text] = self.refusal(text)
        raise self.refused[text]

    def refusal(self, text: str) -> Problem:
        """The Problem of an unknown key, with what may be meant."""
        parts = parts_at_commas(text)
        if parts and all(part in self for part in parts):
            return several(text, ", ".join(parts), join(parts))
        if near_ones := near(text, self):
            message = _("There is no %(what)s with the key “%(text)s”. Did you mean %(choices)s?")
            choices = ", ".join(near_ones)
            return Problem("key.unknown", message, text=text[:80], what=self.what, choices=choices)
        message = _("There is no %(what)s with the key “%(text)s”.")
        return Problem("key.unknown", message, text=text[:80], what=self.what)
