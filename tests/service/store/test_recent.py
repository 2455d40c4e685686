"""Entries that are kept in memory: the right ones, so many at most, and the last used of them."""

from hypothesis import given
from hypothesis import strategies as st

from service.store.recent import Recent
from tests.scenarios.chronicle import Chronicle
from tests.service.recording import at_once

CHRONICLE = Chronicle()
ENTRY = CHRONICLE.entry(CHRONICLE.record("other-development", "2031-03-20"))
MOST = 8
uses = st.lists(st.lists(st.integers(0, 14), unique=True, max_size=MOST // 2), max_size=30)


def entries(*positions):
    """Entries by their keys, each with a position of its own."""
    return {(one, one * 7): ENTRY.model_copy(update={"position": one}) for one in positions}


def use(recent, *positions):
    """Ask for entries as whoever reads them does; the positions of those that were kept."""
    found, missing = recent.find(entries(*positions))
    recent.keep({key: entry for key, entry in entries(*positions).items() if key in missing})
    return {entry.position for entry in found}


def last_of(several):
    """What was used last: by as many questions as one half has room for."""
    last = set()
    for positions in reversed(several):
        if len(last.union(positions)) > MOST // 2:
            break
        last.update(positions)
    return last


@given(uses)
def test_the_entries_that_were_used_last_are_found_and_no_more_are_kept_than_there_is_room_for(several):
    recent = Recent(MOST)
    for number, positions in enumerate(several):
        kept = use(recent, *positions)
        assert last_of(several[:number]) & set(positions) <= kept <= set().union(*several[:number])
        assert len(recent) <= MOST


def test_of_more_than_there_is_room_for_the_first_are_found_each_time():
    recent = Recent(MOST)
    for _ in range(4):
        use(recent, *range(100))
    assert set(range(MOST // 2)) <= use(recent, *range(100))
    assert len(recent) <= MOST


def test_an_entry_is_found_by_its_digest_too():
    recent = Recent(MOST)
    recent.keep(entries(1))
    assert recent.find([(1, 8), (2, 7), (1, None)]) == ([], [(1, 8), (2, 7), (1, None)])


def test_many_threads_find_the_right_entries_within_the_bound():
    recent = Recent(64)

    def ask(first):
        for turn in range(200):
            asked = entries(*range(first + turn, first + turn + 20))
            found, missing = recent.find(asked)
            assert len(found) + len(missing) == 20
            assert all(asked[entry.position, entry.position * 7] == entry for entry in found)
            recent.keep({key: asked[key] for key in missing})
            assert len(recent) <= 64 + 20, "one is being put in the place of another at most"

    assert at_once([lambda first=first: ask(first) for first in range(0, 60, 10)]) == [None] * 6
    assert len(recent) <= 64
