"""The public versions of records, in words: what one of them said, and what each has changed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from relations.catalog import RECORD_TYPES, RESOURCES
from relations.errors import Problem
from relations.models import Citation, Observation, Source, Version
from relations.models.key_history import FormerKey
from relations.models.named import in_reader_language, other_language, reader_language
from relations.models.row_cache import FlatRow
from relations.models.versions import AS_FOUND, RELEASE
from relations.rows.citation_slots import Slot
from relations.rows.coverage import DEFAULT_VALUES
from relations.rows.differences import Difference, Wording, is_said_elsewhere
from relations.rows.merging import FIGURE, Citations, Group, groups_of
from relations.rows.public import public_cells
from relations.rows.public_content import changed_groups
from relations.rows.resource import SheetResource
from relations.search.lemmas import language_of_letters

#: changes on the page of a record
MOST_CHANGES = 5
#: default values, which a page leaves out
NOT_STATED = {**DEFAULT_VALUES, "measure": "level"}

#: of which a figure is made beside its numbers
TEXTS_OF_A_FIGURE = ("qualifier", "direction", "measure", "wording_ru", "wording_en")


def numbered_versions(resource: type[SheetResource], pk: int) -> QuerySet[Version]:
    """Those that readers have seen, the newest first."""
    found = Version.objects.filter(type=resource.slug, object_id=pk, number__isnull=False)
    return found.order_by("-number")


def newest_numbers(resource: type[SheetResource], keys: Iterable[int]) -> dict[int, int]:
    """{primary key: the number of its present version}, which is how many there are."""
    known = Version.objects.filter(type=resource.slug, object_id__in=list(keys), number__isnull=False)
    return dict(known.order_by().values("object_id").annotate(n=Max("number")).values_list("object_id", "n"))


#: numbers by which editors know versions and imports, in reasons that were written for them, in both languages
INTERNAL_NUMBERS = (
    (
        re.compile(r"^(Everything since version \d+ reverted|Отменено всё после версии \d+)"),
        _("Everything changed since an earlier version was taken back"),
    ),
    (
        re.compile(r"^(Version \d+ reverted|Отменена версия \d+|Отменено из версии \d+)"),
        _("An earlier change was taken back"),
    ),
    (re.compile(r"^(Undo of import|Отмена импорта) \d+"), _("An import was taken back")),
)


def reason_of(version: Version) -> str:
    """Why it was made, if an editor has said so, without numbers that readers do not know."""
    if version.reason in (AS_FOUND, RELEASE):
        return ""
    for pattern, words in INTERNAL_NUMBERS:
        if pattern.match(version.reason):
            return pattern.sub(str(words), version.reason)
    return version.reason


def differences_of(
    resource: type[SheetResource], version: Version, before: FlatRow | None
) -> list[Difference]:
    """What a version has changed for readers, old and new in words; nothing where it is the first one."""
    if before is None or not version.is_correction:
        return []
    rows = public_cells(resource, [before, version.after or {}])
    shown = {name for group in changed_groups(resource, *rows) for name in group.names}
    wording = Wording(resource)
    wording.learn(rows)
    return [one for one in wording.differences(*rows) if shown & set(one.names)]


def version_address(name: str, key: str, number: int) -> str:
    """Of a version of the record or source whose page has this name."""
    return reverse(f"{name}-version", args=[key, number])


# One version.


@dataclass
class Line:
    """One fact as it was: label and words, with the language of the words where it is known."""

    label: str
    words: str
    language: str


@dataclass
class CitationThen:
    """One citation as it was; `address` is empty where readers no longer see the source."""

    source: str
    address: str
    where: str
    supports: list[str]
    original: str
    note: str
    quotation: str
    confidence: str


@dataclass
class RecordThen:
    """A record as one version has left it."""

    title: str
    language: str
    facts: list[Line]
    citations: list[CitationThen]


def record_then(resource: type[SheetResource], version: Version) -> RecordThen:
    """In a number of statements that does not depend on how much the record says."""
    (row,) = public_cells(resource, [version.after or {}])
    wording = Wording(resource)
    wording.learn([row])
    title = title_of(resource, row, wording) or version.key
    groups = (group for group in groups_of(resource) if not isinstance(group, Citations))
    facts = [line for group in groups if (line := line_of(wording, group, row)) and line.words != title]
    return RecordThen(title, language_of_letters(title), facts, citations_then(resource, row, wording))


def line_of(wording: Wording, group: Group, row: FlatRow) -> Line | None:
    cells = {name: cell for name, cell in group.cells(row).items() if NOT_STATED.get(name) != cell}
    if not cells or is_said_elsewhere(wording.resource, group):
        return None
    is_figure = group.names == FIGURE
    words = observation_of(wording, row).in_words() if is_figure else wording.words(group, cells)
    if not words:
        return None
    language = group.names[0].rpartition("_")[2]
    return Line(wording.label(group), words, language if language in ("ru", "en") else "")


def title_of(resource: type[SheetResource], row: FlatRow, wording: Wording) -> str:
    """The title in the reader's language, else in the other; a figure is named after its indicator and area."""
    language = reader_language()
    names = (f"title_{language}", f"title_{other_language(language)}", "title")
    title = next((row[name] for name in names if row.get(name)), "")
    if title or resource.model is not Observation:
        return title
    return observation_of(wording, row).title


