"""Answers as tables of pandas and of polars: one row for each thing, and no unknown is a number."""

import math

import pandas as pd
import polars as pl
import pytest

from projections.registry import VIEWS
from projections.timeline import Timeline
from service.api.openapi import EXAMPLES
from service.client import to_frame
from service.client.calls import as_model

ANSWERS = {
    name: projection.answer.model_validate(EXAMPLES["answers"]["read_" + name.replace("/", "_")])
    for name, projection in VIEWS.items()
}
TIMELINE = Timeline.model_validate(EXAMPLES["answers"]["read_timeline"])
LIBRARIES = ("pandas", "polars")


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_timeline_has_a_row_for_each_development(library):
    frame = to_frame(TIMELINE, library=library)

    assert len(frame) == len(TIMELINE.developments) > 1
    assert list(frame["id"]) == [str(one.id) for one in TIMELINE.developments]
    assert list(frame["certainty"]) == [one.certainty.value for one in TIMELINE.developments]
    assert [one.isoformat()[:10] for one in frame["earliest"]] == [
        one.earliest.isoformat() for one in TIMELINE.developments
    ]


@pytest.mark.parametrize("library", LIBRARIES)
def test_items_of_several_pages_make_one_table(library):
    walked = iter([*TIMELINE.developments, *TIMELINE.developments])

    assert len(to_frame(walked, library=library)) == 2 * len(TIMELINE.developments)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_has_a_table(view, library):
    frame = to_frame(ANSWERS[view], library=library)

    assert len(frame) > 0
    assert len(frame.columns) > 2


@pytest.mark.parametrize("view", ["exchanges", "exchanges/series"])
def test_what_is_not_known_is_null_in_pandas_and_not_a_number(view):
    frame = to_frame(ANSWERS[view], library="pandas")
    unbounded = frame[frame["unknown"] + frame["withheld"] > 0]

    assert len(unbounded) > 0
    assert unbounded["at_most"].isna().all()
    assert str(frame["at_most"].dtype) == "Int64"
    assert not any(isinstance(one, float) and math.isnan(one) for one in frame["at_most"])
    assert not frame["at_least"].isna().any()


@pytest.mark.parametrize("view", ["exchanges", "exchanges/series"])
def test_what_is_not_known_is_null_in_polars_and_not_a_number(view):
    frame = to_frame(ANSWERS[view], library="polars")
    unbounded = frame.filter(pl.col("unknown") + pl.col("withheld") > 0)

    assert len(unbounded) > 0
    assert unbounded["at_most"].null_count() == len(unbounded)
    assert frame["at_least"].null_count() == 0
    assert frame["at_most"].dtype in {pl.Int64, pl.Null}


def test_the_certain_and_the_possible_are_rows_of_their_own():
    told = ANSWERS["exchanges"].exchanges
    frame = to_frame(ANSWERS["exchanges"], library="pandas")
    rows = frame[(frame["figure"] == "exchanges") & frame["category"].isna()]

    for one in told.persons:
        certain, possible = (
            rows[(rows["side"] == one.side) & (rows["with_possible"] == with_possible)].iloc[0]
            for with_possible in (False, True)
        )
        assert certain["at_least"] == one.persons.certain.at_least
        assert possible["stages"] == one.persons.with_possible.stages


def test_another_part_can_be_named():
    frame = to_frame(ANSWERS["agenda"], of="issues", library="polars")

    assert frame["issue"].to_list() == [one.issue for one in ANSWERS["agenda"].issues]
    with pytest.raises(ValueError, match=r"those of its parts that have some: .*issues, steps"):
        to_frame(ANSWERS["agenda"], of="positions")


def test_what_is_installed_is_taken_and_what_is_not_is_said(monkeypatch):
    assert isinstance(to_frame(TIMELINE), pd.DataFrame)
    with pytest.raises(ModuleNotFoundError, match="needs modin, which is not installed: pip install modin"):
        to_frame(TIMELINE, library="modin")
    found = []

    def missing(name):
        found.append(name)
        raise ModuleNotFoundError(name)

    monkeypatch.setattr("service.client.frames.import_module", missing)
    with pytest.raises(ModuleNotFoundError, match="pandas or polars"):
        to_frame(TIMELINE)
    assert found == ["pandas", "polars"]


def test_an_empty_page_is_an_empty_table():
    empty = TIMELINE.model_copy(update={"developments": ()})

    assert len(to_frame(empty)) == len(to_frame(empty, library="polars")) == 0


def test_history_changes_and_differences_have_tables():
    for name, model in {
        "read_history": "projections.history:History",
        "read_changes": "projections.history:Changes",
        "read_diff": "projections.diff:KnowledgeDiff",
    }.items():
        answer = as_model(model)(_Response(EXAMPLES["answers"][name]))
        assert len(to_frame(answer, library="polars")) > 0


class _Response:
    """An answer of the service, as it was kept."""

    def __init__(self, answer):
        import json

        self.content = json.dumps(answer).encode()
