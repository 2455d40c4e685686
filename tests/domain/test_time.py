"""Dates are kept as their source gives them, and pretend to no more certainty than it has."""

import re
from datetime import date, timedelta
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from domain.time import Bounds, Certainty, Edtf, ImpossibleDate, last_day_anywhere, parse_edtf

EDTF = TypeAdapter(Edtf)
OPEN = None


def day(text):
    return date.fromisoformat(text) if text else OPEN


# What each form means


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2025-05-16", "2025-05-16", "2025-05-16"),
        ("2024-02-29", "2024-02-29", "2024-02-29"),
        ("2025-05", "2025-05-01", "2025-05-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2022", "2022-01-01", "2022-12-31"),
        ("2025-05-16T23:30:00-05:00", "2025-05-16", "2025-05-16"),
        ("2025-05-16T10:00:00Z", "2025-05-16", "2025-05-16"),
    ],
)
def test_a_date_spans_all_days_of_its_own_precision(text, earliest, latest):
    """A day is one day, a month all of its days, a year all of its days; a clock time is on its own day."""
    assert parse_edtf(text).bounds == Bounds(day(earliest), day(latest))


@pytest.mark.parametrize("qualifier", ["~", "?", "%"])
@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2025-05-16", "2025-05-15", "2025-05-17"),
        ("2025-03-01", "2025-02-28", "2025-03-02"),
        ("2025-06", "2025-05-01", "2025-07-31"),
        ("2025-01", "2024-12-01", "2025-02-28"),
        ("2025", "2024-01-01", "2026-12-31"),
    ],
)
def test_a_qualified_date_reaches_one_unit_further_each_way(qualifier, text, earliest, latest):
    """About June may be May or July: approximate and uncertain dates are widened, never narrowed."""
    assert parse_edtf(text + qualifier).bounds == Bounds(day(earliest), day(latest))


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2025-05-XX", "2025-05-01", "2025-05-31"),
        ("2025-02-XX", "2025-02-01", "2025-02-28"),
        ("2025-XX", "2025-01-01", "2025-12-31"),
        ("2025-XX-XX", "2025-01-01", "2025-12-31"),
        ("202X", "2020-01-01", "2029-12-31"),
        ("20XX", "2000-01-01", "2099-12-31"),
    ],
)
def test_an_unspecified_digit_may_be_any_digit(text, earliest, latest):
    """`X` is a digit that the source leaves out."""
    assert parse_edtf(text).bounds == Bounds(day(earliest), day(latest))


@pytest.mark.parametrize("season", ["21", "22", "23", "24"])
def test_a_season_is_not_tied_to_a_hemisphere(season):
    """Summer is in July in Oslo and in January in Canberra; a season lies in neither alone."""
    assert parse_edtf(f"2025-{season}").bounds == Bounds(day("2024-12-01"), day("2026-02-28"))


def test_a_season_at_an_end_of_the_calendar_keeps_all_days_that_there_are():
    """Given the first or the last year, the bounds stop at the calendar's end and cut nothing else off."""
    assert parse_edtf("0001-21").bounds == Bounds(date.min, day("0002-02-28"))
    assert parse_edtf("9999-24").bounds == Bounds(day("9998-12-01"), date.max)


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2025-06-03/2025-06-26", "2025-06-03", "2025-06-26"),
        ("2025-06/2025-08", "2025-06-01", "2025-08-31"),
        ("2025-06-03/2025-06~", "2025-06-03", "2025-07-31"),
        ("2025-06-15/2025-06", "2025-06-15", "2025-06-30"),
        ("2025-05-16/2025-05-16~", "2025-05-16", "2025-05-17"),
        ("2025-06-03/..", "2025-06-03", OPEN),
        ("2025-06-03/", "2025-06-03", OPEN),
        ("../2025-06-26", OPEN, "2025-06-26"),
        ("/2025-06-26", OPEN, "2025-06-26"),
        ("{2025-06-03,2025-06-26}", "2025-06-03", "2025-06-26"),
        ("{2025-06-03..2025-06-26}", "2025-06-03", "2025-06-26"),
    ],
)
def test_an_interval_and_a_set_of_all_days_last(text, earliest, latest):
    """`A/B` and `{A,B}` cover their whole span; an open or an unknown end has no bound."""
    told = parse_edtf(text)

    assert told.bounds == Bounds(day(earliest), day(latest))
    assert told.lasting


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("[2025-05-16..2025-06-26]", "2025-05-16", "2025-06-26"),
        ("[2025-05-16..]", "2025-05-16", OPEN),
        ("[..2025-05-16]", OPEN, "2025-05-16"),
        ("[2025-05-16,2025-05-18]", "2025-05-16", "2025-05-18"),
        ("[2025-05-18,2025-05-16]", "2025-05-16", "2025-05-18"),
        ("[2025-05,2025-07..2025-08]", "2025-05-01", "2025-08-31"),
        ("[2025-05-16..,2025-04]", "2025-04-01", OPEN),
    ],
)
def test_one_day_of_a_set_lies_between_the_set_s_ends(text, earliest, latest):
    """`[A..B]` is one unknown day among several: it does not last."""
    told = parse_edtf(text)

    assert told.bounds == Bounds(day(earliest), day(latest))
    assert not told.lasting


