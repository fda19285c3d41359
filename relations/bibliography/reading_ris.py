"""Reads one RIS record. Our own lines: the library drops repeated tags, and splits addresses at semicolons."""

import re

from .reading_fields import Draft, name_of_unknown_kind, one_line, read_date
from .reading_problems import several, unreadable

LINE = re.compile(r"([A-Z][A-Z0-9]) {1,2}-(?: (.*))?")
TYPES = {
    "JOUR": "article-journal",
    "EJOUR": "article-journal",
    "JFULL": "article-journal",
    "MGZN": "article-journal",
    "NEWS": "article-newspaper",
    "ELEC": "webpage",
    "BLOG": "post-weblog",
    "BOOK": "book",
    "EBOOK": "book",
    "EDBOOK": "book",
    "CHAP": "chapter",
    "ECHAP": "chapter",
    "CONF": "chapter",
    "CPAPER": "chapter",
    "RPRT": "report",
    "GOVDOC": "report",
    "STAT": "legislation",
    "BILL": "legislation",
    "LEGAL": "treaty",
    "DATA": "dataset",
    "DBASE": "dataset",
    "GEN": "document",
    "UNPB": "document",
}
#: the first tag that is there is taken
TITLES = ("TI", "T1", "CT")
HOSTS = ("T2", "JO", "JF", "BT", "JA", "J2")
PLAIN = {"TT": "title_translation", "PB": "publisher", "CY": "publisher_place", "VL": "volume"}
#: works whose number is that of an issue
IN_ISSUES = ("article-journal", "article-newspaper", "chapter", "post-weblog")
#: read together with others, or no part of the work: its key in a file
ELSEWHERE = frozenset({"TY", "ER", "ID", "AU", "A1", "SP", "EP", "PY", "Y1", "DA", "IS", *TITLES, *HOSTS})

Tags = dict[str, list[str]]


def ris_draft(text: str) -> Draft:
    draft = Draft()
    tags = one_record(text, draft)
    kind = tags["TY"][0].upper()
    if kind not in TYPES:
        draft.leave(kind, "TY")
    draft.put("type", TYPES.get(kind, "document"))
    for name, alternatives in (("title", TITLES), ("container_title", HOSTS)):
        for tag in alternatives:
            for value in tags.get(tag, ()):
                put_once(draft, name, value)
    draft.put_authors(map(name_of_unknown_kind, tags.get("AU", []) + tags.get("A1", [])))
    pages(tags, draft)
    dates(tags, draft)
    for value in tags.get("IS", ()):
        draft.put("issue" if draft.fields["type"] in IN_ISSUES else "number", value)
    for tag, values in tags.items():
        if tag not in ELSEWHERE:
            for value in values:
                put(draft, tag, value)
    return draft


def one_record(text: str, draft: Draft) -> Tags:
    """The values by tag; what stands outside of the record is left."""
    tags: Tags = {}
    last = ""
    for line in text.split("\n"):
        match = LINE.fullmatch(line.strip())
        if match and match[1] == "TY":
            if tags:
                raise several()
            tags["TY"] = [(match[2] or "").strip()]
        elif match and match[1] == "ER":
            last = "ER"
        elif not tags or last == "ER":
            draft.leave(line)
        elif match:
            last = match[1]
            tags.setdefault(last, []).append((match[2] or "").strip())
        elif line.strip() and last:
            tags[last].append(f"{tags[last].pop()} {line.strip()}")
    if not tags:
        raise unreadable("RIS")
    return tags


def put_once(draft: Draft, name: str, value: str) -> None:
    """A short form of the same title is not worth a word."""
    if name not in draft.fields or not value:
        draft.put(name, value)
    elif one_line(value) != draft.fields[name]:
        draft.leave(value)


def put(draft: Draft, tag: str, value: str) -> None:
    match tag:
        case "DO":
            draft.put_doi(value)
        case "SN":
            draft.put_isbn(value)
        case "UR" | "L1" | "L2":
            draft.put_url(value)
        case "Y2":
            draft.put_date("accessed", slashed(value)[0])
        case "LA":
            draft.put_language(value)
        case "M3":
            draft.put_genre(value)
        case "N1":
            draft.put_note(value, tag)
        case _ if tag in PLAIN:
            draft.put(PLAIN[tag], value)
        case _:
            draft.leave(value, tag)


def pages(tags: Tags, draft: Draft) -> None:
    ends = [tags[tag][0] for tag in ("SP", "EP") if tags.get(tag) and tags[tag][0]]
    draft.put("page", re.sub(r"\s*[-–—]+\s*", "–", "–".join(dict.fromkeys(ends))))


def dates(tags: Tags, draft: Draft) -> None:
    """DA is the most exact. Our own files have words after the day, where the day is not the whole truth."""
    values = [value for tag in ("DA", "Y1", "PY") for value in tags.get(tag, ()) if value]
    for value in values:
        day, words = slashed(value)
        if words and (read_date(words) or not day):
            draft.put_date("issued", words)
        elif "issued" not in draft.fields and not has_bounds(draft):
            draft.put_date("issued", day)
            draft.leave(words)
        elif not draft.fields.get("issued", day).startswith(day[:4]):
            draft.leave(day)


def has_bounds(draft: Draft) -> bool:
    return "not_before" in draft.fields or "not_after" in draft.fields


def slashed(value: str) -> tuple[str, str]:
    """("2018-10-24", "words") of “2018/10/24/words”; another spelling is no more than a day."""
    parts = [part.strip() for part in value.split("/", 3)]
    if len(parts) == 1 or (parts[0] and not re.fullmatch(r"\d{4}", parts[0], re.ASCII)):
        return value, ""
    words = parts[3] if len(parts) > 3 else ""
    known = [part.zfill(2) for part in parts[:3] if part]
    return "-".join(known), words
