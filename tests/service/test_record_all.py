"""Many developments at once: each has its own outcome, in their order."""

from domain.errors import LiesInFuture, UnknownDossier, UnresolvedReference
from service.callers import KeyReused, Receipt
from tests.service.recording import ADA, DOSSIER, Clock, assert_sound, caller, labels, open_record, tell

NOWHERE = "00000000-0000-4000-8000-000000000000"


def test_one_that_is_refused_fails_none_of_the_others(tmp_path):
    suspended = tell(kind="agreement-suspended", agreement=NOWHERE, by=["XA"])
    told = [tell("A"), tell("B", occurred="2031-09"), tell("C"), suspended, tell("D")]
    with open_record(tmp_path / "record.db", Clock()) as record:
        outcomes = record.record_all(DOSSIER.id, [(one, ADA) for one in told])

        assert [type(one) for one in outcomes] == [
            Receipt,
            LiesInFuture,
            Receipt,
            UnresolvedReference,
            Receipt,
        ]
        assert labels(record) == ["A", "C", "D"]
        assert [one.position for one in outcomes if isinstance(one, Receipt)] == [2, 3, 4]
        assert_sound(record)


def test_a_repetition_is_answered_as_the_first_time_and_says_so(tmp_path):
    told = [(tell("A"), caller("1")), (tell("B"), caller("2"))]
    with open_record(tmp_path / "record.db") as record:
        first = record.record_all(DOSSIER.id, told)
        again = record.record_all(DOSSIER.id, [*told, (tell("C"), caller("2", b"another"))])

        assert again[:2] == first
        assert [one.repeated for one in first + again[:2]] == [False, False, True, True]
        assert isinstance(again[2], KeyReused)
        assert labels(record) == ["A", "B"]


def test_none_is_recorded_in_a_dossier_that_is_not_open(tmp_path):
    with open_record(tmp_path / "record.db") as record:
        (outcome,) = record.record_all("nowhere", [(tell(), ADA)])

        assert isinstance(outcome, UnknownDossier)
        assert record.store.max_notification_id() == 1
