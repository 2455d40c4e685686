"""Counts are intervals, and what is not known never becomes a number."""

from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from domain.quantity import (
    UNKNOWN,
    AtLeast,
    AtMost,
    Between,
    Count,
    Exact,
    NotApplicable,
    Period,
    Total,
    Unknown,
    Withheld,
    total,
    total_of,
)

COUNT = TypeAdapter(Count)
NOTHINGS = {
    "zero": {"type": "exact", "value": 0},
    "unknown": {"type": "unknown"},
    "withheld": {"type": "withheld", "by": "XA", "reason": "until the families are told"},
    "not applicable": {"type": "not_applicable"},
}
WITHHELD = Withheld(**NOTHINGS["withheld"])
LARGE = 10**12


def counts(largest=LARGE):
    """Counts of every type."""
    number = st.integers(0, largest)
    return st.one_of(
        st.builds(Exact, type=st.just("exact"), value=number),
        st.builds(AtLeast, type=st.just("at_least"), min=number),
        st.builds(AtMost, type=st.just("at_most"), max=number),
        st.tuples(number, number).map(lambda ends: Between(type="between", min=min(ends), max=max(ends))),
        st.sampled_from([UNKNOWN, WITHHELD, NotApplicable(type="not_applicable")]),
    )


# The four nothings


@pytest.mark.parametrize("nothing", NOTHINGS.values(), ids=NOTHINGS.keys())
def test_each_of_the_four_nothings_reads_back_as_itself(nothing):
    """Zero, unknown, withheld and not applicable are written and read as what they are."""
    count = COUNT.validate_python(nothing)

    assert COUNT.validate_json(COUNT.dump_json(count)) == count
    assert COUNT.dump_python(count, exclude_unset=True) == nothing


def test_the_four_nothings_are_four_different_things():
    """No two of them are equal as counts, and no two give the same total."""
    nothings = [COUNT.validate_python(nothing) for nothing in NOTHINGS.values()]

    assert len(set(nothings)) == 4
    assert len({total_of(count) for count in nothings}) == 4


def test_zero_is_a_number_and_nobody_is_missing_from_it():
    """Given that nobody returned, the total is exactly zero of one part."""
    assert total_of(Exact(type="exact", value=0)) == Total(min=0, max=0, parts=1)


def test_what_is_unknown_has_no_upper_bound_and_is_counted_as_unknown():
    """Given a stage without a published count, its total may be any number."""
    assert total_of(UNKNOWN) == Total(min=0, max=None, parts=1, unknown=1)


def test_what_is_withheld_has_no_upper_bound_and_is_counted_as_withheld():
    """Given a count that somebody keeps back, it is not the same as one that nobody knows."""
    assert total_of(WITHHELD) == Total(min=0, max=None, parts=1, withheld=1)


def test_what_does_not_apply_is_no_part_of_a_total():
    """Given a side that was to return nobody, the sum is as if it had not been asked."""
    assert total_of(NotApplicable(type="not_applicable")) == Total() == total([])


def test_who_withholds_a_count_and_why_has_to_be_said():
    """Without an actor and a reason it is simply unknown."""
    for missing in ("by", "reason"):
        with pytest.raises(ValidationError, match=missing):
            COUNT.validate_python({key: v for key, v in NOTHINGS["withheld"].items() if key != missing})


# Sums


def test_seven_stages_without_a_count_and_three_with_one_have_no_upper_bound():
    """At least 1 000, upper bound unknown; 7 of 10 stages without a published count."""
    told = [Exact(type="exact", value=400), Exact(type="exact", value=500), AtLeast(type="at_least", min=100)]

    assert total(told + [UNKNOWN] * 7) == Total(min=1000, max=None, parts=10, unknown=7)


def possible(count, largest):
    """Every number up to `largest` that a count may stand for, by its own words."""
    numbers = range(largest + 1)
    match count:
        case Exact():
            return [count.value]
        case AtLeast():
            return [n for n in numbers if n >= count.min]
        case AtMost():
            return [n for n in numbers if n <= count.max]
        case Between():
            return [n for n in numbers if count.min <= n <= count.max]
        case NotApplicable():
            return [0]
        case _:
            return list(numbers)


@given(st.lists(counts(largest=4), max_size=4))
def test_a_total_spans_the_least_and_the_greatest_sum_that_its_counts_allow(told):
    """Against every way to choose a number for each count, where 9 stands for whatever lies beyond."""
    sums = {sum(chosen) for chosen in product(*(possible(count, 9) for count in told))}
    endless = any(9 in possible(count, 9) for count in told)

    found = total(told)

    assert found.min == min(sums)
    assert found.max == (None if endless else max(sums))


