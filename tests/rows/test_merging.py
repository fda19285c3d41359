"""Merging two changes of the same row: item by item in lists, otherwise column by column."""

from dataclasses import replace
from functools import cache
from itertools import zip_longest

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relations.catalog import RESOURCES
from relations.rows.bound_columns import BoundReasonColumn
from relations.rows.citation_parts import Part
from relations.rows.citation_slots import Slot, merged
from relations.rows.columns import Derived, Key, Lines
from relations.rows.merging import Conflict, merge
from relations.rows.related_columns import Links, Participants, ParticipationStatuses, Topics, join_statuses
from relations.text.cell_syntax import join, split

AGREEMENTS, FORUMS, STATISTICS = (RESOURCES[slug] for slug in ("agreements", "forums", "statistics"))
#: as many rows as fit in some seconds, the same in every run
many = settings(max_examples=60, deadline=None, derandomize=True, database=None)
each_type = pytest.mark.parametrize("resource", RESOURCES.values(), ids=RESOURCES)


# By example.


def cells_of(*slots):
    """The citation cells of a stored row."""
    return {name: cell for name, cell in AGREEMENTS.citations.cells(merged(slots)).items() if cell}


def slots_in(row):
    return AGREEMENTS.citations.slots_of_row(row)


def merged_slots(base, mine, theirs):
    """The slots after merging three lists of slots, and whether there was a conflict."""
    found = merge(AGREEMENTS, cells_of(*base), cells_of(*mine), cells_of(*theirs))
    return slots_in(found.row), bool(found.conflicts)


def merged_cell(name, base, mine, theirs, resource=AGREEMENTS):
    """The cell of a column after merging three cells of it, or the names of those in conflict."""
    found = merge(resource, *({name: cell} for cell in (base, mine, theirs)))
    return found.conflicts[0].names if found.conflicts else found.row.get(name, "")


def test_a_change_of_the_value_and_a_change_of_the_summary_both_remain():
    base = {"key": "trade", "value": "5", "summary_en": "Old"}
    found = merge(STATISTICS, base, base | {"value": "6"}, base | {"summary_en": "New"})
    assert found.row == {"key": "trade", "value": "6", "summary_en": "New"}
    assert (found.conflicts, found.taken) == ([], ["summary_en"])


def test_two_dates_are_a_conflict_in_which_mine_stays():
    rows = [{"key": "forum", "date": date} for date in ("2009", "2009-09", "2010")]
    found = merge(FORUMS, *rows)
    assert found.row == rows[1]
    assert found.conflicts == [Conflict(("date",), *({"date": row["date"]} for row in rows))]
    assert found.taken == []


def test_both_may_make_the_same_change():
    assert merged_cell("date_signed", "2009", "2009-09", "2009-09") == "2009-09"


def test_a_cell_that_one_has_emptied_and_the_other_has_changed_is_a_conflict():
    found = merge(FORUMS, {"date": "2009"}, {}, {"date": "2010"})
    assert found.conflicts == [Conflict(("date",), {"date": "2009"}, {}, {"date": "2010"})]
    assert found.row == {}


def test_two_editors_add_a_citation_each():
    first, of_mine, of_theirs = Slot("first"), Slot("mine", "page", "1"), Slot("theirs")
    slots, is_conflict = merged_slots([first], [first, of_mine], [first, of_theirs])
    assert slots == [first, of_theirs, of_mine]
    assert not is_conflict


def test_a_citation_that_both_have_added_is_there_once():
    slots, is_conflict = merged_slots([], [Slot("a"), Slot("b")], [Slot("a"), Slot("c")])
    assert slots == [Slot("a"), Slot("c"), Slot("b")]
    assert not is_conflict


def test_the_same_place_added_with_other_details_is_a_conflict_of_all_citation_columns():
    mine, theirs = cells_of(Slot("a", note_en="x")), cells_of(Slot("a", note_en="y"))
    (conflict,) = merge(AGREEMENTS, {}, mine, theirs).conflicts
    assert conflict == Conflict(tuple(part.name for part in AGREEMENTS.citations.parts), {}, mine, theirs)


