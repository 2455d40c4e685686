"""Two service processes that write into one PostgreSQL, against one."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.request import Request, urlopen

from tests.benchmarks.databases import two_databases
from tests.benchmarks.generated import Plan
from tests.benchmarks.measuring import Bench, Contestants, Reach, Row
from tests.benchmarks.questions import unbound
from tests.benchmarks.rows.writing import EACH, record
from tests.benchmarks.served import SERVE, Service, serving


@contextmanager
def _open(bench: Bench) -> Iterator[Contestants]:
    plan = Plan("talks", EACH, seed=1)
    told = iter(unbound(plan, 2 * EACH * bench.runs))
    with ExitStack() as opened:
        env, _ = opened.enter_context(two_databases())
        folder = opened.enter_context(bench.shelf.scratch())
        services = [opened.enter_context(serving(SERVE, folder / "record", env)) for _ in range(2)]
        _open_dossier(services[0], plan)
        path = f"/v1/dossiers/{plan.id}/developments"
        yield {
            "two": lambda: record(services, path, told),
            "one": lambda: record(services[:1], path, told),
        }


def _open_dossier(service: Service, plan: Plan) -> None:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {service.token}"}
    content = plan.dossier().model_dump_json().encode()
    urlopen(Request(f"http://127.0.0.1:{service.port}/v1/dossiers", content, headers)).close()


ROWS = [
    Row(
        "PostgreSQL: two service processes writing",
        _open,
        [Reach("records", "/s", "one", "records", "at least", 1.5)],
        "both share the machine's processors with the database and the client",
    )
]
