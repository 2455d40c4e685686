"""Any history that callers can make, through the API, against a ledger kept by hand.

A machine of hypothesis records, amends, disputes, resolves, corroborates, retracts, reinstates, judges two
stages the same, erases, restarts the service and folds its views again, in any order; what has to be refused
is tried as well. After each step all answers are compared, and now and then those about an earlier moment.
`DEPOSITARY_TEST_EXAMPLES=500` makes so many histories, others each time.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from service.erasing import erase
from service.record import Record
from tests.service.api.desk import REASON, Desk, open_desk
from tests.service.api.ledger import COUNTS, DAYS, Ledger, Page, certainty, counted, stages, total
from tests.service.stores import environment

ASKED_FOR = os.environ.get("DEPOSITARY_TEST_EXAMPLES")
OUTLETS = ["The Gazette (invented)", "Lake Radio (invented)", "Belmark Herald (invented)"]
ASKED_DAYS = ["2031-02-27", "2031-03-08", "2031-03-10", "2031-03-31"]
EVENTS = {
    "amendments": "amended",
    "corroborations": "corroborated",
    "disputes": "disputed",
    "resolutions": "dispute-resolved",
    "identifications": "same-as",
    "distinctions": "not-same-as",
    "retractions": "retracted",
    "reinstatements": "reinstated",
    "erasure": "personal-data-erased",
}
"""What is said, and the event that it makes."""

each_day, each_count = st.sampled_from(sorted(DAYS)), st.sampled_from(sorted(COUNTS))
each_change = st.one_of(
    st.fixed_dictionaries({"occurred": each_day}),
    st.fixed_dictionaries({"count": each_count}),
    st.fixed_dictionaries({"occurred": each_day, "count": each_count}),
)
a_number = st.integers(0, 1_000)


def in_the_service(changes: dict[str, str]) -> dict[str, Any]:
    """Changes of a page as the service is told them."""
    told: dict[str, Any] = {}
    if "occurred" in changes:
        told["occurred"] = changes["occurred"]
    if "count" in changes:
        told["persons"] = [{"side": "XA", "count": COUNTS[changes["count"]][0]}]
    return told


class History(RuleBasedStateMachine):
    """One service, and the ledger beside it."""

    directory: Iterator[Path]
    """Where each history has its record."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger = Ledger()
        self.home = next(self.directory)
        self.stack = ExitStack()
        self.desk: Desk = self.stack.enter_context(self._open())
        self.refused = 0

    def _open(self) -> Any:
        return open_desk(self.home, open_reads=True)

    @initialize()
    def begin(self) -> None:
        self.desk.clock.turn(days=3650)
        assert self.desk.open_dossier().status_code == 201

    # What callers do

    @rule(occurred=each_day, count=each_count)
    @precondition(lambda self: len(self.ledger.pages) < 5)
    def record(self, occurred: str, count: str) -> None:
        text = f"Lantern {len(self.ledger.pages)} was lit."
        told = {**in_the_service({"occurred": occurred, "count": count}), "summary": text, "under": None}
        self.desk.clock.turn(hours=1)
        response = self.desk.try_recording(
            "exchange-stage-carried-out",
            **told, sources=[{"outlet": OUTLETS[0]}], personal=["/summary"], stage=None, categories=None,
        )  # fmt: skip
        receipt = self.desk._taken(response)
        self.ledger.record(receipt["id"], occurred, count, text, receipt["position"])
        self.compare()

    @rule(which=a_number)
    @precondition(lambda self: 0 < len(self.ledger.pages) < 5)
    def record_again(self, which: int) -> None:
        """A second report of what may be one happening."""
        page = self.ledger.pages[self.pick(which)]
        self.record(page.occurred, page.count)

    @rule(which=a_number, changes=each_change)
    @precondition(lambda self: self.ledger.pages)
    def amend(self, which: int, changes: dict[str, str]) -> None:
        if not self.ledger.pages[stage := self.pick(which)].twin:
            self.say(stage, "amendments", {"changes": in_the_service(changes)}, changes=changes)

    @rule(which=a_number, outlet=st.sampled_from(OUTLETS))
    @precondition(lambda self: self.ledger.pages)
    def corroborate(self, which: int, outlet: str) -> None:
        self.say(self.pick(which), "corroborations", {"source": {"outlet": outlet}}, outlet=outlet)

    @rule(which=a_number, changes=each_change)
    @precondition(lambda self: self.ledger.pages)
    def dispute(self, which: int, changes: dict[str, str]) -> None:
        body = {"by": "XB", "says": in_the_service(changes)}
        self.say(self.pick(which), "disputes", body, changes=changes)

    @rule(which=a_number, opened=a_number, outcome=st.sampled_from(["upheld", "dismissed", "withdrawn"]))
    @precondition(lambda self: self.ledger.pages)
    def resolve(self, which: int, opened: int, outcome: str) -> None:
        page = self.ledger.pages[stage := self.pick(which)]
        number = sorted([*page.disputes, 99])[opened % (len(page.disputes) + 1)]
        if not (page.twin and outcome == "upheld"):
            said = {"dispute": number, "outcome": outcome}
            self.say(stage, "resolutions", said, **said)

    @rule(which=a_number)
    @precondition(lambda self: self.ledger.pages)
    def retract(self, which: int) -> None:
        self.say(self.pick(which), "retractions", {})

    @rule(which=a_number)
    @precondition(lambda self: any(page.retracted for page in self.ledger.pages.values()))
    def reinstate(self, which: int) -> None:
        self.say(self.pick(which), "reinstatements", {})

    @rule(which=a_number, other=a_number)
    @precondition(lambda self: len(self.ledger.pages) > 1)
    def judge_same(self, which: int, other: int) -> None:
        """Two that are alike in the ledger and nobody's twin, so that it does not matter which one counts."""
        one, two = self.pick(which), self.pick(other)
        first, second = self.ledger.pages[one], self.ledger.pages[two]
        alike = (first.occurred, first.count) == (second.occurred, second.count)
        if one != two and alike and not (first.twin or second.twin or first.retracted or second.retracted):
            self.say(one, "identifications", {"other": two}, other=two)

    @rule(which=a_number)
    @precondition(lambda self: any(page.twin for page in self.ledger.pages.values()))
    def judge_not_same(self, which: int) -> None:
        joined = [s for s, page in self.ledger.pages.items() if page.twin and "identifications" in page.said]
        stage = joined[which % len(joined)]
        twin = self.ledger.pages[stage].twin
        if self.desk.read(stage)["same_as"] == [twin] and self.of_whom(stage) == stage:
            self.say(stage, "distinctions", {"other": twin}, other=twin)

    @rule(which=a_number)
    @precondition(lambda self: self.ledger.pages)
    def erase(self, which: int) -> None:
        """As whoever has the file does it, beside the running service."""
        stage = self.pick(which)
        if stage in self.ledger.erased:
            return
        with Record(environment(self.home / "record.db"), self.desk.clock) as record:
            receipt = erase(record, UUID(stage), "On request.", "ada").receipt
        self.desk.versions[stage] = receipt.version
        self.ledger.take(stage, "erasure", receipt.position)
        self.compare()

    # What befalls the service

    @rule()
    def restart(self) -> None:
        versions, now = self.desk.versions, self.desk.clock.now
        self.stack.close()
        self.desk = self.stack.enter_context(self._open())
        self.desk.versions, self.desk.clock.now = versions, now
        self.compare()

    @rule()
    def rebuild(self) -> None:
        self.desk.client.app.state.record.rebuild()
        self.compare()

    @rule(which=a_number)
    @precondition(lambda self: any(page.version > 1 for page in self.ledger.pages.values()))
    def write_late(self, which: int) -> None:
        """Somebody who has not seen the last version writes nothing."""
        later = [stage for stage, page in self.ledger.pages.items() if page.version > 1]
        stage = later[which % len(later)]
        response = self.desk.says(stage, "retractions", {"reason": REASON}, if_match='"1"')
        assert self.desk.refused(response).told == (412, "stale-version")
        assert response.json()["current_version"] == self.ledger.pages[stage].version
        self.compare()

    @rule(which=a_number, day=st.sampled_from(ASKED_DAYS))
    @precondition(lambda self: self.ledger.known)
    def look_back(self, which: int, day: str) -> None:
        """What was known at a moment stays as it was."""
        positions = sorted(self.ledger.known)
        position = positions[which % len(positions)]
        self.compare_view(self.ledger.known[position], day, at_position=position)
        for stage, page in self.ledger.known[position].items():
            self.compare_stage(stage, page, at_position=position)

    # Comparing

    def pick(self, which: int) -> str:
        return list(self.ledger.pages)[which % len(self.ledger.pages)]

    def of_whom(self, stage: str) -> str:
        """Of which of two twins it was judged."""
        twin = self.ledger.pages[stage].twin
        versions = self.desk.get(f"/v1/developments/{stage}/history")["versions"]
        judged = [one for one in versions if one["event"] in {"same-as", "not-same-as"}]
        last = judged[-1] if judged else None
        return stage if last and last["event"] == "same-as" and last["said"]["other"] == twin else str(twin)

    def say(self, stage: str, what: str, body: dict[str, Any], **said: Any) -> None:
        """Say it, and hold what comes of it against what the ledger expects."""
        expected = self.ledger.refusal(stage, what, **said)
        reason = {} if what == "corroborations" else {"reason": REASON}
        self.desk.clock.turn(hours=1)
        response = self.desk.says(stage, what, {**body, **reason})
        if expected:
            assert self.desk.refused(response).told[1] == expected
            self.refused += 1
        else:
            receipt = self.desk._taken(response)
            self.ledger.take(stage, what, receipt["position"], **said)
            assert receipt["version"] == self.ledger.pages[stage].version
        self.compare()

    def compare(self) -> None:
        """Every answer about now."""
        changes = self.desk.view("changes", limit=500)["changes"]
        assert len(changes) == self.ledger.events
        for stage, page in self.ledger.pages.items():
            self.compare_stage(stage, page)
            told = [one["event"] for one in changes if one["id"] == stage]
            assert told == [page.said[0], *(EVENTS[one] for one in page.said[1:])]
        self.compare_view(self.ledger.pages, ASKED_DAYS[len(changes) % len(ASKED_DAYS)])

    def compare_stage(self, stage: str, page: Page, **clock: Any) -> None:
        found = self.desk.read(stage, **clock)
        development = found["development"]
        assert (found["version"], found["standing"]) == (page.version, page.standing())
        assert (found["earliest"], found["latest"]) == DAYS[page.occurred]
        assert development["occurred"] == page.occurred
        assert development["persons"][0]["count"] == COUNTS[page.count][0]
        assert development["summary"].startswith(self.ledger.text(stage, page))

    def compare_view(self, pages: dict[str, Page], day: str, **clock: Any) -> None:
        exchanges = self.desk.view("exchanges", as_of=day, **clock)["exchanges"]
        sides = {one["side"]: one["persons"]["certain"] for one in exchanges["persons"]}
        assert exchanges["stages"] == stages(pages, day)
        assert sides.get("XA", total({}, day)) == total(pages, day)
        shown = self.desk.view("timeline", as_of=day, **clock)["developments"]
        numbers = {page.number for page in counted(pages) if certainty(page, day) != "not"}
        assert {one["id"] for one in shown} == {s for s, page in pages.items() if page.number in numbers}

    def teardown(self) -> None:
        self.stack.close()


@pytest.mark.slow
def test_a_history_is_what_the_ledger_says(tmp_path_factory):
    History.directory = iter(lambda: tmp_path_factory.mktemp("history"), None)
    bounds = settings(
        max_examples=int(ASKED_FOR or 12),
        stateful_step_count=50 if ASKED_FOR else 25,
        derandomize=not ASKED_FOR,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(History, settings=bounds)
