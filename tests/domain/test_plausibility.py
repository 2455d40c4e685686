"""What is told is held against its moment: the future has not happened, and slips are asked about."""

import pytest

from domain.errors import ImprobableYear, LiesInFuture
from domain.values import Source


def published(when):
    return Source.model_validate({"outlet": "Gazette", "published": when})


# The future


@pytest.mark.parametrize(
    ("occurred", "now"),
    [
        ("2031-04-01", "2031-04-01T00:00:00+00:00"),
        ("2031-04-02", "2031-04-01T10:00:00+00:00"),
        ("2031-04", "2031-04-01T00:00:00+00:00"),
        ("2031", "2031-04-01T00:00:00+00:00"),
        ("2031-03-28/2031-04-20", "2031-04-01T00:00:00+00:00"),
        ("[2031-04-01..2031-04-20]", "2031-04-01T00:00:00+00:00"),
        ("[2031-04-01..]", "2031-04-01T00:00:00+00:00"),
        ("../2031-04-20", "2031-04-01T00:00:00+00:00"),
        ("2031-04-03~", "2031-04-01T12:00:00+00:00"),
    ],
)
def test_what_can_have_begun_by_now_may_be_told(plausible, telling, occurred, now):
    """Given a moment; then whatever begins on a day that has begun anywhere on earth is taken."""
    plausible(now).check(telling(occurred=occurred))


@pytest.mark.parametrize(
    ("occurred", "now"),
    [
        ("2031-04-02", "2031-04-01T09:59:59+00:00"),
        ("2031-04-03", "2031-04-01T23:59:59+00:00"),
        ("2031-05", "2031-04-01T12:00:00+00:00"),
        ("2032", "2031-04-01T12:00:00+00:00"),
        ("2031-04-05/2031-04-20", "2031-04-01T12:00:00+00:00"),
        ("[2031-04-05..]", "2031-04-01T12:00:00+00:00"),
    ],
)
def test_what_cannot_have_begun_by_now_has_not_happened(plausible, telling, occurred, now):
    """Given a moment; when what is told begins later; then it is refused, with what would be right."""
    with pytest.raises(LiesInFuture, match="plans and deadlines have fields of their own") as refused:
        plausible(now).check(telling(occurred=occurred))
    assert refused.value.pointer == "/occurred"


def test_plans_and_deadlines_may_lie_in_the_future(plausible, telling):
    """Given 1 April; when a meeting is planned for May, or a deadline set in June; then it is taken."""
    today = plausible("2031-04-01")

    today.check(telling("step-planned", step="A meeting.", planned_by="XC", planned_for="2031-05"))
    today.check(
        telling(
            "ultimatum-issued", speaker="XB", content="Open.", consequence="the talks end", deadline="2031-06"
        )
    )


def test_no_source_was_published_in_the_future(plausible, telling):
    """Given 1 April; when a source of 5 April is named; then the refusal says which of the sources it is."""
    told = telling(sources=[{"outlet": "Gazette"}, {"outlet": "Herald", "published": "2031-04-05"}])

    with pytest.raises(LiesInFuture, match="published") as refused:
        plausible("2031-04-01").check(told)
    assert refused.value.pointer == "/sources/1/published"


def test_a_source_on_its_own_is_held_to_the_same(plausible):
    """Given 1 April; then a source of today is taken, one of no known day too, and one of 5 April is not."""
    today = plausible("2031-04-01")

    today.check_source(published("2031-04-01"), "/source")
    today.check_source(published(None), "/source")
    today.check_source(published("2025-06-26/.."), "/source")
    with pytest.raises(LiesInFuture) as refused:
        today.check_source(published("2031-04-05"), "/source")
    assert refused.value.pointer == "/source/published"


# Improbable years


@pytest.mark.parametrize("occurred", ["0025-05-16", "0025", "0999-12-31", "[0025-05-16..]", "0025/2025"])
def test_a_year_of_the_first_thousand_is_asked_about(plausible, telling, occurred):
    """Given 0025, which was hardly meant; then it is asked about and not swallowed."""
    with pytest.raises(ImprobableYear, match=r"is that meant\?.*confirm=improbable-year") as refused:
        plausible("2025-07-01").check(telling(occurred=occurred))
    assert refused.value.pointer == "/occurred"


def test_the_question_names_the_year_that_was_read_and_the_one_that_was_meant():
    """Given 0025, it was read as the year 25, and 2025 is suggested."""
    assert "'0025-05' was read as the year 25" in str(ImprobableYear("/occurred", "0025-05", 25))
    assert "such as 2025" in str(ImprobableYear("/occurred", "0025-05", 25))
    assert "such as 2005" in str(ImprobableYear("/occurred", "0005", 5))


@pytest.mark.parametrize("occurred", ["1000", "1648-10-24", "20XX"])
def test_a_year_of_four_digits_is_taken_as_it_is(plausible, telling, occurred):
    """The Peace of Westphalia can be recorded without being asked about."""
    plausible("2025-07-01").check(telling(occurred=occurred))


@pytest.mark.parametrize(("year", "asked"), [("2125", False), ("2126", True), ("9999", True)])
def test_a_plan_further_ahead_than_a_century_is_asked_about(plausible, telling, year, asked):
    """Given 2025, a step planned for 2125 is taken and one for 2126 is asked about."""
    told = telling(
        "step-planned", step="A meeting.", planned_by="XC", planned_for=year, occurred="2025-05-16"
    )
    if not asked:
        plausible("2025-07-01").check(told)
        return
    with pytest.raises(ImprobableYear) as refused:
        plausible("2025-07-01").check(told)
    assert refused.value.pointer == "/planned_for"


@pytest.mark.parametrize(
    ("told", "pointer"),
    [
        ({"sources": [{"outlet": "Gazette", "published": "0025"}]}, "/sources/0/published"),
        (
            {
                "sources": [
                    {"outlet": "Gazette", "chain": [{"actor": "XA", "role": "speaker", "said": "0025"}]}
                ]
            },
            "/sources/0/chain/0/said",
        ),
        (
            {"parties": ["XB", {"type": "person", "id": "a", "name": "A", "during": "0025/.."}]},
            "/parties/1/during",
        ),
    ],
)
def test_every_date_is_asked_about_wherever_it_stands(plausible, telling, told, pointer):
    """Given a slip of the pen deep inside a telling; then the question points at it."""
    with pytest.raises(ImprobableYear) as refused:
        plausible("2025-07-01").check(telling(occurred="2025-05-16", **told), "/changes")
    assert refused.value.pointer == f"/changes{pointer}"


def test_a_source_on_its_own_is_asked_about_too(plausible):
    """Given a source published in 0025; then the question points at it."""
    with pytest.raises(ImprobableYear) as refused:
        plausible("2025-07-01").check_source(published("0025"), "/source")
    assert refused.value.pointer == "/source/published"


def test_an_improbable_year_that_is_confirmed_is_taken(plausible, telling):
    """Given the caller's word that 0025 is meant; then it is recorded."""
    sure = plausible("2025-07-01", any_year=True)

    sure.check(telling(occurred="0025-05-16"))
    sure.check_source(published("0025"), "/source")


def test_confirming_a_year_does_not_bring_the_future_about(plausible, telling):
    """Given that any year is meant; then what begins in 2126 has not happened all the same."""
    with pytest.raises(LiesInFuture):
        plausible("2025-07-01", any_year=True).check(telling(occurred="2126"))
