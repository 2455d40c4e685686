"""A page that is counted, or folded from what it takes, is to the letter that of a fold of everything."""

from datetime import date
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.commands import Amend, Dispute, JudgeSame, Reinstate, Retract
from projections.cut import NO_LENS, Lens, Moment
from projections.gists import ANY_ISSUE, gist_of, issues_listed
from projections.pages import page
from projections.registry import VIEWS
from service.moments import Asked
from service.paging import Pages, Question
from service.views import Views
from tests.projections.test_every_view import DAYS
from tests.scenarios.histories import CEASEFIRES, TALK, histories
from tests.service.proving.answering import taken_in
from tests.service.recording import ADA, DOSSIER, Clock, assert_sound, in_threads, open_record, tell
from tests.service.stores import environment
from tests.service.test_erasure import BECAUSE, ERASE, SECRET
from tests.service.test_gathering import LENSES, TOLD, folded, relaxed

COUNTED = sorted(name for name, projection in VIEWS.items() if projection.counted is not None)
NUMBERS = count()
CONTACTS = histories(("round-held", "call-held"), most=24)
TRUCES = histories((*CEASEFIRES, *TALK), most=24)
LIMITS = st.sampled_from([1, 2, 5, 12, 20, 100])
NAMES = st.sampled_from([*VIEWS, *COUNTED * 3])
ASKED = st.lists(st.tuples(NAMES, DAYS, st.integers(0, 30), LIMITS, LENSES), min_size=10)


def shown(record, clock, name, moment, limit, lens=NO_LENS):
    """A page as the service answers it."""
    pages = Pages(Views(record, clock), record.reading)
    question = Question(name, DOSSIER.id, lens)
    return pages.answer(question, Asked(moment.as_of, at_position=moment.position), limit)


def assert_as_folded(record, clock, name, moment, limit, lens=NO_LENS):
    """Hold a page against that of a fold of all rows."""
    whole = folded(record, name, moment, lens)
    answer = shown(record, clock, name, moment, limit, lens)
    assert answer.model_dump_json() == page(whole, limit).model_dump_json()


def moment_at(record, as_of, position):
    return Moment(as_of, record.store.moment_of(position), position)


@pytest.mark.slow
@relaxed
@given(history=st.one_of(CONTACTS, TRUCES, TOLD), asked=ASKED)
def test_every_page_is_that_of_a_fold_of_everything(tmp_path_factory, history, asked):
    clock = Clock()
    file = tmp_path_factory.mktemp("counting") / f"{next(NUMBERS)}.db"
    with taken_in(history, environment(file), clock) as record:
        last = record.store.max_notification_id()
        for name, as_of, back, limit, lens in asked:
            moment = moment_at(record, as_of, max(last - back, 1))
            assert_as_folded(record, clock, name, moment, limit)
            assert_as_folded(record, clock, name, moment, limit, lens)


# One record, while it changes


def contact(number, **told):
    """One of several contacts, some of them of uncertain days, in other sides and formats."""
    day = f"2025-03-{1 + number % 28:02}" if number % 5 else "2025-03"
    length = {"duration": {"at_least": f"PT{number}M", "at_most": "PT3H"}} if number % 3 else {}
    parties = [["XA", "XB"], ["XA", "XC"], ["XC", "XB", "XA"]][number % 3]
    form = {"format": ["phone", "direct"][number % 2]} if number % 7 else {}
    return tell(kind="call-held", occurred=day, **{"parties": parties, **form, **length, **told})


def assert_contacts_as_folded(record, position=None, limit=3):
    last = position or record.store.max_notification_id()
    for as_of in (date(2025, 3, 9), date(2025, 3, 20), date(2031, 1, 1)):
        for name in COUNTED:
            assert_as_folded(record, record._clock, name, moment_at(record, as_of, last), limit)


@pytest.fixture
def record(tmp_path):
    with open_record(tmp_path / "record.db", Clock()) as opened:
        yield opened


def is_counted(record, name="contacts", lens=NO_LENS):
    pages, last = Pages(Views(record, record._clock), record.reading), record.store.max_notification_id()
    return pages._counted(Question(name, DOSSIER.id, lens), moment_at(record, date(2031, 1, 1), last), 3)