def test_only_a_span_of_one_day_names_a_day():
    """A midpoint is never made up: where several days are possible there is no day."""
    assert parse_edtf("2025-05-16").bounds.day == day("2025-05-16")
    assert parse_edtf("2025-05-16/2025-05-16").bounds.day == day("2025-05-16")
    assert parse_edtf("[2025-05-15..2025-05-17]").bounds.day is None
    assert parse_edtf("[2025-05-15..]").bounds.day is None


# What is refused


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2025-02-29", "no calendar has it"),
        ("2025-04-31", "no calendar has it"),
        ("2025-13", "no calendar has it"),
        ("2025-00", "no calendar has it"),
        ("2025-05-00", "no calendar has it"),
        ("2025-05-16T25:00:00Z", "no calendar has it"),
        ("0000", "year 0000 lies outside"),
        ("9999~", "reaches beyond the years"),
        ("0001-01-01~", "reaches beyond the years"),
        ("2025-06-26/2025-06-03", "ends before it begins"),
        ("[2025-06-26..2025-06-03]", "ends before it begins"),
        ("[2025-05-16,2025-06-26..2025-06-03]", "ends before it begins"),
        ("/", "one may be '..'"),
        ("../..", "one may be '..'"),
        ("2025/2026/2027", "one may be '..'"),
        ("2025/05/16", "one may be '..'"),
        ("[..]", "one may be left out"),
        ("[2006..,..2600]", "any day at all could be meant"),
        ("[2025-05-16..2025-05-18..2025-05-20]", "one may be left out"),
        ("x" * 201, "at most 200 characters"),
    ],
)
def test_an_impossible_date_is_refused_in_words_that_say_why(text, says):
    """The refusal says what is wrong with the text."""
    with pytest.raises(ImpossibleDate, match=re.escape(says)):
        parse_edtf(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "25",
        "025",
        "20255",
        "Y20255",
        "-2025",
        "XXXX",
        "16.05.2025",
        "2025-5-16",
        "20250516",
        "2025-136",
        "2025-W20",
        "2025-1X",
        "2025-25",
        "2025-05-16 ",
        "2025-05-16\n",
        "2025-05-16~~",
        "2025-05-16T10:00",
        "[2025-05-16, 2025-05-18]",
        "[2025-05/2025-06]",
        "[2025-05-16",
        "2025-05-16]",
        "[]",
        "unknown",
        "tomorrow",
        "٢٠٢٥",
    ],
)
def test_what_is_not_edtf_is_refused_with_examples_of_what_is(text):
    """Nothing is guessed: not a format of one country, not a short year, not a season of one hemisphere."""
    with pytest.raises(ImpossibleDate, match=r"not a date in EDTF.*2025-05-16"):
        parse_edtf(text)


# How it is read and written

YEARS = st.integers(2020, 2029)


def singles():
    """Texts of single dates in the 2020s, with `X` at the end and with qualifiers."""
    months = st.integers(1, 12).map("{:02}".format)
    days = st.integers(1, 28).map("{:02}".format)
    plain = st.one_of(
        YEARS.map(str),
        st.just("202X"),
        st.builds("{}-{}".format, YEARS, months | st.just("XX")),
        st.builds("{}-{}-{}".format, YEARS, months, days | st.just("XX")),
        st.builds("{}-XX-XX".format, YEARS),
    )
    seasons = st.builds("{}-{}".format, YEARS, st.integers(21, 24))
    return st.builds("{}{}".format, plain, st.sampled_from(["", "", "~", "?", "%"])) | seasons


@cache
def days_of(single):
    """All days that a single date may mean, found by holding its text against every day of the calendar."""
    if re.fullmatch(r"\d{4}-2[1-4]", single):
        year = int(single[:4])
        return frozenset(d for d in CALENDAR if day(f"{year - 1}-12-01") <= d < day(f"{year + 1}-03-01"))
    pattern = re.compile(single.rstrip("~?%").replace("X", r"\d"))
    plain = [d for d in CALENDAR if pattern.match(d.isoformat())]
    if single[-1] not in "~?%":
        return frozenset(plain)
    unit = UNITS[single.count("-")]
    near = {unit(d) + step for d in plain for step in (-1, 0, 1)}
    return frozenset(d for d in CALENDAR if unit(d) in near)


