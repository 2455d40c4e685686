"""Answers for people: in words, each with its certainty, and no number that no source gives."""

from datetime import date
from io import StringIO

import pytest
from rich.console import Console

from domain.time import Certainty
from projections.diff import KnowledgeDiff, TimeDiff
from projections.explain import explain
from projections.history import History
from projections.registry import VIEWS
from projections.returns import Persons, StageCount, Tally
from projections.timeline import Timeline
from service.api.openapi import EXAMPLES
from service.showing import answers, words

ANSWERS = {
    name: projection.answer.model_validate(EXAMPLES["answers"]["read_" + name.replace("/", "_")])
    for name, projection in VIEWS.items()
}


def text_of(shown):
    """What stands on a wide screen."""
    console = Console(width=400, record=True, file=StringIO())
    for one in shown:
        console.print(one)
    return console.export_text()


def persons(least, most, parts=1, unknown=0, withheld=0):
    return Persons(at_least=least, at_most=most, stages=parts, unknown=unknown, withheld=withheld)


@pytest.mark.parametrize(
    ("counted", "told"),
    [
        (persons(0, 0, parts=0), "none"),
        (persons(0, 0), "0"),
        (persons(20, 20), "20"),
        (persons(20, 40), "20 to 40"),
        (persons(20, None), "20 or more"),
        (persons(1_234_567, 1_234_567), "1234567"),
        (
            persons(20, None, parts=3, unknown=1, withheld=1),
            "20 or more (1 unpublished, 1 withheld, of 3 stages)",
        ),
        (persons(0, None, unknown=1), "no published count"),
        (persons(0, None, parts=2, unknown=1, withheld=1), "no published count (1 withheld)"),
    ],
)
def test_persons_are_an_interval_with_what_is_not_published(counted, told):
    assert words.persons(counted) == told
    assert words.in_words(counted.model_dump()) == told


def test_what_is_possible_stands_beside_what_is_certain():
    tally = Tally(certain=persons(20, 20), with_possible=persons(20, 60, parts=2))

    assert words.tally(tally) == "20; with the possible stages 20 to 60"
    assert words.stages(StageCount(certain=7, possible=3)) == "7, and possibly 3 more"
    assert words.stages(StageCount(certain=7, possible=0)) == "7"
    assert words.either(None, ("agreed", "in_effect")) == "one of: agreed, in effect"
    assert words.either("in_effect", ("in_effect",)) == "in effect"


@pytest.mark.parametrize(
    ("earliest", "latest", "told"),
    [
        (date(2021, 3, 8), date(2021, 3, 8), "2021-03-08"),
        (date(2021, 3, 1), date(2021, 3, 31), "between 2021-03-01 and 2021-03-31"),
        (date(2021, 3, 1), None, "2021-03-01 or later"),
        (None, date(2021, 3, 31), "2021-03-31 or earlier"),
        (None, None, "on an unknown day"),
    ],
)
def test_days_keep_their_bounds(earliest, latest, told):
    assert words.days(earliest, latest) == told
    assert words.when(Certainty.POSSIBLE, earliest, latest) == f"possibly, {told}"
    assert words.when(Certainty.NOT, earliest, latest) == "not"


@pytest.mark.parametrize(
    ("count", "told"),
    [
        ({"type": "exact", "value": 0}, "0"),
        ({"type": "at_least", "min": 2}, "2 or more"),
        ({"type": "at_most", "max": 2}, "2 or fewer"),
        ({"type": "between", "min": 2, "max": 4}, "2 to 4"),
        ({"type": "unknown"}, "unknown"),
        ({"type": "withheld", "by": "XA", "reason": "They say so."}, "withheld"),
        ({"type": "not_applicable"}, "not applicable"),
    ],
)
def test_the_seven_counts_are_told_apart(count, told):
    assert words.count(count) == told


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_shown_with_its_clocks(view):
    answer = ANSWERS[view]
    shown = text_of(answers.view(view, answer))

    assert f"solace-2021, as of {answer.as_of}, as known at" in shown
    assert "position" in shown
    assert len(shown.splitlines()) > 3
    assert "None" not in shown
    assert "Certainty" not in shown


def test_marks_in_texts_stand_as_they_are():
    happened = ANSWERS["contacts"].contacts[0].model_copy(update={"headline": "[erased by request] [bold]…"})
    answer = ANSWERS["contacts"].model_copy(update={"contacts": (happened,)})

    assert "[erased by request] [bold]…" in text_of(answers.view("contacts", answer))


def test_where_accounts_differ_and_by_which_rule_is_shown():
    timeline = Timeline.model_validate(EXAMPLES["answers"]["read_timeline"])
    explained = ANSWERS["ceasefire"].model_copy(update={"explanation": explain(ANSWERS["ceasefire"])})

    assert "By which rule" in text_of(answers.view("ceasefire", explained))
    shown = text_of(answers.view("timeline", timeline))
    assert all(one.headline in shown for one in timeline.developments)


def test_a_history_says_who_and_why():
    history = History.model_validate(EXAMPLES["answers"]["read_history"])
    shown = text_of([answers.history(history, "A call")])

    assert "History of: A call" in shown
    for version in history.versions:
        assert version.recorded_by in shown
        assert (version.reason or "") in shown


def test_differences_are_sentences_with_what_made_them():
    forms = EXAMPLES["forms"]["read_diff"].values()
    for form in forms:
        model = TimeDiff if "as_of_from" in form else KnowledgeDiff
        sentences = list(answers.difference(model.model_validate(form)))
        assert sentences
        assert all(one.startswith("  because of “") or "it was " in one for one in sentences), sentences
    nothing = model.model_validate({**form, "differences": []})
    assert list(answers.difference(nothing)) == [f"Nothing in the view {nothing.view} changed."]


def test_a_bound_that_there_is_not_is_no_nothing():
    form = next(one for one in EXAMPLES["forms"]["read_diff"].values() if "as_of_from" not in one)
    moved = {
        "path": "/exchanges/persons/XA/persons/certain/at_most",
        "before": 0,
        "after": None,
        "made_by": [],
    }
    (sentence,) = answers.difference(KnowledgeDiff.model_validate({**form, "differences": [moved]}))

    assert sentence.endswith("at most: it was 0; it is without an upper bound.")