def test_a_citation_changed_by_both_is_merged_field_by_field():
    base = Slot("a", fields=("date_signed", "status"), note_en="old", note_ru="old")
    mine = Slot("a", fields=("date_signed",), note_en="new", note_ru="old", confidence="low")
    theirs = Slot("a", fields=("date_signed", "status", "level"), note_en="old", quotation="q")
    slots, is_conflict = merged_slots([base], [mine], [theirs])
    assert slots == [
        Slot("a", fields=("date_signed", "level"), note_en="new", confidence="low", quotation="q")
    ]
    assert not is_conflict


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ({"note_en": "x"}, {"note_en": "y"}),
        ({"confidence": "low"}, {"confidence": "medium"}),
        ({"quotation": "x"}, {"quotation_language": "en"}),
        ({"fields": ("status",)}, {"fields": ("level",)}),
    ],
)
def test_the_same_field_of_a_citation_changed_in_two_ways_is_a_conflict(mine, theirs):
    both = ("status", "level")
    slots = [Slot("a", **{"fields": both, "quotation_language": "ru", **one}) for one in ({}, mine, theirs)]
    found, is_conflict = merged_slots(*([slot] for slot in slots))
    assert is_conflict
    assert found == [slots[1]]


def test_a_citation_that_one_has_removed_goes_unless_the_other_has_changed_it():
    a, b, c = Slot("a"), Slot("b"), Slot("c")
    assert merged_slots([a, b], [b], [a, b, c]) == ([b, c], False)
    assert merged_slots([a, b], [b], [Slot("a", note_en="x"), b]) == ([b], True)


def test_citations_of_one_place_for_several_columns_are_told_apart():
    signed, level = (Slot("a", fields=(name,), note_en=name) for name in ("date_signed", "level"))
    changed = replace(level, note_en="changed")
    assert merged_slots([signed, level], [level], [signed, changed]) == ([changed], False)
    low = replace(signed, confidence="low")
    slots, is_conflict = merged_slots(
        [signed, level], [replace(signed, note_en="mine"), level], [changed, low]
    )
    assert slots == [changed, replace(low, note_en="mine")]
    assert not is_conflict


def test_citations_that_have_become_alike_are_one_as_they_are_when_stored():
    base = [Slot("a", fields=("level",), note_en="x"), Slot("a", fields=("status",), note_en="y")]
    mine, theirs = [replace(base[0], note_en="z"), base[1]], [base[0], replace(base[1], note_en="z")]
    assert merged_slots(base, mine, theirs) == ([Slot("a", fields=("level", "status"), note_en="z")], False)


def test_another_order_of_the_columns_that_a_citation_supports_is_no_change_of_it():
    base, other = (Slot("a", fields=fields) for fields in (("level", "status"), ("status", "level")))
    assert merged_slots([base], [], [other, Slot("b")]) == ([Slot("b")], False)


def test_a_place_that_both_have_cited_for_one_column_in_two_citations_is_a_conflict():
    base = [Slot("a", fields=("level",)), Slot("a", fields=("status",), note_en="x")]
    mine = [Slot("a", fields=("level", "date_signed")), base[1]]
    theirs = [base[0], Slot("a", fields=("status", "date_signed"), note_en="x")]
    assert merged_slots(base, mine, theirs) == (mine, True)


def test_merged_cells_keep_semicolons_and_empty_slots_as_a_stored_row_has_them():
    base = cells_of(Slot("a"))
    mine = cells_of(Slot("a", quotation="one; two \\ three"))
    theirs = cells_of(Slot("b"), Slot("a"))
    row = merge(AGREEMENTS, base, mine, theirs).row
    assert row == {"source": "b; a", "quotation": r"; one\; two \\ three"}


@pytest.mark.parametrize("broken", [{"source": "a", "locator": "1; 2"}, {"source": "a", "confidence": "?"}])
def test_citations_that_cannot_be_read_are_a_conflict(broken):
    found = merge(AGREEMENTS, {}, broken, cells_of(Slot("b")))
    assert len(found.conflicts) == 1
    assert found.row == broken


def test_a_party_that_one_removes_and_the_other_suspends_is_a_conflict():
    base = {"parties": "RU; KZ; TJ"}
    mine, theirs = (
        {"parties": "RU; TJ"},
        {"parties": "RU; KZ; TJ", "participation_status": "; suspended:2022"},
    )
    found = merge(AGREEMENTS, base, mine, theirs)
    assert found.conflicts == [Conflict(("parties", "participation_status"), base, mine, theirs)]
    assert found.row == mine