@given(st.lists(counts(), max_size=8))
def test_a_total_says_how_many_of_its_parts_have_no_number(told):
    """Unknown and withheld parts are counted apart; what does not apply is not counted."""
    found = total(told)

    assert found.unknown == sum(isinstance(count, Unknown) for count in told)
    assert found.withheld == sum(isinstance(count, Withheld) for count in told)
    assert found.parts == sum(not isinstance(count, NotApplicable) for count in told)


@given(st.lists(counts(), max_size=6), st.randoms())
def test_no_unknown_ever_becomes_a_number(told, chance):
    """Wherever it stands among known counts, one that is not known leaves the total without upper bound."""
    nothing = chance.choice([UNKNOWN, WITHHELD])
    at = chance.randint(0, len(told))

    with_it, without = total([*told[:at], nothing, *told[at:]]), total(told)

    assert with_it.max is None
    assert with_it.min == without.min


@given(st.lists(counts(), max_size=6), st.lists(counts(), max_size=6))
def test_a_total_of_totals_is_the_total_of_all(some, others):
    """Sums may be taken by side, by category or by agreement, in any order."""
    assert total(some) + total(others) == total(others + some)


# What is refused


@given(counts())
def test_a_count_comes_back_through_json_as_it_went_in(count):
    """Whatever is counted, nothing is rounded or turned into another type."""
    assert COUNT.validate_json(COUNT.dump_json(count)) == count


@pytest.mark.parametrize("wrong", [-1, True, False, 1.0, 1.5, "1", None, [1], LARGE + 1, float("inf")])
@pytest.mark.parametrize(
    "count",
    [
        {"type": "exact", "value": ...},
        {"type": "at_least", "min": ...},
        {"type": "at_most", "max": ...},
        {"type": "between", "min": ..., "max": LARGE},
        {"type": "between", "min": 0, "max": ...},
    ],
    ids=lambda count: "-".join(count.values() if isinstance(count, str) else map(str, count)),
)
def test_a_count_is_a_natural_number_and_nothing_like_one(count, wrong):
    """Negative numbers, truth values, floats and texts are refused, with the field named."""
    told = {key: wrong if value is ... else value for key, value in count.items()}
    field = next(key for key, value in count.items() if value is ...)

    with pytest.raises(ValidationError) as refused:
        COUNT.validate_python(told)

    assert field in {place for error in refused.value.errors() for place in error["loc"]}


def test_a_count_whose_least_exceeds_its_most_is_refused():
    """Between 34 and 30 there is nothing."""
    with pytest.raises(ValidationError, match="min should not exceed max"):
        COUNT.validate_python({"type": "between", "min": 34, "max": 30})
    assert COUNT.validate_python({"type": "between", "min": 30, "max": 30}).max == 30


@pytest.mark.parametrize(
    "wrong",
    [
        40,
        {"value": 40},
        {"type": "about", "value": 40},
        {"type": "exact", "value": 40, "max": 50},
        {"type": "unknown", "value": 40},
        {"type": "not_applicable", "value": 0},
    ],
)
def test_a_count_says_what_it_is_and_carries_nothing_else(wrong):
    """A bare number does not say whether it is exact, and an unknown count has no number in it."""
    with pytest.raises(ValidationError):
        COUNT.validate_python(wrong)


# Lengths of time


def test_a_little_over_an_hour_is_a_lower_bound_and_no_more():
    """Given a duration of at least an hour, it comes back without an upper bound."""
    told = Period.model_validate({"at_least": "PT1H"})

    assert told == Period(at_least=timedelta(hours=1))
    assert told.model_dump_json(exclude_unset=True) == '{"at_least":"PT1H"}'


@given(st.timedeltas(timedelta(0), timedelta(days=9999)), st.timedeltas(timedelta(0), timedelta(days=9999)))
def test_a_period_is_refused_only_where_its_least_exceeds_its_most(least, most):
    """Every other pair comes back through JSON as it went in."""
    told = {"at_least": least, "at_most": most}
    if least > most:
        with pytest.raises(ValidationError, match="at_least should not exceed at_most"):
            Period.model_validate(told)
    else:
        period = Period.model_validate(told)
        assert Period.model_validate_json(period.model_dump_json()) == period


@pytest.mark.parametrize("wrong", [{}, {"at_least": None}, {"at_least": "-PT1H"}, {"at_most": "an hour"}])
def test_a_period_has_an_end_and_runs_forwards(wrong):
    """A period of which nothing is known is left out, and none is negative."""
    with pytest.raises(ValidationError):
        Period.model_validate(wrong)


@pytest.mark.parametrize("wrong", [3600, 3600.0, "3600", "1:00:00", "1 hour", True])
def test_a_length_of_time_is_told_as_iso_8601_has_it(wrong):
    """A bare number could be of minutes as well as of seconds."""
    with pytest.raises(ValidationError, match="such as PT1H"):
        Period.model_validate({"at_least": wrong})