def observation_of(wording: Wording, row: FlatRow) -> Observation:
    """An object that is not stored, with as much of a row as its title and figure are made of."""
    lookups = wording.lookups
    found = Observation(
        obs_value=number_in(row, "value"),
        value_to=number_in(row, "value_to"),
        unit_mult=int(number_in(row, "unit_mult") or 0),
        obs_status=row.get("obs_status") or "A",
        **{name: row[name] for name in TEXTS_OF_A_FIGURE if name in row},
    )
    for name, table, field in (
        ("indicator", lookups.indicators, "indicator"),
        ("area", lookups.places, "ref_area"),
        ("counterpart", lookups.places, "counterpart_area"),
        ("unit", lookups.units, "unit"),
    ):
        if row.get(name):
            try:
                setattr(found, field, table.find(row[name]))
            except Problem:  # it is no longer in the register
                continue
    return found


def number_in(row: FlatRow, name: str) -> Decimal | None:
    try:
        return Decimal(row[name]) if row.get(name) else None
    except InvalidOperation:  # of an old row, which is no longer read
        return None


# Citations of a version.


def citations_then(resource: type[SheetResource], row: FlatRow, wording: Wording) -> list[CitationThen]:
    if resource.citations is None:
        return []
    try:
        slots = resource.citations.slots_of_row(row)
    except Problem:  # of an old row, which is no longer read
        return []
    sources = sources_by_key({key for slot in slots for key in (slot.source, slot.quoted_in) if key})
    public = RESOURCES["sources"].public_among([source.pk for source in sources.values()])
    return [citation_then(resource, slot, sources, public) for slot in slots]


def sources_by_key(keys: set[str]) -> dict[str, Source]:
    """{key, present or former: source}"""
    former = FormerKey.objects.present(Source, keys)
    found = {one.key: one for one in Source.objects.filter(key__in={*keys, *former.values()})}
    return {key: found[former.get(key, key)] for key in keys if former.get(key, key) in found}


def citation_then(
    resource: type[SheetResource], slot: Slot, sources: dict[str, Source], public: set[int]
) -> CitationThen:
    source, original = sources.get(slot.source), sources.get(slot.quoted_in)
    label = str(Citation.Locator(slot.locator_label).label) if slot.locator_label else ""
    confidence = Citation.Confidence(slot.confidence)
    return CitationThen(
        source=str(source or slot.source),
        address=source.get_absolute_url() if source and source.pk in public else "",
        where=f"{label} {slot.locator}".strip(),
        supports=[str(resource.column(field).label) for field in slot.fields if field in resource.names()],
        original=str(original or slot.quoted_in),
        note=in_reader_language(slot, "note")[0],
        quotation=slot.quotation,
        confidence="" if confidence == Citation.Confidence.HIGH else str(confidence.label),
    )


