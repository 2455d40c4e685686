"""Threads: what carries each other on has one root, and is apart from what has nothing to do with it."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from projections.threads import Joined, Roots

IDS = st.integers(0, 7).map(lambda number: UUID(int=number))
LINKS = st.dictionaries(IDS, IDS, max_size=8)


def walked(one, rests_on):
    """The end of the way, or the least of the circle that it runs into."""
    way = [one]
    while (one := rests_on.get(one)) is not None:
        if one in way:
            return min(way[way.index(one) :])
        way.append(one)
    return way[-1]


@given(rests_on=LINKS, asked=st.lists(IDS))
def test_the_root_is_where_the_way_ends_whatever_was_asked_before(rests_on, asked):
    roots = Roots(rests_on)
    assert [roots.of(one) for one in asked] == [walked(one, rests_on) for one in asked]


def test_a_long_chain_has_the_root_of_its_first():
    chain = {UUID(int=number): UUID(int=number - 1) for number in range(1, 5_000)}
    roots = Roots(chain)
    assert {roots.of(one) for one in chain} == {UUID(int=0)}


@given(pairs=st.lists(st.tuples(IDS, IDS)))
def test_two_are_together_if_a_way_leads_from_one_to_the_other(pairs):
    joined = Joined()
    for pair in pairs:
        joined.join(pair)
    groups = {UUID(int=number): {UUID(int=number)} for number in range(8)}
    for one, other in pairs:
        together = groups[one] | groups[other]
        groups |= dict.fromkeys(together, together)
    assert all(
        (joined.one_of(one) == joined.one_of(other)) == (other in groups[one])
        for one in groups
        for other in groups
    )
