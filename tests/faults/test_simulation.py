"""From one seed: clients, followers, readers and all that goes wrong meanwhile, and the history is checked.

`DEPOSITARY_TEST_SEEDS` says how many seeds there are (6 for a file, a third of them for PostgreSQL, which is
slower), `DEPOSITARY_TEST_SEED` which is the first. A seed that fails does so each time.
"""

import os
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest

from service.proving.checkpoints import Keys
from service.proving.opening import mapper_of_environment
from service.proving.verifying import verify
from tests.faults.machines import drawing
from tests.faults.simulation import KEY, Simulation
from tests.service.stores import run_on, snapshot_of

pytestmark = pytest.mark.slow
COUNT = int(os.environ.get("DEPOSITARY_TEST_SEEDS", "6"))
FIRST = int(os.environ.get("DEPOSITARY_TEST_SEED", "1"))
SEEDS = range(FIRST, FIRST + COUNT)


@pytest.fixture
def folder():
    """Where the record is: in memory if that can be had, for nothing here outlives the process."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(prefix="simulated-", dir=memory if memory.is_dir() else None) as place:
        yield Path(place)


def simulated(seed, folder):
    """A run of a seed to its end."""
    folder.mkdir(exist_ok=True)
    simulation = Simulation(seed, folder / "record.db")
    try:
        simulation.run()
    except BaseException as error:
        error.add_note(f"DEPOSITARY_TEST_SEED={seed}\n" + "\n".join(simulation.history[-12:]))
        raise
    finally:
        simulation.close()
    return simulation


def check(simulation):
    """What is to hold in the end, besides what was checked at each step."""
    model, file = simulation.model, simulation.machine.file
    assert not [one for one in model.requests if one.is_open]
    assert {moment: model.position_at(moment) for moment in model.known} == model.known
    with snapshot_of(file) as found:
        verified = verify(found, mapper_of_environment(), Keys(KEY.verifier))
    assert verified.holds, verified.as_json()
    assert verified.events == len(model.ledger)
    print(f"seed {simulation.seed}: {len(model.ledger)} events, {dict(simulation.happened)}")


@pytest.mark.parametrize("seed", SEEDS)
def test_no_seed_loses_doubles_alters_or_skips_anything(folder, tmp_path, engine, seed):
    if engine == "postgres" and seed >= FIRST + max(1, COUNT // 3):
        return
    with drawing(Random(seed)):
        check(simulated(seed, folder))


def test_the_same_seed_gives_the_same_history_to_the_byte(folder, tmp_path):
    def run(name):
        with drawing(Random(FIRST)):
            simulation = simulated(FIRST, folder / name)
        leaves = run_on(simulation.machine.file, "SELECT position, entry FROM log_leaves ORDER BY position")
        return simulation.history, simulation.model.ledger, leaves

    assert run("once") == run("again")
