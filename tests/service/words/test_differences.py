"""Differences in words: those of one number together, those that only follow from others left out."""

from datetime import UTC, datetime
from uuid import UUID

from projections.diff import ChangedByKnowledge
from projections.history import Change
from projections.returns import Persons
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
    assert differences.place(one.path, NAMES) == "persons returned to Arvenia"
    assert one.parts == (
        ("certainly at least", 40, 67),
        ("certain stages with a count that is withheld", 1, 0),
        ("with the possible stages at most", 90, 95),
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
    assert differences.place(f"/ceasefires/{ONE}/status", NAMES) == "the status of “The truce of April”"
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


def test_a_sentence_names_what_moved_as_a_reader_would():
    named = {
        "/status": "the status of the ceasefire",
        "/in_effect": "whether a ceasefire was in effect",
        f"/contested/{ONE}": "the disagreement about “The truce of April”",
        f"/by_stipulation/{ONE},pilots": "what was promised and done under The truce of April, pilots",
        f"/by_stipulation/{ONE},pilots/carried_out/persons/XA": (
            "persons returned under The truce of April, pilots to Arvenia"
        ),
        "/positions/XA,ceasefire": "Arvenia on ceasefire",
        f"/agreements/{ONE}/clocks/ended": "when “The truce of April” was ended",
        f"/agreements/{ONE}/stipulations/a/level": "how far “The truce of April” was carried out, as to a",
        "/exchanges/categories/XA,aircrew/persons": "persons returned to Arvenia, aircrew",
    }
    assert {path: differences.place(path, NAMES) for path in named} == named


def test_a_bound_that_was_not_known_is_said_to_be_unknown():
    at_most = difference("/exchanges/persons/XA/persons/certain/at_most", None, 12)

    assert differences.moved([at_most])[0].parts == (("certainly at most", "unknown", 12),)


def test_a_level_is_told_in_the_words_of_its_scale():
    (told,) = differences.moved([difference(f"/agreements/{ONE}/stipulations/pilots/level", None, 2)])

    assert told.parts == (("", None, "intermediate"),)


def test_parts_of_an_answer_are_told_by_what_they_say():
    position = {"stance": "none", "asked": [{"content": "Open the harbour."}]}
    truce = {"ceasefire_class": "preliminary", "status": None, "possible": ["agreed", "in_effect"]}
    told = ["not", "certain", {"accounts": [{}, {}], "headline": "A stage"}, position, truce]

    assert [differences.value(one, NAMES) for one in told] == [
        "no",
        "certainly",
        "2 accounts",
        "Open the harbour.",
        "not certain: agreed, not yet in effect or in effect",
    ]


def test_a_sum_that_nobody_counted_is_told_once():
    def uncounted(stages: int, at_least: int = 0) -> Persons:
        return Persons(at_least=at_least, at_most=None, stages=stages, unknown=stages, withheld=0)

    assert differences.tally(uncounted(4), uncounted(7)) == (
        "no count is published for any of 7 stages, 3 of them only possible"
    )
    assert differences.tally(uncounted(4, 2), uncounted(7, 2)) == (
        "at least 2; upper bound unknown; 7 of 7 stages without a published count"
    )
