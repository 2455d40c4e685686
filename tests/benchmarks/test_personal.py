"""What it costs to mark texts as personal: to write them, to read them, and to erase them."""

from collections.abc import Iterator
from itertools import cycle

import pytest

from domain.commands import Erase
from domain.developments import Development
from projections.timeline import Sought
from service.clock import system_clock
from service.moments import Asked
from service.record import Record
from service.views import Views
from tests.benchmarks.test_record import MANY, record_all
from tests.service.recording import ADA, DOSSIER, GAZETTE, open_record, relabel, tell

MARKS = {"0 marks": (), "1 mark": ("/content",), "3 marks": ("/content", "/dating", "/sources/0/quote")}
QUOTED = {**GAZETTE, "quote": "It was said on the quay, before the boats came in, by somebody who wept."}


def told(marks: tuple[str, ...]) -> Development:
    """A development with texts of some length, and so many of them marked."""
    texts = {"content": "A sentence of some length. " * 10, "dating": "By the log of the line."}
    return tell("A ferry race", sources=[QUOTED], personal=marks, **texts)


each_marking = pytest.mark.parametrize("marks", MARKS.values(), ids=MARKS)


@pytest.fixture
def record(tmp_path) -> Iterator[Record]:
    """A record that nothing has been recorded in."""
    with open_record(tmp_path / "record.db") as opened:
        yield opened


@pytest.fixture(scope="module", params=MARKS.values(), ids=MARKS)
def filled(request, tmp_path_factory) -> Iterator[Record]:
    """A record of a thousand developments, all of them marked alike."""
    with open_record(tmp_path_factory.mktemp("filled") / "record.db") as opened:
        record_all(opened, [told(request.param)] * 1_000)
        yield opened


# Writing


@each_marking
def test_record_by_one_caller(benchmark, record, marks):
    benchmark(lambda: record.record(DOSSIER.id, told(marks), ADA))


@each_marking
def test_record_by_64_callers_1280_times(benchmark, record, marks):
    benchmark.pedantic(lambda: record_all(record, [told(marks)] * MANY * 20), rounds=5, warmup_rounds=1)


@each_marking
def test_amend(benchmark, record, marks):
    fresh = iter([record.record(DOSSIER.id, told(marks), ADA).id for _ in range(400)])
    benchmark.pedantic(lambda: record.say(next(fresh), relabel("amended"), [1], ADA), rounds=400)


def test_erase(benchmark, record):
    fresh = iter([record.record(DOSSIER.id, told(MARKS["3 marks"]), ADA).id for _ in range(200)])
    benchmark.pedantic(lambda: record.erase(next(fresh), Erase(reason="On request."), ADA), rounds=200)


# Reading


def test_one_development(benchmark, filled):
    views = Views(filled, system_clock)
    some = cycle([filled.at(position).originator_id for position in range(2, 1_000, 37)])
    benchmark(lambda: views.development(next(some), Asked()))


def test_one_event(benchmark, filled):
    some = cycle(range(2, 1_000, 37))
    benchmark(lambda: filled.at(next(some)))


def test_first_page_of_the_timeline(benchmark, filled):
    views = Views(filled, system_clock)
    benchmark(lambda: views.timeline(DOSSIER.id, Asked(), Sought(), limit=50))


def test_search_a_thousand_for_words(benchmark, filled):
    views = Views(filled, system_clock)
    benchmark(lambda: views.timeline(DOSSIER.id, Asked(), Sought(text="nowhere"), limit=50))


def test_rebuild_the_views(benchmark, filled):
    benchmark.pedantic(lambda: filled.rebuild(lambda done, of: None), rounds=3)
