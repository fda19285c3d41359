"""Describes lists, indicators and the register as schema.org data sets and a data catalogue (JSON-LD)."""

from collections.abc import Iterable

from relations.models.named import reader_language

from .csl import LICENCE, register_name
from .schema_org import CONTEXT, LinkedData


def dataset(
    name: str,
    description: str,
    address: str,
    files: Iterable[tuple[str, str]],
    places: Iterable[str] = (),
    years: str = "",
    **more: object,
) -> LinkedData:
    """`files` are [(content type, address)], `places` names, `years` is "2003–2024", "2003" or ""; addresses whole."""
    found = {
        "@type": "Dataset",
        "name": name,
        "description": description,
        "url": address,
        "inLanguage": reader_language(),
        "license": LICENCE["path"],
        "isAccessibleForFree": True,
        "temporalCoverage": years.replace("–", "/"),
        "spatialCoverage": [{"@type": "Place", "name": place} for place in places],
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": kind, "contentUrl": file} for kind, file in files
        ],
        **more,
    }
    return CONTEXT | {key: value for key, value in found.items() if value}


def of_register(site: str, home: str) -> LinkedData:
    """Who has made a data set, and what it is catalogued in; `home` is the address of the home page."""
    name = register_name()
    return {
        "creator": {"@type": "Organization", "name": name, "url": f"{site}/"},
        "includedInDataCatalog": {"@type": "DataCatalog", "name": name, "url": home},
    }


def catalogue(
    home: str, search: str, description: str, lists: Iterable[tuple[str, str, str]], places: Iterable[str]
) -> LinkedData:
    """The register as a site that can be searched and as a catalogue; `lists` are [(name, description, address)]."""
    target = {"@type": "EntryPoint", "urlTemplate": f"{search}?q={{search_term_string}}"}
    seek = {
        "@type": "SearchAction",
        "target": target,
        "query-input": "required name=search_term_string",
    }
    both = {
        "name": register_name(),
        "url": home,
        "inLanguage": reader_language(),
        "description": description,
    }
    held = [
        {"@type": "Dataset", "name": name, "description": about, "url": address, "license": LICENCE["path"]}
        for name, about, address in lists
    ]
    covered = [{"@type": "Place", "name": place} for place in places]
    site = {"@type": "WebSite", **both, "potentialAction": seek}
    data = {
        "@type": "DataCatalog",
        **both,
        "license": LICENCE["path"],
        "spatialCoverage": covered,
        "dataset": held,
    }
    return CONTEXT | {"@graph": [site, data]}