CALENDAR = [date(2018, 1, 1) + timedelta(days=n) for n in range(14 * 366)]
UNITS = [lambda d: d.year, lambda d: d.year * 12 + d.month, lambda d: d.toordinal()]


@given(singles())
def test_the_bounds_of_a_date_are_the_first_and_the_last_day_that_fits_its_text(text):
    """Against every day of a calendar: the bounds hold all days that fit, and not one more."""
    fitting = days_of(text)

    assert parse_edtf(text).bounds == Bounds(min(fitting), max(fitting))


@given(singles() | st.just(""), singles() | st.just(""))
def test_the_bounds_of_an_interval_are_its_first_possible_start_and_its_last_possible_end(start, end):
    """Of all starts and ends that fit, an interval is refused only where no start lies before an end."""
    if not start and not end:
        return
    text = f"{start}/{end or '..'}"
    first = min(days_of(start)) if start else OPEN
    last = max(days_of(end)) if end else OPEN

    if first and last and first > last:
        with pytest.raises(ImpossibleDate):
            parse_edtf(text)
    else:
        assert parse_edtf(text).bounds == Bounds(first, last)


@given(st.lists(singles(), min_size=1, max_size=4), st.sampled_from(["[]", "{}"]))
def test_the_bounds_of_a_set_hold_every_day_of_every_member(members, brackets):
    """Against the union of all days of its members."""
    union = frozenset().union(*map(days_of, members))

    told = parse_edtf(brackets[0] + ",".join(members) + brackets[1])

    assert told.bounds == Bounds(min(union), max(union))
    assert told.lasting == (brackets == "{}")


@given(singles(), singles())
def test_a_text_comes_back_exactly_as_it_was_written(first, second):
    """What the source wrote is never normalised: not in Python, not through JSON."""
    for text in (first, f"[{first},{second}]", f"{first}/..", f"[..{second}]"):
        told = EDTF.validate_python(text)
        assert str(told) == text
        assert EDTF.dump_json(told) == f'"{text}"'.encode()
        assert EDTF.validate_json(EDTF.dump_json(told)) == told


def test_a_date_that_was_read_is_taken_as_it_is():
    """A value that has been validated once goes through a model untouched."""
    told = parse_edtf("2025-05-16")

    assert EDTF.validate_python(told) is told


@pytest.mark.parametrize(
    "other", [2025, 2025.5, True, None, date(2025, 5, 16), b"2025-05-16", ["2025-05-16"]]
)
def test_only_a_text_is_a_date(other):
    """A number is not a year, and a date of Python is not what a source wrote."""
    with pytest.raises(ValidationError):
        EDTF.validate_python(other)


def test_an_impossible_date_in_a_request_says_what_would_be_right():
    """The message reaches the caller through pydantic."""
    for read in (EDTF.validate_json, lambda text: EDTF.validate_python(text.strip('"'))):
        with pytest.raises(ValidationError, match=r"'16\.05\.2025' is not a date in EDTF") as refused:
            read('"16.05.2025"')
        assert [error["loc"] for error in refused.value.errors()] == [()]


def test_the_schema_tells_a_caller_what_a_date_is():
    """The API's schema names the format and gives examples, each of which is one."""
    schema = EDTF.json_schema()

    assert schema["format"] == "edtf"
    assert schema["maxLength"] == 200
    assert [str(parse_edtf(example)) for example in schema["examples"]] == schema["examples"]


# What had occurred by a day

START = date(2025, 5, 10)
WINDOW = [START + timedelta(days=n) for n in range(10)]
BEYOND = [START + timedelta(days=n) for n in range(-3, 14)]


@st.composite
def bounds(draw):
    """Bounds within the window, each end of which may be open."""
    first, last = sorted(draw(st.tuples(st.sampled_from(WINDOW), st.sampled_from(WINDOW))))
    return Bounds(draw(st.sampled_from([first, OPEN])), draw(st.sampled_from([last, OPEN])))


def possible_days(span):
    """Every day within the bounds; the ends of the calendar stand for ends that have no bound."""
    inside = {d for d in BEYOND if (span.earliest or d) <= d <= (span.latest or d)}
    return inside | ({date.min} if not span.earliest else set()) | ({date.max} if not span.latest else set())


@given(bounds(), st.sampled_from(BEYOND))
def test_it_is_certain_when_all_possible_days_have_passed_and_possible_when_some_have(span, as_of):
    """Against the enumeration of all days on which it may have happened."""
    passed = [d <= as_of for d in possible_days(span)]

    expected = "certain" if all(passed) else "possible" if any(passed) else "not"

    assert span.occurred_by(as_of) == expected


