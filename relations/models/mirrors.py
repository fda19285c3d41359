"""Mirror figures: one flow as each of its two sides measures it."""

#: {key of an indicator with a direction: the one by which the other side measures the same, “” where none does}
MIRRORS = {
    "merchandise-exports": "merchandise-imports",
    "merchandise-imports": "merchandise-exports",
    "migrant-stock": "",
    "inbound-mobile-students": "",
}


def mirror_of(indicator: str) -> str:
    """The key of the indicator by which the counterpart measures the same; what has no direction is its own mirror."""
    return MIRRORS.get(indicator, indicator)
