"""Fuzz one target for some time: `python -m tests.fuzz edtf 60`; `make fuzz` does so for each.

It begins with what is in `tests/fuzz/corpus`, adds nothing to it, and fails at the first crash, whose bytes
are left in `var/`: put into the corpus, they are a test from then on.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import atheris

with atheris.instrument_imports(include=["domain", "service.api", "service.log", "edtf"]):
    from tests.fuzz.targets import TARGETS

CORPUS = Path(__file__).parent / "corpus"
LONGEST = 4_096


def fuzz(name: str, seconds: int) -> None:
    """Fuzz until the time is up; libFuzzer ends the process."""
    Path("var").mkdir(exist_ok=True)
    with TemporaryDirectory() as found:
        options = [
            f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-timeout=20", "-seed=1",
            "-print_final_stats=1", "-artifact_prefix=var/",
        ]  # fmt: skip
        atheris.Setup([sys.argv[0], *options, found, str(CORPUS / name)], TARGETS[name])
        atheris.Fuzz()


if __name__ == "__main__":
    fuzz(sys.argv[1], int(sys.argv[2]))
