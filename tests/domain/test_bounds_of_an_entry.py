"""Between which days a development happened, as far as its recording and its sources say.

What is told as having happened had happened when it was first recorded, and when a source that reports
it was published.
"""

from datetime import date

import pytest

from domain.time import Bounds, Certainty

BABEL = {
    "outlet": "Babel",
    "published": "2025-06-26/..",
    "chain": [
        {
            "actor": {"type": "person", "id": "umerov", "name": "Rustem Umerov", "acts_for": "UA"},
            "role": "speaker",
        }
    ],
}
PUBLISHED = [{**BABEL, "published": "2025-06-27"}]


@pytest.fixture
def exchange(recorded, telling):
    """One of three exchanges since 16 May 2025, known from one undated report; recorded on 1 July."""
    stage = telling(
        "exchange-stage-carried-out", occurred="[2025-05-16..]", parties=["UA", "RU"], sources=[BABEL]
    )
    return recorded(stage, on="2025-07-01")


def between(first, last):
    return Bounds(date.fromisoformat(first), date.fromisoformat(last))


def certainty(life, day):
    return life.entry.bounds.occurred_by(date.fromisoformat(day))


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2025-05-15", Certainty.NOT),
        ("2025-05-16", Certainty.POSSIBLE),
        ("2025-06-26", Certainty.POSSIBLE),
        ("2025-06-30", Certainty.POSSIBLE),
        ("2025-07-01", Certainty.CERTAIN),
        ("2026-01-01", Certainty.CERTAIN),
    ],
)
def test_an_exchange_of_an_unknown_day_is_certain_from_the_day_of_its_recording(exchange, as_of, expected):
    """Given `[2025-05-16..]` from a report without a day; when recorded on 1 July; then it is by then."""
    assert certainty(exchange, as_of) is expected


def test_the_day_on_which_a_report_was_published_tightens_the_bound(exchange):
    """Given that the report's day becomes known; when the source is amended; then it had happened by it."""
    exchange.amend(on="2025-08-01", resting_on=[BABEL], sources=PUBLISHED)

    assert exchange.entry.bounds == between("2025-05-16", "2025-06-27")


def test_what_was_known_before_the_amendment_stays(exchange):
    """Given the amendment; when the history is replayed to before it; then the bound is the recording."""
    before = exchange.entry
    exchange.amend(on="2025-08-01", sources=PUBLISHED)

    assert before.bounds == between("2025-05-16", "2025-07-01")


def test_a_corroborating_source_tightens_the_bound_too(exchange):
    """Given a second report of 10 June; when it is added; then the exchange had happened by 10 June."""
    exchange.corroborate(on="2025-08-01", outlet="Herald", published="2025-06-10")

    assert exchange.entry.bounds == between("2025-05-16", "2025-06-10")


def test_the_earliest_of_all_reports_counts(exchange):
    """Given reports of 10 and of 20 June, in whichever order they came, it had happened by 10 June."""
    exchange.corroborate(on="2025-08-01", outlet="Herald", published="2025-06-10")
    exchange.corroborate(on="2025-08-01", outlet="Lake Radio", published="2025-06-20")

    assert exchange.entry.bounds == between("2025-05-16", "2025-06-10")


def test_a_report_of_an_uncertain_day_counts_from_its_last_possible_one(exchange):
    """Given a report of some day in June, it had happened by the end of June and not before."""
    exchange.corroborate(on="2025-08-01", outlet="Herald", published="2025-06")

    assert exchange.entry.bounds == between("2025-05-16", "2025-06-30")


def test_a_report_from_before_it_can_have_happened_says_nothing(exchange):
    """Given an announcement of 10 May; when it is added as a source; then the bound stays where it was."""
    exchange.corroborate(on="2025-08-01", outlet="Herald", published="2025-05-10")

    assert exchange.entry.bounds == between("2025-05-16", "2025-07-01")


def test_a_report_of_after_the_recording_loosens_nothing(exchange):
    """Given a report of 20 July, it had happened by 1 July all the same."""
    exchange.corroborate(on="2025-08-01", outlet="Herald", published="2025-07-20")

    assert exchange.entry.bounds == between("2025-05-16", "2025-07-01")


def test_a_later_amendment_leaves_the_bound_at_the_first_recording(exchange):
    """Given an exchange recorded on 1 July; when its words are amended in August; then July still holds."""
    exchange.amend(on="2025-08-01", summary="One of three.")
    exchange.amend(on="2025-08-02", occurred="[2025-05-20..]")

    assert exchange.entry.bounds == between("2025-05-20", "2025-07-01")


def test_a_telling_moved_after_its_first_recording_is_bounded_by_its_own(exchange):
    """Given July; when amended on 1 August to a day after 10 July; then it had happened by 1 August."""
    exchange.amend(on="2025-08-01", occurred="[2025-07-10..]")
    assert exchange.entry.bounds == between("2025-07-10", "2025-08-01")

    exchange.amend(on="2025-09-01", occurred="[2025-07-11..]")
    assert exchange.entry.bounds == between("2025-07-11", "2025-08-01")


def test_an_account_that_is_upheld_is_bounded_like_an_amendment(exchange):
    """Given a party that says after 10 July; when upheld on 1 August; then it had happened by then."""
    exchange.dispute(by="RU", on="2025-07-20", occurred="[2025-07-10..]")
    assert exchange.entry.bounds == between("2025-05-16", "2025-07-01")

    exchange.resolve(2, "upheld", on="2025-08-01")
    assert exchange.entry.bounds == between("2025-07-10", "2025-08-01")


def test_when_the_day_becomes_known_the_bounds_are_that_day(exchange):
    """Given the day from another source; when amended; then nothing of the doubt is left."""
    exchange.amend(on="2025-08-01", occurred="2025-05-23")

    assert exchange.entry.bounds == between("2025-05-23", "2025-05-23")
    assert certainty(exchange, "2025-05-22") is Certainty.NOT
    assert certainty(exchange, "2025-05-23") is Certainty.CERTAIN


def test_a_visit_that_lasts_ends_when_it_was_said_to_end(recorded, telling):
    """Given a visit recorded on its second day, the record does not shorten it."""
    visit = telling(
        "visit-made", occurred="2025-06-03/2025-06-26", visitor="XA", host="XC", parties=["XA", "XC"]
    )

    life = recorded(visit, on="2025-06-04")

    assert life.entry.bounds == between("2025-06-03", "2025-06-26")


def test_a_day_that_has_begun_only_in_the_far_east_keeps_its_name(recorded, telling):
    """Given noon in UTC on 16 May, when 17 May is told as it is in Kiritimati, then it is 17 May."""
    life = recorded(telling(occurred="2025-05-17"), on="2025-05-16")

    assert life.entry.bounds == between("2025-05-17", "2025-05-17")


def test_retracting_and_disputing_leave_the_bounds_alone(exchange):
    """What is said of a development does not move it in time."""
    before = exchange.entry.bounds
    exchange.dispute(by="RU", on="2025-07-20")
    exchange.retract(on="2025-07-21")

    assert exchange.entry.bounds == before
