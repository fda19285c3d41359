"""Types of CSL-JSON items (CSL 1.0.2) for the type checker."""

from typing import Any, TypedDict

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


#: text, lists of Name and CslDate by the names of the variables; empty ones are left out
Item = dict[str, Any]