def test_a_status_follows_its_party():
    base = {"parties": "RU; KZ; TJ", "participation_status": "active"}
    mine = {"parties": "KZ; TJ; UZ", "participation_status": "; ; acceded:2020"}
    theirs = {"parties": "KG; RU; KZ; TJ", "participation_status": "; active; ; suspended:2022"}
    found = merge(AGREEMENTS, base, mine, theirs)
    assert found.row == {
        "parties": "KG; KZ; TJ; UZ",
        "participation_status": "; ; suspended:2022; acceded:2020",
    }
    assert found.taken == ["parties", "participation_status"]


def test_a_status_without_a_party_is_a_conflict():
    theirs = {"parties": "RU", "participation_status": "active; active"}
    assert merge(AGREEMENTS, {}, {"parties": "KZ"}, theirs).conflicts


def test_a_date_and_the_reason_for_it_go_together():
    base = {"not_before": "2001", "not_before_reason": "text"}
    mine = base | {"not_before": "2002"}
    found = merge(FORUMS, base, mine, base | {"not_before_reason": "source", "not_after": "2010"})
    assert [conflict.names for conflict in found.conflicts] == [("not_before", "not_before_reason")]
    assert found.row == mine | {"not_after": "2010"}


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "expected"),
    [
        ("a; b", "a; b; x", "a; b; y", "a; b; y; x"),
        ("a; b", "a", "a; b; y", "a; y"),
        ("a; b; c", "a; c", "a; b", "a"),
        ("a; b", "x; a; b", "b; a", "b; a; x"),
        ("a; b", "b; a", "a; b; y", "b; a; y"),
        ("a; b", "b; a; x", "a; b; y", "b; a; y; x"),
        ("a; b", "b; a; x", "a", "a; x"),
        ("a; b", "x; a; b", "a", "x; a"),
        ("a; b; c", "c; b; a", "b; a; c", "b; a; c"),
        ("a; b", "", "b", ""),
        (r"a\; b", r"a\; b; x", r"y; a\; b", r"y; a\; b; x"),
    ],
)
def test_lists_are_merged_in_the_order_of_theirs_unless_only_mine_has_changed_it(
    base, mine, theirs, expected
):
    assert merged_cell("alternative_titles", base, mine, theirs) == expected
    assert merged_cell("signatories", base, mine, theirs) == expected
    assert merged_cell("cites", base, mine, theirs) == expected


def test_a_title_that_is_there_twice_stays_so():
    assert merged_cell("alternative_titles", "a; a", "a; a; x", "a; a; y") == "a; a; y; x"


def test_topics_are_sorted_as_they_are_stored():
    assert merged_cell("topics", "energy", "energy; trade", "energy; water; migration") == (
        "energy; migration; trade; water"
    )


def test_the_key_and_what_is_derived_come_from_theirs():
    base = {"key": "old", "scope": "subject", "title_en": "Title"}
    mine, theirs = base | {"key": "mine", "scope": "context"}, base | {"key": "theirs"}
    found = merge(FORUMS, base, mine, theirs)
    assert (found.row, found.conflicts, found.taken) == (theirs, [], ["key", "scope"])


def test_a_column_that_is_newer_than_the_rows_is_as_in_theirs():
    base = {"key": "a", "parties": "RU; KZ", "title_en": "Old", **cells_of(Slot("a"))}
    mine = base | {"title_en": "New", "parties": "RU; KZ; UZ", **cells_of(Slot("a", confidence="low"))}
    theirs = base | {"participation_status": "; active", **cells_of(Slot("a", quotation="q"))}
    found = merge(AGREEMENTS, base, mine, theirs)
    assert found.conflicts == []
    assert found.row == mine | {"participation_status": "; active", "quotation": "q"}


def test_columns_that_the_type_no_longer_has_are_left_out():
    found = merge(FORUMS, {"gone": "a"}, {"gone": "b"}, {"gone": "c", "state": "draft", "date": "2009"})
    assert (found.row, found.conflicts, found.taken) == ({"date": "2009"}, [], ["date"])


