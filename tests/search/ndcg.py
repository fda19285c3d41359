"""How good the order of a search is: nDCG at 10 against graded questions in golden/ranking.json.

The list has 60 questions, 30 Russian and 30 English: {question: {"type/key": grade}}. It covers agreements, forums,
visits and statistics together, not sources. Rules of grading:

- A grade says how much a record helps the reader who asks, judged by its title, participants, dates and
  summary. It does not say what any way of searching finds or puts first.
- 3: what the reader surely wanted: the record that is named, in whole, in half or by another name; for a kind
  of record ("договор"), those of that kind; for a person, what the person did as visitor or named signatory or
  led; for a state, what concerns it and Russia alone; for a phrase, the titles that contain it.
- 2: answers the question without being that record: a figure of the forum that was asked for, a wider
  agreement, an event in which the person took part or which was held in the place, another record of the same
  matter.
- 1: related: the matter is one of several in the summary, the place is only that of signature, or the record is
  the one that the reader opens next, such as another edition of the forum.
- 0: everything else, which the list leaves out. A topic alone, or a word in the title of a source or in a note,
  earns no grade, unless the question asks for the author, the source or a name that stands only there; then it
  earns one as above.
- A question that the content does not answer has no grades; a record on a neighbouring matter is no answer to
  it.
- Inflection, ё and е, hyphens, British and American spelling, and the names of one place or body ask the same.
- After a minus, a record in whose title, summary or participants the word stands has 0. A group of states
  stands for itself: a figure of all Central Asian states answers "trade -Uzbekistan", but less well.
- A year asks for records dated in it; a year in the text alone makes a record 1, or 2 if the record is about
  that year.
- Several records may share a grade; their order among themselves does not count.
"""

from collections.abc import Mapping, Sequence
from math import log2

DEPTH = 10


def ndcg_at_10(ranked_keys: Sequence[str], grades: Mapping[str, int]) -> float:
    """How near the first ten of `ranked_keys`, best first, come to the best order of `grades`: from 0 to 1.

    A record gains 2^grade - 1, divided by log2(position + 1); one without a grade gains nothing. The sum is divided
    by that of the graded records in the best order. Without grades, no results count 1 and any results count 0.
    Raises ValueError if a key is ranked twice.
    """
    if len(set(ranked_keys)) < len(ranked_keys):
        raise ValueError("A ranking names each record once.")
    if not any(grades.values()):
        return 0.0 if ranked_keys else 1.0
    found = _gain([grades.get(key, 0) for key in ranked_keys])
    return found / _gain(sorted(grades.values(), reverse=True))


def _gain(grades: Sequence[int]) -> float:
    """The discounted gain of grades in their order."""
    return sum((2**grade - 1) / log2(position + 1) for position, grade in enumerate(grades[:DEPTH], start=1))
