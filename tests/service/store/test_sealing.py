"""Personal texts in what is stored: sealed on the way in, read on the way out, altered by nobody unseen."""

import doctest
import json
import re
from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from eventsourcing.persistence import JSONTranscoder, MapperDeserialisationError
from hypothesis import given
from hypothesis import strategies as st

from domain.events import EVENTS, DevelopmentRecorded
from domain.personal import TELLS_APART, is_erased
from domain.prose import texts
from service.store import sealing as module
from service.store.mapper import EventMapper, StampedNotification
from service.store.personal_keys import SealedEvent
from service.store.sealing import Place, Unsealable, keyed, seal, seal_bytes, unseal, unseal_bytes

KEY, OTHER_KEY = bytes(range(32)), bytes(range(1, 33))
STREAM = UUID("8d9f3c1e-6a52-4f0b-9c4d-2b7e5a1f0c38")
PLACE = Place(STREAM, 1, "/development/content")
SEALED = re.compile(rb"sealed:v1:[0-9a-f]{8}:[A-Za-z0-9+/=]+")
GOLDEN = Path(__file__).parents[2] / "golden"
STORED = [
    EVENTS[path.stem].model_validate_json(line)
    for path in sorted(GOLDEN.glob("*.jsonl"))
    for line in path.read_text("utf-8").splitlines()
]
"""Every event as it was once stored, of every kind and with every field."""
RECORDED = [event for event in STORED if isinstance(event, DevelopmentRecorded)]

words = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=80).filter(str.strip)


def mapper(key: bytes | None = KEY, number: int = 1) -> EventMapper:
    """A mapper with one key for every stream."""
    one = EventMapper(JSONTranscoder())
    one.fetch = lambda statement, params: [(number, key)]
    return one


def stored(event, state: bytes | None = None) -> StampedNotification:
    """An event as it lies in the store, at position 7."""
    written = mapper().to_stored_event(event)
    return StampedNotification(
        id=7,
        originator_id=written.originator_id,
        originator_version=written.originator_version,
        topic=written.topic,
        state=state or written.state,
        recorded_at=datetime(2031, 4, 1, 12, tzinfo=UTC),
    )


def read(one: StampedNotification, key: bytes | None = KEY):
    """An event as it is read."""
    return mapper(key).to_stamped(one).event


@st.composite
def marked(draw):
    """A development of any kind, with any of its texts marked, and one of these with any words."""
    event = draw(st.sampled_from(RECORDED))
    development = event.development
    fit = [pointer for pointer, _ in texts(development, but=TELLS_APART)]
    marks = draw(st.lists(st.sampled_from(fit), unique=True, min_size=1)) if fit else []
    told = development.model_dump(mode="json", exclude_unset=True) | {"personal": marks}
    for mark in marks[:1]:
        inside, step = module._inside(told, mark)
        inside[step] = draw(words)
    return event.model_copy(update={"development": type(development).model_validate(told)})


@given(marked())
def test_what_is_sealed_is_read_as_it_was_told(event):
    assert read(stored(event)) == event


@given(marked())
def test_nothing_but_the_marked_texts_is_touched(event):
    """Without marks it would be stored with the same bytes in every other place."""
    state = json.loads(stored(event).state)
    plain = json.loads(
        event.model_dump_json(exclude={"originator_id", "originator_version"}, exclude_unset=True)
    )
    for pointer in event.personal_texts():
        inside, step = module._inside(state, pointer)
        assert inside[step].startswith("sealed:v1:")
        told, step = module._inside(plain, pointer)
        inside[step] = told[step]

    assert state == plain


@given(marked())
def test_without_its_key_a_marked_text_reads_as_erased_and_all_else_as_it_was(event):
    erased = read(stored(event), key=None)

    assert set(erased.erased()) == set(event.personal_texts())
    marks = set(event.marks())
    assert {p: t for p, t in texts(erased) if p not in marks} == {
        p: t for p, t in texts(event) if p not in marks
    }
    assert not erased.tells_personal()


@given(marked())
def test_two_erased_texts_are_the_same_where_the_told_ones_were(event):
    told, erased = event.personal_texts(), read(stored(event), key=None).personal_texts()

    assert len(set(told.values())) == len(set(erased.values()))
    assert len(set(zip(told.values(), map(erased.get, told), strict=True))) == len(set(told.values()))


@given(marked())
def test_an_erased_event_is_stored_and_read_again_as_it_reads(event):
    """What is amended later tells the whole development again, erased texts too; there is nothing to seal."""
    erased = read(stored(event), key=None)

    assert not isinstance(mapper().to_stored_event(erased), SealedEvent)
    assert read(stored(erased)) == read(stored(erased), key=None) == erased


def test_the_marks_of_a_state_are_those_of_its_event():
    """The mapper finds them in the JSON; the event, in itself."""
    for event in STORED:
        state = json.loads(event.model_dump_json(exclude_unset=True))
        assert tuple(module._marks(state)) == event.marks()


