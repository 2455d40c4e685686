"""Every status and number of a view can be opened: by which rule, from which developments and versions."""

from typing import Any, get_args

import pytest
from hypothesis import given
from pydantic import BaseModel

from projections.explain import RULES, explain
from projections.registry import VIEWS
from projections.view import Grounds
from tests.scenarios.histories import days, histories, moments

WEIGHED = {
    "status",
    "state",
    "outcome",
    "stance",
    "in_effect",
    "level",
    "stages",
    "persons",
    "contacts",
    "points",
}
"""The names of fields that are weighed or counted from several developments."""

LISTS = {("Agreements", "agreements"), ("Contacts", "contacts"), ("Disputes", "disputed")}


def models(kind: Any, seen: set[type[BaseModel]]) -> set[type[BaseModel]]:
    """The models that an answer is made of."""
    for part in get_args(kind):
        models(part, seen)
    if isinstance(kind, type) and issubclass(kind, BaseModel) and kind not in seen:
        seen.add(kind)
        for field in kind.model_fields.values():
            models(field.annotation, seen)
    return seen


@pytest.mark.parametrize("name", sorted(set(VIEWS) - {"disputes"}))
def test_what_is_weighed_or_counted_over_several_developments_has_a_rule(name):
    answer = VIEWS[name].answer
    grounded = [one for one in models(answer, set()) if "rests_on" in one.model_fields and one is not Grounds]
    weighed = {
        (one.__name__, field)
        for one in grounded
        for field in set(one.model_fields) & WEIGHED
        if one.model_fields["rests_on"].annotation is Grounds
    }
    ruled = {(one.__name__, field) for one, fields in RULES.items() for field in fields}
    assert weighed - LISTS - ruled == set()


@given(history=histories(), as_of=days(), known_at=moments())
def test_an_explanation_repeats_the_answer_and_rests_on_developments_of_the_cut(history, as_of, known_at):
    cut = history.chronicle.cut(as_of, known_at)
    held = {(report.id, report.version) for one in cut.held for report in one.reports}
    for projection in VIEWS.values():
        answer = projection.fold(cut)
        told = answer.model_dump(mode="json")
        for one in explain(answer):
            assert one.rule
            assert _at(told, one.path) == one.answer
            grounds = (*one.rests_on.certain, *one.rests_on.possible)
            assert {(ground.id, ground.version) for ground in grounds} <= held


def _at(answer: Any, path: str) -> Any:
    for step in path.split("/")[1:]:
        answer = answer[int(step)] if isinstance(answer, list) else answer[step]
    return answer
