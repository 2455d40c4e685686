"""What it costs to write, to ask and to open: measured, not asserted. `make bench-parts` runs it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from domain.developments import DEVELOPMENT, Development
from projections.registry import VIEWS
from projections.timeline import Sought
from service.clock import system_clock
from service.moments import Asked
from service.record import Record
from service.views import Views
from tests.benchmarks.filling import Shelf
from tests.benchmarks.generated import Plan
from tests.benchmarks.questions import unbound
from tests.service.recording import ADA, DOSSIER, in_threads, open_record, relabel, tell

MANY = 64
PLAN = Plan(DOSSIER.id, MANY * 20, seed=7)
ONE = tell("A ferry race", parties=["XA", "XB"])


def record_all(record: Record, developments: Sequence[Development]) -> None:
    """Record all of these, with many callers at once; each records its share."""
    shares = [developments[index::MANY] for index in range(MANY)]
    with in_threads([lambda share=share: _record(record, share) for share in shares]):
        pass


def _record(record: Record, developments: Sequence[Development]) -> None:
    for development in developments:
        record.record(DOSSIER.id, development, ADA)


@pytest.fixture
def record(tmp_path) -> Iterator[Record]:
    """A record that nothing has been recorded in."""
    with open_record(tmp_path / "record.db") as opened:
        yield opened


@pytest.fixture(params=[True, False], ids=["with the log", "without the log"])
def logged(request, record) -> Record:
    """A record with its log, and one without for comparison in the same run."""
    if not request.param:
        record.store.leaves = None
    return record


@pytest.fixture(scope="module", params=[1_000, 10_000], ids=lambda count: f"{count} developments")
def filled(request, tmp_path_factory) -> Iterator[Record]:
    """A record of one generated dossier of so many developments."""
    shelf = Shelf(tmp_path_factory.mktemp("filled"), lambda text: None)
    file = shelf.dossier(replace(PLAN, size=request.param))
    with Record({"SQLITE_DBNAME": str(file)}) as opened:
        yield opened


@pytest.fixture
def views(filled) -> Views:
    """The reading side of a filled record."""
    return Views(filled, system_clock)


# Writing


def test_record_by_one_caller(benchmark, logged):
    benchmark(lambda: logged.record(DOSSIER.id, ONE, ADA))


def test_record_by_64_callers_1280_times(benchmark, logged):
    developments = [DEVELOPMENT.validate_python(one.body) for one in unbound(PLAN, PLAN.size)]
    benchmark.pedantic(lambda: record_all(logged, developments), rounds=8, warmup_rounds=1)


def test_record_one_more(benchmark, filled):
    benchmark.pedantic(lambda: filled.record(DOSSIER.id, ONE, ADA), rounds=50)


def test_amend(benchmark, record):
    fresh = iter([record.record(DOSSIER.id, ONE, ADA).id for _ in range(400)])
    benchmark.pedantic(lambda: record.say(next(fresh), relabel("amended"), [1], ADA), rounds=400)


def test_amend_the_hundredth_time(benchmark, record):
    one = record.record(DOSSIER.id, ONE, ADA).id
    versions = iter(range(1, 1_000))

    def amend():
        version = next(versions)
        record.say(one, relabel(f"version {version + 1}"), [version], ADA)

    benchmark.pedantic(amend, warmup_rounds=75, rounds=50)


# Asking


def test_first_page_of_the_timeline(benchmark, views):
    page = benchmark(lambda: views.timeline(DOSSIER.id, Asked(), Sought(), limit=50))
    assert len(page.timeline.developments) == 50


def test_a_page_in_the_middle_of_the_timeline(benchmark, views):
    middle = views.timeline(DOSSIER.id, Asked(), Sought(), limit=500).next
    benchmark(lambda: views.timeline(DOSSIER.id, Asked(), Sought(), limit=50, after=middle))


def test_a_page_as_known_half_way(benchmark, views, filled):
    half = Asked(at_position=filled.store.max_notification_id() // 2)
    benchmark(lambda: views.timeline(DOSSIER.id, half, Sought(), limit=50))


def test_a_page_of_what_one_actor_took_part_in(benchmark, views):
    benchmark(lambda: views.timeline(DOSSIER.id, Asked(), Sought(actor="XA"), limit=50))


def test_ceasefire(benchmark, views):
    benchmark(lambda: views.view(VIEWS["ceasefire"], DOSSIER.id, Asked()))


def test_the_course_of_the_ceasefire(benchmark, views):
    benchmark.pedantic(lambda: views.view(VIEWS["ceasefire/course"], DOSSIER.id, Asked()), rounds=5)


def test_exchanges(benchmark, views):
    benchmark(lambda: views.view(VIEWS["exchanges"], DOSSIER.id, Asked()))


@pytest.mark.parametrize("name", ["exchanges/series", "agenda", "disputes", "actors"])
def test_another_view(benchmark, views, name):
    benchmark.pedantic(lambda: views.view(VIEWS[name], DOSSIER.id, Asked()), rounds=5)


def test_one_development(benchmark, views, filled):
    one = filled.at(filled.store.max_notification_id() // 2).originator_id
    benchmark(lambda: views.development(one, Asked()))


def test_position_at_a_moment_half_way(benchmark, filled):
    moment = filled.store.moment_of(filled.store.max_notification_id() // 2)
    benchmark(lambda: filled.store.position_at(moment))


def test_position_at_this_very_moment(benchmark, filled):
    benchmark(lambda: filled.store.position_at(system_clock()))


def test_the_key_of_a_request(benchmark, filled):
    benchmark(lambda: filled.store.find_key("ada", "never used"))


# Opening


def test_open_a_record(benchmark, filled):
    file = filled.store.database.datastore.pool.db_name
    benchmark(lambda: Record({"SQLITE_DBNAME": file}).close())
