"""The machine that a table was measured on."""

import os
import platform
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from time import perf_counter

SYNCS = 50
PAGE = 4_096


def machine(folder: Path) -> Mapping[str, str]:
    """What a reader needs to know of it; a sync is measured in the folder of the records."""
    return {
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "a page synced to disk": f"{_sync(folder) * 1_000:.2f} ms",
        "load at the beginning": load(),
    }


def load() -> str:
    """How many processes want a processor, over the last minute: where others work too, figures are worse."""
    return f"{os.getloadavg()[0]:.1f}"


def _sync(folder: Path) -> float:
    """Seconds that it takes to append a page to a file and have it on disk, in the median."""
    file = folder / "synced"
    times = []
    with file.open("wb", buffering=0) as out:
        for _ in range(SYNCS):
            begun = perf_counter()
            out.write(bytes(PAGE))
            os.fsync(out.fileno())
            times.append(perf_counter() - begun)
    file.unlink()
    return median(times)