@each_type
def test_the_columns_of_a_merged_row_have_their_order(resource):
    names = [name for name in resource.names() if name not in ("confidence", "participation_status")]
    row = dict.fromkeys(names, "a")
    backwards = dict(reversed(row.items()))
    assert list(merge(resource, {}, backwards, backwards).row) == names


# By properties. Rows are made of few texts, so that two changes often meet.

TEXTS = st.sampled_from(["", "a", "b; c", "d\\"])
ITEMS = st.lists(st.sampled_from(["a", "b", "c; d", "e\\"]), unique=True)
PARTIES = st.dictionaries(
    st.sampled_from(["RU", "KZ", "c; d"]), st.sampled_from(["", "active", "suspended:2022"])
)
#: source, locator and original source
PLACES = (("a", "", "", ""), ("a", "page", "1", ""), ("b", "", "", "a"))


@cache
def together(resource):
    """{name of the first: columns that go together}, in their order."""
    found = {column.name: [column] for column in resource.columns()}
    for column in resource.columns():
        if isinstance(column, ParticipationStatuses):
            found[column.of] += found.pop(column.name)
        elif isinstance(column, BoundReasonColumn):
            found[column.name.removesuffix("_reason")] += found.pop(column.name)
        elif isinstance(column, Part) and column.name != "source":
            found["source"] += found.pop(column.name)
    return found


def is_list(column):
    return isinstance(column, (Lines, Topics, Participants, Links))


@st.composite
def citation_cells(draw, resource):
    """Cells of slots of which no two cite a place for the same column."""
    free = [(place, field) for place in PLACES for field in ("", *resource.fact_names()[:2])]
    slots = []
    for (source, label, locator, quoted), field in draw(
        st.lists(st.sampled_from(free), unique=True, max_size=4)
    ):
        confidence, note = draw(st.sampled_from(["high", "low"])), draw(TEXTS)
        slots.append(Slot(source, label, locator, (field,), quoted, confidence, quotation=note))
    return resource.citations.cells(merged(slots))


@cache
def cells_strategies(resource):
    """For each group of columns, cells that a stored row may have."""
    found = []
    for name, (column, *others) in together(resource).items():
        if name == "source":
            found.append(citation_cells(resource))
        elif is_list(column) and others:
            found.append(
                PARTIES.map(lambda parties, names=(name, others[0].name): party_cells(names, parties))
            )
        elif is_list(column):
            order = sorted if isinstance(column, Topics) else list
            found.append(ITEMS.map(lambda items, name=name, order=order: {name: join(order(items))}))
        elif not isinstance(column, (Derived, Key)):
            names = (name, *(other.name for other in others))
            found.append(st.fixed_dictionaries(dict.fromkeys(names, TEXTS)))
    return found


def party_cells(names, parties):
    return dict(zip(names, (join(parties), join_statuses(parties.values())), strict=True))


@st.composite
def three_rows(draw, resource):
    """(base, mine, theirs): some groups of columns differ in two of them or in all."""
    strategies = cells_strategies(resource)
    rows = [{column.name: "x" for column in resource.columns() if isinstance(column, (Derived, Key))}] * 3
    numbers = draw(st.sets(st.integers(0, len(strategies) - 1), max_size=6))
    for i in numbers | {len(strategies) - 1}:  # citations are the last
        base, mine, theirs = (draw(strategies[i]) for _ in range(3))
        cells = draw(st.sampled_from([(base, mine, theirs), (base, mine, base), (base, base, theirs)]))
        rows = [row | own for row, own in zip(rows, cells, strict=True)]
    return [{name: row[name] for name in resource.names() if row.get(name)} for row in rows]


def merging(test):
    """The test, run for each type with many rows as `base`, `mine` and `theirs`."""

    @each_type
    @many
    @given(st.data())
    def run(resource, data):
        test(resource, *data.draw(three_rows(resource)))

    run.__name__, run.__doc__ = test.__name__, test.__doc__
    return run


def items_in(resource, row):
    """{(first column of the group, item): details} of all lists; the places that are cited are items."""
    found = {}
    for name, (column, *others) in together(resource).items():
        texts = split(row.get(name, ""))
        if name == "source":
            for slot in resource.citations.slots_of_row(row):
                details = (slot.confidence, slot.quotation)
                found |= {(name, place): details for place in slot.places()}
        elif is_list(column):
            statuses = split(row.get(others[0].name, "")) if others else []
            found |= {(name, text): status for text, status in zip_longest(texts, statuses, fillvalue="")}
    return found


