"""What it costs to verify a record, and one answer. `make bench-parts` runs it."""

import pytest

from service.log.notes import VerifierKey
from service.proving.checkpoints import Keys
from service.proving.opening import mapper_of_environment, snapshot
from service.proving.receipts import verify_answer
from service.proving.verifying import verify
from service.transparency import Transparency
from tests.service.api.desk import open_desk
from tests.service.recording import ADA, DOSSIER, at_once, now, open_record, relabel, tell
from tests.service.tampering import KEY

EVENTS = 10_000
HANDS = 50


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """A record of ten thousand events, half of them amendments, under a signed checkpoint."""
    made = tmp_path_factory.mktemp("verified") / "record.db"
    with open_record(made) as record:
        at_once([lambda: _write(record, EVENTS // HANDS // 2)] * HANDS)
        Transparency(record, now, KEY).checkpoint()
    return made


def _write(record, turns):
    for number in range(turns):
        one = record.record(DOSSIER.id, tell(f"Race {number}", summary="What happened there. " * 10), ADA)
        record.say(one.id, relabel(f"Race {number}, rowed"), [1], ADA)


@pytest.mark.parametrize("with_views", [True, False], ids=["with its views", "without"])
def test_a_record_of_ten_thousand_events_is_verified(benchmark, file, with_views):
    with snapshot(file) as connection:
        verified = benchmark.pedantic(
            lambda: verify(connection, mapper_of_environment(), Keys(KEY.verifier), with_views=with_views),
            rounds=3,
        )
    assert verified.holds
    assert verified.events == EVENTS + 1


def test_an_answer_that_rests_on_a_hundred_developments_is_verified(benchmark, tmp_path):
    with open_desk(tmp_path) as desk:
        desk.open_dossier()
        for _ in range(100):
            desk.record("call-held")
        answer = desk.view("timeline", receipt=True)
        key = desk.get("/v1/log/checkpoint")["verifier_key"]
    benchmark(lambda: verify_answer(answer, VerifierKey.parse(key)))
