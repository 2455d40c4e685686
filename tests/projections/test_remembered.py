"""What was worked out of an entry is remembered for as long as the entry is there, and for no other."""

import gc

from projections.remembered import Remembered
from tests.scenarios.chronicle import Chronicle


def entry():
    """An entry that nobody else holds."""
    lake = Chronicle()
    return lake.entry(lake.record("round-held", "2031-03-20", parties=["XA", "XB"])).model_copy()


def test_it_is_worked_out_once_for_each_entry_and_forgotten_with_it():
    asked = []
    remembered = Remembered(lambda one: asked.append(one.version) or one.id)
    one = entry()
    other = one.model_copy(update={"version": 2})

    assert [remembered(one), remembered(one), remembered(other)] == [one.id] * 3
    assert asked == [1, 2]
    del one, other
    gc.collect()
    assert remembered._told == {}