# Altered


@pytest.fixture(scope="module")
def quoted():
    """An event with two sealed texts."""
    event = next(one for one in RECORDED if one.stored_name == "statement-made")
    development = event.development.model_copy(update={"personal": ("/content", "/sources/0/title")})
    return event.model_copy(update={"development": development})


def test_every_byte_of_a_sealed_text_that_is_altered_is_found_with_its_place(quoted):
    one = stored(quoted)
    places = [
        (at, pointer)
        for found, pointer in zip(
            sorted(SEALED.finditer(one.state), key=lambda found: found.start()),
            ["/development/sources/0/title", "/development/content"],
            strict=True,
        )
        for at in range(*found.span())
    ]
    assert len(places) > 200
    for at, pointer in places:
        altered = bytearray(one.state)
        altered[at] ^= 1
        with pytest.raises(MapperDeserialisationError) as error:
            read(replace(one, state=bytes(altered)))
        assert f"position 7, stream {one.originator_id} version 1" in str(error.value)
        assert pointer in str(error.value)


def test_a_sealed_text_is_read_in_its_own_place_alone(quoted):
    one = stored(quoted)
    first, second = SEALED.findall(one.state)
    swapped = one.state.replace(first, b"#").replace(second, first).replace(b"#", second)

    for moved in (
        replace(one, state=swapped),
        replace(one, originator_version=2),
        replace(one, originator_id=UUID(int=2)),
    ):
        with pytest.raises(MapperDeserialisationError, match="sealed for another place"):
            read(moved)


def test_a_text_that_is_put_in_the_place_of_a_sealed_one_is_found(quoted):
    one = stored(quoted)

    with pytest.raises(MapperDeserialisationError, match="/development/content is marked as personal"):
        read(replace(one, state=SEALED.sub(b"They never met.", one.state)))


def test_a_key_that_is_missing_is_no_erasure(quoted):
    without = EventMapper(JSONTranscoder())
    without.fetch = lambda statement, params: []

    with pytest.raises(MapperDeserialisationError, match="its key is missing, though nothing was erased"):
        without.to_stamped(stored(quoted))


def test_another_key_opens_nothing(quoted):
    with pytest.raises(MapperDeserialisationError, match="altered"):
        read(stored(quoted), OTHER_KEY)


def test_an_error_tells_nothing_of_the_text(quoted):
    broken = stored(quoted).state.replace(b'"statement-made"', b'"statement-mad"')

    with pytest.raises(MapperDeserialisationError) as error:
        read(stored(quoted, broken))
    assert "/development" in str(error.value)
    assert "input" not in str(error.value)
    assert error.value.__cause__ is None


# The form


def test_the_worked_example_holds():
    result = doctest.testmod(module)

    assert result.attempted >= 5
    assert result.failed == 0


def test_a_text_that_only_begins_like_a_sealed_one_is_a_text():
    """Marked or not: what is sealed is known by its mark and its place."""
    copied = seal("Ada.", KEY, PLACE)
    event = RECORDED[0].model_copy(
        update={"development": RECORDED[0].development.model_copy(update={"summary": copied, "personal": ()})}
    )
    marked = event.model_copy(
        update={"development": event.development.model_copy(update={"personal": ("/summary",)})}
    )

    assert read(stored(event)).development.summary == copied
    assert read(stored(event), key=None).development.summary == copied
    assert read(stored(marked)).development.summary == copied
    assert copied.encode() not in stored(marked).state


@given(words, words)
def test_the_length_of_a_sealed_text_says_little(one, other):
    blocks = [len(text.encode()) // -32 for text in (one, other)]

    assert (len(seal(one, KEY, PLACE)) == len(seal(other, KEY, PLACE))) == (blocks[0] == blocks[1])


def test_no_two_sealed_texts_are_alike_but_for_their_figures():
    one, other = seal("Ada.", KEY, PLACE), seal("Ada.", KEY, PLACE)

    assert one != other
    assert one.split(":")[2] == other.split(":")[2] != seal("Ada.", OTHER_KEY, PLACE).split(":")[2]
    assert len(b64decode(one.split(":")[3])) == 12 + 32 + 16


@given(words)
def test_a_destroyed_key_leaves_figures_alone(text):
    assert is_erased(unseal(seal(text, KEY, PLACE), None, PLACE))


def test_a_row_of_a_view_is_sealed_as_a_whole():
    sealed = seal_bytes(b"an entry", KEY)

    assert unseal_bytes(sealed, KEY) == b"an entry"
    for at in range(len(sealed)):
        altered = bytearray(sealed)
        altered[at] ^= 1
        with pytest.raises(Unsealable, match="fold the views again"):
            unseal_bytes(bytes(altered), KEY)


def test_a_fingerprint_under_a_key_is_another_without_it():
    assert len({keyed(b"x" * 32, KEY), keyed(b"x" * 32, OTHER_KEY), b"x" * 32}) == 3