@given(bounds())
def test_certainty_only_ever_grows_as_days_pass(span):
    """As D grows, what had not occurred becomes possible and then certain, and never goes back."""
    order = [Certainty.NOT, Certainty.POSSIBLE, Certainty.CERTAIN]
    ranks = [order.index(span.occurred_by(d)) for d in BEYOND]

    assert all(before <= after for before, after in pairwise(ranks))


@given(bounds(), st.sampled_from(BEYOND))
def test_knowing_that_it_had_happened_by_a_day_leaves_out_the_later_days_and_no_others(span, known):
    """Against the enumeration; where no day is left it happened on the first day that it can have."""
    left = {d for d in possible_days(span) if d <= known} or {span.earliest}

    told = span.happened_by(known)

    assert told.earliest == span.earliest
    assert told.latest == max(left)


@given(bounds(), bounds())
def test_one_lies_after_another_only_if_it_does_on_every_possible_day(one, other):
    """Against all pairs of days: open ends can never be told apart."""
    every_pair = all(a > b for a in possible_days(one) for b in possible_days(other))

    assert one.after(other) == every_pair


# What a report says of its day


def test_an_open_end_of_what_was_reported_closes_on_the_day_of_the_report():
    """Given one unknown day from 16 May; when reported on 26 June; then it is one of the days between."""
    told = parse_edtf("[2025-05-16..]")

    assert told.reported_by(day("2025-06-26")) == Bounds(day("2025-05-16"), day("2025-06-26"))


def test_an_unknown_day_of_a_month_lies_before_its_report():
    """Given some day in June; when reported on 10 June; then it was by 10 June."""
    told = parse_edtf("2025-06")

    assert told.reported_by(day("2025-06-10")) == Bounds(day("2025-06-01"), day("2025-06-10"))


def test_the_stated_end_of_what_lasts_is_kept():
    """Given a visit from 3 to 26 June; when reported on its second day; then it ends as announced."""
    told = parse_edtf("2025-06-03/2025-06-26")

    assert told.reported_by(day("2025-06-04")) == Bounds(day("2025-06-03"), day("2025-06-26"))


def test_what_goes_on_without_a_stated_end_had_begun_by_its_report():
    """Given something that goes on since 3 June; when reported on 10 June; then it had happened by then."""
    told = parse_edtf("2025-06-03/..")

    assert told.reported_by(day("2025-06-10")).occurred_by(day("2025-06-10")) is Certainty.CERTAIN


def test_a_report_from_before_the_first_possible_day_makes_no_empty_span():
    """Given 17 May as dated in Kiritimati; when recorded on 16 May in UTC; then it is 17 May still."""
    told = parse_edtf("[2025-05-17..2025-06-01]")

    assert told.reported_by(day("2025-05-16")) == Bounds(day("2025-05-17"), day("2025-05-17"))


@given(singles(), st.sampled_from(WINDOW))
def test_a_report_only_ever_narrows_what_it_reports(text, reported):
    """The bounds with a report lie within those without one, and begin on the same day."""
    told = parse_edtf(text)

    narrowed = told.reported_by(reported)

    assert narrowed.earliest == told.earliest
    assert told.earliest <= narrowed.latest <= told.latest


@pytest.mark.parametrize(
    ("now", "last"),
    [
        ("2025-05-16T09:59:59+00:00", "2025-05-16"),
        ("2025-05-16T10:00:00+00:00", "2025-05-17"),
        ("2025-05-16T23:59:59+00:00", "2025-05-17"),
    ],
)
def test_the_last_day_on_earth_is_that_of_the_zone_furthest_ahead(moment, now, last):
    """At UTC+14 a day begins ten hours after noon of the one before."""
    assert last_day_anywhere(moment(now)) == day(last)


@pytest.mark.parametrize(
    "text", ["2025-00", "2025-00-10", "2025-10-00", "2025-00~", "2025-02-29", "2100-02-29"]
)
def test_a_plain_date_that_no_calendar_has_is_refused(text):
    """Neither a month nor a day is ever nought."""
    with pytest.raises(ImpossibleDate, match="no calendar has it"):
        parse_edtf(text)


def test_a_plain_date_costs_no_more_than_reading_it(monkeypatch):
    """A body may hold thousands of days; only what the calendar cannot read goes to the library."""
    monkeypatch.setattr("domain.time.parse_single_date", None)
    for text in ["1987-03-09", "1987-04~", "1987?", "1987~-05-16", "[1987-06-01..1987-07]", "1987-08/.."]:
        parse_edtf(text)
