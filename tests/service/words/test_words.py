"""Views in words: bounds stay bounds, unknown is never a number, and nothing is rounded away."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from domain.developments import KINDS
from domain.quantity import AtLeast, AtMost, Between, Exact, NotApplicable, Unknown, Withheld
from domain.time import Certainty
from projections.contacts import Length
from projections.returns import Persons, StageCount
from service.words import counts, days, events, sources, states, values
from service.words.headlines import headline

MAY, JUNE = date(2025, 5, 16), date(2025, 6, 26)
NAMES = {"XA": "Arvenia", "XB": "Belmark"}


def persons(at_least: int, at_most: int | None, stages: int, unknown: int = 0, withheld: int = 0) -> Persons:
    return Persons(at_least=at_least, at_most=at_most, stages=stages, unknown=unknown, withheld=withheld)


@pytest.mark.parametrize(
    ("earliest", "latest", "said"),
    [
        (MAY, MAY, "on 16 May 2025"),
        (MAY, JUNE, "on a day from 16 May to 26 June 2025"),
        (date(2022, 1, 1), date(2025, 1, 2), "on a day from 1 January 2022 to 2 January 2025"),
        (MAY, None, "on 16 May 2025 or later"),
        (MAY, date.max, "on 16 May 2025 or later"),
        (None, JUNE, "by 26 June 2025, from an unknown day on"),
        (date.min, JUNE, "by 26 June 2025, from an unknown day on"),
        (None, None, "on a day that no source gives"),
    ],
)
def test_a_day_is_told_as_far_as_it_is_known(earliest, latest, said):
    assert days.between(earliest, latest) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2025-06-03/2025-06-26", "from 3 June to 26 June 2025"),
        ("[2025-06-03..2025-06-26]", "on a day from 3 June to 26 June 2025"),
        ("2021-09/..", "on 1 September 2021 or later"),
        ("2025-05-16", "on 16 May 2025"),
    ],
)
def test_a_date_as_it_was_written_is_told_in_words(text, said):
    assert days.written(text) == said


def test_a_moment_is_told_in_utc_and_asked_for_again_exactly():
    moment = datetime(2026, 1, 1, 1, 2, 3, 456, timezone(timedelta(hours=2)))

    assert days.moment(moment) == "31 December 2025, 23:02:03 UTC"
    assert days.stamp(moment) == "2025-12-31T23:02:03.000456Z"
    assert datetime.fromisoformat(days.stamp(moment)) == moment.astimezone(UTC)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (
            persons(1000, None, 10, unknown=7),
            "at least 1\u202f000; upper bound unknown; 7 of 10 stages without a published count",
        ),
        (persons(20, 20, 1), "exactly 20"),
        (persons(0, 0, 1), "exactly 0"),
        (persons(28, 30, 2), "at least 28, at most 30"),
        (persons(0, 4, 1), "at least 0, at most 4"),
        (persons(0, None, 2), "no lower bound above zero; upper bound unknown"),
        (
            persons(5, None, 3, withheld=1),
            "at least 5; upper bound unknown; 1 of 3 stages with a count that is withheld",
        ),
        (
            persons(0, None, 10, unknown=10),
            "no count is published for any of 10 stages, so no number can be given",
        ),
        (
            persons(0, None, 1, unknown=1),
            "no count is published for the only stage, so no number can be given",
        ),
        (persons(0, 0, 0), "none"),
    ],
)
def test_persons_are_an_interval_with_what_nobody_published(told, said):
    assert counts.persons(told) == said


@pytest.mark.parametrize(
    ("certain", "possible", "said"),
    [
        (7, 3, "certainly 7 stages, possibly 3 more"),
        (1, 0, "certainly 1 stage"),
        (0, 3, "certainly no stage, possibly 3 more"),
        (0, 0, "no stage on record"),
    ],
)
def test_stages_are_certain_or_possible(certain, possible, said):
    assert counts.stages(StageCount(certain=certain, possible=possible)) == said


def test_unknown_withheld_not_applicable_and_zero_are_four_things():
    told = [
        Unknown(type="unknown"),
        Withheld(type="withheld", by="XB", reason="until the families are told", until="2021-04"),
        NotApplicable(type="not_applicable"),
        Exact(type="exact", value=0),
    ]

    assert [counts.count(one) for one in told] == [
        "unknown: no source gives a number",
        "withheld by XB until 2021-04: until the families are told",
        "not applicable",
        "0",
    ]


def test_counts_keep_their_bounds():
    told = [
        AtLeast(type="at_least", min=3),
        AtMost(type="at_most", max=1200),
        Between(type="between", min=2, max=4),
    ]

    assert [counts.count(one) for one in told] == ["at least 3", "at most 1\u202f200", "from 2 to 4"]


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (Length(at_least=60, at_most=None, contacts=1, unknown=0), "1 h or more"),
        (Length(at_least=40, at_most=90, contacts=1, unknown=0), "40 min to 1 h 30 min"),
        (Length(at_least=120, at_most=120, contacts=1, unknown=0), "2 h"),
        (Length(at_least=60, at_most=None, contacts=3, unknown=1), "1 h or more; 1 of 3 without a length"),
        (Length(at_least=0, at_most=None, contacts=2, unknown=2), "length not given"),
    ],
)
def test_a_length_is_an_interval(length, said):
    assert counts.length(length) == said


def test_a_status_that_is_not_certain_lists_all_that_may_hold():
    assert states.ceasefire("no_agreement", ["no_agreement"]) == "No agreement"
    assert states.ceasefire(None, ["no_agreement", "under_discussion"]) == (
        "Not certain: no agreement or under discussion"
    )


def test_every_status_of_a_ceasefire_has_words():
    from typing import get_args

    from projections.ceasefire_line import Status

    assert set(states.CEASEFIRE) == set(get_args(Status))


def test_every_standing_and_certainty_has_words():
    from typing import get_args

    from domain.entry import Standing

    assert set(states.STANDING) == set(get_args(Standing))
    assert set(states.CERTAINTY) == set(Certainty)


def test_breaches_are_told_beside_the_status():
    none, certain, possible = Certainty.NOT, Certainty.CERTAIN, Certainty.POSSIBLE

    assert states.violated(none, none) is None
    assert states.violated(certain, none) == "Breaches were certainly alleged; they do not end it."
    assert states.violated(certain, possible) == (
        "Breaches were certainly alleged and possibly confirmed; they do not end it."
    )


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (
            {"event": "amended", "changes": {"occurred": "x", "by_category": []}},
            "changes when it happened and by category",
        ),
        (
            {"event": "disputed", "by": "XB", "says": {"persons": []}},
            "Belmark gives another account of persons",
        ),
        ({"event": "disputed", "by": "XB"}, "Belmark says that it did not happen"),
        (
            {"event": "objection-raised", "by": {"type": "organisation", "name": "The League"}},
            "The League objects",
        ),
        ({"event": "dispute-resolved", "outcome": "upheld"}, "the dispute was upheld"),
        ({"event": "retracted"}, None),
    ],
)
def test_an_event_says_what_it_changes_and_who_disputes(told, said):
    assert events.detail(told, NAMES) == said


def test_a_chain_runs_from_its_origin_to_its_outlet():
    source = {
        "outlet": "Babel",
        "chain": [
            {"actor": {"type": "person", "name": "A. Orsolin", "role": "negotiator"}, "role": "speaker"},
            {"actor": {"type": "unnamed", "description": "a correspondent"}, "role": "reporter"},
        ],
    }

    assert sources.chain(source, NAMES) == [
        ("A. Orsolin, negotiator", "said it"),
        ("a correspondent", "reported it"),
        ("Babel", "published it"),
    ]
    assert sources.chain({"outlet": "Babel"}, NAMES) == [("Babel", "says so itself")]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "not given"),
        (True, "yes"),
        (1200, "1\u202f200"),
        ("XA", "Arvenia"),
        (["XA", "XC"], "Arvenia; XC"),
        ([], "none"),
        ({"type": "at_least", "min": 2}, "at least 2"),
        ({"side": "XB", "count": {"type": "exact", "value": 3}}, "Belmark: 3"),
        (
            {
                "side": "XB",
                "count": {"type": "unknown"},
                "by_category": [{"category": "seriously_ill", "count": {"type": "exact", "value": 2}}],
            },
            "Belmark: unknown: no source gives a number (seriously ill: 2)",
        ),
        ({"outlet": "Babel", "title": "T", "chain": [{"actor": "XA"}]}, "Arvenia → Babel, “T”"),
        ({"issue": "ceasefire", "outcome": "agreed"}, "issue: ceasefire, outcome: agreed"),
    ],
)
def test_whatever_a_field_holds_is_told(value, said):
    assert values.told(value, NAMES) == said


def test_a_change_is_told_word_by_word():
    assert values.changed("They called once.", "They called twice.", {}) == [
        ("kept", "They called"),
        ("gone", "once."),
        ("new", "twice."),
    ]
    assert values.changed(None, "a", {}) == [("gone", "not given"), ("new", "a")]


def test_a_chain_names_whom_it_has_by_a_code():
    assert sources.named(["XC → Chronicle (invented)", "Lake Radio (invented)"], {"XC": "The host"}) == (
        "The host → Chronicle (invented); and by Lake Radio (invented)"
    )


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("2021-06-01", "1 June 2021"),
        ("[2021-05-30..2021-06-02]", "on a day from 30 May to 2 June 2021 ([2021-05-30..2021-06-02])"),
        ("2021-06-03/2021-06-26", "from 3 June to 26 June 2021 (2021-06-03/2021-06-26)"),
        ("2021-02-30", "2021-02-30"),
        ("2021-05-16 was a Sunday", "2021-05-16 was a Sunday"),
    ],
)
def test_a_date_is_told_in_words_and_as_it_was_written(written, told):
    assert values.told(written, {}) == told


def test_a_date_that_changed_is_told_as_a_whole():
    assert values.changed("2021-05-30", "2021-06-01", {}) == [("gone", "30 May 2021"), ("new", "1 June 2021")]


def test_a_headline_has_names_for_codes_and_leaves_the_recorders_own_words():
    told = KINDS["agreement-reached"].model_validate({**KINDS["agreement-reached"].example, "summary": None})
    own = told.model_copy(update={"summary": "XA and XB agreed."})

    assert headline(told, {"XA": "Arvenia"}) == "Agreement reached: Arvenia, XB (Return of the pilots)"
    assert headline(own, {"XA": "Arvenia"}) == "XA and XB agreed."
