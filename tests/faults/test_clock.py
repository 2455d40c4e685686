"""A clock that jumps: the order and the moments go one way, and no answer about the past changes."""

from datetime import datetime
from itertools import pairwise

import pytest

from tests.service.api.desk import telling
from tests.service.recording import assert_sound

JUMPS = (
    {"days": 400},
    {"days": -800},
    {"seconds": -61},
    {"days": 401},
    {"hours": -1, "microseconds": -1},
    {"days": 3},
)
UNDATED = [{"outlet": "The Port Solace Gazette (invented)"}]
VIEWS = ("timeline", "contacts", "ceasefire")


def asked(desk):
    """What each view answers now, with the moments that it echoes."""
    return {view: desk.view(view) for view in VIEWS}


def again(desk, view, answer):
    """What it answers when it is asked with what was echoed."""
    return desk.view(view, as_of=answer["as_of"], known_at=answer["known_at"])


def test_a_clock_that_jumps_forth_and_back_changes_no_answer_and_no_order(desk):
    answers, receipts = [], []
    for jump in JUMPS:
        desk.record("call-held", occurred="2019-01-04", sources=UNDATED)
        answers.append(asked(desk))
        desk.clock.turn(**jump)
        path = f"/v1/dossiers/{desk.dossier}/developments"
        told = telling("call-held", occurred="2019-01-05", sources=UNDATED)
        receipts.append(desk.post(path, told).json())
        for before in answers:
            assert {view: again(desk, view, answer) for view, answer in before.items()} == before

    moments = [datetime.fromisoformat(one["recorded_at"]) for one in receipts]
    assert all(earlier < later for earlier, later in pairwise(moments))
    assert [one["position"] for one in receipts] == [1 + 2 * n for n in range(1, len(JUMPS) + 1)]
    assert_sound(desk.client.app.state.record)


@pytest.mark.parametrize("jump", [{"days": -800}, {"days": 800}], ids=str)
def test_a_checkpoint_and_a_rectification_survive_a_jump(desk, jump):
    """The log goes on from what was signed, and what is on record can be corrected, by whatever clock."""
    call = desk.record("call-held", occurred="2019-01-04", sources=UNDATED)
    before = desk.get("/v1/log/checkpoint")
    desk.clock.turn(**jump)
    desk.said(call, "amendments", changes={"occurred": "2019-01-03"})
    after = desk.get("/v1/log/checkpoint")

    proof = desk.get("/v1/log/proofs/consistency", **{"from": before["size"], "to": after["size"]})
    assert (before["size"], after["size"], len(proof["proof"]) > 0) == (2, 3, True)
    assert desk.read(call, at_position=2)["development"]["occurred"] == "2019-01-04"
    assert desk.read(call)["development"]["occurred"] == "2019-01-03"
