"""A simulation of one record from one seed: clients, followers, readers, and all that goes wrong meanwhile.

Everything happens in one order that the seed decides, so the same seed gives the same history, to the byte.
"""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from eventsourcing.persistence import IntegrityError, PersistenceError

from domain.commands import Amend, Erase
from domain.errors import Refusal
from projections.registry import VIEWS
from service.callers import Receipt
from service.log.keys import KEY_BYTES
from service.log.notes import SigningKey
from service.log.tree import root
from service.moments import Asked
from service.store.mapper import StampedNotification
from service.store.versions import Selection
from service.transparency import Transparency
from tests.faults.injecting import Killed, Plan
from tests.faults.machines import Machine, Process
from tests.faults.model import Line, Model, Request
from tests.service.recording import DOSSIER, tell

KEY = SigningKey("solace.example/simulated", bytes(range(KEY_BYTES)))
SEEN = ("contacts", "disputes", "actors", "agenda")
STEPS = 60
FAULTS = ("lost", "lost", "full", "failed", "killed", "killed")
MOST_STATEMENTS = 12
MOST_ANSWERS = 30


class Simulation:
    """One run; `history` is what happened, line by line."""

    def __init__(self, seed: int, file: Path) -> None:
        self.seed = seed
        self.lots = Random(seed)
        self.now = datetime(2031, 4, 1, 12, tzinfo=UTC)
        self.model = Model()
        self.history: list[str] = []
        self.happened: Counter[str] = Counter()
        self.machine = Machine(file, lambda: self.now, self.lots)
        self._number = 0
        self._under_way: list[Request] = []
        self.followers = {"early": 0, "late": 0}
        self._acts: dict[Callable[[Process], str], int] = {
            self.write: 40,
            self.erase: 3,
            self.follow: 14,
            self.ask: 10,
            self.ask_again: 10,
            self.know: 6,
            self.rebuild: 8,
            self.sign: 6,
            self.turn_the_clock: 6,
            self.restart: 2,
            self.crash: 2,
        }

    def run(self, steps: int = STEPS) -> None:
        """So many steps, then all that is still open comes to its end, and nothing goes wrong any more."""
        for _ in range(steps):
            self._step(self.lots.choices(list(self._acts), list(self._acts.values()))[0])
        for _ in self.model.requests:
            if not (open_still := [one for one in self.model.requests if one.is_open]):
                break
            self._do(partial(self._send, open_still[:4]), self.machine.processes[0])
        for process in self.machine.processes:
            for name in self.followers:
                self._follow_to_the_end(name, process)
        self._look()

    def _step(self, act: Callable[[Process], str]) -> None:
        process = self.lots.choice(self.machine.processes)
        self.now += timedelta(seconds=self.lots.choice((0, 0, 1, 60)))
        self._under_way = []
        if self.lots.random() < 0.35:
            self._plan(process)
        self._do(act, process)
        for one in self.machine.processes:
            one.database.plans.clear()
            one.database.reads.plan = None
        self._look()

    def _plan(self, process: Process) -> None:
        """Have something go wrong in the next transactions, or in a read."""
        what = self.lots.choice(FAULTS)
        if self.lots.random() < 0.2:
            process.database.reads.plan = Plan(what, self.lots.randint(1, 4))
            return
        times = self.lots.randint(1, 3) if what == "lost" else 1
        at = [self.lots.choice((-1, -1, 0, self.lots.randint(1, MOST_STATEMENTS))) for _ in range(times)]
        fails_after = {"full", "failed"}
        process.database.plans = [Plan(what, max(one, 0) if what in fails_after else one) for one in at]

    def _do(self, act: Callable[[Process], str], process: Process) -> None:
        """Do one thing on a process, and note what came of it."""
        process.record.store.pause = lambda seconds: self._meanwhile(process)
        try:
            outcome = act(process)
        except Killed:
            self.machine.crash()
            outcome = "killed, and all started again"
        except PersistenceError as error:
            outcome = type(error).__name__
        name = getattr(act, "func", act).__name__
        self.happened[name.strip("_")] += 1
        self.happened["killed"] += outcome.startswith("killed")
        self.history.append(f"{len(self.history)} {process.name} {name}: {outcome}")

    def _meanwhile(self, waiting: Process) -> None:
        """While one waits for its database to be there again, the other may write."""
        if self.lots.random() < 0.5:
            (other,) = (one for one in self.machine.processes if one is not waiting)
            self.happened["meanwhile"] += 1
            self.history.append(f"meanwhile {other.name} write: {self.write(other)}")

    def _look(self) -> None:
        """Read all that is there, from the first event on: the log only grew, and holds what it has to."""
        events = self.machine.processes[0].record.store.select_notifications(1, 1_000_000)
        self.model.read([line_of(one) for one in events])
        self.model.check()

    # Clients

    def write(self, process: Process) -> str:
        """A group of requests in one commit: new ones, some that are open still, one that was answered."""
        fresh = [self._request() for _ in range(self.lots.randint(1, 5))]
        waiting = [
            one
            for one in self.model.requests
            if one.is_open and one.act != "erase" and (one.keyed or one not in self._under_way)
        ]
        known = [one for one in self.model.requests if one.receipt and one.keyed and not one.is_personal]
        again = self.lots.sample(waiting, min(len(waiting), self.lots.randint(0, 3)))
        again += self.lots.sample(known, min(len(known), self.lots.randint(0, 1)))
        self.model.requests.extend(fresh)
        return self._send([*fresh, *again], process)

    def _request(self) -> Request:
        self._number += 1
        recorded = self.model.recorded()
        if not recorded or self.lots.random() < 0.5:
            personal, keyed = self.lots.random() < 0.2, self.lots.random() < 0.7
            return Request(self._number, "record", personal=personal, keyed=keyed)
        of = self.lots.choice(recorded[-8:])
        stale = self.lots.random() < 0.2
        seen = max(1, self.model.versions(of) - stale)
        return Request(self._number, "amend", of, seen, keyed=self.lots.random() < 0.7)

    def erase(self, process: Process) -> str:
        """What is personal in a development is erased for good; nobody waits for an answer about it."""
        busy = {
            one.of.number for one in self.model.requests if one.of and (one.is_open or one.act == "erase")
        }
        sealed = [one for one in self.model.recorded() if one.personal and one.number not in busy]
        if not sealed:
            return "nothing to erase"
        self.model.answers.clear()  # Erased texts read otherwise, whatever moment is asked about.
        self._number += 1
        request = Request(self._number, "erase", self.lots.choice(sealed))
        self.model.requests.append(request)
        return self._send([request], process)

    def _send(self, group: list[Request], process: Process) -> str:
        """Ask for all of it; what each was answered. Each knows by then, or may ask again."""
        for one in group:
            one.unsure |= one.is_open and self._may_be_recorded_unsaid(process)
        self._under_way = [*self._under_way, *group]
        told = []
        for some in ([one] for one in group if one.act == "erase"):
            told += self._answered(some, lambda one=some[0]: [self._erased(one, process)])
        plain = [one for one in group if one.act != "erase"]
        if plain:
            told += self._answered(
                plain, lambda: process.record._all([self._asked(one, process) for one in plain])
            )
        return ", ".join(told)

    @staticmethod
    def _may_be_recorded_unsaid(process: Process) -> bool:
        """Whether what goes wrong next may come after a commit; a full disk never does."""
        plans = process.database.plans
        return process.database.reads.plan is not None or any(one.what == "killed" for one in plans)

    def _answered(self, group: list[Request], ask: Callable[[], list[Any]]) -> list[str]:
        outcomes = ask()
        for outcome in outcomes:
            if isinstance(outcome, Killed):
                raise outcome
        return [self._told(one, outcome) for one, outcome in zip(group, outcomes, strict=True)]

    def _asked(self, one: Request, process: Process) -> tuple[Any, Callable[[], Any]]:
        """What the record is asked, as the API asks it."""
        if one.act == "record":
            personal = (
                {"content": f"Ada heard it ({one.number}).", "personal": ["/content"]} if one.personal else {}
            )
            development = tell(one.label, **personal)
            return one.caller, partial(process.record._decide_record, DOSSIER.id, development, one.caller)
        assert one.of is not None
        assert one.of.receipt is not None
        command = Amend(changes={"label": one.label}, reason=one.label)
        return one.caller, partial(process.record._decide, one.of.receipt.id, command, [one.seen], one.caller)

    def _erased(self, one: Request, process: Process) -> Any:
        assert one.of is not None
        assert one.of.receipt is not None
        try:
            return process.record.erase(one.of.receipt.id, Erase(reason=one.label), one.caller)
        except Refusal as refusal:
            return refusal

    def _told(self, one: Request, outcome: Any) -> str:
        match outcome:
            case Receipt():
                self.model.acknowledged(one, outcome)
                return f"{one.label} at {outcome.position}{' again' * outcome.repeated}"
            case Refusal() | IntegrityError():
                assert one.receipt is None, f"{one.label} was recorded, and then refused: {outcome}"
                one.refused = type(outcome).__name__
            case PersistenceError():
                pass  # It is asked for again.
            case _:
                raise outcome
        return f"{one.label} {type(outcome).__name__}"

    # Followers and readers

    def follow(self, process: Process) -> str:
        """A follower reads on from where it was, by whichever process."""
        name = self.lots.choice(sorted(self.followers))
        return self._follow(name, process, self.lots.randint(1, 7))

    def _follow(self, name: str, process: Process, limit: int) -> str:
        last = self.followers[name]
        found = process.record.store.select_notifications(last + 1, limit)
        assert [one.id for one in found] == list(range(last + 1, last + 1 + len(found)))
        self.model.read([line_of(one) for one in found])
        self.followers[name] += len(found)
        return f"{name} to {self.followers[name]}"

    def _follow_to_the_end(self, name: str, process: Process) -> None:
        self._follow(name, process, 1_000_000)
        assert self.followers[name] == len(self.model.ledger)

    def ask(self, process: Process) -> str:
        """A view as of some position, which is asked again later; and what was told by then, by the model."""
        position = self.lots.randint(1, process.record.store.max_notification_id())
        selected = process.record.versions.entries(Selection(DOSSIER.id, position))
        labels = sorted(entry.development.label for entry in selected)
        assert labels == self.model.labels_at(position)
        view = self.lots.choice(SEEN)
        answer = process.views.view(VIEWS[view], DOSSIER.id, Asked(at_position=position))
        again = Asked(as_of=answer.as_of, at_position=position)
        self.model.answers = [*self.model.answers[-MOST_ANSWERS:], (view, again, answer.model_dump_json())]
        return f"{view} at {position}: {len(labels)} developments"

    def ask_again(self, process: Process) -> str:
        """What was asked before has the same answer."""
        if not self.model.answers:
            return "nothing to ask again"
        view, asked, answer = self.lots.choice(self.model.answers)
        assert process.views.view(VIEWS[view], DOSSIER.id, asked).model_dump_json() == answer
        return f"{view} at {asked.at_position} as before"

    def know(self, process: Process) -> str:
        """How much was known at a moment is settled once somebody has asked."""
        moment = self.now - timedelta(seconds=self.lots.choice((0, 0, 1, 3_600, 90_000)))
        position = process.record.store.position_at(moment)
        assert self.model.known.setdefault(moment, position) == position
        return f"{position} at {moment.isoformat()}"

    # What else goes on

    def rebuild(self, process: Process) -> str:
        """Another batch of the views is folded anew; with the last one they take the old ones' place."""
        process.record._rebuilding._begin()
        return "in place" if process.record._rebuilding._fill_further(lambda done, of: None) else "a batch"

    def sign(self, process: Process) -> str:
        """A checkpoint is signed; it goes on from every one before."""
        signed = Transparency(process.record, lambda: self.now, KEY).checkpoint().checkpoint
        assert self.model.roots.setdefault(signed.size, signed.root) == signed.root
        size = self.lots.choice(sorted(self.model.roots))
        assert root(process.record.leaves.hashes, size) == self.model.roots[size]
        return f"{signed.size} events under {signed.root.hex()[:16]}"

    def turn_the_clock(self, process: Process) -> str:
        """The machine's clock jumps, back or forth."""
        days, microseconds = self.lots.choice((-400, -1, 1, 400)), self.lots.randint(-9, 9)
        self.now += timedelta(days=days, microseconds=microseconds)
        return self.now.isoformat()

    def restart(self, process: Process) -> str:
        """A process ends in order, and another takes its place."""
        self.machine.restart(process)
        return "started again"

    def crash(self, process: Process) -> str:
        """All processes are killed, whatever they are amid."""
        raise Killed

    def close(self) -> None:
        """End it."""
        self.machine.close()


def line_of(stored: StampedNotification) -> Line:
    """An event as it was read."""
    assert isinstance(stored.originator_id, UUID)
    return Line(
        stored.id,
        stored.originator_id,
        stored.originator_version,
        stored.topic,
        stored.state,
        stored.recorded_at,
    )
