"""What a record has to be like, told without it: requests, what came of them, and what was known when."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from service.callers import Caller, Receipt
from service.moments import Asked


@dataclass
class Request:
    """Something that a client wants recorded, and asks for until it knows what became of it."""

    number: int
    act: str
    """`record`, `amend`, or `erase`."""
    of: "Request | None" = None
    """The request that recorded the development which it is about."""
    seen: int = 0
    personal: bool = False
    keyed: bool = True
    """Without a key nobody may ask again once it may have been recorded."""
    receipt: Receipt | None = None
    refused: str | None = None
    unsure: bool = False
    """Whether it may have been recorded without its client having been told."""

    @property
    def label(self) -> str:
        """What it is known by, wherever it is found."""
        return f"request {self.number}"

    @property
    def caller(self) -> Caller:
        """Who asks, under a key of its own if it has one."""
        if not self.keyed:
            return Caller("ada")
        return Caller("ada", f"key-{self.number}", self.label.encode())

    @property
    def is_personal(self) -> bool:
        """Whether it holds texts about persons, so that an erasure leaves open what it said."""
        return self.personal or (self.of is not None and self.of.personal)

    @property
    def is_open(self) -> bool:
        """Whether its client does not know yet what became of it."""
        return self.receipt is None and self.refused is None and (self.keyed or not self.unsure)


@dataclass(frozen=True)
class Line:
    """An event as it was read once: so it is read for ever."""

    position: int
    stream: UUID
    version: int
    topic: str
    state: bytes
    recorded_at: datetime


@dataclass
class Model:
    """What was asked for, what was seen, and what follows."""

    requests: list[Request] = field(default_factory=list)
    ledger: list[Line] = field(default_factory=list)
    """All events in their order, as far as anybody has read."""
    roots: dict[int, bytes] = field(default_factory=dict)
    """The roots that checkpoints were signed over, by their sizes."""
    known: dict[datetime, int] = field(default_factory=dict)
    """The positions that moments were said to be, for good."""
    answers: list[tuple[str, Asked, str]] = field(default_factory=list)
    """What views answered: the view, how to ask again, and the answer."""

    def read(self, lines: list[Line]) -> None:
        """Take events as they are read: those that were read before are the same, others come next."""
        for line in lines:
            if line.position <= len(self.ledger):
                assert self.ledger[line.position - 1] == line, "an event was altered"
                continue
            assert line.position == len(self.ledger) + 1, "a position was passed over"
            if self.ledger:
                assert line.recorded_at > self.ledger[-1].recorded_at, "a moment went back"
            self.ledger.append(line)

    def acknowledged(self, request: Request, receipt: Receipt) -> None:
        """Take an answer: it is the first one, for ever."""
        assert request.receipt in {None, receipt}, f"{request.label} was answered otherwise before"
        assert request.refused is None
        request.receipt = receipt

    def recorded(self) -> list[Request]:
        """Those that recorded a development, and know it."""
        return [one for one in self.requests if one.act == "record" and one.receipt]

    def versions(self, of: Request) -> int:
        """The last version of a development, as far as anybody has read."""
        assert of.receipt is not None
        return sum(line.stream == of.receipt.id for line in self.ledger)

    def check(self) -> None:
        """What was acknowledged is where it was said to be; nothing is there twice, or was refused."""
        for one in self.requests:
            found = [line for line in self.ledger if _tells(line, one.label)]
            assert len(found) <= 1, f"{one.label} is there {len(found)} times"
            assert not (found and one.refused), f"{one.label} was refused as {one.refused}, and is there"
            if one.receipt is not None:
                assert [_place(line) for line in found] == [_place(one.receipt)], one.label
            elif found:
                assert one.unsure, f"{one.label} is there, and nobody had to fear so"

    def labels_at(self, position: int) -> list[str]:
        """The labels under which developments were known at a position."""
        told: dict[UUID, str] = {}
        for line in self.ledger[:position]:
            if line.topic in {"other-development", "amended"}:
                told[line.stream] = json.loads(line.state)["development"]["label"]
        return sorted(told.values())

    def position_at(self, moment: datetime) -> int:
        """How many events were recorded by a moment."""
        return sum(line.recorded_at <= moment for line in self.ledger)


def _tells(line: Line, label: str) -> bool:
    """Whether an event is the one that a request asked for; each names itself once, in quotes."""
    name = b'"reason":"%s"' if line.version > 1 else b'"label":"%s"'
    return name % label.encode() in line.state


def _place(one: Line | Receipt) -> tuple[UUID, int, int, datetime]:
    stream = one.stream if isinstance(one, Line) else one.id
    return stream, one.version, one.position, one.recorded_at
