"""What is counted off an index is, to the letter, what a fold of everything comes to."""

from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from projections.cut import NO_LENS, Moment
from projections.pages import page
from projections.registry import VIEWS
from service.paging import Pages, Question
from service.views import Views
from tests.projections.test_every_view import DAYS
from tests.scenarios.histories import histories
from tests.service.proving.answering import taken_in
from tests.service.recording import DOSSIER
from tests.service.stores import environment
from tests.service.test_gathering import TOLD, folded, relaxed

COUNTED = sorted(name for name, projection in VIEWS.items() if projection.counted is not None)
NUMBERS = count()
CONTACTS = histories(("round-held", "call-held"), most=24)
LIMITS = st.sampled_from([1, 2, 5, 12, 100])
ASKED = st.lists(st.tuples(st.sampled_from(COUNTED), DAYS, st.integers(0, 30), LIMITS), min_size=8)


def assert_counted_as_folded(record, clock, asked):
    """Hold pages of answers against those of a fold of all rows; how many were counted."""
    pages, last, counted = Pages(Views(record, clock), record.reading), record.store.max_notification_id(), 0
    for name, as_of, back, limit in asked:
        position = max(last - back, 1)
        moment = Moment(as_of, record.store.moment_of(position), position)
        shown = pages._counted(Question(name, DOSSIER.id, NO_LENS), moment, limit)
        whole = folded(record, name, moment, NO_LENS)
        if shown is not None:
            counted += 1
            assert page(shown, limit).model_dump_json() == page(whole, limit).model_dump_json()
    return counted


@relaxed
@given(history=st.one_of(CONTACTS, TOLD), asked=ASKED)
def test_what_is_counted_is_what_a_fold_comes_to(tmp_path_factory, history, asked):
    from tests.service.recording import Clock

    clock = Clock()
    file = tmp_path_factory.mktemp("counting") / f"{next(NUMBERS)}.db"
    with taken_in(history, environment(file), clock) as record:
        assert_counted_as_folded(record, clock, asked)