def other_cells(resource, row):
    """{column: cell} of what is no list."""
    names = [
        column.name
        for name, columns in together(resource).items()
        for column in columns
        if name != "source" and not is_list(columns[0])
    ]
    return {name: row[name] for name in names if name in row}


def in_conflict(found):
    return {name for conflict in found.conflicts for name in conflict.names}


def without_conflicts(found):
    return {name: cell for name, cell in found.row.items() if name not in in_conflict(found)}


@merging
def test_a_change_of_one_alone_is_the_merged_row(resource, base, mine, theirs):
    for rows, expected in (
        ((base, base, theirs), theirs),
        ((base, mine, base), mine),
        ((base, mine, mine), mine),
    ):
        found = merge(resource, *rows)
        assert list(found.row.items()) == list(expected.items())
        assert found.conflicts == []
        assert found.taken == [name for name in resource.names() if expected.get(name) != rows[1].get(name)]


@merging
def test_changes_of_different_columns_both_survive(resource, base, mine, theirs):
    groups = [[column.name for column in columns] for columns in together(resource).values()]
    even, odd = ({name for names in groups[i::2] for name in names} for i in (0, 1))

    def changed(row, names):
        """`base` with the cells of `row` in these columns."""
        return {name: (row if name in names else base).get(name, "") for name in resource.names()}

    found = merge(resource, base, changed(mine, even), changed(theirs, odd))
    assert found.conflicts == []
    expected = changed(mine, even) | {name: theirs.get(name, "") for name in odd}
    assert found.row == {name: cell for name, cell in expected.items() if cell}


@merging
def test_it_does_not_matter_who_merges(resource, base, mine, theirs):
    one, other = merge(resource, base, mine, theirs), merge(resource, base, theirs, mine)
    mirrored = [conflict._replace(mine=conflict.theirs, theirs=conflict.mine) for conflict in other.conflicts]
    assert one.conflicts == mirrored
    first, second = without_conflicts(one), without_conflicts(other)
    assert items_in(resource, first) == items_in(resource, second)
    assert other_cells(resource, first) == other_cells(resource, second)


@merging
def test_no_item_is_lost_silently_and_none_comes_from_nowhere(resource, base, mine, theirs):
    found = merge(resource, base, mine, theirs)
    before, here, there, after = (items_in(resource, row).keys() for row in (base, mine, theirs, found.row))
    removed = (before - here) | (before - there)
    lost = (here | there) - after - removed
    assert {name for name, _item in lost} <= in_conflict(found)
    assert after <= here | there


@merging
def test_details_that_one_alone_has_changed_are_kept(resource, base, mine, theirs):
    """For participants; the details of a citation are merged one by one."""
    found = merge(resource, base, mine, theirs)
    before, here, there, after = (items_in(resource, row) for row in (base, mine, theirs, found.row))
    for item in before.keys() & here.keys() & there.keys():
        if item[0] != "source" and item[0] not in in_conflict(found):
            assert after[item] in {here[item], there[item]} - {before[item]} or (
                after[item] == before[item] == here[item] == there[item]
            )


@merging
def test_in_a_conflict_mine_stays_and_each_conflict_is_a_real_one(resource, base, mine, theirs):
    found = merge(resource, base, mine, theirs)
    for names, *versions in found.conflicts:
        for row, cells in zip((base, mine, theirs), versions, strict=True):
            assert cells == {name: row[name] for name in names if name in row}
        assert {name: found.row[name] for name in names if name in found.row} == versions[1]
        assert versions[0] not in versions[1:]
        assert versions[1] != versions[2]


@merging
def test_merged_citations_read_back_as_they_are_written(resource, base, mine, theirs):
    row = merge(resource, base, mine, theirs).row
    if not resource.citations:
        return
    slots = resource.citations.slots_of_row(row)
    places = [place for slot in slots for place in slot.places()]
    assert len(set(places)) == len(places)
    for name, cell in resource.citations.cells(merged(slots)).items():
        assert row.get(name, "") == cell
