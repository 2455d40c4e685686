"""Differences in words: those of one number together, those that only follow from others left out."""

from datetime import UTC, datetime
from uuid import UUID

from projections.diff import ChangedByKnowledge
from projections.history import Change
from service.words import differences

ONE = UUID(int=1)
NAMES = {"XA": "Arvenia", str(ONE): "The truce of April"}
AMENDED = Change(
    position=7,
    recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
    recorded_by="ada",
    event="amended",
    id=ONE,
    version=2,
    kind="exchange-stage-carried-out",
    headline="An exchange",
    reason="A better source.",
)


def difference(path: str, before: object = None, after: object = 1) -> ChangedByKnowledge:
    return ChangedByKnowledge(path=path, before=before, after=after, made_by=(AMENDED,))


def test_the_parts_of_one_number_are_told_together_and_once():
    side = "/exchanges/persons/XA/persons"
    told = differences.moved(
        [
            difference(f"{side}/certain/at_least", 40, 67),
            difference(f"{side}/certain/withheld", 1, 0),
            difference(f"{side}/with_possible/at_least", 40, 67),
            difference(f"{side}/with_possible/at_most", 90, 95),
        ]
    )

    (one,) = told
    assert differences.place(one.path, NAMES) == "exchanges · persons · Arvenia · persons"
    assert one.parts == (
        ("certain at least", 40, 67),
        ("certain withheld", 1, 0),
        ("with possible at most", 90, 95),
    )
    assert one.made_by == (AMENDED,)


def test_what_an_answer_rests_on_is_no_difference_of_its_own():
    told = [
        difference("/rests_on/certain/x"),
        difference("/since"),
        difference("/possible", ["none"], ["agreed"]),
        difference("/status", "none", "agreed"),
    ]

    assert [one.path for one in differences.moved(told)] == ["/status"]


def test_a_place_is_named_by_what_it_is_about():
    assert differences.place(f"/ceasefires/{ONE}/status", NAMES) == "ceasefires · The truce of April · status"
    assert differences.place(f"/ceasefires/{UUID(int=2)}/in_effect", NAMES) == "ceasefires · in effect"


def test_values_are_told_as_words():
    certain = {"at_least": 0, "at_most": None, "stages": 2, "unknown": 2, "withheld": 0}
    persons = {"side": "XA", "persons": {"certain": certain, "with_possible": certain}}
    said = {"party": "XA", "said": [{"content": "A ceasefire."}, {"content": "No garrison."}]}
    told = [
        None,
        "no_agreement",
        "2021-06-30",
        1200,
        ["agreed", "signed"],
        [],
        persons,
        said,
        {"certain": 4, "possible": 1},
    ]

    assert [differences.value(one, NAMES) for one in told] == [
        "nothing on record",
        "no agreement",
        "30 June 2021",
        "1\u202f200",
        "agreed or signed",
        "none",
        "no count is published for any of 2 stages, so no number can be given",
        "A ceasefire.; No garrison.",
        "certainly 4 stages, possibly 1 more",
    ]