def test_pages_are_those_of_a_fold_while_others_write_and_fold_anew(record):
    ids = [record.record(DOSSIER.id, contact(number), ADA).id for number in range(12)]
    before = record.store.max_notification_id()

    def write():
        for number, one in enumerate(ids):
            record.record(DOSSIER.id, contact(number + 40), ADA)
            record.say(one, Amend(changes={"occurred": "2025-03-25"}, reason=BECAUSE), [1], ADA)
            if number == 6:
                record.rebuild()

    with in_threads([write]):
        for _ in range(4):
            assert_contacts_as_folded(record, before)
            assert_contacts_as_folded(record)
    assert_contacts_as_folded(record, before)
    assert_contacts_as_folded(record)
    assert is_counted(record) is not None


def test_pages_are_those_of_a_fold_after_retractions_disputes_and_a_rebuild(record):
    ids = [record.record(DOSSIER.id, contact(number), ADA).id for number in range(9)]
    record.say(ids[0], Retract(reason=BECAUSE), [1], ADA)
    record.say(ids[1], Dispute(by="XB", says={"format": "proximity"}, reason=BECAUSE), [1], ADA)
    record.say(ids[2], Dispute(by="XB", says={}, reason=BECAUSE), [1], ADA)
    record.say(ids[3], Retract(reason=BECAUSE), [1], ADA)
    record.say(ids[3], Reinstate(reason=BECAUSE), [2], ADA)
    assert_contacts_as_folded(record)
    record.rebuild()
    assert_contacts_as_folded(record)
    assert_sound(record)


def test_pages_are_those_of_a_fold_after_an_erasure(record):
    readout = {"by": "XA", "text": SECRET}
    told = contact(1, readouts=[readout], personal=["/readouts/0/text"])
    one = record.record(DOSSIER.id, told, ADA).id
    record.say(one, Dispute(by="XB", says={"format": "proximity"}, reason=BECAUSE), [1], ADA)
    assert_contacts_as_folded(record)
    before = record.store.max_notification_id()
    record.erase(one, ERASE, ADA)

    for position in (before, before + 1):
        assert_contacts_as_folded(record, position)
        page_then = shown(record, record._clock, "contacts", moment_at(record, date(2031, 1, 1), position), 3)
        assert SECRET not in page_then.model_dump_json()


def test_what_is_one_happening_or_seen_through_a_lens_is_not_counted(record):
    ids = [record.record(DOSSIER.id, contact(number), ADA).id for number in range(4)]
    assert is_counted(record) is not None
    assert is_counted(record, lens=Lens(standings=("reported",))) is None
    assert is_counted(record, lens=Lens(party="XA")) is None

    record.say(ids[0], JudgeSame(other=ids[1], reason=BECAUSE), [1], ADA)
    assert is_counted(record) is None
    assert_contacts_as_folded(record)


def test_a_gist_that_is_too_long_for_an_index_is_not_kept_so_the_page_is_folded(record):
    many = [
        {"type": "organisation", "id": f"league-number-{number}-of-many", "name": "A league"}
        for number in range(30)
    ]
    issues = [f"issue-number-{number}-of-many" for number in range(40)]
    told = contact(1, parties=["XA", *many], issues=issues)
    assert gist_of(record_of(record, told)) is None
    assert issues_listed(told) == ANY_ISSUE

    assert is_counted(record) is None
    assert_contacts_as_folded(record)
    for name in ("ceasefire", "ceasefire/course"):
        last = moment_at(record, date(2031, 1, 1), record.store.max_notification_id())
        assert_as_folded(record, record._clock, name, last, 3)


def record_of(record, told):
    """A telling, as the record then holds it."""
    one = record.record(DOSSIER.id, told, ADA).id
    return record.versions.entry(one, record.store.max_notification_id())


def test_many_pairs_have_their_first_grounds(record):
    for number in range(30):
        parties = [f"X{letter}" for letter in "ABCDEFGH"[number % 5 : number % 5 + 3]]
        record.record(DOSSIER.id, contact(number, parties=parties), ADA)
    for limit in (1, 4, 30, 100):
        assert_contacts_as_folded(record, limit=limit)
