"""Types of CSL-JSON items (CSL 1.0.2) for the type checker."""

from typing import Any, TypedDict

from relations.search.lemmas import language_of_letters

CslDate = TypedDict(
    "CslDate",
    {
        #: one or two points: [year], [year, month] or [year, month, day]
        "date-parts": list[list[int]],
        "circa": bool,
        #: words where the date is no more than that
        "literal": str,
    },
    total=False,
)


class Name(TypedDict, total=False):
    """A person has a family and a given name; an organisation is one literal."""

    family: str
    given: str
    literal: str


#: our translation of the title, beside the variables of CSL
TRANSLATION = "translated-title"
#: text, lists of Name and CslDate by the names of the variables; empty ones are left out
Item = dict[str, Any]


def title_for(item: Item, language: str) -> str:
    """The title without its full stop; our translation follows in brackets for readers of its language."""
    title: str = item["title"].removesuffix(".")
    translation = item.get(TRANSLATION, "")
    is_foreign = not item["language"].startswith(language)
    is_for_reader = is_foreign and translation and language_of_letters(translation) == language
    return f"{title} [{translation}]" if is_for_reader else title
