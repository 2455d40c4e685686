"""For random histories of marked texts: none is ever in the file, and an erasure changes nothing but them.

Every text that is marked is a word of its own, `secret-7`, so that it is found wherever it is.
"""

import re
import tempfile
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from domain import decisions
from domain.commands import (
    AdoptRectification,
    Amend,
    Corroborate,
    Dispute,
    Erase,
    Object,
    ProposeRectification,
    Reinstate,
    Resolve,
    Retract,
    Saying,
)
from domain.entry import evolve
from domain.errors import Refusal
from domain.events import PersonalDataErased
from domain.plausibility import Plausibility
from service.record import Record
from tests.service.recording import ADA, DOSSIER, GAZETTE, Clock, assert_sound, open_record, tell
from tests.service.store.test_versions_histories import MEMORY
from tests.service.stores import bytes_of
from tests.service.test_erasure import answers, masked, verified

PERSONAL = re.compile(r"secret-\d+|\[erased [0-9a-f]{8}\]")
ERASE = Erase(reason="On request.")
VERBS = ["amend", "dispute", "resolve", "corroborate", "propose", "object", "adopt", "retract", "erase"]

acts = st.lists(
    st.tuples(st.sampled_from(VERBS), st.sets(st.sampled_from(["content", "summary", "reason", "quote"]))),
    min_size=1,
    max_size=8,
)


class Teller:
    """Tells texts: a secret where it is to be marked, else words that are nobody's secret."""

    def __init__(self) -> None:
        self.numbers = count(1)

    def text(self, name: str, marked: set[str]) -> str:
        """A new text."""
        return f"{'secret' if name in marked else 'plain'}-{next(self.numbers)}"

    def saying(self, record: Record, one: UUID, verb: str, marked: set[str]) -> Saying:
        """Something to say, of what is there to say it of."""
        entry = record._entry(one)
        held = {mark[1:] for mark in entry.development.personal}  # A mark holds in what is told later.
        fields = {name: self.text(name, marked | held) for name in ("content", "summary")}
        reason = self.text("reason", marked)
        own = {"reason": reason, "personal": ["/reason"] if "reason" in marked else []}

        def changes(place: str) -> dict[str, Any]:
            marks = [f"/{place}/{name}" for name in sorted({"content", "summary"} & marked)]
            return {place: fields, "reason": reason, "personal": [*own["personal"], *marks]}

        match verb:
            case "amend":
                return Amend(**changes("changes"))
            case "dispute":
                return Dispute(by="XB", **changes("says"))
            case "resolve":
                opened = entry.open_disputes or entry.disputes
                return Resolve(dispute=opened[0].number if opened else 1, outcome="upheld", **own)
            case "corroborate":
                source = {"outlet": f"Outlet {next(self.numbers)}", "quote": self.text("quote", marked)}
                return Corroborate(source=source, personal=["/source/quote"] if "quote" in marked else [])
            case "propose":
                return ProposeRectification(objections_until="2031-04-02", **changes("changes"))
            case "object" | "adopt":
                number = entry.rectifications[-1].number if entry.rectifications else 1
                command = Object if verb == "object" else AdoptRectification
                return command(rectification=number, **own, **({"by": "XB"} if verb == "object" else {}))
            case _:
                return Reinstate(**own) if entry.retracted else Retract(**own)


def do(teller: Teller, record: Record, one: UUID, verb: str, marked: set[str]) -> None:
    """Do one act, unless it is refused."""
    try:
        if verb == "erase":
            record.erase(one, ERASE, ADA)
        else:
            record.say(one, teller.saying(record, one, verb, marked), [record._entry(one).version], ADA)
    except Refusal:
        pass


@settings(max_examples=60)
@given(st.sets(st.sampled_from(["content", "summary"]), min_size=1), acts)
def test_nothing_marked_is_in_the_file_and_an_erasure_changes_nothing_else(first, told):
    clock, teller = Clock(), Teller()
    with (
        tempfile.TemporaryDirectory(dir=MEMORY) as fresh,
        open_record(Path(fresh) / "record.db", clock) as record,
    ):
        texts = {name: teller.text(name, first) for name in ("content", "summary")}
        marks = [f"/{name}" for name in sorted(first)]
        statement = tell(kind="statement-made", speaker="XA", sources=[GAZETTE], personal=marks, **texts)
        one = record.record(DOSSIER.id, statement, ADA).id
        for verb, marked in told:
            clock.turn(days=1)
            do(teller, record, one, verb, marked)
        last = record.store.max_notification_id()
        before = [answers(record, one, position) for position in range(2, last + 1)]
        sealed = record._entry(one).sealed

        assert b"secret-" not in bytes_of(Path(fresh) / "record.db")
        assert_sound(record)
        assert verified(Path(fresh) / "record.db") == []
        assert_said_again_is_the_same(record, one)

        do(teller, record, one, "erase", set())
        after = [answers(record, one, position) for position in range(2, last + 1)]

        assert sealed == (record.store.max_notification_id() > last) == ("secret-" in str(before))
        assert "secret-" not in str(after)
        assert masked(after, PERSONAL, {}) == masked(before, PERSONAL, {})
        assert_sound(record)
        assert verified(Path(fresh) / "record.db") == []
        assert_said_again_is_the_same(record, one)


def assert_said_again_is_the_same(record, one):
    """Whatever was said of it, marked, sealed or erased, is decided as the same event if it is said again."""
    before = None
    for stamped in record.stream(one):
        event, plausible = stamped.event, Plausibility(stamped.recorded_at)
        if before is not None and not isinstance(event, PersonalDataErased):
            again = decisions.decide(before, event.as_command(), "ada", plausible)
            assert again == event
        before = evolve(before, stamped)