# Changes.


@dataclass
class Correction:
    """One version that has changed what readers see: of which record, and in which columns."""

    version: Version
    resource: type[SheetResource]
    groups: list[Group]
    record: Any = None

    @property
    def labels(self) -> list[str]:
        """In the language of the moment."""
        wording = Wording(self.resource)
        return [wording.label(group) for group in self.groups]

    @property
    def reason(self) -> str:
        return reason_of(self.version)

    @property
    def address(self) -> str:
        name = self.resource.model._meta.model_name
        key = self.record.key if self.record else self.version.key
        return version_address(str(name), key, self.version.number or 0)

    @property
    def all_versions(self) -> str:
        key = self.record.key if self.record else self.version.key
        return reverse(f"{self.resource.model._meta.model_name}-versions", args=[key])

    # A feed is in the order of these.

    @property
    def pk(self) -> int:
        return self.version.pk

    @property
    def published_at(self) -> Any:
        return self.version.at

    updated_at = published_at


def changes_of(resource: type[SheetResource], record: Any, most: int = MOST_CHANGES) -> list[Correction]:
    """What has been corrected in a record since it became public, the newest first."""
    versions = list(numbered_versions(resource, record.pk)[: most + 1])
    pairs = [(one, before.after or {}) for one, before in zip(versions, versions[1:], strict=False)]
    found = corrections_in(resource, [pair for pair in pairs if pair[0].is_correction])
    for one in found:
        one.record = record
    return found


def corrections_in(
    resource: type[SheetResource], pairs: Sequence[tuple[Version, FlatRow]]
) -> list[Correction]:
    """Of versions of one type, each with the row before it; without those whose difference readers may not see."""
    rows = public_cells(resource, [row for version, before in pairs for row in (before, version.after or {})])
    found = []
    for i, (version, _before) in enumerate(pairs):
        if groups := changed_groups(resource, rows[2 * i], rows[2 * i + 1]):
            found.append(Correction(version, resource, groups))
    return found


def corrections() -> QuerySet[Version]:
    """All corrections of what is public now, the newest first."""
    shown = Q()
    for one in RECORD_TYPES:
        shown |= Q(type=one.slug, object_id__in=one.model.objects.published().order_by().values("pk"))
    shown |= Q(type="sources", object_id__in=Source.objects.public().order_by().values("pk"))
    return Version.objects.filter(shown, is_correction=True).order_by("-pk")


def with_row_before(versions: QuerySet[Version]) -> QuerySet[Version]:
    before = Version.objects.filter(
        type=OuterRef("type"), object_id=OuterRef("object_id"), number=OuterRef("number") - 1
    )
    return versions.annotate(row_before=Subquery(before.values("after")[:1]))


def described(versions: Iterable[Any]) -> list[Correction]:
    """Corrections of all types in the order of their versions; the statements depend on the types alone."""
    versions = list(versions)
    by_type: defaultdict[str, list[tuple[Version, FlatRow]]] = defaultdict(list)
    for version in versions:
        by_type[version.type].append((version, version.row_before or {}))
    found = {}
    for slug, pairs in by_type.items():
        resource = RESOURCES[slug]
        records = with_titles(resource, {version.object_id for version, _before in pairs})
        for one in corrections_in(resource, pairs):
            one.record = records.get(one.version.object_id)
            found[one.pk] = one
    return [found[version.pk] for version in versions if version.pk in found and found[version.pk].record]


def with_titles(resource: type[SheetResource], keys: set[int]) -> dict[int, Any]:
    records = resource.model.objects.filter(pk__in=keys)
    if resource.citations:
        records = records.for_list()
    return {record.pk: record for record in records}


class AllCorrections:
    """All corrections for a feed; only those of its pages are described."""

    def __init__(self) -> None:
        self.versions = corrections()

    def among(self, keys: Collection[int]) -> list[Correction]:
        """Those of the versions with these primary keys."""
        return described(with_row_before(self.versions.filter(pk__in=keys)))
