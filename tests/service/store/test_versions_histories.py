"""For random histories the views' tables select what a fold of the events, written here, selects."""

import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.commands import Corroborate, Dispute, Dossier, Reinstate, Resolve, Retract
from domain.errors import Refusal
from domain.events import Amended, Corroborated, DevelopmentRecorded, Disputed, DisputeResolved
from domain.values import Source
from service.store.places import place_of
from service.store.versions import Selection
from tests.service.recording import ADA, DOSSIER, Clock, assert_sound, open_record, positions, relabel, tell

ELSEWHERE = Dossier(id="elsewhere", title="Elsewhere (invented)")
DAYS = [
    "2025-03-01",
    "2025-03-10",
    "2025-03",
    "2025-03-05/2025-03-20",
    "[2025-03-02..2025-03-09]",
    "2025-02~",
]
OPEN = ["../2025-03-08", "2025-03-06/..", "2025-02~"]
ACTORS = ["XA", "XB", "XC"]
STANDINGS = ["reported", "claimed", "corroborated", "disputed", "retracted"]
OUTCOMES = ["upheld", "dismissed", "withdrawn"]
KINDS = ["other-development", "statement-made"]
BECAUSE = "So the test tells it."
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Where there is no disk to wait for: these tests are not about the disk."""

some_actors = st.lists(st.sampled_from(ACTORS), unique=True)
tellings = st.builds(
    lambda kind, occurred, parties, standing: tell(
        kind=kind,
        occurred=occurred,
        parties=parties,
        standing=standing,
        **({"speaker": "XC", "content": "…"} if kind == "statement-made" else {}),
    ),
    st.sampled_from(KINDS),
    st.sampled_from(DAYS + OPEN),
    some_actors,
    st.sampled_from(STANDINGS[:2]),
)
accounts = st.sampled_from([{}, {"occurred": DAYS[0]}, {"occurred": DAYS[1]}, {"parties": ["XC"]}])
sayings = st.one_of(
    st.builds(lambda day: ("amend", {"occurred": day}), st.sampled_from(DAYS)),
    st.builds(
        lambda parties: ("amend", {"parties": parties}), st.lists(st.sampled_from(ACTORS), unique=True)
    ),
    st.builds(lambda outlet: ("corroborate", outlet), st.sampled_from(["Lake Radio", "Quay Post"])),
    st.builds(lambda says: ("dispute", says), accounts),
    st.builds(lambda says, outcome: ("settle", (says, outcome)), accounts, st.sampled_from(OUTCOMES)),
    st.just(("retract", None)),
    st.just(("reinstate", None)),
)
recordings = st.tuples(st.sampled_from([DOSSIER.id, ELSEWHERE.id]), tellings)
histories = st.builds(
    lambda first, then: first + then,
    st.lists(recordings, min_size=2, max_size=4),
    st.lists(st.one_of(st.tuples(st.integers(0, 3), sayings), recordings), min_size=2, max_size=16),
)
questions = st.fixed_dictionaries(
    {
        "until": st.none() | st.dates(date(2025, 2, 25), date(2025, 3, 12)),
        "kinds": st.lists(st.sampled_from(KINDS), max_size=1),
        "standings": st.lists(st.sampled_from(STANDINGS), unique=True),
        "actor": st.none() | st.sampled_from([*ACTORS, "X"]),
    }
)


@contextmanager
def recorded(history):
    """A record of a history; what is refused is left out."""
    clock = Clock()
    with (
        tempfile.TemporaryDirectory(dir=MEMORY) as folder,
        open_record(Path(folder) / "record.db", clock) as record,
    ):
        record.open_dossier(ELSEWHERE, ADA)
        made = []
        for where, what in history:
            clock.turn(hours=1)
            with suppress(Refusal):
                _act(record, made, where, what)
        yield record


def _act(record, made, where, what):
    if isinstance(where, str):
        made.append(record.record(where, what, ADA).id)
    elif made:
        _say(record, made[where % len(made)], *what)


def _say(record, one, verb, told):
    entry = record.versions.entry(one, record.store.max_notification_id())
    if verb == "settle":
        says, outcome = told
        _say(record, one, "dispute", says)
        _say(record, one, "resolve", (entry.version + 1, outcome))
        return
    commands = {
        "amend": lambda: relabel("x").model_copy(update={"changes": told}),
        "corroborate": lambda: Corroborate(source=Source.model_validate({"outlet": told})),
        "dispute": lambda: Dispute(by="XB", says=told, reason=BECAUSE),
        "resolve": lambda: Resolve(dispute=told[0], outcome=told[1], reason=BECAUSE),
        "retract": lambda: Retract(reason=BECAUSE),
        "reinstate": lambda: Reinstate(reason=BECAUSE),
    }
    record.say(entry.id, commands[verb](), [entry.version], ADA)


# The fold, written once more


@dataclass
class Held:
    """What the record held of one development."""

    dossier: str
    development: Any
    recorded: int
    outlets: set[str]
    denied: dict[int, bool] = field(default_factory=dict)
    retracted: bool = False

    def standing(self):
        """The gravest that can be said of it."""
        if self.retracted:
            return "retracted"
        if self.denied:
            return "disputed"
        return "corroborated" if len(self.outlets) > 1 else self.development.standing

    def days(self):
        """Its bounds as text; an open end is capped by the day of its recording."""
        occurred = self.development.occurred
        latest = occurred.latest or date(2031, 4, 1)
        return str(occurred.earliest or ""), str(latest)


def fold(record, position):
    """Everything held at a position, by its id, from the events alone."""
    held = {}
    for stamped in map(record.at, positions(record)):
        if stamped.position <= position and stamped.event.stored_name != "dossier-opened":
            _take(held, stamped)
    return held


def _take(held, stamped):
    one = held.get(stamped.originator_id)
    match stamped.event:
        case DevelopmentRecorded(dossier=dossier, development=told):
            outlets = {source.outlet for source in told.sources}
            held[stamped.originator_id] = Held(dossier, told, stamped.position, outlets)
        case Amended(development=told):
            one.development = told
        case Corroborated(source=source):
            one.outlets.add(source.outlet)
        case Disputed(account=account):
            one.denied[stamped.originator_version] = account is None
        case DisputeResolved(dispute=number, outcome=outcome, development=told):
            one.retracted |= one.denied.pop(number) and outcome == "upheld"
            one.development = told or one.development
        case event:
            one.retracted = event.stored_name == "retracted"


def wanted(one, dossier, until, kinds, standings, actor):
    """Whether it is asked for."""
    return (
        one.dossier == dossier
        and (until is None or one.days()[0] <= until.isoformat())
        and one.development.kind in (kinds or KINDS)
        and one.standing() in (standings or STANDINGS)
        and (actor is None or actor in one.development.actor_keys())
    )


def selected(record, position, dossier, question):
    """The ids of what is asked for, in the order of time."""
    held = fold(record, position)
    chosen = [
        (*one.days(), one.recorded, id_) for id_, one in held.items() if wanted(one, dossier, **question)
    ]
    return [id_ for *_, id_ in sorted(chosen)]


@given(histories, st.lists(questions, min_size=1, max_size=4), st.data())
@settings(max_examples=60)
def test_what_is_selected_is_what_a_fold_of_the_events_selects(history, asked, data):
    with recorded(history) as record:
        last = record.store.max_notification_id()
        for question in [{"until": None, "kinds": [], "standings": [], "actor": None}, *asked]:
            position = data.draw(st.integers(0, last))
            for dossier in (DOSSIER.id, ELSEWHERE.id):
                entries = list(record.versions.entries(Selection(dossier, position, **question)))
                assert [entry.id for entry in entries] == selected(record, position, dossier, question)


@given(histories, questions, st.integers(1, 3))
@settings(max_examples=30)
def test_pages_are_the_whole_cut_in_pieces(history, question, size):
    with recorded(history) as record:
        ask = Selection(DOSSIER.id, record.store.max_notification_id(), **question)
        whole = list(record.versions.entries(ask))
        pages, after = [], None
        while page := list(record.versions.entries(Selection(**_fields(ask), after=after, limit=size))):
            pages.extend(page)
            after = place_of(page[-1])

        assert pages == whole


def _fields(selection):
    return {
        name: getattr(selection, name)
        for name in ("dossier", "position", "until", "kinds", "standings", "actor")
    }


@given(histories)
@settings(max_examples=40)
def test_the_tables_equal_a_rebuild(history):
    with recorded(history) as record:
        assert_sound(record)
        for position in range(record.store.max_notification_id() + 1):
            retracted = {id_ for id_, one in fold(record, position).items() if one.retracted}
            known = {record.versions.retracted(dossier, position) for dossier in (DOSSIER.id, ELSEWHERE.id)}
            assert frozenset().union(*known) == retracted
