"""Coverage: how many of the facts of a record rest on a source, told from its kept row.

A fact is a column that the record page shows with a value; the parts of a figure are one fact. A citation of the whole
record supports all of them, one of single columns those alone.
"""

from functools import cache

from relations.text.cell_syntax import split

from .related_columns import Links, Participants

#: shown elsewhere on the page, or not for readers
APART = {
    "key",
    "title_ru",
    "title_en",
    "alternative_titles",
    "summary_ru",
    "summary_en",
    "topics",
    "notes",
    "comment_ru",
    "comment_en",
}


QUANTITY = {"value", "value_to", "qualifier", "direction", "unit", "unit_mult", "measure"}


ORDINARY = {"obs_status": "A", "rank": "normal", "format": "in_person"}


#: said by nobody: the register's own word for that
UNSAID = {**ORDINARY, "status": "unknown"}


@cache
def fact_columns(resource):
    """The columns that state facts."""
    parts_of_figure = QUANTITY - {"value"} if "value" in resource.names() else frozenset()
    citation_parts = resource.citations.parts if resource.citations else ()
    return [
        column.name
        for column in resource.columns()
        if column.name not in APART | parts_of_figure
        and column not in citation_parts
        and not isinstance(column, Links)
        and (not column.stored_apart or isinstance(column, Participants))
    ]


def coverage(resource, cells):
    """(number of facts, how many of them are sourced) of a flat row."""
    facts = [name for name in fact_columns(resource) if cells.get(name) and UNSAID.get(name) != cells[name]]
    supported = supported_columns(cells)
    return len(facts), len(facts) if supported is None else sum(name in supported for name in facts)


def supported_columns(cells):
    """The columns for which a source is given; None where one supports the whole record."""
    sources = split(cells.get("source", ""))
    slots = split(cells.get("cited_fields", ""))
    if len(slots) < len(sources) or not all(slots):
        return None
    return {name.strip() for slot in slots for name in slot.split(",")}
